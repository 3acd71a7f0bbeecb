"""Files of a job, saved on this machine."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject

from desktop.errors import DesktopError
from desktop.ports import Api, FileKind, Transfers
from desktop.ui.actions.board import Transfer, TransferBoard
from desktop.ui.aio import Tasks
from desktop.ui.models.jobs import JobsModel
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.dialogs import chosen_folder
from desktop.ui.views.main_window import MainWindow
from desktop.ui.wording import size_text


class DownloadActions(QObject):
    """Saves files in the folder for downloads, or where somebody chooses."""

    def __init__(
        self,
        window: MainWindow,
        board: TransferBoard,
        model: JobsModel,
        *,
        api: Api,
        transfers: Transfers,
        folder: Path,
        tasks: Tasks,
    ) -> None:
        super().__init__(window)
        self._window, self._board, self._model = window, board, model
        self._api, self._transfers = api, transfers
        self._folder, self._tasks = folder, tasks
        self._under_way: set[tuple[str, FileKind]] = set()
        window.annotations.download_wanted.connect(self.save)
        window.annotations.save_as_wanted.connect(self.save_as)

    def save(self, job_id: str, kind: FileKind) -> None:
        """Save a file of a job; a second click while it comes changes nothing."""
        self._begin(job_id, kind, ask=False)

    def save_as(self, job_id: str, kind: FileKind) -> None:
        """Save a file of a job in a folder that somebody chooses."""
        self._begin(job_id, kind, ask=True)

    def _begin(self, job_id: str, kind: FileKind, *, ask: bool) -> None:
        wanted = (job_id, kind)
        if wanted not in self._under_way:
            self._under_way.add(wanted)
            self._tasks.start(self._save(job_id, kind, ask=ask), "downloading")

    async def _save(self, job_id: str, kind: FileKind, *, ask: bool) -> None:
        job = self._model.book.get(job_id)
        transfer = Transfer(job.name if job else job_id)
        try:
            folder = await self._place(ask=ask)
            if folder is None:
                return
            transfer.task = asyncio.current_task()
            transfer.progress.step = "downloading"
            self._board.add(transfer)
            # The address is good for a minute only, so it is asked for at the last moment.
            link = await self._api.link(job_id, kind)
            saved = await self._transfers.download(link, folder, transfer.progress)
        except DesktopError as error:
            self._window.toasts.say(f"{transfer.name}: {error.title}", error.sentence, Tone.BAD)
        else:
            size = size_text(transfer.progress.done)
            self._window.toasts.say(f"Saved {saved.name}", f"{size}, in {saved.parent}.")
        finally:
            self._under_way.discard((job_id, kind))
            self._board.remove(transfer)

    async def _place(self, *, ask: bool) -> Path | None:
        if not ask:
            return self._folder
        chosen = await chosen_folder(self._window, str(self._folder))
        return Path(chosen) if chosen else None
