"""The app, which crashes, is killed or is read; run by `test_crashes`.

Arguments: the folder that it works on, and what happens to it as soon as it is ready: `segfault`,
`abort`, `stay` until it is killed, `close`, or `read`.  With `read` the report of a crash is waited
for, printed and discarded, and the window is closed once its file is gone.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from desktop.app import run
from desktop.settings import Settings
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.report import Report

READY = "ready"
# Nobody listens there.
_SERVER = "http://127.0.0.1:9"
_LOOK_MILLISECONDS = 20


def segfault() -> None:
    """Read where no memory is, as a driver may."""
    ctypes.string_at(0)


def read(window: MainWindow, data: Path) -> None:
    """Print the report of a crash as soon as it is shown, discard it, and then close the window."""
    looking = QTimer(window, interval=_LOOK_MILLISECONDS)
    waiting = QTimer(window, interval=_LOOK_MILLISECONDS)

    def look() -> None:
        report = window.findChild(Report)
        if report is None or not report.isVisible():
            return
        looking.stop()
        (text,) = (each.toPlainText() for each in report.texts.values())
        sys.stdout.write(text)
        report.back.click()
        waiting.start()

    def wait() -> None:
        # The app's own file is empty.
        if not any(file.stat().st_size for file in data.glob("crash-*")):
            waiting.stop()
            window.close()

    looking.timeout.connect(look)
    waiting.timeout.connect(wait)
    looking.start()


def say_ready() -> None:
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()


def main(folder: Path, deed: str) -> int:
    settings = Settings(_SERVER, data=folder / "data", downloads=folder, home=folder)

    def ready(window: MainWindow) -> None:
        deeds = {
            "segfault": segfault,
            "abort": os.abort,
            "stay": say_ready,
            "close": window.close,
            "read": lambda: read(window, settings.data),
        }
        QTimer.singleShot(0, window, deeds[deed])

    return run(settings, ready=ready)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
