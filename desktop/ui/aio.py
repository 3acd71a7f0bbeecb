"""Tasks that have an owner: none is forgotten, none outlives the app."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from desktop.errors import DesktopError

STOP_SECONDS = 2.0
"""How long tasks may take to end when the app does."""


@contextmanager
def closing_generators(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Have asynchronous generators that nobody closed closed by *loop*.

    asyncio's own loops do so; qasync's does not, and a library's forgotten generator would then
    run its clean-up without any loop.
    """

    def close(generator: AsyncGenerator[Any, Any]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(loop.create_task, generator.aclose())

    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(finalizer=close)
    try:
        yield
    finally:
        sys.set_asyncgen_hooks(*before)


class Tasks:
    """Starts tasks and sees to their end.

    Args:
        show_error: shows an error to the person; anything but a DesktopError is a bug and goes
            to the loop's exception handler instead.

    Attributes:
        stopping: whether the end has begun, so that nothing new should be.
    """

    def __init__(self, show_error: Callable[[DesktopError], None]) -> None:
        self._show_error = show_error
        self._running: set[asyncio.Task[Any]] = set()
        self.stopping = False

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Begin *work*; *name* says in a report what it was."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._end)
        return task

    async def stop(self) -> None:
        """Cancel what runs, and wait until it has ended, two seconds at most."""
        self.stopping = True
        running = list(self._running)
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=STOP_SECONDS)

    async def idle(self) -> None:
        """Wait until nothing runs; for tests and for an orderly end."""
        while self._running:
            await asyncio.wait(list(self._running))

    def _end(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, DesktopError):
            self._show_error(error)
            return
        context = {"message": f"{task.get_name()} failed", "exception": error, "task": task}
        task.get_loop().call_exception_handler(context)
