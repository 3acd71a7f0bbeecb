"""Double clicks whose first click moves what is under the mouse."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

_SECOND = Qt.MouseEventFlag.MouseEventCreatedDoubleClick


class DoubleClick(QObject):
    """Gives a double click to where it began, wherever its second click lands.

    A click may open something beside a table, which has less room then: without this the second
    one would press a button that has just come under the mouse. Qt says what a double click is.

    Signals:
        done: arg: what `begin` was told of the first click.
    """

    done = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._first = ""

    def begin(self, place: QWidget, what: str) -> None:
        """Note that *what* was pressed in *place*, "" for what a second click does nothing to."""
        self._first = what
        window = place.window().windowHandle()
        if window is not None:
            window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QMouseEvent):
            return False
        if event.type() == QEvent.Type.MouseButtonDblClick:
            watched.removeEventFilter(self)
            if self._first:
                self.done.emit(self._first)
            return True
        # Qt tells of the press of a second click before it tells of the double click.
        if event.type() == QEvent.Type.MouseButtonPress and not event.flags() & _SECOND:
            watched.removeEventFilter(self)
        return False
