"""Files of a job, saved on this machine."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from desktop.errors import ForbiddenError
from desktop.platform.opening import Opener
from desktop.ports import Api, FileKind, Progress, Transfers
from desktop.transfer.items import OPEN, UNDER_WAY, Incoming, Item, State
from desktop.transfer.names import safe_name
from desktop.ui.actions.board import TransferBoard
from desktop.ui.actions.session import SessionActions
from desktop.ui.aio import Tasks
from desktop.ui.error_words import error_words
from desktop.ui.language import tr
from desktop.ui.models.jobs import JobsModel
from desktop.ui.models.transfer_row import Deed, TransferRow
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.save_as import chosen_place
from desktop.ui.wording import size_text

_SUFFIX = re.compile(r"(\.(vcf|bcf|gz|bgz|bgzip))+$", re.IGNORECASE)
_ENDINGS = {
    FileKind.RESULT: ".annotated.vcf.gz",
    FileKind.TABLE: ".annotated.parquet",
    FileKind.REPORT: ".report.html",
    FileKind.LOG: ".annotation.log",
}


def suggested_name(job_name: str, kind: FileKind) -> str:
    """Return the name under which a file of a job is offered, before the service names it."""
    ending = _ENDINGS.get(kind)
    return job_name if ending is None else f"{_SUFFIX.sub('', job_name) or 'variants'}{ending}"


def open_with_system(path: Path) -> bool:
    """Open a folder with the system's program for it; return whether that worked."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


class DownloadActions(QObject):
    """Saves files in the folder for downloads, or where somebody chooses.

    Args:
        opener: opens reports.
        open_path: opens a folder of this machine; returns whether the system did.

    Attributes:
        folder: where files go.

    Signals:
        saved: a file is here; arg: the job's ID, arg: the FileKind, arg: its Path.
    """

    saved = Signal(str, object, object)

    def __init__(
        self,
        window: MainWindow,
        board: TransferBoard,
        model: JobsModel,
        session: SessionActions,
        *,
        api: Api,
        transfers: Transfers,
        opener: Opener,
        folder: Path,
        tasks: Tasks,
        open_path: Callable[[Path], bool] = open_with_system,
    ) -> None:
        super().__init__(window)
        self._window, self._board, self._model = window, board, model
        self._session = session
        self._api, self._transfers, self._opener = api, transfers, opener
        self.folder, self._tasks, self.open_path = folder, tasks, open_path
        board.works[Incoming] = self._fetch
        window.annotations.download_wanted.connect(self.save)
        window.annotations.save_as_wanted.connect(self.save_as)
        window.transfers.deed_wanted.connect(self._do)

    def save(self, job_id: str, kind: FileKind) -> None:
        """Have a file of a job come here, or say how it is with it if it comes already."""
        coming = self.bring(job_id, kind)
        if coming is not None:
            self._window.toasts.say(tr("Already in the queue"), self._row(coming).sentence)

    def bring(self, job_id: str, kind: FileKind) -> Item | None:
        """Have a file of a job come here; return the transfer that brings it already, if any.

        One that is paused goes on. One that failed is tried again, or replaced by a new one if
        files go to another folder by now.
        """
        found = self._open_of(job_id, kind)
        coming = [item for item in found if item.state in UNDER_WAY]
        paused = [item.id for item in found if item.state is State.PAUSED]
        if coming:
            return coming[0]
        if paused:
            self._board.resume(paused[:1])
        else:
            self._begin(Incoming(job_id, kind, self.folder), found)
        return None

    def save_as(self, job_id: str, kind: FileKind) -> None:
        """Save a file of a job where, and as, somebody chooses."""
        self._tasks.start(self._save_as(job_id, kind), "choosing where to save")

    async def _save_as(self, job_id: str, kind: FileKind) -> None:
        number = self._session.number
        suggested = self.folder / safe_name(suggested_name(self._name(job_id), kind))
        place = await chosen_place(self._window, suggested)
        if place is not None and number == self._session.number:
            self._add(Incoming(job_id, kind, place.parent, place.name))

    def _begin(self, work: Incoming, failed: list[Item]) -> None:
        """Go on with what is in the right folder already; what is elsewhere is given up."""
        again = [item.id for item in failed if item.work == work][:1]
        self._board.drop([item.id for item in failed if item.id not in again])
        if again:
            self._board.retry(again)
        else:
            self._add(work)

    def _add(self, work: Incoming) -> None:
        name = work.name or suggested_name(self._name(work.job_id), work.kind)
        self._board.add([Item(uuid4().hex, name, work)])

    async def _fetch(self, item: Item, progress: Progress) -> Incoming:
        work = item.work
        if not isinstance(work, Incoming):
            raise TypeError(item)
        # The address is good for a minute only, so it is asked for at the last moment.
        link = await self._api.link(work.job_id, work.kind)
        saved = await self._transfers.download(
            link, work.folder, progress, name=work.name, key=item.id
        )
        size = size_text(progress.done)
        self._window.toasts.say(
            tr("Saved {file}").format(file=saved.name),
            tr("{size}, in {folder}.").format(size=size, folder=saved.parent),
        )
        self.saved.emit(work.job_id, work.kind, saved)
        return replace(work, saved=saved)

    def _do(self, ids: list[str], deed: Deed) -> None:
        for item in filter(None, map(self._board.queue.get, ids)):
            work = item.work
            if not isinstance(work, Incoming):
                continue
            match deed:
                case Deed.VIEW:
                    self._window.annotations.view_wanted.emit(work.job_id)
                case Deed.OPEN if work.saved is not None:
                    self._open_page(work.saved)
                case Deed.SHOW_FOLDER if work.saved is not None:
                    self._open_folder(work.saved.parent)

    def _open_page(self, path: Path) -> None:
        try:
            self._opener.open_page(path)
        except ForbiddenError as error:
            self._window.toasts.say(*error_words(error), Tone.BAD)

    def _open_folder(self, path: Path) -> None:
        if not self.open_path(path):
            title = tr("{file} was not opened").format(file=path.name)
            self._window.toasts.say(title, tr("The system has no program for it."), Tone.BAD)

    def _open_of(self, job_id: str, kind: FileKind) -> list[Item]:
        """Return what is to bring a file of a job to no place that somebody chose for it."""
        return [
            item
            for item in self._board.queue.of(*OPEN)
            if isinstance(item.work, Incoming)
            and (item.work.job_id, item.work.kind, item.work.name) == (job_id, kind, None)
        ]

    def _row(self, item: Item) -> TransferRow:
        progress = self._board.progress(item.id)
        wait = max(0.0, item.due - self._board.now())
        return TransferRow(item, progress.step, progress.done, progress.total, wait=wait)

    def _name(self, job_id: str) -> str:
        job = self._model.book.get(job_id)
        return job.name if job else job_id
