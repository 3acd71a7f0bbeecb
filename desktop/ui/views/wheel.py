"""Controls on a page that is scrolled: the wheel is the page's until somebody goes into one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget
from typing_extensions import override


class _Spared(QObject):
    """Keeps the wheel from a control that the keyboard is not in."""

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Wheel or not isinstance(watched, QWidget):
            return False
        if watched.hasFocus():
            return False
        # What is ignored goes on to the page.
        event.ignore()
        return True


def spare_wheel(*controls: QWidget) -> None:
    """Have the wheel over *controls* scroll their page, unless one of them has the focus."""
    for control in controls:
        control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        control.installEventFilter(_Spared(control))
