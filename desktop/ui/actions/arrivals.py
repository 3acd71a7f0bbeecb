"""Files that the app is opened with, from the command line or by "Open with"."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFileOpenEvent
from typing_extensions import override

from desktop.ui.views.main_window import MainWindow


class Arrivals(QObject):
    """Keeps the files until somebody is signed in; then they are as if dropped on the window.

    As an event filter of the application it also takes what macOS opens with the app, which comes
    as an event instead of an argument.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._waiting: list[Path] = []

    def add(self, paths: Sequence[Path]) -> None:
        """Take these files, now or as soon as somebody is signed in."""
        self._waiting += paths
        self.hand_over()

    def hand_over(self) -> None:
        """Let go of the files over the window, if it shows its pages."""
        if self._window.is_signed_in and self._waiting:
            arrived, self._waiting = self._waiting, []
            self._window.files_dropped.emit(arrived)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self.add([Path(event.file())])
            return True
        return False
