"""Files that were dropped or chosen: sent one after the other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject

from desktop.errors import DesktopError, QuotaReachedError
from desktop.platform.opening import Opener
from desktop.ports import Api, Transfers
from desktop.ui.actions.board import Transfer, TransferBoard
from desktop.ui.actions.jobs import JobActions
from desktop.ui.actions.session import SessionActions
from desktop.ui.aio import Tasks
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.dialogs import Decision, chosen_files
from desktop.ui.views.main_window import MainWindow
from desktop.ui.wording import size_text


class UploadActions(QObject):
    """Sends files and submits them.

    Args:
        start_folder: where choosing begins.
    """

    def __init__(
        self,
        window: MainWindow,
        board: TransferBoard,
        session: SessionActions,
        jobs: JobActions,
        *,
        api: Api,
        transfers: Transfers,
        opener: Opener,
        start_folder: Path,
        tasks: Tasks,
    ) -> None:
        super().__init__(window)
        self._window, self._board, self._session, self._jobs = window, board, session, jobs
        self._api, self._transfers, self._opener = api, transfers, opener
        self._folder, self._tasks = start_folder, tasks
        self._queue: deque[tuple[Path, Transfer]] = deque()
        self._sending = False
        window.files_dropped.connect(self.add)
        window.annotations.choose_clicked.connect(self.choose)
        session.signed_out.connect(self.stop)

    def choose(self) -> None:
        """Let somebody choose files, and send them."""
        self._tasks.start(self._choose(), "choosing files")

    def add(self, paths: Sequence[Path]) -> None:
        """Send these files, after those that wait already."""
        for path in paths:
            transfer = Transfer(path.name)
            self._queue.append((path, transfer))
            self._board.add(transfer)
        if self._queue and not self._sending:
            self._sending = True
            self._tasks.start(self._send_all(), "sending files")

    def stop(self) -> None:
        """Send nothing any more."""
        while self._queue:
            self._board.remove(self._queue.popleft()[1])
        for transfer in list(self._board.transfers):
            if transfer.task is not None:
                transfer.task.cancel()

    async def _choose(self) -> None:
        chosen = [Path(path) for path in await chosen_files(self._window, str(self._folder))]
        if chosen:
            self._folder = chosen[0].parent
            self.add(chosen)

    async def _send_all(self) -> None:
        try:
            while self._queue:
                path, transfer = self._queue.popleft()
                if transfer not in self._board.transfers:
                    continue
                transfer.task = self._tasks.start(self._send(path, transfer), "sending a file")
                await asyncio.wait([transfer.task])
        finally:
            self._sending = False

    async def _send(self, path: Path, transfer: Transfer) -> None:
        me = self._session.me
        limit = me.limits.max_input_bytes if me else None
        try:
            job = await self._transfers.upload(path, transfer.progress, limit)
        except QuotaReachedError as error:
            self._board.remove(transfer)
            await self._offer_upgrade(path, error)
        except DesktopError as error:
            self._window.toasts.say(f"{path.name}: {error.title}", error.sentence, Tone.BAD)
            await self._call_off(transfer)
        except asyncio.CancelledError:
            if not self._tasks.stopping:
                self._tasks.start(self._call_off(transfer), "calling an upload off")
            raise
        else:
            self._jobs.take(job)
        finally:
            self._board.remove(transfer)

    async def _call_off(self, transfer: Transfer) -> None:
        """Take back the job whose file did not arrive, if that can be done now."""
        if transfer.progress.job_id is None:
            return
        # A job without a file does no harm, so it is no reason for a second message.
        with suppress(DesktopError):
            self._jobs.take(await self._api.cancel(transfer.progress.job_id))

    async def _offer_upgrade(self, path: Path, error: QuotaReachedError) -> None:
        """Say the limit, and where it can be lifted."""
        me = self._session.me
        address = error.upgrade_url or (me.upgrade_url if me else None)
        limit = (
            "smaller files" if error.limit is None else f"files of up to {size_text(error.limit)}"
        )
        question = Decision(
            self._window,
            title=error.title,
            sentence=f"{path.name} is too large: your plan takes {limit}. "
            "Premium takes files of any size and keeps results for good.",
            go="Upgrade to Premium",
            back="Not now",
        )
        question.go.setVisible(address is not None)
        if await question.decided() and address is not None:
            self._opener.open(address)
