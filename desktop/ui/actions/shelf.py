"""Which results lie on this machine, so that they can be dragged out of the window.

A drag must offer files that are there: data that is fetched while somebody holds the mouse button
would freeze this window and the one that it is let go over. So a result that is not there yet is
downloaded when it is dragged, and can be dragged as soon as it is saved.
"""

from __future__ import annotations

import asyncio
import os
import threading
from itertools import chain, takewhile
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from desktop.ports import FileKind
from desktop.transfer.copies import Copies
from desktop.transfer.names import places, safe_name
from desktop.transfer.workers import in_thread
from desktop.ui.actions.downloads import DownloadActions, suggested_name
from desktop.ui.actions.session import SessionActions
from desktop.ui.aio import Tasks
from desktop.ui.language import tr
from desktop.ui.views.main_window import MainWindow
from desktop.ui.wording import can_download


class Shelf(QObject):
    """Keeps `JobsModel.saved` true for the jobs that somebody has in hand."""

    def __init__(
        self,
        window: MainWindow,
        session: SessionActions,
        downloads: DownloadActions,
        tasks: Tasks,
    ) -> None:
        super().__init__(window)
        self._window, self._model = window, window.model
        self._downloads, self._tasks = downloads, tasks
        self._copies = Copies()
        self._looking: dict[str, asyncio.Task[Any]] = {}
        table = window.annotations.table
        table.job_pressed.connect(self.look)
        table.fetch_wanted.connect(self.fetch)
        downloads.saved.connect(self._note)
        session.signed_out.connect(self._model.saved.clear)

    def look(self, job_id: str) -> None:
        """Find out whether a job's result is here; the disk is asked in a thread."""
        if job_id not in self._looking:
            task = self._tasks.start(self._look(job_id), "looking for a result")
            self._looking[job_id] = task
            task.add_done_callback(lambda _: self._looking.pop(job_id, None))

    def fetch(self, job_id: str) -> None:
        """Have a result that was dragged come here, and say so."""
        self._tasks.start(self._fetch(job_id), "fetching a result")

    async def _look(self, job_id: str) -> None:
        job = self._model.book.get(job_id)
        if job is None or job.result_size is None or job.result_sha256 is None:
            return
        name = safe_name(suggested_name(job.name, FileKind.RESULT))
        known = self._model.saved.get(job_id)
        saved = takewhile(os.path.exists, places(self._downloads.folder, name))
        stop = threading.Event()
        found = await in_thread(
            self._copies.find,
            chain([known] if known else [], saved),
            *(job.result_size, job.result_sha256, stop),
            stop=stop,
        )
        if found is None:
            self._model.saved.pop(job_id, None)
        else:
            self._model.saved[job_id] = found

    async def _fetch(self, job_id: str) -> None:
        if (looking := self._looking.get(job_id)) is not None:
            await asyncio.wait([looking])
        job, toasts = self._model.book.get(job_id), self._window.toasts
        if job is None:
            return
        if job_id in self._model.saved:
            # The disk answered after the mouse had moved.
            toasts.say(tr("{file} is ready to be dragged").format(file=job.name))
        elif can_download(job, self._model.clock()):
            self._downloads.bring(job_id, FileKind.RESULT)
            title = tr("The result of {file} is fetched").format(file=job.name)
            toasts.say(title, tr("Drag it again once it is saved."))

    def _note(self, job_id: str, kind: FileKind, saved: Path) -> None:
        if kind is FileKind.RESULT:
            self._model.saved[job_id] = saved
