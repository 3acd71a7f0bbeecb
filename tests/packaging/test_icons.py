"""The app's icon in the forms that systems want."""

from __future__ import annotations

import struct
from pathlib import Path

import icons
from PySide6.QtGui import QImage, QImageReader
from PySide6.QtWidgets import QApplication


def test_the_icon_is_drawn_in_each_size(qapp: QApplication, tmp_path: Path) -> None:
    icons.write_hicolor(tmp_path)
    for side in icons.HICOLOR_SIDES:
        drawn = QImage(str(tmp_path / f"{side}x{side}" / "apps" / "gas-desktop.png"))
        assert (drawn.width(), drawn.height()) == (side, side)
        assert drawn.pixelColor(0, 0).alpha() == 0
        assert drawn.pixelColor(side // 2, 1).blue() > 150
    assert (tmp_path / "scalable" / "apps" / "gas-desktop.svg").is_file()


def test_windows_form_can_be_read(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "app.ico"
    icons.write_ico(path)
    reader = QImageReader(str(path))
    sides = []
    for number in range(reader.imageCount()):
        reader.jumpToImage(number)
        sides.append(reader.read().width())
    assert sides == list(icons.ICO_SIDES)


def test_apples_form_has_each_picture_whole(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "app.icns"
    icons.write_icns(path)
    content = path.read_bytes()
    assert content[:8] == b"icns" + struct.pack(">I", len(content))
    place, sides = 8, {}
    while place < len(content):
        kind, length = content[place : place + 4].decode(), content[place + 4 : place + 8]
        end = place + struct.unpack(">I", length)[0]
        sides[QImage.fromData(content[place + 8 : end]).width()] = kind
        place = end
    assert sides == icons.ICNS_KINDS
