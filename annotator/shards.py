"""Work on one shard, a batch of a large file that any annotator may take: fetch, annotate, store.

Done twice it becomes the same bytes, so nobody has to know who else works on a shard.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from annotator.batches import Batch
from annotator.crew import Crew, Done
from annotator.parcels import pack_error, pack_tally, unpack_batch
from annotator.reference.bundle import Bundle
from annotator.sequences import Sequences
from annotator.tally import Tally
from annotator.work import Task, Work
from backend.domain.errors import NotFoundError, RejectedError
from backend.domain.messages import ShardMessage
from backend.services.ports import Delivery
from backend.services.shards import Shards

Make = Callable[[str, Task], AbstractContextManager[Work]]


class OwnProcess:
    """Work in a process of its own, whose end is not ours; use it as a context manager.

    After an error, whatever it was, the next batch gets a new process.

    Args:
        make: makes the work from the task, there; a function or class of a module.
    """

    def __init__(self, make: Callable[[Task], Work], task: Task) -> None:
        self._make = make
        self._task = task
        self._running = ExitStack()
        self._made: Iterator[Done] | None = None
        self._batch = Batch(0, 0, b"", is_whole=True)
        self._tick: Callable[[], None] = _nothing

    def __enter__(self) -> Self:
        """Get ready for the process, which starts with the first batch."""
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process; at once after an error."""
        self._running.__exit__(kind, error, trace)

    def annotate(self, batch: Batch, target: Path, tick: Callable[[], None]) -> Tally:
        """See ``Work``."""
        self._batch, self._tick = batch, tick
        done = self._made or self._start()
        try:
            _, file, tally = next(done)
        except BaseException as error:
            self._made = None
            self._running.__exit__(type(error), error, None)
            raise
        file.rename(target)
        return tally

    def _start(self) -> Iterator[Done]:
        """A crew of one, to which all batches that will come are one file's."""
        enter = self._running.enter_context
        # A process that is killed leaves files there.
        folder = enter(tempfile.TemporaryDirectory(dir=self._task.folder, prefix="own-"))
        crew = enter(Crew(self._make, 1))
        crew.call()
        task = replace(self._task, folder=Path(folder))
        self._made = crew.work(task, self._batches(), self._ticked)
        return self._made

    def _ticked(self) -> None:
        """Tell whoever waits for the present batch."""
        self._tick()

    def _batches(self) -> Iterator[Batch]:
        """Each batch that is to be worked on; asked for the next when there is one."""
        for index in itertools.count():
            yield replace(self._batch, index=index)


def _nothing() -> None:
    """Wait for the first batch."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What an annotator has to work with.

    Attributes:
        shards: the shards of large files.
        make: makes the work on shards from the name of an engine and a task.
        bundles: those installed here.
        folder: for files; it is there.
        hands: how many shards, or processes on a whole file, are at work at once.
    """

    shards: Shards
    make: Make
    bundles: tuple[Bundle, ...]
    folder: Path
    sequences: Sequences
    hands: int


@dataclass(frozen=True, slots=True)
class ShardHold:
    """A shard and its message."""

    shards: Shards
    shard: ShardMessage
    delivery: Delivery

    @property
    def ids(self) -> dict[str, str | int]:
        """See ``Hold``."""
        return {"job_id": self.shard.job_id, "shard": self.shard.shard}

    def look(self) -> None:
        """See ``Hold``."""
        self.shards.look(self.shard)

    def extend(self, done: int, total: int) -> None:  # noqa: ARG002 - a shard is done or is not
        """See ``Hold``."""
        self.shards.hold(self.shard, self.delivery)


def annotate_shard(
    shards: Shards, shard: ShardMessage, work: Work, folder: Path, check: Callable[[], None]
) -> None:
    """Work on a shard and store what became of it, or that a line of it is no record.

    Args:
        shards: where it is, and what becomes of it.
        shard: the shard.
        work: by the shard's plan.
        folder: for files, which are left there.
        check: called at least every 0.2 s; what it raises ends the work and rises.

    Raises:
        NotFoundError: nobody wants the shard any more.
        EngineError: the engine failed.
    """
    source, result, told = (folder / name for name in ("shard.in", "shard.vcf.gz", "shard.json"))
    shards.fetch_source(shard, source)
    try:
        tally = work.annotate(unpack_batch(source), result, check)
    except NotFoundError:
        raise
    except RejectedError as error:
        check()
        shards.give_up(shard, pack_error(str(error), told))
        return
    check()
    shards.finish(shard, result, pack_tally(tally, told))
