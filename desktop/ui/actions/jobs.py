"""The list of jobs: read, and followed."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from typing import Any

from PySide6.QtCore import QObject

from backend.wire import JobStatus, JobView
from desktop.errors import (
    DesktopError,
    KeyringLockedError,
    SignedOutError,
    wanted_wait,
)
from desktop.ports import (
    FIRST_JOBS,
    Api,
    Changed,
    Connected,
    Lost,
    Memory,
    Reset,
    Transfers,
    Update,
    Updates,
)
from desktop.transfer.names import short_id
from desktop.ui.actions.endings import Endings
from desktop.ui.actions.job_deeds import JobDeeds
from desktop.ui.actions.news import News
from desktop.ui.actions.outage import KEY, Outage
from desktop.ui.actions.session import SessionActions
from desktop.ui.actions.unsaved import UnsavedJobs
from desktop.ui.aio import Tasks
from desktop.ui.models.jobs import JobsModel
from desktop.ui.views.main_window import MainWindow
from desktop.waits import Pause, growing

_log = logging.getLogger(__name__)


class JobActions(QObject):
    """Keeps the table in step with the service.

    Attributes:
        deeds: what can be done to one job.
        pause: waits between two tries, in seconds; for tests that do not want to.
    """

    def __init__(
        self,
        window: MainWindow,
        model: JobsModel,
        session: SessionActions,
        *,
        api: Api,
        updates: Updates,
        transfers: Transfers,
        memory: Memory,
        news: News,
        tasks: Tasks,
    ) -> None:
        super().__init__(window)
        self._window, self._model, self._session = window, model, session
        self._api, self._updates = api, updates
        self._memory, self._news = memory, news
        self._tasks = tasks
        self.pause: Pause = asyncio.sleep
        self._outage, self._owner = Outage(window), ""
        self._running: asyncio.Task[Any] | None = None
        self._endings = Endings(window.toasts)
        self._unsaved = UnsavedJobs(memory, session, tasks, asyncio.sleep)
        self.deeds = JobDeeds(window, self, session, api=api, transfers=transfers, tasks=tasks)
        self._connect()

    def start(self) -> None:
        """Show what is remembered, then what the service says, then what changes."""
        self.stop()
        self._running = self._tasks.start(self._run(), "following the jobs")

    def stop(self) -> None:
        """Follow no longer."""
        if self._running is not None:
            self._running.cancel()
            self._running = None

    def leave(self) -> None:
        """Forget the jobs of whoever has signed out."""
        self.stop()
        self._empty()
        self._window.annotations.set_loading(True)
        self._tasks.start(self._memory.clear(), "forgetting the jobs")

    def _empty(self) -> None:
        self._model.book.clear()
        self._model.rebuild()
        self._unsaved.clear()
        self._news.forget()
        self._endings.forget()

    def take(self, job: JobView) -> None:
        """Show a job as the service has just described it."""
        self._model.put([job])
        if job.status is JobStatus.DELETING:
            self._tasks.start(self.forget(job.id), "forgetting a job")
        else:
            self._unsaved.add(job)

    async def forget(self, job_id: str) -> None:
        """Remember nothing of a job that is deleted."""
        _log.info("job %s deleted", short_id(job_id))
        self._unsaved.forget(job_id)
        await self._memory.forget(job_id)

    def _connect(self) -> None:
        page = self._window.annotations
        page.retry_wanted.connect(self.start)
        self._window.banners.acted.connect(lambda key: self.start() if key == KEY else None)
        self._session.signed_in.connect(self._enter)
        self._session.plan_changed.connect(self.start)
        self._session.interrupted.connect(self.stop)
        self._session.signed_out.connect(self.leave)

    def _enter(self) -> None:
        """Begin with nothing where somebody has just signed in, who may be somebody else."""
        if not self._session.restored:
            self._empty()
            self._window.annotations.set_loading(True)
        self.start()

    async def _run(self) -> None:
        losses = 0
        while True:
            try:
                await self._session.read_me()
                self._require_owner()
                await self._show_remembered()
                cursor = await self._read_list()
                losses = 0
                await self._follow(cursor)
            except (SignedOutError, KeyringLockedError) as error:
                self._session.end(error)
                return
            except DesktopError as error:
                # Also what was refused may be allowed soon, as when a proxy's rules change.
                await self._show_remembered()
                wait = next_wait(losses, error)
                losses += 1
                self._outage.show(error, wait)
                await self.pause(wait)

    def _require_owner(self) -> None:
        """Empty the list of somebody else, whose sign-in was interrupted and not ended."""
        me = self._session.me
        if me is None or me.id == self._owner:
            return
        if self._owner:
            self._empty()
        self._owner = me.id

    async def _show_remembered(self) -> None:
        """Show this person's jobs of the last time while the list is on its way.

        Where the service has not said yet who it is, a sign-in of the last start is of whoever it
        was then; a new one may be of anybody.
        """
        if len(self._model.book):
            return
        remembered = await self._memory.load()
        if remembered is not None and self._is_of_person(remembered[0]):
            self._model.put(remembered[1])
            self._model.flush()

    def _is_of_person(self, owner: str) -> bool:
        me = self._session.me
        return self._session.restored if me is None else owner == me.id

    async def _read_list(self) -> int:
        """Read all pages, newest first, and return where the live events go on."""
        page = await self._api.jobs()
        cursor, seen = page.cursor, [job.id for job in page.jobs]
        self._show_page(page.jobs)
        # The first page is seen at once; those after it fill the table as they come.
        self._model.flush()
        await self._unsaved.save_page(page.jobs)
        while page.after is not None:
            page = await self._api.jobs(page.after)
            self._show_page(page.jobs)
            if len(seen) < FIRST_JOBS:
                await self._unsaved.save_page(page.jobs)
            seen += [job.id for job in page.jobs]
        if self._model.book.keep_only(seen):
            self._model.rebuild()
        await self._memory.keep_only(seen[:FIRST_JOBS])
        _log.info("list read: %d jobs", len(seen))
        return cursor

    def _show_page(self, jobs: list[JobView]) -> None:
        self._outage.end()
        for job in jobs:
            # It may have ended while the app was away.
            self._tell(job)
        self._model.put(jobs)
        self._window.annotations.set_loading(False)

    async def _follow(self, cursor: int) -> None:
        """Show what changes; return when the list must be read anew."""
        async with aclosing(self._updates.follow(cursor)) as updates:
            async for update in updates:
                if isinstance(update, Reset):
                    return
                self._show(update)

    def _show(self, update: Update) -> None:
        match update:
            case Changed(job=job):
                self._tell(job)
                self.take(job)
            case Connected():
                _log.info("live events connected")
                self._outage.end()
            case Lost(retry_in=seconds, error=error):
                self._outage.show(error, seconds)
            case _:
                return

    def _tell(self, job: JobView) -> None:
        """Tell of a job that has just ended or come back, and of no other change."""
        known = self._model.book.row(job.id)
        if known is None or known.status is job.status or known.version >= job.version:
            return
        _log.info("job %s: %s", short_id(job.id), job.status)
        self._news.note(known.status, job)
        self._endings.note(known.status, job)

    async def save(self) -> None:
        """Save what is not saved yet."""
        await self._unsaved.save()


def next_wait(losses: int, error: DesktopError) -> float:
    """Return the seconds until the list is tried again, after *losses* before *error*."""
    return max(growing(losses), wanted_wait(error))
