"""The transfers at work: what is due is started, what goes wrong is waited out, told or held.

The rules are the queue's; here they meet tasks, the clock and the disk.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.errors import DesktopError, KeyringLockedError, SignedOutError
from desktop.ports import Clock, Progress, Transfers
from desktop.transfer.check import too_large
from desktop.transfer.items import OPEN, Incoming, Item, Outgoing, QueueMemory, State, taken_up
from desktop.transfer.names import short_id
from desktop.transfer.queue import TransferQueue
from desktop.transfer.speed import Speedometer
from desktop.ui.actions.saving import QueueSaver
from desktop.ui.actions.setbacks import Setbacks
from desktop.ui.aio import Tasks
from desktop.ui.clock import machine_time
from desktop.ui.error_words import in_words
from desktop.ui.language import tr

CHECKS_AT_ONCE = 2
_log = logging.getLogger(__name__)

Work = Callable[[Item, Progress], Awaitable[Outgoing | Incoming]]
"""Transfers an item to its end, and returns what is known of it then."""


class TransferBoard(QObject):
    """Drives the queue of whoever is signed in.

    Attributes:
        queue: change it by this class's methods only.
        works: how each kind of item is transferred.
        limit: the largest file that the plan takes, in bytes; None for any.

    Signals:
        changed: an item is another one, or has another state.
        trouble: an item does not go on by itself; arg: its name, arg: a title, arg: a sentence.
        too_large: the plan does not allow an item; arg: its ID, arg: the QuotaReachedError.
        job_ended: a job whose file did not arrive was called off; arg: the JobView.
    """

    changed = Signal()
    trouble = Signal(str, str, str)
    too_large = Signal(str, object)
    job_ended = Signal(object)

    def __init__(
        self,
        parent: QObject,
        *,
        transfers: Transfers,
        memory: QueueMemory,
        tasks: Tasks,
        now: Callable[[], float] = time.monotonic,
        clock: Clock = machine_time,
    ) -> None:
        super().__init__(parent)
        self.queue = TransferQueue()
        self.works: dict[type[Outgoing | Incoming], Work] = {}
        self.limit: int | None = None
        self._transfers, self._memory, self._tasks, self.now = transfers, memory, tasks, now
        self._running: dict[str, asyncio.Task[Any]] = {}
        self._progress: dict[str, Progress] = {}
        self._speeds: dict[str, Speedometer] = {}
        self._owner: str | None = None
        self._wanted: str | None = None
        self._confirmed: str | None = None
        self._saver = QueueSaver(self.save, tasks)
        self._due: asyncio.TimerHandle | None = None
        self._setbacks = Setbacks(
            self.queue,
            tell=self.trouble.emit,
            ask=self.too_large.emit,
            begun=lambda item_id: self.progress(item_id).job_id is not None,
            now=now,
            clock=clock,
        )

    def progress(self, item_id: str) -> Progress:
        """Return how far an item is; it is counted up while the item moves."""
        return self._progress.setdefault(item_id, Progress())

    def rate(self, item_id: str) -> float | None:
        """Return how fast an item moves, in bytes a second; None if it does not."""
        speed = self._speeds.get(item_id)
        return speed.rate(self.progress(item_id).done) if speed else None

    async def open(self, owner: str, *, confirmed: bool = True) -> int:
        """Take up what *owner* has left open; return how many transfers that were.

        Nothing is sent or fetched until the service has *confirmed* that it is they who are signed
        in. Where it fails nothing is saved until it is asked for again.
        """
        if confirmed:
            self._confirmed = owner
        if owner == self._owner:
            self._change()
            return 0
        if self._owner is not None:
            self._leave()
        self._wanted = owner
        found = [taken_up(item) for item in await self._memory.load(owner)]
        if self._wanted != owner or self._owner is not None:
            # Somebody has signed out meanwhile, or whoever asked first has it.
            return 0
        self._owner = owner
        self.queue.add(found)
        self._change()
        return len(found)

    def close(self) -> None:
        """Stop; what is open is taken up when the same person signs in again."""
        self._confirmed = None
        self._leave()

    def _leave(self) -> None:
        owner, items, done = self._owner, self.queue.of(*OPEN), self.queue.done
        self._owner = self._wanted = None
        for task in self._running.values():
            task.cancel()
        self._setbacks.reset()
        self.queue.remove([item.id for item in self.queue.items])
        if owner is not None and not self._tasks.stopping:
            self._tasks.start(self._memory.save(owner, items, done), "remembering the transfers")
        self._change()

    def add(self, items: Iterable[Item]) -> None:
        """Put *items* at the end of the queue."""
        self.queue.add(items)
        self._change()

    def pause(self, item_ids: Iterable[str]) -> None:
        """Stop transfers where they are; nothing that got through is lost."""
        for item in self.queue.pause(item_ids):
            self._running[item.id].cancel()
        self._change()

    def resume(self, item_ids: Iterable[str]) -> None:
        """Go on with transfers that are paused."""
        self.queue.resume(item_ids)
        self._change()

    def retry(self, item_ids: Iterable[str]) -> None:
        """Begin what failed, was held or waits for its next try as soon as possible."""
        self.queue.retry(item_ids)
        self._change()

    def go_on(self) -> None:
        """Begin what waits for the service to take new jobs, as another plan may allow it."""
        self._setbacks.lift()
        self._change()

    def shift(self, item_ids: Iterable[str], *, up: bool) -> None:
        """Move transfers by one place."""
        self.queue.shift(item_ids, up=up)
        self._change()

    def place(self, item_ids: Iterable[str], before: str | None) -> None:
        """Move transfers to before another one, or to the end."""
        self.queue.place(item_ids, before)
        self._change()

    def drop(self, item_ids: Iterable[str]) -> None:
        """Take transfers out for good, with what they left here and at the service."""
        items = [item for item in map(self.queue.get, item_ids) if item is not None]
        self.queue.remove([item.id for item in items])
        for item in items:
            _log.info("transfer %s: taken out while %s", short_id(item.id), item.state)
            self._progress.pop(item.id, None)
            self._setbacks.forget(item.id)
        left = [item.id for item in items if item.state is not State.DONE]
        if left:
            self._tasks.start(self._abandon(left, self._owner), "giving transfers up")
        self._change()

    async def save(self) -> None:
        """Remember the queue as it is now."""
        if self._owner is not None:
            await self._memory.save(self._owner, self.queue.of(*OPEN), self.queue.done)

    def _change(self) -> None:
        """Do what follows from a change: start what may, remember, tell."""
        if not self._tasks.stopping:
            self._start()
            if self._owner is not None:
                self._saver.note()
        self.changed.emit()

    def _start(self) -> None:
        now = self.now()
        if self._owner is not None and self._owner == self._confirmed:
            self._start_ready(now)
        # Files are looked at whoever is signed in: that stays on this machine.
        unseen = self.queue.of(State.CHECKING)
        idle = [item for item in unseen if item.id not in self._running]
        for item in idle[: max(0, CHECKS_AT_ONCE - len(unseen) + len(idle))]:
            self._running[item.id] = self._tasks.start(self._check(item), "checking a file")
        self._start_later(now)

    def _start_ready(self, now: float) -> None:
        for item in self.queue.start_ready(now, {*self._running, *self._setbacks.kept_back()}):
            if not self._setbacks.has_told(item.id):
                kind = type(item.work).__name__.lower()
                _log.info("transfer %s: %s begins", short_id(item.id), kind)
            self._speeds[item.id] = Speedometer(self.now)
            self._running[item.id] = self._tasks.start(self._run(item), "transferring a file")

    def _start_later(self, now: float) -> None:
        """Look again when the next try is due."""
        if self._due is not None:
            self._due.cancel()
        dues = [due for due in (self.queue.next_due(), self._setbacks.due) if due is not None]
        if dues:
            # The loop's own clock: a task can be started from it at any time.
            wait = max(0.0, min(dues) - now)
            self._due = asyncio.get_running_loop().call_later(wait, self._change)

    async def _check(self, item: Item) -> None:
        try:
            if not isinstance(item.work, Outgoing):
                return
            check = await self._transfers.check(item.work.path)
            checked = self.queue.checked(item.id, check)
            if checked is None:
                return
            # No plan is sold for a file that would be refused, unless it is to be sent anyway.
            if checked.state is State.HELD:
                _log.info("transfer %s: its file needs a look", short_id(item.id))
                title = tr("{file} needs a look").format(file=item.name)
                self.trouble.emit(item.name, title, in_words(checked.reason))
            elif self.limit is not None and check.size > self.limit:
                self._setbacks.hold_too_large(item, too_large(item.name, check.size, self.limit))
        except Exception:
            self.queue.fail(item.id, DesktopError.title)
            raise
        finally:
            self._end(item)

    async def _run(self, item: Item) -> None:
        progress = self.progress(item.id)
        before = progress.done
        try:
            work = await self.works[type(item.work)](item, progress)
        except (SignedOutError, KeyringLockedError):
            self.queue.put_back(item.id)
            self._running.pop(item.id, None)
            # Whatever else waits would fail as fast, and again and again. At the end of the app
            # nothing is begun, and what is in the queue is saved.
            if not self._tasks.stopping:
                self.close()
            raise
        except DesktopError as error:
            if progress.done > before:
                self.queue.moved_on(item.id)
            self._setbacks.settle(item, error)
        except Exception:
            # A bug is told at the door; the item must not keep its place among those that run.
            self.queue.fail(item.id, DesktopError.title)
            raise
        else:
            _log.info("transfer %s: done, %d bytes", short_id(item.id), progress.done)
            self._setbacks.arrived(item)
            self.queue.finish(item.id, work)
        finally:
            self._end(item)

    def _end(self, item: Item) -> None:
        self._running.pop(item.id, None)
        self._speeds.pop(item.id, None)
        self._change()

    async def _abandon(self, item_ids: list[str], owner: str | None) -> None:
        """Forget transfers of *owner*, each once its threads have let go of it."""
        running = [task for task in map(self._running.get, item_ids) if task is not None]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)
        for item_id in item_ids:
            job = await self._transfers.abandon(item_id)
            if job is not None and owner == self._owner:
                self.job_ended.emit(job)
