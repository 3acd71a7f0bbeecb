"""A large file shared out among all annotators: planned and joined by the one that holds the job.

The plan follows from the file and all that decides what comes of it, so a planner that takes over
finds what was finished and goes on.  It works on shards like everybody else; and where nothing
ends for a while, it asks again and does the next shard itself, so that a message that was lost or
a shard that nobody can do is noticed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from annotator.batches import MOST_BYTES, Batch
from annotator.crew import Done, place
from annotator.hands import Hands
from annotator.parcels import pack_batch, pack_recipe, unpack_error, unpack_tally
from annotator.shards import Workshop, annotate_shard
from annotator.work import Task
from backend import logs
from backend.domain.errors import RejectedError
from backend.domain.job import Job
from backend.domain.messages import ShardMessage
from backend.services.shards import keys_of

LOGGER = logging.getLogger(__name__)
_POLL_SECONDS = 0.2
# One request a look, whatever the number of shards up to a thousand objects.
_LOOK_EVERY = 0.5
# In leases: a shard whose worker died comes again after one.
_PATIENCE = 2

Planned = dict[ShardMessage, Batch]


@dataclass(frozen=True, slots=True)
class WholeFleet:
    """Every annotator, for one job's file.

    Attributes:
        job: the job, which this worker holds.
        workshop: what this worker does shards with itself.
        most_alone: records of a file that is not shared out.
        most_records: in a batch.
        pause: waits for so many seconds.
        clock: seconds that never go back.
    """

    job: Job
    workshop: Workshop
    most_alone: int
    most_records: int
    pause: Callable[[float], object] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def wants(self, records: int) -> bool:
        """See ``Fleet``."""
        return records > self.most_alone

    def work(
        self, task: Task, batches: Iterable[Batch], tick: Callable[[], None]
    ) -> Iterator[Done]:
        """See ``Fleet``.

        Raises:
            RejectedError: a line is not a record: the first such shard's reason, in their order.
            EngineError: the engine failed, here as elsewhere.
        """
        plan = self._plan(task)
        with Hands(self.workshop, is_patient=True) as hands:
            hands.start()
            planned = self._share_out(plan, task, batches, tick)
            logs.event(
                LOGGER, "file shared out", job_id=self.job.id, plan=plan, shards=len(planned)
            )
            yield from self._joined(plan, planned, task, tick)
            hands.finish(tick)

    def _plan(self, task: Task) -> str:
        """The name of the plan: the same for what has to become the same bytes."""
        recipe = pack_recipe(self.job.options.engine, task)
        decides = [self.job.input.sha256, recipe, self.most_records, MOST_BYTES]
        return hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:32]

    def _share_out(
        self, plan: str, task: Task, batches: Iterable[Batch], tick: Callable[[], None]
    ) -> Planned:
        """Store what is not there yet, and ask for all that is not finished."""
        shards, job = self.workshop.shards, self.job
        file = task.folder / "recipe.json"
        file.write_text(pack_recipe(job.options.engine, task), "utf-8")
        there = shards.begin(job.owner, job.id, plan, file)
        planned: Planned = {}
        for batch in batches:
            shard = ShardMessage(job.id, job.owner, plan, batch.index)
            planned[shard] = replace(batch, text=b"")
            keys = keys_of(shard)
            if keys.source not in there:
                shards.store_source(shard, pack_batch(batch, task.folder / "shard.in"))
            if not there & {keys.tally, keys.error}:
                shards.ask(shard)
            tick()
        return planned

    def _joined(
        self, plan: str, planned: Planned, task: Task, tick: Callable[[], None]
    ) -> Iterator[Done]:
        """Each shard when it and all before it are finished."""
        watch = _Watch(self, plan, list(planned))
        for shard, batch in planned.items():
            while not watch.sees(keys_of(shard).tally):
                self._help(shard, watch, task, tick)
            file, tally = place(task.folder, batch), task.folder / "tally.json"
            self.workshop.shards.fetch_result(shard, file, tally)
            yield batch, file, unpack_tally(tally)

    def _help(
        self, shard: ShardMessage, watch: _Watch, task: Task, tick: Callable[[], None]
    ) -> None:
        """Wait a moment for a shard, or do one that others cannot."""
        if watch.sees(keys_of(shard).error):
            self._refuse(shard, task)
            self._do(shard, task, tick)
            watch.look()
        elif watch.is_stuck():
            missing = watch.missing
            logs.event(LOGGER, "nothing ended", job_id=self.job.id, missing=len(missing))
            for each in missing:
                self.workshop.shards.ask(each)
            self._do(missing[0], task, tick)
            watch.begin()
        else:
            tick()
            self.pause(_POLL_SECONDS)

    def _refuse(self, shard: ShardMessage, task: Task) -> None:
        """Raise the reason why a shard has no result, if it is a fault of the file."""
        error = task.folder / "error.json"
        self.workshop.shards.fetch_error(shard, error)
        reason = unpack_error(error)
        if reason is not None:
            raise RejectedError(reason)

    def _do(self, shard: ShardMessage, task: Task, tick: Callable[[], None]) -> None:
        """Do a shard here; what keeps it from being done rises, and is not left to others."""
        with self.workshop.make(self.job.options.engine, task) as work:
            annotate_shard(self.workshop.shards, shard, work, task.folder, tick)


class _Watch:
    """Sees what there is of a plan, and when a shard ended last."""

    def __init__(self, fleet: WholeFleet, plan: str, missing: list[ShardMessage]) -> None:
        self._shards = fleet.workshop.shards
        self._clock = fleet.clock
        self._place = (fleet.job.owner, fleet.job.id, plan)
        self.missing = missing
        self.look()
        self.begin()

    def sees(self, key: str) -> bool:
        """Whether there is an object by that key; what was seen half a second ago counts."""
        if key not in self._there and self._clock() - self._looked >= _LOOK_EVERY:
            self.look()
        return key in self._there

    def look(self) -> None:
        """See what there is now."""
        self._looked = self._clock()
        self._there = self._shards.there(*self._place)
        left = [shard for shard in self.missing if not self._has_ended(shard)]
        if len(left) < len(self.missing):
            self.missing = left
            self.begin()

    def begin(self) -> None:
        """Count from now how long nothing has ended."""
        self._since = self._clock()

    def is_stuck(self) -> bool:
        """Whether no shard has ended for so long that something must be wrong."""
        return self._clock() - self._since >= _PATIENCE * self._shards.lease.total_seconds()

    def _has_ended(self, shard: ShardMessage) -> bool:
        keys = keys_of(shard)
        return not self._there.isdisjoint({keys.tally, keys.error})
