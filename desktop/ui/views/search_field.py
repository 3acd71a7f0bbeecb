"""A field that filters what is below it, with the keys that lead there."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from desktop.ui.theme.theme import mono_font

_MARGIN = 12
_HINT_PIXELS = 11


class SearchField(QLineEdit):
    """Says how the keyboard gets into it, as long as it is empty and elsewhere.

    Args:
        hint: what is looked for.
        name: what it is called for those who cannot see it.
    """

    def __init__(self, hint: str, name: str, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setFixedWidth(width)
        self.setClearButtonEnabled(True)
        self.setAccessibleName(name)
        keys = QKeySequence(QKeySequence.StandardKey.Find)
        self._keys = keys.toString(QKeySequence.SequenceFormat.NativeText)
        self._font = mono_font()
        self._font.setPixelSize(_HINT_PIXELS)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.text() or self.hasFocus():
            return
        painter = QPainter(self)
        painter.setFont(self._font)
        metrics = painter.fontMetrics()
        words = self.fontMetrics().horizontalAdvance(self.placeholderText())
        width = metrics.horizontalAdvance(self._keys)
        left = self.width() - width - _MARGIN
        # In a language with long words the words have the room.
        if left > words + 2 * _MARGIN:
            painter.setPen(self.palette().placeholderText().color())
            base = (self.height() + metrics.ascent() - metrics.descent()) // 2
            painter.drawText(left, base, self._keys)
        painter.end()
