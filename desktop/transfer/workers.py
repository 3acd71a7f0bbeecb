"""Threads for bytes; the end of the process waits for none of them.

A pool's threads are joined when Python ends, also one that hangs in the network for half a minute:
then closing the window would take as long.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import Any, Self, TypeVar

GRACE_SECONDS = 0.5
"""How long a thread that was told to stop is waited for."""

_Result = TypeVar("_Result")


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Give a flag that is set when the block is left, however it is left."""
    stop = threading.Event()
    try:
        yield stop
    finally:
        stop.set()


class Worker:
    """One thread for one call after the other; it ends with the `with` block, or its last call.

    What moves many bytes keeps its thread from part to part: a new one's memory is new as well,
    and costs a sixth of the speed of a fast network.
    """

    def __init__(self) -> None:
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        threading.Thread(target=self._work, name="transfer", daemon=True).start()

    def __enter__(self) -> Self:
        """Give the worker."""
        return self

    def __exit__(self, *error: object) -> None:
        """Let the thread end; a call that nobody waits for any more may still take its time."""
        self._calls.put(None)

    async def call(
        self, do: Callable[..., _Result], *arguments: object, stop: threading.Event
    ) -> _Result:
        """Call *do* in the thread, and return what it returns.

        Cancelling sets *stop*, which *do* has to look at, and waits half a second for it to end.
        """
        future: Future[_Result] = Future()

        def work() -> None:
            try:
                future.set_result(do(*arguments))
            except BaseException as error:  # noqa: BLE001 - whoever awaits it decides
                future.set_exception(error)

        future.set_running_or_notify_cancel()
        self._calls.put(work)
        waiting = asyncio.wrap_future(future)
        # What a thread raises that nobody waits for any more is of no interest.
        waiting.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        try:
            return await asyncio.shield(waiting)
        except asyncio.CancelledError:
            stop.set()
            with suppress(asyncio.CancelledError):
                await asyncio.wait([waiting], timeout=GRACE_SECONDS)
            raise

    def _work(self) -> None:
        while (work := self._calls.get()) is not None:
            work()


async def all_at_once(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Do all *works*; where one fails, end the others before its error is told."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


async def in_thread(
    do: Callable[..., _Result], *arguments: object, stop: threading.Event
) -> _Result:
    """Call *do* in a thread of its own, as `Worker.call` does."""
    with Worker() as worker:
        return await worker.call(do, *arguments, stop=stop)
