"""The composition root: window, services and actions put together; start and orderly end.

The order of the end matters: the window closes, tasks are cancelled and awaited, then
connections, threads and files are let go, then the loop ends, then Qt.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import signal
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import qasync
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from backend import __version__
from desktop.errors import DesktopError, KeyringLockedError, SignedOutError
from desktop.platform.opening import Opener
from desktop.settings import Settings
from desktop.store.book import JobBook
from desktop.support.activity import Activity
from desktop.ui.actions.account import AccountActions
from desktop.ui.actions.activity import ActivityActions, BugReports
from desktop.ui.actions.arrivals import Arrivals
from desktop.ui.actions.board import TransferBoard
from desktop.ui.actions.display import TransferDisplay
from desktop.ui.actions.downloads import DownloadActions
from desktop.ui.actions.jobs import JobActions
from desktop.ui.actions.news import News, follow_state
from desktop.ui.actions.releases import ReleaseActions
from desktop.ui.actions.reports import ReportActions
from desktop.ui.actions.session import SessionActions
from desktop.ui.actions.settings import SettingsActions
from desktop.ui.actions.shelf import Shelf
from desktop.ui.actions.uploads import UploadActions
from desktop.ui.aio import Tasks, closing_generators
from desktop.ui.clock import ServiceClock, machine_time
from desktop.ui.error_words import error_words
from desktop.ui.first_paint import painted as first_painted
from desktop.ui.instance import FirstInstance, Start, tell_refused
from desktop.ui.language import speak
from desktop.ui.models.jobs import JobsModel
from desktop.ui.theme.theme import dress
from desktop.ui.theme.tokens import Tone
from desktop.ui.tray import Tray, bring_to_front
from desktop.ui.views.main_window import TITLE, MainWindow

if TYPE_CHECKING:
    # Its imports take longer than the first paint may.
    from desktop.services import Services

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Actions:
    """What the window does when it is clicked."""

    session: SessionActions
    jobs: JobActions
    uploads: UploadActions
    downloads: DownloadActions
    board: TransferBoard
    account: AccountActions
    settings: SettingsActions
    news: News
    releases: ReleaseActions
    tasks: Tasks

    async def stop(self) -> None:
        """End all tasks, then save what is not saved yet; what cannot be saved is logged."""
        self.jobs.stop()
        await self.tasks.stop()
        # The queue goes first: the service has the list, too.
        for name, save in (("queue", self.board.save), ("list", self.jobs.save)):
            try:
                await save()
            except (DesktopError, sqlite3.Error) as error:
                _log.warning("the %s could not be saved: %s", name, error)


def make_window(
    clock: ServiceClock, app: QApplication, settings: Settings, activity: Activity
) -> MainWindow:
    """Return the window in the wanted language and colours, with an empty table."""
    speak(app, settings.choices.language)
    theme = dress(app)
    model = JobsModel(JobBook(), clock)
    window = MainWindow(model, theme, activity)
    model.setParent(window)
    window.sign_in.show_starting()
    theme.follow(settings.choices.scheme)
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
            window.toasts.say(*error_words(error), Tone.BAD)

    tasks = Tasks(show_error)
    model, api, transfers = window.model, services.api, services.transfers
    chosen = SettingsActions(window, settings, transfers=transfers, tasks=tasks)
    tray = Tray(window, window.theme, lambda: chosen.settings.choices.notifications)
    news = News(model, tray, window)
    follow_state(model, tray)
    board = TransferBoard(window, transfers=transfers, memory=services.queue, tasks=tasks)
    TransferDisplay(window, board)
    session = SessionActions(window, services.sign_in, api, clock, tasks)
    jobs = JobActions(
        window,
        model,
        session,
        api=api,
        updates=services.updates,
        transfers=transfers,
        memory=services.memory,
        news=news,
        tasks=tasks,
    )
    uploads = UploadActions(
        window,
        board,
        session,
        jobs,
        transfers=transfers,
        opener=opener,
        folder=settings.uploads,
        tasks=tasks,
    )
    downloads = DownloadActions(
        window,
        board,
        model,
        api=api,
        transfers=transfers,
        opener=opener,
        folder=settings.downloads,
        tasks=tasks,
    )
    Shelf(window, session, downloads, tasks)
    reports = ReportActions(downloads, api=api, transfers=transfers, opener=opener, tasks=tasks)
    window.annotations.report_wanted.connect(reports.open)
    account = AccountActions(
        window, session, api=api, opener=opener, server=settings.server, tasks=tasks
    )

    # Imported here, for the window is painted first.
    from desktop.ui.viewer.assembly import connect_viewer

    connect_viewer(
        window,
        session,
        variants=services.variants,
        filters=services.filters,
        opener=opener,
        folder=lambda: chosen.settings.downloads,
        tasks=tasks,
        download=downloads.save,
        report=reports.open,
        upgrade=account.upgrade,
    )
    releases = ReleaseActions(window, chosen, services.releases, tasks, opener=opener, clock=clock)

    def follow(now: Settings) -> None:
        downloads.folder, uploads.folder = now.downloads, now.uploads

    chosen.changed.connect(follow)
    ActivityActions(window, lambda: chosen.settings, tasks=tasks)
    return Actions(session, jobs, uploads, downloads, board, account, chosen, news, releases, tasks)


def open_in_browser(url: str) -> bool:
    """Open *url* in the system's browser; return whether that worked."""
    return QDesktopServices.openUrl(QUrl(url))


