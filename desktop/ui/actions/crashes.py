"""What a crash left behind, offered once at the next start."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.support.crashes import CrashReport, CrashWatch
from desktop.ui.actions.activity import keep, write_text
from desktop.ui.aio import Tasks
from desktop.ui.language import tr
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.report import Choice, Report
from desktop.ui.views.save_as import chosen_place

_REPORT = "gas-crash.txt"
_log = logging.getLogger(__name__)


class CrashReports(QObject):
    """Shows what a crash left behind; it is deleted as soon as somebody has saved or discarded it.

    Args:
        home: the person's folder, whose name gets into no report.
    """

    def __init__(self, window: MainWindow, watch: CrashWatch, home: Path, *, tasks: Tasks) -> None:
        super().__init__(window)
        self._window, self._watch, self._home, self._tasks = window, watch, home, tasks

    def begin(self) -> None:
        """Show it if there is any; the loop must be running."""
        self._tasks.start(self._offer(), "showing a crash")

    async def _offer(self) -> None:
        left = await asyncio.to_thread(self._watch.report, self._home)
        if left is None:
            return
        _log.warning("an earlier start crashed")
        choice = await crash_dialog(self._window, left.text).choice()
        if choice is Choice.DISCARD or (choice is Choice.SAVE and await self._saved(left)):
            await asyncio.to_thread(left.remove)

    async def _saved(self, left: CrashReport) -> bool:
        place = await chosen_place(self._window, self._home / _REPORT)
        if place is None:
            return False
        await keep(write_text, place, left.text)
        self._window.toasts.say(tr("Crash report saved"), str(place))
        return True


def crash_dialog(parent: QWidget | None, text: str) -> Report:
    """Return what shows the report of a crash."""
    return Report(
        parent,
        title=tr("The app crashed last time"),
        sentence=tr(
            "It was stopped without warning, and this says where. The app sends nothing. If you "
            "want to tell somebody, save it, but look first for what should not leave this "
            "machine. Once it is saved or discarded, the app keeps no copy."
        ),
        files={_REPORT: text},
        back=tr("Discard"),
    )
