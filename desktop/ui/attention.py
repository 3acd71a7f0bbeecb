"""Drawing attention to the window; is `desktop.platform.notifications.Notifications`."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QWidget


class WindowAlert:
    """Marks the window in the task bar while somebody looks elsewhere.

    Attributes:
        told: what was told last; the window's toast says it too.
    """

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self.told: tuple[str, str] | None = None

    def tell(self, title: str, sentence: str) -> None:
        """Say that something happened, unless the window is looked at."""
        if not self._window.isActiveWindow():
            self.told = (title, sentence)
            QApplication.alert(self._window)
