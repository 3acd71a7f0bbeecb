"""What the window does: its actions put together, and connected with the services."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.errors import DesktopError, KeyringLockedError, SignedOutError
from desktop.platform.opening import Opener
from desktop.settings import Settings
from desktop.support.crashes import CrashWatch
from desktop.ui.actions.account import AccountActions
from desktop.ui.actions.activity import ActivityActions
from desktop.ui.actions.board import TransferBoard
from desktop.ui.actions.connection import ConnectionActions
from desktop.ui.actions.crashes import CrashReports
from desktop.ui.actions.display import TransferDisplay
from desktop.ui.actions.downloads import DownloadActions
from desktop.ui.actions.jobs import JobActions
from desktop.ui.actions.last_account import LastAccount
from desktop.ui.actions.news import News, follow_state
from desktop.ui.actions.releases import ReleaseActions
from desktop.ui.actions.removals import Removals
from desktop.ui.actions.reports import ReportActions
from desktop.ui.actions.saving import Save, tell_lost_filters, tell_lost_queue
from desktop.ui.actions.session import SessionActions
from desktop.ui.actions.settings import SettingsActions
from desktop.ui.actions.shelf import Shelf
from desktop.ui.actions.uploads import UploadActions
from desktop.ui.aio import Tasks
from desktop.ui.clock import ServiceClock
from desktop.ui.error_words import error_words
from desktop.ui.theme.tokens import Tone
from desktop.ui.tray import Tray
from desktop.ui.views.main_window import MainWindow

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
    tray: Tray
    releases: ReleaseActions
    crashes: CrashReports
    tasks: Tasks

    async def stop(self) -> None:
        """End all tasks, then save what is not saved yet; what cannot be saved is logged."""
        self.jobs.stop()
        self.tray.close()
        await self.tasks.stop()
        async with AsyncExitStack() as rest:
            # Whatever happens to one, the others are saved; the last goes first, which nobody else
            # has, as the service has the list.
            rest.push_async_callback(_save, "list", self.jobs.save)
            rest.push_async_callback(_save, "settings", self.settings.save)
            rest.push_async_callback(_save, "queue", self.board.save)


async def _save(name: str, save: Save) -> None:
    try:
        await save()
    except (DesktopError, sqlite3.Error) as error:
        _log.warning("the %s could not be saved: %s", name, error)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What nearly all actions stand on."""

    window: MainWindow
    services: Services
    settings: Settings
    opener: Opener
    tasks: Tasks


def connect(
    window: MainWindow,
    clock: ServiceClock,
    services: Services,
    settings: Settings,
    opener: Opener,
    *,
    watch: CrashWatch,
) -> Actions:
    """Connect what is clicked in *window* with the services."""

    def show_error(error: DesktopError) -> None:
        if isinstance(error, SignedOutError | KeyringLockedError):
            session.end(error)
        else:
            window.toasts.say(*error_words(error), Tone.BAD)

    tasks, api = Tasks(show_error), services.api
    ground = _Ground(window, services, settings, opener, tasks)
    chosen = SettingsActions(window, settings, transfers=services.transfers, tasks=tasks)
    ConnectionActions(window, chosen, tasks)
    tray = Tray(window, window.theme, lambda: chosen.settings.choices.notifications)
    news = News(window.model, tray, window)
    board = _connect_queue(ground, tray)
    session = SessionActions(window, services.sign_in, api, clock, tasks)
    jobs = _connect_jobs(ground, session, news)
    uploads = _connect_uploads(ground, board, session, jobs)
    downloads = _connect_downloads(ground, board, session)
    account = AccountActions(
        window, session, api=api, opener=opener, server=settings.server, tasks=tasks
    )
    _connect_results(ground, chosen, session, downloads, account)
    releases = ReleaseActions(window, chosen, services.releases, tasks, opener=opener, clock=clock)

    def follow(now: Settings) -> None:
        downloads.folder, uploads.folder = now.downloads, now.uploads

    chosen.changed.connect(follow)
    ActivityActions(window, lambda: chosen.settings, watch, tasks=tasks)
    crashes = CrashReports(window, watch, settings.home, tasks=tasks)
    return Actions(
        session,
        jobs,
        uploads,
        downloads,
        board,
        account,
        chosen,
        news,
        tray,
        releases,
        crashes,
        tasks,
    )


def _connect_queue(ground: _Ground, tray: Tray) -> TransferBoard:
    window, services, tasks = ground.window, ground.services, ground.tasks
    board = TransferBoard(window, transfers=services.transfers, memory=services.queue, tasks=tasks)
    services.queue.lost = tell_lost_queue(window.toasts, board.save, tasks)
    TransferDisplay(window, board, Removals(window, board, services.queue, tasks))
    follow_state(window, board.queue, tray)
    return board


def _connect_jobs(ground: _Ground, session: SessionActions, news: News) -> JobActions:
    services = ground.services
    return JobActions(
        ground.window,
        ground.window.model,
        session,
        api=services.api,
        updates=services.updates,
        transfers=services.transfers,
        memory=services.memory,
        news=news,
        tasks=ground.tasks,
    )


def _connect_uploads(
    ground: _Ground, board: TransferBoard, session: SessionActions, jobs: JobActions
) -> UploadActions:
    server, tasks = ground.settings.server, ground.tasks
    return UploadActions(
        ground.window,
        board,
        session,
        jobs,
        LastAccount(board, session, ground.services.memory, server=server, tasks=tasks),
        transfers=ground.services.transfers,
        opener=ground.opener,
        folder=ground.settings.uploads,
        tasks=tasks,
    )


def _connect_downloads(
    ground: _Ground, board: TransferBoard, session: SessionActions
) -> DownloadActions:
    downloads = DownloadActions(
        ground.window,
        board,
        ground.window.model,
        session,
        api=ground.services.api,
        transfers=ground.services.transfers,
        opener=ground.opener,
        folder=ground.settings.downloads,
        tasks=ground.tasks,
    )
    Shelf(ground.window, session, downloads, ground.tasks)
    return downloads


def _connect_results(
    ground: _Ground,
    chosen: SettingsActions,
    session: SessionActions,
    downloads: DownloadActions,
    account: AccountActions,
) -> None:
    """Connect the reports and the viewer."""
    # Imported here, for the window is painted first.
    from desktop.ui.viewer.assembly import connect_viewer

    window, services, opener, tasks = ground.window, ground.services, ground.opener, ground.tasks
    reports = ReportActions(
        downloads, api=services.api, transfers=services.transfers, opener=opener, tasks=tasks
    )
    window.annotations.report_wanted.connect(reports.open)
    services.filters.lost = tell_lost_filters(window.toasts)
    connect_viewer(
        window,
        session,
        variants=services.variants,
        filters=services.filters,
        columns=services.filters,
        opener=opener,
        folder=lambda: chosen.settings.downloads,
        tasks=tasks,
        download=downloads.save,
        report=reports.open,
        upgrade=account.upgrade,
    )
