"""The composition root: window, services and actions put together; start and orderly end.

The order of the end matters: the window closes, tasks are cancelled and awaited, then
connections, threads and files are let go, then the loop ends, then Qt.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any

import qasync
from PySide6.QtCore import QEvent, QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from backend import __version__
from desktop.errors import DesktopError, KeyringLockedError, SignedOutError
from desktop.platform.opening import Opener
from desktop.settings import Settings
from desktop.store.book import JobBook
from desktop.ui.actions.account import AccountActions
from desktop.ui.actions.board import TransferBoard
from desktop.ui.actions.downloads import DownloadActions
from desktop.ui.actions.jobs import JobActions
from desktop.ui.actions.session import SessionActions
from desktop.ui.actions.uploads import UploadActions
from desktop.ui.aio import Tasks, closing_generators
from desktop.ui.attention import WindowAlert
from desktop.ui.clock import ServiceClock, machine_time
from desktop.ui.models.jobs import JobsModel
from desktop.ui.theme.theme import dress
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.main_window import TITLE, MainWindow

if TYPE_CHECKING:
    # Its imports take longer than the first paint may.
    from desktop.services import Services

PAINT_SECONDS = 1.0
"""How long the services wait for the first paint; a hidden window is never painted."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Actions:
    """What the window does when it is clicked."""

    session: SessionActions
    jobs: JobActions
    uploads: UploadActions
    downloads: DownloadActions
    account: AccountActions
    tasks: Tasks

    async def stop(self) -> None:
        """End all tasks; what is not saved yet is saved first."""
        self.jobs.stop()
        await self.tasks.stop()
        await self.jobs.save()


def make_window(clock: ServiceClock, app: QApplication) -> MainWindow:
    """Return the window, dressed in the system's scheme, with an empty table."""
    theme = dress(app)
    model = JobsModel(JobBook(), clock)
    window = MainWindow(model, theme)
    model.setParent(window)
    window.sign_in.show_starting()
    theme.follow_system()
    return window


def connect(
    window: MainWindow,
    clock: ServiceClock,
    services: Services,
    settings: Settings,
    opener: Opener,
) -> Actions:
    """Connect what is clicked in *window* with the services."""

    def show_error(error: DesktopError) -> None:
        if isinstance(error, SignedOutError | KeyringLockedError):
            session.end(error)
        else:
            window.toasts.say(error.title, error.sentence, Tone.BAD)

    tasks = Tasks(show_error)
    model, board = window.model, TransferBoard(window.annotations.strip)
    api, transfers = services.api, services.transfers
    session = SessionActions(window, services.sign_in, api, clock, tasks)
    jobs = JobActions(
        window,
        model,
        session,
        api=api,
        updates=services.updates,
        transfers=transfers,
        memory=services.memory,
        notifications=WindowAlert(window),
        tasks=tasks,
    )
    uploads = UploadActions(
        window,
        board,
        session,
        jobs,
        api=api,
        transfers=transfers,
        opener=opener,
        start_folder=settings.downloads.parent,
        tasks=tasks,
    )
    downloads = DownloadActions(
        window,
        board,
        model,
        api=api,
        transfers=transfers,
        folder=settings.downloads,
        tasks=tasks,
    )
    return Actions(
        session, jobs, uploads, downloads, AccountActions(window, session, opener), tasks
    )


def run(settings: Settings, ready: Callable[[MainWindow], None] | None = None) -> int:
    """Show the window and return the process's exit code when it is closed.

    Args:
        settings: where things are.
        ready: called once the window is painted and its actions work, as a self-test needs.
    """
    app = QApplication(sys.argv[:1])
    app.setApplicationName(TITLE)
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("gas-desktop")
    app.setQuitOnLastWindowClosed(False)
    clock = ServiceClock(machine_time)
    window = make_window(clock, app)
    window.show()
    with qasync.QEventLoop(app) as loop, closing_generators(loop):
        _report_to(window, loop)
        return int(loop.run_until_complete(_serve(app, window, clock, settings, ready)))


async def _serve(
    app: QApplication,
    window: MainWindow,
    clock: ServiceClock,
    settings: Settings,
    ready: Callable[[MainWindow], None] | None,
) -> int:
    stop = _stop_event(app)
    await _painted(window)
    opener = Opener(settings.server, lambda url: QDesktopServices.openUrl(QUrl(url)))
    services = await _open(settings, opener)
    actions = connect(window, clock, services, settings, opener)
    actions.session.begin()
    if ready is not None:
        ready(window)
    await stop.wait()
    await actions.stop()
    await services.close()
    return 0


async def _open(settings: Settings, opener: Opener) -> Services:
    """Import and open the services, in a thread, for neither is quick."""
    module = await asyncio.to_thread(importlib.import_module, "desktop.services")
    services: Services = await asyncio.to_thread(module.open_services, settings, opener.open)
    return services


def _stop_event(app: QApplication) -> asyncio.Event:
    """Return an event that is set when the window is closed, or the process is asked to end."""
    stop = asyncio.Event()
    app.lastWindowClosed.connect(stop.set)
    app.aboutToQuit.connect(stop.set)
    if sys.platform != "win32":
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, stop.set)
    return stop


class _FirstPaint(QObject):
    """Tells when a widget is painted for the first time."""

    def __init__(self, widget: QObject) -> None:
        super().__init__(widget)
        self.seen = asyncio.Event()
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.seen.set()
            watched.removeEventFilter(self)
        return False


async def _painted(window: MainWindow) -> None:
    """Wait for the first paint, but not for ever."""
    try:
        await asyncio.wait_for(_FirstPaint(window).seen.wait(), PAINT_SECONDS)
    except TimeoutError:
        _log.info("the window is not painted; going on without")


def _report_to(window: MainWindow, loop: asyncio.AbstractEventLoop) -> None:
    """Have every bug logged, and told to the person, once."""

    def report(error: BaseException) -> None:
        _log.error("bug", exc_info=error)
        window.toasts.say(DesktopError.title, "The app goes on; its log says more.", Tone.BAD)

    def from_slot(
        _type: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        report(error)

    def from_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        report(context.get("exception") or RuntimeError(context["message"]))

    sys.excepthook = from_slot
    loop.set_exception_handler(from_loop)
