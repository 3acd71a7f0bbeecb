"""What the window does: its actions put together, and connected with the services."""

from __future__ import annotations

import logging
import sqlite3
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
from desktop.ui.actions.news import News, follow_state
from desktop.ui.actions.releases import ReleaseActions
from desktop.ui.actions.removals import Removals
from desktop.ui.actions.reports import ReportActions
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
        # The queue goes first: the service has the list, too.
        for name, save in (("queue", self.board.save), ("list", self.jobs.save)):
            try:
                await save()
            except (DesktopError, sqlite3.Error) as error:
                _log.warning("the %s could not be saved: %s", name, error)


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

    tasks = Tasks(show_error)
    model, api, transfers = window.model, services.api, services.transfers
    chosen = SettingsActions(window, settings, transfers=transfers, tasks=tasks)
    ConnectionActions(window, chosen, tasks)
    tray = Tray(window, window.theme, lambda: chosen.settings.choices.notifications)
    news = News(model, tray, window)
    board = TransferBoard(window, transfers=transfers, memory=services.queue, tasks=tasks)
    TransferDisplay(window, board, Removals(window, board, services.queue, tasks))
    follow_state(window, board.queue, tray)
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
        accounts=services.memory,
        opener=opener,
        folder=settings.uploads,
        server=settings.server,
        tasks=tasks,
    )
    downloads = DownloadActions(
        window,
        board,
        model,
        session,
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
