"""`gas desktop --local` as somebody tries it; run by `test_local_command`.

Argument: the folder for the pictures.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, suppress
from io import StringIO
from pathlib import Path

from PySide6.QtCore import QMetaObject, QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from backend.cli import main
from backend.wire import JobStatus
from desktop.ui.models.columns import Column
from desktop.ui.views.main_window import MainWindow
from tests.desktop.visit import Visit

_LOOK_MILLISECONDS = 20


class Doorman(QObject):
    """Says when the window of this process is there, whoever opens it.

    Args:
        ready: gets the window, in the app's loop.
    """

    def __init__(self, ready: Callable[[MainWindow], None]) -> None:
        super().__init__()
        self._ready = ready
        # There is no loop yet; the call waits until there is one.
        QMetaObject.invokeMethod(self, "look", Qt.ConnectionType.QueuedConnection)

    @Slot()
    def look(self) -> None:
        """Look for the window, now and again."""
        windows = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]
        with suppress(RuntimeError):
            # It is raised as long as Qt turns and the app's loop does not yet.
            asyncio.get_running_loop()
            if windows:
                self._ready(windows[0])
                return
        QTimer.singleShot(_LOOK_MILLISECONDS, self.look)


async def try_the_sample(visit: Visit) -> None:
    """Sign in, and have the file annotated that comes with the app."""
    window = visit.window
    await visit.click(window.sign_in.sign_in)
    await visit.until(lambda: window.is_signed_in, "somebody is signed in")
    nothing = window.annotations.nothing_yet
    assert nothing.other is not None
    await visit.click(nothing.other)
    await visit.until(lambda: visit.says(Column.FILE), "a row for the file")
    visit.reach("sent")
    await visit.until(lambda: is_completed(window), "the file is annotated")
    visit.reach("annotated")
    visit.found["file"] = visit.says(Column.FILE)


def is_completed(window: MainWindow) -> bool:
    job = window.model.job_at(0)
    return job is not None and job.status is JobStatus.COMPLETED


def run_command(visit: Visit, ready: Callable[[MainWindow], None]) -> int:
    """Run the command, and note what it says."""
    doorman = Doorman(ready)
    with redirect_stderr(StringIO()) as said:
        code = main(["desktop", "--local"])
    del doorman
    visit.found["said"] = said.getvalue().splitlines()
    return code


if __name__ == "__main__":
    made = Visit(try_the_sample, Path(sys.argv[1]))
    sys.exit(made.run(lambda ready: run_command(made, ready)))
