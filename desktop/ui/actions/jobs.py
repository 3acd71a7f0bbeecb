"""The list of jobs: read, followed, and what can be done to one job."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from backend.wire import JobStatus, JobView
from desktop.errors import (
    DesktopError,
    KeyringLockedError,
    OfflineError,
    ServerFaultError,
    SignedOutError,
    TooManyError,
)
from desktop.ports import (
    FIRST_JOBS,
    Api,
    Changed,
    Connected,
    FileKind,
    Lost,
    Memory,
    Reset,
    Transfers,
    Update,
    Updates,
)
from desktop.ui.actions.news import News
from desktop.ui.actions.session import SessionActions
from desktop.ui.actions.unsaved import Pause, UnsavedJobs
from desktop.ui.aio import Tasks
from desktop.ui.language import later, tr
from desktop.ui.models.jobs import JobsModel
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.banner import Notice
from desktop.ui.views.dialogs import Decision
from desktop.ui.views.main_window import MainWindow
from desktop.ui.wording import UNFINISHED, duration_text, short_id

LONGEST_WAIT = 30.0
_TOLD = {
    JobStatus.COMPLETED: later("{file} is annotated"),
    JobStatus.FAILED: later("{file} could not be annotated"),
}
_log = logging.getLogger(__name__)


class JobActions(QObject):
    """Keeps the table in step with the service.

    Args:
        pause: waits, in seconds; for tests that do not want to.
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
        pause: Pause = asyncio.sleep,
    ) -> None:
        super().__init__(window)
        self._window, self._model, self._session = window, model, session
        self._api, self._updates, self._transfers = api, updates, transfers
        self._memory, self._news = memory, news
        self._tasks, self._pause = tasks, pause
        self._owner = ""
        self._running: asyncio.Task[Any] | None = None
        self._unsaved = UnsavedJobs(memory, session, tasks, pause)
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

    def cancel(self, job_id: str) -> None:
        """Stop a job that is not finished."""
        self._tasks.start(self._cancel(job_id), "cancelling a job")

    def delete(self, job_id: str) -> None:
        """Delete a job, after asking."""
        self._tasks.start(self._delete(job_id), "deleting a job")

    def show_log(self, job_id: str) -> None:
        """Show a job's log in the details."""
        self._tasks.start(self._show_log(job_id), "reading a log")

    def copy_id(self, job_id: str) -> None:
        """Put a request ID on the clipboard."""
        QGuiApplication.clipboard().setText(job_id)
        self._window.toasts.say(tr("Request ID copied"))

    def take(self, job: JobView) -> None:
        """Show a job as the service has just described it."""
        self._model.put([job])
        self._unsaved.add(job)

    def _connect(self) -> None:
        page = self._window.annotations
        page.cancel_wanted.connect(self.cancel)
        page.delete_wanted.connect(self.delete)
        page.log_wanted.connect(self.show_log)
        page.copy_wanted.connect(self.copy_id)
        page.retry_wanted.connect(self.start)
        self._window.banners.acted.connect(lambda key: self.start() if key == "offline" else None)
        self._session.signed_in.connect(self.start)
        self._session.plan_changed.connect(self.start)
        self._session.interrupted.connect(self.stop)
        self._session.signed_out.connect(self.leave)

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
            except (OfflineError, ServerFaultError) as error:
                await self._show_remembered()
                wait = min(LONGEST_WAIT, 2.0**losses)
                losses += 1
                self._show_lost(wait, error)
                await self._pause(wait)

    def _require_owner(self) -> None:
        """Empty the list of somebody else, whose sign-in was interrupted and not ended."""
        me = self._session.me
        if me is None or me.id == self._owner:
            return
        if self._owner:
            self._empty()
        self._owner = me.id

    async def _show_remembered(self) -> None:
        """Show this person's jobs of the last time while the list is on its way."""
        if len(self._model.book):
            return
        remembered = await self._memory.load()
        me = self._session.me
        if remembered is not None and (me is None or remembered[0] == me.id):
            self._model.put(remembered[1])
            self._model.flush()

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
        self._window.banners.take("offline")
        self._window.set_offline(False)
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
                self._window.banners.take("offline")
                self._window.set_offline(False)
            case Lost(retry_in=seconds):
                self._show_lost(seconds, OfflineError())
            case _:
                return

    def _tell(self, job: JobView) -> None:
        """Tell of a job that has just ended or come back, and of no other change."""
        known = self._model.book.row(job.id)
        if known is None or known.status is job.status or known.version >= job.version:
            return
        _log.info("job %s: %s", short_id(job.id), job.status)
        self._news.note(known.status, job)
        if known.status is JobStatus.THAWING and job.status is JobStatus.COMPLETED:
            self._model.restored_at[job.id] = self._model.clock()
            self._window.toasts.say(tr("The result of {file} is back").format(file=job.name))
        elif job.status in _TOLD and known.status in UNFINISHED:
            tone = Tone.BAD if job.status is JobStatus.FAILED else Tone.OK
            words = tr(_TOLD[job.status]).format(file=job.name)
            self._window.toasts.say(words, job.failure or "", tone)

    def _show_lost(self, seconds: float, error: DesktopError) -> None:
        _log.warning("the service is lost: %s, next try in %.0f s", type(error).__name__, seconds)
        what = tr(error.sentence)
        if isinstance(error, OfflineError):
            what = tr("Offline: the service cannot be reached.")
        elif isinstance(error, TooManyError):
            what = f"{tr(error.title)}: {what}"
        again = tr("Next try in {time}.").format(time=duration_text(max(1.0, seconds)))
        notice = Notice("offline", f"{what} {again}", "offline", Tone.WARN, tr("Try now"))
        self._window.banners.put(notice)
        self._window.set_offline(True)

    async def _cancel(self, job_id: str) -> None:
        number = self._session.number
        job = await self._api.cancel(job_id)
        if number == self._session.number:
            self.take(job)

    async def _delete(self, job_id: str) -> None:
        number = self._session.number
        job = self._model.book.get(job_id)
        if job is None or job.status in UNFINISHED:
            return
        question = Decision(
            self._window,
            title=tr("Delete {file}?").format(file=job.name),
            sentence=tr("The input, the result and the log are deleted for good."),
            go=tr("Delete"),
            danger=True,
        )
        if not await question.decided() or number != self._session.number:
            return
        await self._api.delete(job_id)
        _log.info("job %s deleted", short_id(job_id))
        self._model.remove([job_id])
        self._unsaved.forget(job_id)
        await self._memory.forget(job_id)

    async def _show_log(self, job_id: str) -> None:
        link = await self._api.link(job_id, FileKind.LOG)
        text = await self._transfers.read_text(link)
        if self._window.annotations.details.job_id == job_id:
            self._window.annotations.details.show_log(text)

    async def save(self) -> None:
        """Save what is not saved yet."""
        await self._unsaved.save()
