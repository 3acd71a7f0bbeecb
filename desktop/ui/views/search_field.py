"""A field that filters what is below it, with the keys that lead there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget
from typing_extensions import override

from desktop.ui.theme.icons import icon
from desktop.ui.theme.theme import mono_font

_LEAST_WIDTH = 110
_MARGIN = 12
_HINT_PIXELS = 11
_CLEAR = "_q_qlineeditclearaction"
"""How Qt names the action of its own button that clears."""
_CLEAR_SIDE = 16
_ALONE = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
"""What is held with a key that is pressed alone: macOS counts arrows as of the keypad."""


class SearchField(QLineEdit):
    """Says how the keyboard gets into it, as long as it is empty and elsewhere.

    Args:
        hint: what is looked for.
        name: what it is called for those who cannot see it.
        width: as wide as it is where there is room.
        escape_clears: whether Escape clears what is typed, before it does what it does elsewhere.

    Signals:
        down_pressed: so was the key, which leads into what is below.
    """

    down_pressed = Signal()

    def __init__(
        self,
        hint: str,
        name: str,
        width: int,
        parent: QWidget | None = None,
        *,
        escape_clears: bool = True,
    ) -> None:
        super().__init__(parent)
        self._escape_clears = escape_clears
        self.setPlaceholderText(hint)
        self._width = width
        self.setMaximumWidth(width)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setClearButtonEnabled(True)
        self.setAccessibleName(name)
        keys = QKeySequence(QKeySequence.StandardKey.Find)
        self._keys = keys.toString(QKeySequence.SequenceFormat.NativeText)
        self._font = mono_font()
        self._font.setPixelSize(_HINT_PIXELS)
        self._tint()

    def take(self, typed: str) -> None:
        """Go on with what was *typed* elsewhere, if that is something to look for."""
        if typed.isprintable() and typed.strip():
            self.setFocus()
            self.insert(typed)

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._width, super().sizeHint().height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(min(self._width, _LEAST_WIDTH), super().minimumSizeHint().height())

    @override
    def event(self, event: QEvent) -> bool:
        # Elsewhere Escape closes what is open; here it clears what is typed first.
        if event.type() == QEvent.Type.ShortcutOverride and self._is_cleared_by(event):
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_cleared_by(event):
            self.clear()
        elif event.key() == Qt.Key.Key_Down and event.modifiers() in _ALONE:
            self.down_pressed.emit()
        else:
            super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

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
            beside = self.fontMetrics()
            base = (self.height() - beside.height() + 1) // 2 + beside.ascent()
            painter.drawText(left, base, self._keys)
        painter.end()

    def _is_cleared_by(self, event: QEvent) -> bool:
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        return is_escape and self._escape_clears and bool(self.text())

    def _tint(self) -> None:
        """Clear by our own icon, in the colour of second-rank text."""
        clear = self.findChild(QAction, _CLEAR)
        if isinstance(clear, QAction):
            colour = self.palette().placeholderText().color().name()
            clear.setIcon(icon("close", colour, _CLEAR_SIDE))
