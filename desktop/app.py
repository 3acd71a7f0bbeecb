"""The composition root: window, services and actions put together; start and orderly end.

The order of the end matters: the window closes, tasks are cancelled and awaited, then
connections, threads and files are let go, then the loop ends, then Qt.
"""

from __future__ import annotations

import asyncio
import importlib
import signal
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
from desktop.platform.opening import Opener
from desktop.settings import Settings
from desktop.store.book import JobBook
from desktop.support.activity import Activity
from desktop.support.crashes import CrashWatch
from desktop.threads import LooseThreads
from desktop.ui.actions.activity import BugReports
from desktop.ui.actions.arrivals import Arrivals
from desktop.ui.aio import closing_generators
from desktop.ui.clock import ServiceClock, machine_time
from desktop.ui.first_paint import painted as first_painted
from desktop.ui.garbage import collected_here
from desktop.ui.instance import FirstInstance, Start, tell_refused
from desktop.ui.language import speak
from desktop.ui.models.jobs import JobsModel
from desktop.ui.placement import FILE, Placement
from desktop.ui.theme.theme import dress
from desktop.ui.tray import bring_to_front
from desktop.ui.views.main_window import TITLE, MainWindow
from desktop.wiring import connect

if TYPE_CHECKING:
    # Its imports take longer than the first paint may.
    from desktop.services import Services


def make_window(
    clock: ServiceClock, app: QApplication, settings: Settings, activity: Activity
) -> MainWindow:
    """Return the window in the wanted language and colours, with an empty table."""
    speak(app, settings.choices.language)
    theme = dress(app)
    model = JobsModel(JobBook(), clock)
    window = MainWindow(model, theme, activity)
    model.setParent(window)
    window.sign_in.show_server(settings.server, settings.next_server)
    window.sign_in.show_starting()
    theme.follow(settings.choices.scheme)
    return window


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
    activity = Activity(settings.home)
    activity.begin()
    with closing(CrashWatch(settings.data)) as watch:
        # Qt may crash as soon as it begins.
        watch.begin()
        return _run(_Launch(settings, activity, watch, files, open_url, painted, ready))


@dataclass(frozen=True, slots=True)
class _Launch:
    """What a start is given, as `run` explains it."""

    settings: Settings
    activity: Activity
    watch: CrashWatch
    files: Sequence[Path]
    open_url: Callable[[str], bool]
    painted: Callable[[], None] | None
    ready: Callable[[MainWindow], None] | None


def _run(launch: _Launch) -> int:
    settings = launch.settings
    app = _make_app()
    first = FirstInstance(settings.data)
    start = first.begin(launch.files)
    if start is Start.REFUSED:
        speak(app, settings.choices.language)
        tell_refused(TITLE, settings.data, first.error)
    if start is not Start.FIRST:
        return int(start is Start.REFUSED)
    launch.watch.tidy()
    with collected_here(app), closing(first):
        return _show(launch, app, first)


def _show(launch: _Launch, app: QApplication, first: FirstInstance) -> int:
    settings, clock = launch.settings, ServiceClock(machine_time)
    window = make_window(clock, app, settings, launch.activity)
    Placement(window, settings.data / FILE).begin()
    arrivals = _receive(app, window, first, launch.files)
    window.show()
    with qasync.QEventLoop(app) as loop, closing_generators(loop):
        # The loop's own threads are waited for without limit when it is closed.
        loop.set_default_executor(LooseThreads())
        bugs = BugReports(window, machine_time, settings.home)
        bugs.install(loop)
        work = _serve(launch, app, window, clock, first=first, arrivals=arrivals, bugs=bugs)
        return int(loop.run_until_complete(work))


def _make_app() -> QApplication:
    app = QApplication(sys.argv[:1])
    app.setApplicationName(TITLE)
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("gas-desktop")
    app.setQuitOnLastWindowClosed(False)
    return app


def _receive(
    app: QApplication, window: MainWindow, first: FirstInstance, files: Sequence[Path]
) -> Arrivals:
    """Return what keeps *files*, and those of later starts, until somebody is signed in."""
    arrivals = Arrivals(window)
    arrivals.add(files)
    first.called.connect(arrivals.add)
    first.called.connect(lambda _files: bring_to_front(window))
    if sys.platform == "darwin":
        app.installEventFilter(arrivals)
    return arrivals


async def _serve(
    launch: _Launch,
    app: QApplication,
    window: MainWindow,
    clock: ServiceClock,
    *,
    first: FirstInstance,
    arrivals: Arrivals,
    bugs: BugReports,
) -> int:
    stop = _stop_event(app)
    await first_painted(window)
    if launch.painted is not None:
        launch.painted()
    settings, opener = launch.settings, Opener(launch.settings.server, launch.open_url)
    async with AsyncExitStack() as rest:
        rest.push_async_callback(bugs.stop)
        services = await _open(settings, opener)
        rest.push_async_callback(services.close)
        actions = connect(window, clock, services, settings, opener, watch=launch.watch)
        actions.session.signed_in.connect(arrivals.hand_over)
        actions.session.begin()
        actions.releases.begin()
        actions.crashes.begin()
        if launch.ready is not None:
            launch.ready(window)
        await stop.wait()
        # Whoever starts the app now is not to lose files to one that is about to end.
        first.stop_listening()
        await actions.stop()
    return 0


async def _open(settings: Settings, opener: Opener) -> Services:
    """Import and open the services, in a thread, for neither is quick."""
    module = await asyncio.to_thread(importlib.import_module, "desktop.services")
    services: Services = await asyncio.to_thread(module.open_services, settings, opener.open_link)
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
