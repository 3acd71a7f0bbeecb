"""The report of a result, saved like any other file of it and opened in the browser."""

from __future__ import annotations

import filecmp
import threading
from pathlib import Path

from PySide6.QtCore import QObject

from desktop.errors import ForbiddenError
from desktop.platform.opening import Opener
from desktop.ports import Api, FileKind, Progress, Transfers
from desktop.sentences import said
from desktop.transfer.names import safe_name
from desktop.transfer.workers import in_thread
from desktop.ui.actions.downloads import DownloadActions
from desktop.ui.aio import Tasks


class ReportActions(QObject):
    """Opens reports.

    They are saved where people expect their files: browsers that are shut off from the rest of the
    system, as snaps and flatpaks are, can read nothing of a hidden folder.
    """

    def __init__(
        self,
        downloads: DownloadActions,
        *,
        api: Api,
        transfers: Transfers,
        opener: Opener,
        tasks: Tasks,
    ) -> None:
        super().__init__(downloads)
        self._downloads, self._api, self._transfers = downloads, api, transfers
        self._opener, self._tasks = opener, tasks
        self._saved: dict[str, Path] = {}
        self._opening: set[str] = set()
        downloads.saved.connect(self._note)

    def open(self, job_id: str) -> None:
        """Open the report of a job; a second click while it comes changes nothing."""
        if job_id not in self._opening:
            self._opening.add(job_id)
            task = self._tasks.start(self._open(job_id), "opening a report")
            task.add_done_callback(lambda _: self._opening.discard(job_id))

    async def _open(self, job_id: str) -> None:
        place = self._saved.get(job_id)
        if place is None or not await in_thread(place.is_file, stop=threading.Event()):
            place = self._saved[job_id] = await self._fetch(job_id)
        try:
            self._opener.open_page(place)
        except ForbiddenError as error:
            raise ForbiddenError(
                said("{sentence} It is saved as {place}.", sentence=error.words, place=str(place))
            ) from error

    async def _fetch(self, job_id: str) -> Path:
        # It is small, so it does not wait for its turn behind uploads.
        link = await self._api.link(job_id, FileKind.REPORT)
        folder = self._downloads.folder
        saved = await self._transfers.download(link, folder, Progress())
        earlier = folder / safe_name(link.name)
        return await in_thread(_one_of, saved, earlier, stop=threading.Event())

    def _note(self, job_id: str, kind: FileKind, saved: Path) -> None:
        if kind is FileKind.REPORT:
            self._saved[job_id] = saved


def _one_of(saved: Path, earlier: Path) -> Path:
    """Return *earlier* if it says the same as *saved*, which is then taken away."""
    try:
        if saved != earlier and filecmp.cmp(saved, earlier, shallow=False):
            saved.unlink()
            return earlier
    except OSError:
        # There is no earlier one, or it cannot be read.
        return saved
    return saved
