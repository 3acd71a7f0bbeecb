"""Several processes at work on the batches of one file.

Each has its own engine. A process that dies or fails ends the whole; all of them end at once when
the caller stops, and by themselves when the caller's process is gone. They come out of a process
without threads that has read the modules once for all; it stays until the caller's ends.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import tempfile
from dataclasses import dataclass, replace
from multiprocessing import forkserver
from pathlib import Path
from typing import TYPE_CHECKING, Self

from annotator.allocation import keep_freed_memory
from annotator.engine import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from types import TracebackType

    from annotator.batches import Batch
    from annotator.tally import Tally
    from annotator.work import Task, Work

_POLL_SECONDS = 0.2
_AHEAD = 4
"""Batches that a process may be ahead of the slowest one."""

_MODULES = ["annotator.work", "annotator.phased_work"]
"""What all processes need."""

Done = tuple["Batch", Path, "Tally"]


@dataclass(slots=True)
class _Member:
    """One process.

    Attributes:
        batch: what it works on.
    """

    process: BaseProcess
    connection: Connection
    batch: Batch | None = None


class Crew:
    """Processes that work on batches; use it as a context manager.

    Args:
        make: makes the work from a task, in the process; a function or class of a module.
    """

    def __init__(self, make: Callable[[Task], Work], processes: int) -> None:
        self._make = make
        self._count = processes
        self._members: list[_Member] = []

    def __enter__(self) -> Self:
        """The crew; its processes are started when they are needed."""
        return self

    @staticmethod
    def call() -> None:
        """Have ready what the processes come out of, as that takes a while; returns at once."""
        forkserver.set_forkserver_preload(_MODULES)
        forkserver.ensure_running()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes; at once after an error."""
        for member in self._members:
            if kind is not None:
                member.process.kill()
            member.connection.close()
        for member in self._members:
            member.process.join()
            member.process.close()

    def work(
        self,
        task: Task,
        batches: Iterable[Batch],
        tick: Callable[[], None],
        *,
        read_ahead: bool = False,
    ) -> Iterator[Done]:
        """Each of *batches* with the file that it became and its counts, in their order.

        Args:
            task: what all of them are worked on with.
            batches: asked for the next one when a process is idle.
            tick: is called at least every 0.2 s, and may raise to stop.
            read_ahead: ask for it while all are busy, so that nobody waits for it.

        Raises:
            EngineError: a process died, or what the work raised of the first batch that failed.
        """
        self._start()
        for member in self._members:
            _send(member, task)
        waiting = _Waiting(batches)
        done: dict[int, tuple[Batch, Tally | Exception]] = {}
        following = 0
        while True:
            while following in done:
                yield self._finished(task, *done.pop(following))
                following += 1
            for member in self._members:
                if member.batch is None and len(done) < _AHEAD * self._count:
                    _give(member, waiting.take())
            busy = [member for member in self._members if member.batch is not None]
            if not busy and waiting.is_over:
                return
            if read_ahead:
                waiting.look()
            for batch, answer in self._answers(busy, tick):
                done[batch.index] = (batch, answer)
                # What comes behind a batch that failed is of no use any more.
                waiting.is_over |= isinstance(answer, Exception)

    def _start(self) -> None:
        """Start the processes."""
        self.call()
        context = multiprocessing.get_context("forkserver")
        for _ in range(self._count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, self._make), daemon=True)
            process.start()
            theirs.close()
            self._members.append(_Member(process, ours))

    @staticmethod
    def _finished(task: Task, batch: Batch, answer: Tally | Exception) -> Done:
        """A batch whose turn it is."""
        if isinstance(answer, Exception):
            raise answer
        return batch, place(task.folder, batch), answer

    def _answers(
        self, busy: list[_Member], tick: Callable[[], None]
    ) -> Iterator[tuple[Batch, Tally | Exception]]:
        """What members have finished since, if anything has been."""
        connections = [member.connection for member in busy]
        ready = multiprocessing.connection.wait(connections, _POLL_SECONDS)
        tick()
        for member in busy:
            if member.connection in ready and member.batch is not None:
                batch, member.batch = member.batch, None
                yield batch, _received(member)


def place(folder: Path, batch: Batch) -> Path:
    """The file that a batch becomes."""
    return folder / f"batch-{batch.index:06d}.vcf.gz"


class _Waiting:
    """Batches that nobody works on yet.

    Attributes:
        is_over: whether there are no more.
    """

    def __init__(self, batches: Iterable[Batch]) -> None:
        self._batches = iter(batches)
        self._next: Batch | None = None
        self.is_over = False

    def look(self) -> None:
        """Have the next one at hand."""
        if self._next is None and not self.is_over:
            self._next = next(self._batches, None)
            self.is_over = self._next is None

    def take(self) -> Batch | None:
        """The next one, if there is one."""
        self.look()
        batch, self._next = self._next, None
        return None if self.is_over else batch


def _give(member: _Member, batch: Batch | None) -> None:
    """Have a member work on *batch*, if there is one."""
    member.batch = batch
    if batch is not None:
        _send(member, batch)


def _send(member: _Member, what: Task | Batch) -> None:
    """Send something to a member."""
    try:
        member.connection.send(what)
    except OSError as error:
        raise _died(member) from error


def _received(member: _Member) -> Tally | Exception:
    """A member's answer: its counts, or what went wrong."""
    try:
        answer: Tally | Exception = member.connection.recv()
    except (EOFError, OSError) as error:
        raise _died(member) from error
    return answer


def _died(member: _Member) -> EngineError:
    """What is said of a member that is gone."""
    member.process.join()
    return EngineError(f"A process of the annotation ended with code {member.process.exitcode}.")


def _serve(connection: Connection, make: Callable[[Task], Work]) -> None:
    """Take a task, then work on the batches that come until there are no more."""
    keep_freed_memory()
    try:
        task: Task = connection.recv()
    except (EOFError, OSError):
        return
    with (
        tempfile.TemporaryDirectory(dir=task.folder, prefix="process-") as folder,
        make(replace(task, folder=Path(folder))) as work,
    ):
        while True:
            try:
                batch = connection.recv()
            except (EOFError, OSError):
                return
            try:
                connection.send(work.annotate(batch, place(task.folder, batch), lambda: None))
            except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told
                connection.send(error)
