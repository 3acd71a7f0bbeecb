"""The app's own icons, drawn as SVG in the colour that the palette gives them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_PACKAGES = Path(__file__).parents[3]
# In a checkout the resources lie beside the packages, in an installation inside of `backend`.
_PLACES = (_PACKAGES / "resources", _PACKAGES / "backend" / "resources")
_SCALES = (1, 1.5, 2, 3)
GRID = 20
"""The side of an icon, in device-independent pixels."""


def icon(name: str, colour: str, side: int = GRID) -> QIcon:
    """Return the icon *name*, its lines in *colour*, sharp at 100 to 300 %."""
    result = QIcon()
    for scale in _SCALES:
        result.addPixmap(pixmap(name, colour, side, scale))
    return result


def pixmap(name: str, colour: str, side: int = GRID, scale: float = 1) -> QPixmap:
    """Return the icon *name* as *side* x *side* device-independent pixels."""
    drawn = QPixmap(round(side * scale), round(side * scale))
    drawn.setDevicePixelRatio(scale)
    drawn.fill(Qt.GlobalColor.transparent)
    source = _source(name).replace("currentColor", colour)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return drawn


@cache
def _source(name: str) -> str:
    """Return the drawing of *name*.

    Raises:
        FileNotFoundError: there is no such icon; the names are fixed in the code, so it is a bug.
    """
    for place in _PLACES:
        path = place / "icons" / f"{name}.svg"
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise FileNotFoundError(f"{name}.svg is in none of {', '.join(map(str, _PLACES))}")
