"""Files that are carried out of the window: a small card goes along with the mouse."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QDrag, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from desktop.ui.language import tr
from desktop.ui.theme.icons import pixmap
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import RADIUS_CONTROL
from desktop.ui.views.controls import elided
from desktop.ui.wording import number_text

_HEIGHT, _LONGEST = 36, 260
_ICON, _PADDING = 18, 10
_BESIDE = QPoint(-14, -8)


def carry(source: QWidget, theme: Theme, mime: QMimeData, action: Qt.DropAction) -> None:
    """Let somebody carry *mime* to where they let it go; return when they have."""
    drag = QDrag(source)
    drag.setMimeData(mime)
    if mime.hasUrls():
        drag.setPixmap(card_of(source, theme, mime))
        drag.setHotSpot(_BESIDE)
    drag.exec(action)


def card_of(source: QWidget, theme: Theme, mime: QMimeData) -> QPixmap:
    """Return a picture of the files in *mime*: the name of the first, and how many more."""
    urls = mime.urls()
    name = elided(source, urls[0].fileName(), _LONGEST)
    if len(urls) > 1:
        name += "  " + tr("+{count} more").format(count=number_text(len(urls) - 1))
    width = source.fontMetrics().horizontalAdvance(name) + _ICON + 3 * _PADDING
    scale = source.devicePixelRatio()
    drawn = QPixmap(round(width * scale), round(_HEIGHT * scale))
    drawn.setDevicePixelRatio(scale)
    drawn.fill(Qt.GlobalColor.transparent)
    _paint(drawn, source, theme, name, QRectF(0, 0, width, _HEIGHT))
    return drawn


def _paint(drawn: QPixmap, source: QWidget, theme: Theme, name: str, rect: QRectF) -> None:
    tokens = theme.tokens
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(tokens.accent), 1))
    painter.setBrush(QColor(tokens.panel))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_CONTROL, RADIUS_CONTROL)
    top = (_HEIGHT - _ICON) // 2
    painter.drawPixmap(
        _PADDING, top, pixmap("file", tokens.accent, _ICON, drawn.devicePixelRatio())
    )
    painter.setFont(source.font())
    painter.setPen(QColor(tokens.text))
    words = rect.adjusted(_ICON + 2 * _PADDING, 0, -_PADDING, 0)
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, name)
    painter.end()
