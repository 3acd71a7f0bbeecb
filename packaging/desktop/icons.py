"""The app's icon in the sizes and forms that systems want, drawn from the one SVG."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

SOURCE = Path(__file__).resolve().parents[2] / "resources" / "icons" / "app.svg"
HICOLOR_SIDES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
ICO_SIDES = (16, 24, 32, 48, 64, 128, 256)
ICNS_KINDS = {
    16: "icp4",
    32: "icp5",
    64: "icp6",
    128: "ic07",
    256: "ic08",
    512: "ic09",
    1024: "ic10",
}
"""Apple's name for a PNG of a side, in pixels."""


def draw(side: int, source: Path = SOURCE) -> bytes:
    """Return *source* as a PNG of *side* x *side* pixels; there must be a Qt application."""
    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(source)).render(painter)
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(content.data())


def ico(pngs: Mapping[int, bytes]) -> bytes:
    """Return Windows' form of these pictures, each a PNG by its side of up to 256 pixels."""
    place = 6 + 16 * len(pngs)
    entries, pictures = b"", b""
    for side, png in sorted(pngs.items()):
        # A side of 256 is written as 0.
        size = side % 256
        entries += struct.pack(
            "<BBBBHHII", size, size, 0, 0, 1, 32, len(png), place + len(pictures)
        )
        pictures += png
    return struct.pack("<HHH", 0, 1, len(pngs)) + entries + pictures


def icns(pngs: Mapping[int, bytes]) -> bytes:
    """Return Apple's form of these pictures, each a PNG by its side."""
    parts = b"".join(
        ICNS_KINDS[side].encode() + struct.pack(">I", 8 + len(png)) + png
        for side, png in sorted(pngs.items())
    )
    return b"icns" + struct.pack(">I", 8 + len(parts)) + parts


def write_hicolor(folder: Path) -> None:
    """Write the icon below *folder* as Linux desktops look for it: each size, and the drawing."""
    for side in HICOLOR_SIDES:
        _write(folder / f"{side}x{side}" / "apps" / "gas-desktop.png", draw(side))
    _write(folder / "scalable" / "apps" / "gas-desktop.svg", SOURCE.read_bytes())


def write_ico(path: Path) -> None:
    """Write the icon as Windows wants it."""
    _write(path, ico({side: draw(side) for side in ICO_SIDES}))


def write_icns(path: Path) -> None:
    """Write the icon as macOS wants it."""
    _write(path, icns({side: draw(side) for side in ICNS_KINDS}))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def main() -> None:
    """Write what is asked for: `icons.py hicolor FOLDER`, or `ico FILE`, or `icns FILE`."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication(sys.argv[:1])
    writers = {"hicolor": write_hicolor, "ico": write_ico, "icns": write_icns}
    writers[sys.argv[1]](Path(sys.argv[2]))
    application.quit()


if __name__ == "__main__":
    main()
