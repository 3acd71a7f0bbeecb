"""Annotators that work on shards of a file over fakes, step by step in one thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

from annotator.batches import Batch
from annotator.compression import bgzip
from annotator.crew import Done
from annotator.fleet import WholeFleet
from annotator.hands import Hand
from annotator.keys import Keys
from annotator.reference.bundle import Bundle
from annotator.sequences import Sequences
from annotator.shards import Make, Workshop
from annotator.tally import Tally
from annotator.work import Task
from backend.domain.errors import RejectedError
from backend.domain.files import shard_keys
from backend.domain.job import Job
from backend.domain.messages import ShardMessage
from backend.services.ports import Queue
from backend.services.shards import Shards
from tests.fakes.messages import FakeQueue
from tests.unit.services.world import LEASE, World

MAX_TRIES = 3
KEYS = Keys(status="GAS_STATUS", consequences="CSQ", compound="")
TEXTS = (b"a\nb\n", b"c\n", b"d\ne\nf\n", b"g\n")


@dataclass
class Shouting:
    """Work that turns text into capitals, notes which shards, and does what a test puts into it.

    Attributes:
        done: indices of the shards that were worked on, also by work that came to nothing.
        meanwhile: done in the middle of each shard; may raise.
    """

    done: list[int] = field(default_factory=list)
    meanwhile: Callable[[Batch], None] = lambda _batch: None

    @contextmanager
    def make(self, engine: str, task: Task) -> Iterator[Shouting]:
        assert (engine, task.fasta.exists()) == ("vepyr", True)
        yield self

    def annotate(self, batch: Batch, target: Path, tick: Callable[[], None]) -> Tally:
        self.done.append(batch.index)
        self.meanwhile(batch)
        tick()
        if b"bad" in batch.text:
            raise RejectedError(f"Line {batch.line} is bad.")
        target.write_bytes(bgzip(batch.text.upper()))
        return Tally(records=batch.text.count(b"\n"))


class Killed(BaseException):
    """The process ends here: nothing that follows in it happens."""


@dataclass
class Plant:
    """A world with one job, and the queue of shards; close it."""

    folder: Path
    bundle: Bundle
    world: World = field(default_factory=World)
    opened: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.queue = FakeQueue(self.world.clock, LEASE)
        self.shards = Shards(self.world.jobs, self.world.outputs, self.queue, LEASE, MAX_TRIES)
        job = self.world.annotations.take(self.world.submitted().id)
        assert job is not None
        self.job: Job = job

    def workshop(self, make: Make, *bundles: Bundle, hands: int = 0) -> Workshop:
        """Return what a machine works with."""
        installed = bundles or (self.bundle,)
        return Workshop(
            self.shards, make, installed, self.folder, Sequences(self.folder), hands=hands
        )

    def machine(self, work: Shouting | None = None, *bundles: Bundle) -> Machine:
        """Return an annotator."""
        shouting = work or Shouting()
        stop = Event()
        hand = Hand(self.workshop(shouting.make, *bundles), stop)
        return Machine(self, shouting, self.opened.enter_context(hand), stop, self.queue)

    def close(self) -> None:
        """End all machines."""
        self.opened.close()

    def mortal_machine(self, calls: int) -> Machine:
        """Return an annotator that is killed in place of the next of so many calls of a port."""
        countdown = Countdown(calls)
        shards = Shards(
            Mortal(self.world.jobs, countdown),
            Mortal(self.world.outputs, countdown),
            Mortal(self.queue, countdown),
            LEASE,
            MAX_TRIES,
        )
        machine = self.machine()
        stop, workshop = Event(), replace(self.workshop(machine.work.make), shards=shards)
        hand = self.opened.enter_context(Hand(workshop, stop))
        return Machine(self, machine.work, hand, stop, shards.queue)

    def planner(
        self, *machines: Machine, work: Shouting | None = None, most_records: int = 2
    ) -> WholeFleet:
        """Return the planner, while whose pauses the *machines* take a step each."""

        def pause(seconds: float) -> None:
            self.world.clock.advance(timedelta(seconds=seconds))
            for machine in machines:
                machine.step()

        workshop = self.workshop((work or Shouting()).make)
        return WholeFleet(self.job, workshop, 3, most_records, pause, self.seconds)

    def seconds(self) -> float:
        """Return the clock's seconds."""
        return self.world.clock().timestamp()

    def task(self, name: str = "task") -> Task:
        """Return a task with a folder of its own."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return Task(self.bundle, self.bundle.fasta, {"20": "20"}, KEYS, (), 8, folder)

    def shard(self, fleet: WholeFleet, index: int) -> ShardMessage:
        """Return a shard of the job's file."""
        plan = fleet._plan(self.task())
        return ShardMessage(self.job.id, self.job.owner, plan, index)

    def stored(self) -> list[str]:
        """Return the names of all that is kept for the work."""
        keys = self.world.outputs.keys("work/")
        return [key.rpartition("/")[2] for key in keys]

    def is_stored(self, shard: ShardMessage) -> bool:
        """Whether the shard is finished."""
        keys = shard_keys(shard.owner, shard.job_id, shard.plan, shard.shard)
        return keys.tally in self.world.outputs.objects


@dataclass
class Machine:
    """One annotator, with one hand."""

    plant: Plant
    work: Shouting
    hand: Hand
    stop: Event
    queue: Queue
    is_dead: bool = False

    def step(self) -> bool:
        """Take a message, if there is one, and deal with it."""
        if self.is_dead:
            return False
        try:
            deliveries = self.queue.receive(limit=1, wait=timedelta(0))
            for delivery in deliveries:
                self.hand.handle(delivery)
        except Killed:
            self.is_dead = True
            return False
        return bool(deliveries)


@dataclass
class Countdown:
    """What is left of a life, in calls."""

    calls: int


class Mortal:
    """A port whose user is killed when the countdown is over."""

    def __init__(self, port: Any, countdown: Countdown) -> None:
        self._port = port
        self._countdown = countdown

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            if self._countdown.calls == 0:
                raise Killed
            self._countdown.calls -= 1
            return getattr(self._port, name)(*arguments, **named)

        return call


def batches(*texts: bytes) -> Iterator[Batch]:
    """Yield a file in batches."""
    line = 3
    for index, text in enumerate(texts):
        yield Batch(index, line, text, is_whole=index % 2 == 0)
        line += text.count(b"\n")


def read(done: Done) -> tuple[int, bytes, int]:
    """Return index, blocks and records of a finished batch, whose text nobody holds any more."""
    batch, file, tally = done
    assert batch.text == b""
    content = file.read_bytes()
    file.unlink()
    return batch.index, content, tally.records


EXPECTED = [(index, bgzip(text.upper()), text.count(b"\n")) for index, text in enumerate(TEXTS)]