def run(
    settings: Settings,
    *,
    files: Sequence[Path] = (),
    open_url: Callable[[str], bool] = open_in_browser,
    painted: Callable[[], None] | None = None,
    ready: Callable[[MainWindow], None] | None = None,
) -> int:
    """Show the window and return the process's exit code when it is closed.

    Where the app runs already it gets the *files*, and there is no second window.

    Args:
        settings: where things are.
        files: uploaded as soon as somebody is signed in.
        open_url: opens an address that is allowed; returns whether the system did.
        painted: called once the window is painted.
        ready: called once its actions work too, as a self-test needs.
    """
    app = QApplication(sys.argv[:1])
    app.setApplicationName(TITLE)
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("gas-desktop")
    app.setQuitOnLastWindowClosed(False)
    activity = Activity(settings.home)
    activity.begin()
    first = FirstInstance(settings.data)
    start = first.begin(files)
    if start is Start.REFUSED:
        speak(app, settings.choices.language)
        tell_refused(TITLE, settings.data)
    if start is not Start.FIRST:
        return int(start is Start.REFUSED)
    clock = ServiceClock(machine_time)
    window = make_window(clock, app, settings, activity)
    arrivals = Arrivals(window)
    arrivals.add(files)
    first.called.connect(arrivals.add)
    first.called.connect(lambda _files: bring_to_front(window))
    if sys.platform == "darwin":
        app.installEventFilter(arrivals)
    window.show()
    with closing(first), qasync.QEventLoop(app) as loop, closing_generators(loop):
        bugs = BugReports(window, machine_time, settings.home)
        bugs.install(loop)
        work = _serve(
            app,
            window,
            clock,
            first=first,
            settings=settings,
            opener=Opener(settings.server, open_url),
            arrivals=arrivals,
            bugs=bugs,
            painted=painted,
            ready=ready,
        )
        return int(loop.run_until_complete(work))


async def _serve(
    app: QApplication,
    window: MainWindow,
    clock: ServiceClock,
    *,
    first: FirstInstance,
    settings: Settings,
    opener: Opener,
    arrivals: Arrivals,
    bugs: BugReports,
    painted: Callable[[], None] | None,
    ready: Callable[[MainWindow], None] | None,
) -> int:
    stop = _stop_event(app)
    await first_painted(window)
    if painted is not None:
        painted()
    async with AsyncExitStack() as rest:
        rest.push_async_callback(bugs.stop)
        services = await _open(settings, opener)
        rest.push_async_callback(services.close)
        actions = connect(window, clock, services, settings, opener)
        actions.session.signed_in.connect(arrivals.hand_over)
        actions.session.begin()
        actions.releases.begin()
        if ready is not None:
            ready(window)
        await stop.wait()
        # Whoever starts the app now is not to lose files to one that is about to end.
        first.stop_listening()
        await actions.stop()
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
