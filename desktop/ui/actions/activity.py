"""The log and the support bundle; and reports of bugs, which are shown before they are kept."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, qVersion
from PySide6.QtGui import QGuiApplication

from desktop.errors import ForbiddenError
from desktop.ports import Clock
from desktop.settings import Settings
from desktop.support import bundle
from desktop.support.bugs import bug_report
from desktop.ui.aio import Tasks
from desktop.ui.error_words import error_words
from desktop.ui.language import tr
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.report import Report
from desktop.ui.views.save_as import chosen_place

_log = logging.getLogger(__name__)
_REPORT = "gas-bug.txt"


class ActivityActions(QObject):
    """Makes the support bundle.

    Args:
        settings: returns them as they are now.
    """

    def __init__(
        self, window: MainWindow, settings: Callable[[], Settings], *, tasks: Tasks
    ) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        window.activity.bundle_wanted.connect(
            lambda: tasks.start(self._make_bundle(), "making a support bundle")
        )
        window.activity.copied.connect(lambda: window.toasts.say(tr("Log copied")))

    async def _make_bundle(self) -> None:
        entries = self._window.activity.model.activity.entries()
        files = bundle.support_files(entries, self._settings(), _about())
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
            await _keep(bundle.save_bundle, place, files)
            self._window.toasts.say(tr("Support bundle saved"), str(place))


class BugReports(QObject):
    """Has every unhandled error logged once, and shown to the person before anything is kept.

    Attributes:
        report: the one that is open; further bugs are logged and counted meanwhile.
    """

    def __init__(self, window: MainWindow, clock: Clock, home: Path) -> None:
        super().__init__(window)
        self._window, self._clock, self._home = window, clock, home
        self._tasks = Tasks(lambda error: window.toasts.say(*error_words(error), Tone.BAD))
        self._loop: asyncio.AbstractEventLoop | None = None
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
        _log.error("bug", exc_info=error)
        self.count += 1
        if self._loop is None or not self._loop.is_running():
            sys.__excepthook__(type(error), error, error.__traceback__)
        elif self.report is None:
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
                    await _keep(_write, place, text)
        finally:
            self.report = None


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


async def _keep(write: Callable[..., None], path: Path, content: object) -> None:
    try:
        await asyncio.to_thread(write, path, content)
    except OSError as error:
        raise ForbiddenError(
            tr("{path} cannot be written: {reason}.").format(path=path, reason=error.strerror)
        ) from error


def _about() -> dict[str, str]:
    screen = QGuiApplication.primaryScreen()
    return {
        "Qt": str(qVersion()),
        "platform": QGuiApplication.platformName(),
        "scale": f"{screen.devicePixelRatio():g}" if screen else "",
    }
