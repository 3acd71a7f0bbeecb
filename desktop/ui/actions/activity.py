"""The log and the support bundle; and reports of bugs, which are shown before they are kept."""

from __future__ import annotations

import asyncio
import logging
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, qVersion
from PySide6.QtGui import QGuiApplication

from desktop.errors import ForbiddenError
from desktop.ports import Clock
from desktop.sentences import reason_of, said
from desktop.settings import Settings
from desktop.support import bundle
from desktop.support.bugs import bug_report
from desktop.support.crashes import CrashWatch
from desktop.ui.aio import Tasks
from desktop.ui.error_words import error_words
from desktop.ui.language import tr
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.report import Report
from desktop.ui.views.save_as import chosen_place

_log = logging.getLogger(__name__)
_REPORT = "gas-bug.txt"

Place = tuple[type[BaseException], object]
"""Where a bug is: the error's type, and the lines that led to it."""


class ActivityActions(QObject):
    """Makes the support bundle.

    Args:
        settings: returns them as they are now.
        crashes: knows whether there is the report of a crash.
    """

    def __init__(
        self,
        window: MainWindow,
        settings: Callable[[], Settings],
        crashes: CrashWatch,
        *,
        tasks: Tasks,
    ) -> None:
        super().__init__(window)
        self._window, self._settings, self._crashes = window, settings, crashes
        window.activity.bundle_wanted.connect(
            lambda: tasks.start(self._make_bundle(), "making a support bundle")
        )
        window.activity.copied.connect(lambda: window.toasts.say(tr("Log copied")))

    async def _make_bundle(self) -> None:
        entries = self._window.activity.model.activity.entries()
        crash = await asyncio.to_thread(self._crashes.report, self._settings().home)
        told = crash.text if crash else ""
        files = bundle.support_files(entries, self._settings(), _about(), told)
        report = Report(
            self._window,
            title=tr("Support bundle"),
            sentence=tr(
                "This is all that is in it. Read it, save it where you like, and send it to "
                "whoever helps you; the app sends nothing."
            ),
            files=files,
        )
        if not await report.wanted():
            return
        place = await chosen_place(self._window, self._settings().downloads / bundle.NAME)
        if place is not None:
            await keep(bundle.save_bundle, place, files)
            self._window.toasts.say(tr("Support bundle saved"), str(place))


class BugReports(QObject):
    """Has every unhandled error logged, and shown to the person before anything is kept.

    One that comes again from the same place, as a timer's does, is only counted.

    Attributes:
        report: the one that is open; further bugs are logged and counted meanwhile.
    """

    def __init__(self, window: MainWindow, clock: Clock, home: Path) -> None:
        super().__init__(window)
        self._window, self._clock, self._home = window, clock, home
        self._tasks = Tasks(lambda error: window.toasts.say(*error_words(error), Tone.BAD))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._logged: set[Place] = set()
        self._shown: set[Place] = set()
        self.report: Report | None = None
        self.count = 0

    def install(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hear of bugs in slots and in tasks from now on."""

        def from_slot(
            _type: type[BaseException], error: BaseException, _trace: TracebackType | None
        ) -> None:
            self.tell(error)

        def from_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            self.tell(context.get("exception") or RuntimeError(context["message"]))

        self._loop = loop
        sys.excepthook = from_slot
        loop.set_exception_handler(from_loop)

    def tell(self, error: BaseException) -> None:
        """Tell of a bug; while the app starts or ends nothing can be shown, so it is printed."""
        place = place_of(error)
        if place not in self._logged:
            _log.error("bug", exc_info=error)
            self._logged.add(place)
        self.count += 1
        if self._loop is None or not self._loop.is_running():
            sys.__excepthook__(type(error), error, error.__traceback__)
        elif self.report is None and place not in self._shown:
            self._shown.add(place)
            self._tasks.start(self._show(error), "showing a bug")

    async def stop(self) -> None:
        """Close the report that is open, if there is one."""
        await self._tasks.stop()

    async def _show(self, error: BaseException) -> None:
        text = bug_report(error, self._clock(), self._home)
        self.report = Report(
            self._window,
            title=tr("Something went wrong in the app"),
            sentence=tr(
                "It goes on as well as it can. If you want to tell somebody, this says what "
                "happened; it is kept only if you save it. Look for what should not leave this "
                "machine before you pass it on."
            ),
            files={_REPORT: text},
        )
        try:
            if await self.report.wanted():
                place = await chosen_place(self._window, self._home / _REPORT)
                if place is not None:
                    await keep(write_text, place, text)
        finally:
            self.report = None


def place_of(error: BaseException) -> Place:
    """Return what is the same of an error each time that it comes from the same place."""
    lines = traceback.walk_tb(error.__traceback__)
    places = tuple((frame.f_code.co_filename, line) for frame, line in lines)
    # What nobody raised, as what the loop tells of, is known by its words.
    return type(error), places or str(error)


def write_text(path: Path, text: str) -> None:
    """Write *text* into the file at *path*, in place of what is there."""
    path.write_text(text, "utf-8")


async def keep(write: Callable[..., None], path: Path, content: object) -> None:
    """Have *write* put *content* into the file at *path*, in a thread.

    Raises:
        ForbiddenError: it cannot be written.
    """
    try:
        await asyncio.to_thread(write, path, content)
    except OSError as error:
        raise ForbiddenError(
            said("{path} cannot be written: {reason}.", path=str(path), reason=reason_of(error))
        ) from error


def _about() -> dict[str, str]:
    screen = QGuiApplication.primaryScreen()
    return {
        "Qt": str(qVersion()),
        "platform": QGuiApplication.platformName(),
        "scale": f"{screen.devicePixelRatio():g}" if screen else "",
    }
