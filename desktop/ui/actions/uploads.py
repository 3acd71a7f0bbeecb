"""Files that were dropped or chosen: looked for, looked at, and sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QObject

from backend.assets import asset
from backend.wire import JobStatus, Me
from desktop.errors import DesktopError
from desktop.platform.opening import Opener
from desktop.ports import Progress, Transfers
from desktop.transfer.items import OPEN, Hold, Item, Outgoing, State, first_state
from desktop.transfer.names import shown_name
from desktop.ui.actions.board import TransferBoard
from desktop.ui.actions.jobs import JobActions
from desktop.ui.actions.last_account import LastAccount
from desktop.ui.actions.offers import UpgradeOffers
from desktop.ui.actions.session import SessionActions
from desktop.ui.aio import Tasks
from desktop.ui.error_words import error_words
from desktop.ui.language import tr
from desktop.ui.models.transfer_row import Deed
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.dialogs import chosen_files
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.sidebar import Page
from desktop.ui.wording import counted, number_text
from desktop.waits import Pause

OPEN_SECONDS = 15.0
"""How long after a failure the queue of the last time is read again."""

SAMPLE = "demo/demo.vcf"
"""A small file that the bundle of the local stack annotates."""
_ENDED = frozenset({JobStatus.CANCELLED, JobStatus.DELETING})


class UploadActions(QObject):
    """Puts files into the queue and sends them when it is their turn.

    Attributes:
        folder: where choosing begins.
        pause: waits, in seconds; for tests that do not want to.
    """

    def __init__(
        self,
        window: MainWindow,
        board: TransferBoard,
        session: SessionActions,
        jobs: JobActions,
        last: LastAccount,
        *,
        transfers: Transfers,
        opener: Opener,
        folder: Path,
        tasks: Tasks,
    ) -> None:
        super().__init__(window)
        self._window, self._board, self._session, self._jobs = window, board, session, jobs
        self._transfers, self._last = transfers, last
        self._plan = ""
        self.folder, self._tasks = folder, tasks
        self.pause: Pause = asyncio.sleep
        self._listed: set[str] = set()
        UpgradeOffers(window, board, session, opener=opener, tasks=tasks)
        board.works[Outgoing] = self._send
        self._connect()

    def choose(self) -> None:
        """Let somebody choose files, and send them."""
        self._tasks.start(self._choose(), "choosing files")

    def add(self, paths: Sequence[Path]) -> None:
        """Send these files, and those in these folders, after those that wait already."""
        self._tasks.start(self._add(list(paths)), "looking for files")

    def add_sample(self) -> None:
        """Send the sample file that comes with the app."""
        self.add([asset(SAMPLE)])

    def _connect(self) -> None:
        window, board = self._window, self._board
        window.files_dropped.connect(self.add)
        window.annotations.choose_clicked.connect(self.choose)
        window.annotations.sample_clicked.connect(self.add_sample)
        window.transfers.choose_clicked.connect(self.choose)
        window.transfers.deed_wanted.connect(self._do)
        window.me_set.connect(self._meet)
        window.model.flushed.connect(self._follow_jobs)
        board.job_ended.connect(self._jobs.take)

    async def _choose(self) -> None:
        number = self._session.number
        chosen = [Path(path) for path in await chosen_files(self._window, str(self.folder))]
        if chosen and number == self._session.number:
            self.folder = chosen[0].parent
            self.add(chosen)

    async def _add(self, paths: list[Path]) -> None:
        number = self._session.number
        files = await self._transfers.find(paths)
        await self._last.expect(number)
        if number != self._session.number:
            return
        known = {
            item.work.path
            for item in self._board.queue.of(*OPEN)
            if isinstance(item.work, Outgoing)
        }
        new = [path for path in files if path not in known]
        self._board.add(_item(path) for path in new)
        if not files:
            sentence = tr("There are none in {folder}.").format(folder=_names(paths))
            self._window.toasts.say(tr("No VCF files found"), sentence)
        elif not new:
            self._window.toasts.say(tr("Already in the queue"), _names(files))

    async def _send(self, item: Item, progress: Progress) -> Outgoing:
        work = item.work
        if not isinstance(work, Outgoing):
            raise TypeError(item)
        limit = self._board.limit
        job = await self._transfers.upload(work.path, progress, limit, key=item.id)
        if progress.anew:
            title = tr("{file} was sent anew").format(file=item.name)
            sentence = tr("The service had given up waiting, so it was sent from the start.")
            self._window.toasts.say(title, sentence)
        self._jobs.take(job)
        return replace(work, job_id=job.id)

    def _meet(self, me: Me) -> None:
        """Take up the transfers of whoever is signed in, and keep to what their plan allows."""
        self._board.limit = me.limits.max_input_bytes
        if me.plan != self._plan:
            self._plan = me.plan
            self._board.go_on()
        self._last.note(me.id)
        self._tasks.start(self._open(me), "taking up transfers")

    async def _open(self, me: Me) -> None:
        count = await self._take_up(me.id)
        if count:
            title = tr("{transfers} from last time").format(transfers=counted(count, "transfer"))
            self._window.toasts.say(title)
        allowed = [item.id for item in self._board.queue.of(State.HELD) if self._fits(item)]
        if allowed:
            self._board.retry(allowed)

    async def _take_up(self, owner: str) -> int:
        """Return how many transfers were taken up; one fault of the disk is told once."""
        number, told = self._session.number, ""
        while number == self._session.number:
            try:
                return await self._board.open(owner)
            except DesktopError as error:
                if error.sentence != told:
                    self._window.toasts.say(*error_words(error), Tone.BAD)
                told = error.sentence
            await self.pause(OPEN_SECONDS)
        return 0

    def _fits(self, item: Item) -> bool:
        """Whether an item that was too large is not so any more."""
        work, limit = item.work, self._board.limit
        if item.hold is not Hold.PLAN or not isinstance(work, Outgoing):
            return False
        return limit is None or (work.check is not None and work.check.size <= limit)

    def _follow_jobs(self) -> None:
        """Give a transfer up whose job was cancelled or deleted."""
        before, self._listed = self._listed, set()
        if self._session.me is None:
            # The list is emptied for the next person; no job is gone.
            return
        gone: list[Item] = []
        for item in self._board.queue.of(State.RUNNING, State.RETRYING, State.PAUSED):
            job_id = self._board.progress(item.id).job_id
            if job_id is None or not isinstance(item.work, Outgoing):
                continue
            job = self._window.model.book.row(job_id)
            if job is not None:
                self._listed.add(job_id)
            ended = job_id in before if job is None else job.status in _ENDED
            if ended:
                gone.append(item)
        if gone:
            self._board.drop([item.id for item in gone])
            self._tell_of_gone(gone)

    def _tell_of_gone(self, items: Sequence[Item]) -> None:
        if len(items) == 1:
            title = tr("{file} is not sent any more").format(file=items[0].name)
            sentence = tr("Its job was cancelled or deleted.")
        else:
            files = counted(len(items), "file")
            title = tr("{files} are not sent any more").format(files=files)
            sentence = tr("Their jobs were cancelled or deleted.")
        self._window.toasts.say(title, sentence, Tone.WARN)

    def _do(self, ids: list[str], deed: Deed) -> None:
        items = [item for item in map(self._board.queue.get, ids) if item is not None]
        match deed:
            case Deed.AGAIN:
                self._send_again(items)
            case Deed.UPGRADE:
                self._window.annotations.upgrade_wanted.emit()
            case Deed.SHOW_JOB if items and isinstance(items[0].work, Outgoing):
                self._window.open_page(Page.ANNOTATIONS)
                self._window.annotations.open_details(items[0].work.job_id or "")
            case _:
                return

    def _send_again(self, items: Sequence[Item]) -> None:
        """Send files that changed as the new files that they are."""
        paths = [item.work.path for item in items if isinstance(item.work, Outgoing)]
        self._board.drop([item.id for item in items])
        self._board.add(_item(path) for path in paths)


def _item(path: Path) -> Item:
    work = Outgoing(path)
    return Item(uuid4().hex, shown_name(path), work, first_state(work))


def _names(paths: Sequence[Path]) -> str:
    if len(paths) == 1:
        return shown_name(paths[0])
    more = tr("+{count} more").format(count=number_text(len(paths) - 1))
    return f"{shown_name(paths[0])}, {more}"
