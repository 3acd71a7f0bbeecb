"""The queue of transfers between starts: awaited, in a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from desktop.store.journal import Journal
from desktop.store.kept import Lost, unheard
from desktop.transfer.items import Item, Outgoing

_Result = TypeVar("_Result")


class StoredQueue:
    """Remembers the queue in the journal; is `desktop.transfer.items.QueueMemory`.

    One thread does all the work, so writes come in order and never block the window.

    Attributes:
        lost: told on the loop where a journal is kept that could not be read.
    """

    def __init__(self, journal: Journal) -> None:
        self.lost: Lost = unheard
        self._journal = journal
        self._loop: asyncio.AbstractEventLoop | None = None
        journal.lost = self._tell_lost
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="queue")

    async def load(self, owner: str) -> Sequence[Item]:
        """Return *owner*'s open items in order; those of others wait for them, for 30 days."""

        def load() -> Sequence[Item]:
            for left in self._journal.see(owner):
                with suppress(OSError):
                    left.part.unlink(missing_ok=True)
            jobs = self._journal.jobs()
            return [_with_job(item, jobs.get(item.id)) for item in self._journal.items(owner)]

        return await self._do(load)

    async def save(self, owner: str, items: Sequence[Item], done: Sequence[str] = ()) -> None:
        """Remember *items*, in this order, as all that *owner* has; forget what is *done*."""
        await self._do(lambda: self._journal.save_items(owner, items, done))

    async def got_through(self, item_ids: Sequence[str]) -> bool:
        """Whether something of these items, as far as they are open, is there already."""
        return await self._do(lambda: self._got_through(item_ids))

    def close(self) -> None:
        """Finish what was begun, and close the journal."""
        self._thread.shutdown(wait=True)
        self._journal.close()

    def _got_through(self, item_ids: Sequence[str]) -> bool:
        begun = filter(None, map(self._journal.download, item_ids))
        return self._journal.sent(item_ids) or any(_has_bytes(each.part) for each in begun)

    async def _do(self, work: Callable[[], _Result]) -> _Result:
        self._loop = asyncio.get_running_loop()
        return await self._loop.run_in_executor(self._thread, work)

    def _tell_lost(self, kept: Path) -> None:
        """Pass on what any thread found, as one that notes a part; at the end nobody hears it."""
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self.lost, kept)


def _with_job(item: Item, job_id: str | None) -> Item:
    """Return an item with the job that it has begun, of which only the ledger is sure."""
    if not isinstance(item.work, Outgoing):
        return item
    return replace(item, work=replace(item.work, job_id=job_id))


def _has_bytes(part: Path) -> bool:
    try:
        return part.stat().st_size > 0
    except OSError:
        return False
