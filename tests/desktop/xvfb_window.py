"""Opens the app on a real screen, looks at it, closes it; run by `test_xvfb`.

Arguments: the server's address, and where to save the picture of the screen.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from desktop.app import run
from desktop.settings import Settings
from desktop.ui.views.main_window import MainWindow

WATCHDOG_MILLISECONDS = 30_000
_LOOK_MILLISECONDS = 20


def look(window: MainWindow, picture: Path) -> None:
    """Wait until the sign-in is offered, save what the screen shows, close the window."""
    timer = QTimer(window, interval=_LOOK_MILLISECONDS)

    def look_once() -> None:
        if not window.sign_in.sign_in.isVisible():
            return
        timer.stop()
        assert QGuiApplication.platformName() == "xcb"
        window.repaint()
        QGuiApplication.primaryScreen().grabWindow(0).save(str(picture))
        window.close()

    timer.timeout.connect(look_once)
    timer.start()
    QTimer.singleShot(WATCHDOG_MILLISECONDS, window, window.close)


if __name__ == "__main__":
    server, folder = sys.argv[1], Path(sys.argv[2])
    settings = Settings(server, folder / "data", folder / "Downloads")
    sys.exit(run(settings, ready=lambda window: look(window, folder / "screen.png")))
