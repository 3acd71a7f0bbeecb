"""What can be done to one job."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from desktop.errors import NotFoundError
from desktop.ports import Api, FileKind, Transfers
from desktop.ui.actions.session import SessionActions
from desktop.ui.aio import Tasks
from desktop.ui.language import tr
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.dialogs import Decision
from desktop.ui.views.main_window import MainWindow
from desktop.ui.wording import UNFINISHED

if TYPE_CHECKING:
    from desktop.ui.actions.jobs import JobActions


class JobDeeds(QObject):
    """Cancels and deletes, and shows what is told of a job; *jobs* is told of what changes."""

    def __init__(
        self,
        window: MainWindow,
        jobs: JobActions,
        session: SessionActions,
        *,
        api: Api,
        transfers: Transfers,
        tasks: Tasks,
    ) -> None:
        super().__init__(jobs)
        self._window, self._model, self._jobs = window, window.model, jobs
        self._session, self._tasks = session, tasks
        self._api, self._transfers = api, transfers
        page = window.annotations
        page.cancel_wanted.connect(self.cancel)
        page.delete_wanted.connect(self.delete)
        page.log_wanted.connect(self.show_log)
        page.copy_wanted.connect(self.copy_id)

    def cancel(self, job_id: str) -> None:
        """Stop a job that is not finished, after asking."""
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

    async def _cancel(self, job_id: str) -> None:
        number = self._session.number
        known = self._model.book.get(job_id)
        if known is None:
            return
        question = Decision(
            self._window,
            title=tr("Cancel the job of {file}?").format(file=known.name),
            sentence=tr("It ends without a result. To annotate the file later, send it again."),
            go=tr("Cancel job"),
            back=tr("Keep"),
            danger=True,
        )
        if not await question.decided() or number != self._session.number:
            return
        job = await self._api.cancel(job_id)
        if number == self._session.number:
            self._jobs.take(job)

    async def _delete(self, job_id: str) -> None:
        number = self._session.number
        job = self._model.book.get(job_id)
        if job is None:
            return
        if job.status in UNFINISHED:
            title = tr("{file} is not finished").format(file=job.name)
            self._window.toasts.say(title, tr("Cancel the job first, then delete it."), Tone.WARN)
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
        # What the service does not know any more was deleted elsewhere.
        with suppress(NotFoundError):
            await self._api.delete(job_id)
        self._model.remove([job_id])
        await self._jobs.forget(job_id)

    async def _show_log(self, job_id: str) -> None:
        # Where the details are closed, nobody would see it.
        self._window.annotations.open_details(job_id)
        link = await self._api.link(job_id, FileKind.LOG)
        text = await self._transfers.read_text(link)
        details = self._window.annotations.details
        if details.job_id == job_id:
            details.show_log(text)
