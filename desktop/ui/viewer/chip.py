"""A chip of the filter bar, and the card in which its condition is edited."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QPushButton, QScrollArea, QWidget
from typing_extensions import override

from desktop.ui.language import tr
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.controls import SCROLL_BAR, button, column, icon_button

_CLEAR = 16
_CLEAR_MARGIN = 8
_LEAST_LIST = 96
"""How much of a list is always seen."""

_ELSEWHERE = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.FocusIn})
# Non-breaking, so that nothing trims the room for the button at the end.
_ROOM = "\N{NO-BREAK SPACE}" * 5


class FilterChip(QPushButton):
    """Says a condition, or that there could be one.

    Attributes:
        clear: takes the condition away; only there while there is one.

    Signals:
        opened: the condition is to be edited.
        cleared: it is to be taken away.
    """

    opened = Signal()
    cleared = Signal()

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(f"{name}…")
        self._theme, self._name, self._said = theme, name, ""
        self.setProperty("kind", "chip")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        clearing = tr("Clear {name}").format(name=name)
        self.clear = icon_button(theme.icon("close", theme.tokens.accent), clearing)
        self.clear.setParent(self)
        self.clear.setFixedSize(_CLEAR, _CLEAR)
        self.clear.setStyleSheet("padding: 0; border: none;")
        self.clear.clicked.connect(self.cleared)
        self.clicked.connect(self._open)
        theme.changed.connect(self._tint)
        self.say("")

    def say(self, text: str) -> None:
        """Show a condition, or none."""
        self._said = text
        self.setText(f"{text}{_ROOM}" if text else f"{self._name}…")
        self.setAccessibleName(text or tr("{name}, no condition").format(name=self._name))
        self.setChecked(bool(text))
        self.clear.setVisible(bool(text))
        self.updateGeometry()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.clear.move(self.width() - _CLEAR - _CLEAR_MARGIN, (self.height() - _CLEAR) // 2)

    def _open(self) -> None:
        # A click opens; whether it is checked says whether there is a condition.
        self.setChecked(bool(self._said))
        self.opened.emit()

    def _tint(self) -> None:
        self.clear.setIcon(self._theme.icon("close", self._theme.tokens.accent))


class Popup(QFrame):
    """A card below a chip, closed by Escape, a click elsewhere, or when the keyboard leaves it.

    It is also closed when its chip is hidden, as by another page.

    It lies within the window: windows of their own cannot be placed everywhere.
    """

    def __init__(self, parent: QWidget, content: QWidget, name: str) -> None:
        super().__init__(parent)
        self.hide()
        self.setProperty("surface", "card")
        self.setAccessibleName(name)
        self.content = content
        self._chip: QWidget | None = None
        column(self, margin=3 * SPACE, spacing=2 * SPACE).addWidget(content)

    def open_below(self, chip: QWidget) -> None:
        """Open below *chip*, but within the window."""
        self._chip = chip
        self.setParent(chip.window())
        self.fit()
        self.show()
        self.raise_()
        self.content.setFocus()

    def fit(self) -> None:
        """Have the size of what is in it, or of the room below the chip.

        Where that is less than it needs at least, it lies higher, over the chip.
        """
        if self._chip is None:
            return
        self.ensurePolished()
        window = self._chip.window()
        corner = self._chip.mapTo(window, QPoint(0, self._chip.height() + SPACE))
        bottom = window.height() - SPACE
        room = max(bottom - corner.y(), self.minimumSizeHint().height())
        self.setMaximumHeight(min(room, bottom - SPACE))
        self.adjustSize()
        left = min(corner.x(), window.width() - SPACE - self.width())
        self.move(max(SPACE, left), max(SPACE, min(corner.y(), bottom - self.height())))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if (app := QApplication.instance()) is not None:
            app.installEventFilter(self)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        if (app := QApplication.instance()) is not None:
            app.removeEventFilter(self)
        super().hideEvent(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in _ELSEWHERE and isinstance(watched, QWidget):
            self._leave_for(watched)
        elif kind == QEvent.Type.Hide and watched is self._chip:
            self._follow_chip()
        elif kind == QEvent.Type.Resize and watched is self.parentWidget():
            # Once what is in the window has found its new place.
            QTimer.singleShot(0, self, self.fit)
        return False

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            if self._chip is not None:
                self._chip.setFocus()
        else:
            super().keyPressEvent(event)

    def _leave_for(self, widget: QWidget) -> None:
        if not self._has(widget):
            self.hide()

    def _follow_chip(self) -> None:
        """Be hidden if the chip is; where the window is hidden with both, both come back."""
        if self._chip is not None and not self._chip.isVisibleTo(self._chip.window()):
            self.hide()

    def _has(self, widget: QWidget | None) -> bool:
        """Whether *widget* is in it, or in a list that something in it has opened."""
        while widget is not None and widget is not self:
            widget = widget.parentWidget()
        return widget is self


class CardList(QScrollArea):
    """What a card lists; it is scrolled where there is no room for all of it."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content, self._height = content, 0
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        self.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)

    def be_high(self, height: int) -> None:
        """Be of *height*, or as high as there is room."""
        self._height = height
        self.setMinimumHeight(min(height, _LEAST_LIST))
        self.setMaximumHeight(height)
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._content.sizeHint().width() + SCROLL_BAR, self._height)


def apply_button() -> QPushButton:
    """Return the button that takes a condition over."""
    return button(tr("Apply"), "primary")
