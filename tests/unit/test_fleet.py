"""A file shared out among annotators becomes what one makes of it, whoever dies in the middle."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from annotator.batches import Batch
from annotator.engine import EngineError
from annotator.fleet import WholeFleet
from annotator.pipeline import ENGINES, Request, annotate
from annotator.reference.bundle import demo_bundle, demo_folder
from annotator.tally import Tally
from annotator.work import Task
from backend.domain.errors import ConflictError, RejectedError
from backend.domain.job import Options, Status
from tests.unit.machines import (
    EXPECTED,
    MAX_TRIES,
    TEXTS,
    Killed,
    Plant,
    Shouting,
    batches,
    read,
)
from tests.unit.services.world import LEASE


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    plant = Plant(tmp_path, demo_bundle())
    yield plant
    plant.close()


def nothing() -> None:
    """Tick."""


def made(fleet: WholeFleet, plant: Plant, *texts: bytes, name: str = "task") -> list[object]:
    """Return what the fleet makes of a file."""
    work = fleet.work(plant.task(name), batches(*(texts or TEXTS)), nothing)
    return [read(done) for done in work]


def failing(index: int, error: BaseException) -> Callable[[Batch], None]:
    """Return what raises *error* in the middle of shard *index*."""

    def fail(batch: Batch) -> None:
        if batch.index == index:
            raise error

    return fail


def test_small_file_is_not_shared_out(plant: Plant) -> None:
    fleet = plant.planner()

    assert not fleet.wants(3)
    assert fleet.wants(4)


def test_shards_come_in_their_order_whoever_did_them(plant: Plant) -> None:
    first, second = plant.machine(), plant.machine()

    assert made(plant.planner(first, second), plant) == EXPECTED
    assert first.work.done == [0, 2]
    assert second.work.done == [1, 3]
    assert len(plant.queue) == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_two_annotators_make_of_a_real_file_what_one_does(
    plant: Plant, tmp_path: Path, engine: str
) -> None:
    def run(name: str, fleet: WholeFleet | None) -> tuple[bytes, ...]:
        folder = tmp_path / name
        folder.mkdir()
        request = Request(
            source=demo_folder() / "demo.vcf",
            folder=folder,
            bundles=(plant.bundle,),
            file_name="demo.vcf",
            engine=engine,
            most_records=20,
        )
        outcome = annotate(request, lambda done, total: None, fleet)
        index = outcome.index
        assert index is not None
        summary = json.dumps(outcome.summary.to_json()).encode()
        return outcome.result.read_bytes(), index.read_bytes(), outcome.log.read_bytes(), summary

    plant.job = replace(plant.job, options=Options(engine=engine))
    machines = [plant.machine(Real()), plant.machine(Real())]
    together = run("together", plant.planner(*machines, most_records=20))

    assert together == run("alone", None)
    assert [len(machine.work.done) for machine in machines] == [5, 4]


class Real(Shouting):
    """The work itself."""

    @contextmanager
    def make(self, engine: str, task: Task) -> Iterator[Shouting]:
        with ENGINES[engine](task) as self.work:  # type: ignore[attr-defined]
            yield self

    def annotate(self, batch: Batch, target: Path, tick: Callable[[], None]) -> Tally:
        self.done.append(batch.index)
        return self.work.annotate(batch, target, tick)


@pytest.mark.parametrize("calls", range(9))
def test_shard_of_a_killed_worker_comes_again(plant: Plant, calls: int) -> None:
    """It dies after so many calls of queue, bucket and table: before, between and behind all."""
    dying, other = plant.mortal_machine(calls), plant.machine()

    assert made(plant.planner(dying, other), plant) == EXPECTED
    assert dying.is_dead
    assert dying.work.done == ([0] if calls >= FETCHED else [])
    assert sorted(other.work.done) == ([1, 2, 3] if calls >= FINISHED else [0, 1, 2, 3])
    plant.world.clock.advance(LEASE)
    other.step()
    assert len(plant.queue) == 0


# Its calls for one shard: receive, keys, fetch task and source, store result and counts, get the
# job, delete the message.
FETCHED, FINISHED = 4, 6


@pytest.mark.parametrize("taken", [0, 1, 3])
def test_planner_that_takes_over_does_nothing_again(plant: Plant, taken: int) -> None:
    machine = plant.machine()
    first = plant.planner(machine).work(plant.task("first"), batches(*TEXTS), nothing)
    before = [read(next(first)) for _ in range(taken)]
    first.close()

    assert before == EXPECTED[:taken]
    assert made(plant.planner(machine), plant, name="second") == EXPECTED
    assert sorted(machine.work.done) == [0, 1, 2, 3]


def test_planner_that_died_while_sharing_out_is_continued(plant: Plant) -> None:
    def cut_short() -> None:
        if len(plant.queue) == 2:
            raise Killed

    with pytest.raises(Killed):
        list(plant.planner().work(plant.task("first"), batches(*TEXTS), cut_short))
    machine = plant.machine()

    assert made(plant.planner(machine), plant, name="second") == EXPECTED
    assert sorted(machine.work.done) == [0, 1, 2, 3]


def test_another_planner_of_other_batches_starts_anew(plant: Plant) -> None:
    machine = plant.machine()
    made(plant.planner(machine), plant)
    made(plant.planner(machine, most_records=3), plant, b"a\nb\nc\n", b"d\n")

    assert machine.work.done == [0, 1, 2, 3, 0, 1]


def test_message_that_comes_twice_is_worked_on_once(plant: Plant) -> None:
    machine = plant.machine()
    send = plant.queue.send
    plant.queue.send = lambda body: [send(body) for _ in range(2)]  # type: ignore[assignment]

    assert made(plant.planner(machine), plant) == EXPECTED
    while machine.step():
        pass
    assert Counter(machine.work.done) == Counter(range(4))
    assert len(plant.queue) == 0


def test_shard_that_two_do_at_once_stays_the_same(plant: Plant) -> None:
    """The visibility ran out while its worker was at it."""
    fast, slow = plant.machine(), plant.machine()

    def overtake(batch: Batch) -> None:
        plant.world.clock.advance(LEASE)
        fast.step()

    slow.work.meanwhile = overtake
    fleet = plant.planner(slow)

    assert made(fleet, plant, TEXTS[0]) == EXPECTED[:1]
    assert (slow.work.done, fast.work.done) == ([0], [0])


def test_lost_messages_are_noticed(plant: Plant) -> None:
    own, machine = Shouting(), plant.machine()
    send, lost = plant.queue.send, [True]
    plant.queue.send = lambda body: None if lost[0] else send(body)  # type: ignore[method-assign]
    began = plant.world.clock()
    fleet = plant.planner(machine, work=own)

    def until_a_lease_is_over() -> None:
        lost[0] = plant.world.clock() < began + LEASE

    work = fleet.work(plant.task(), batches(*TEXTS), until_a_lease_is_over)
    assert [read(done) for done in work] == EXPECTED
    assert own.done == [0]
    assert sorted(machine.work.done) == [1, 2, 3]
    assert plant.world.clock() < began + 3 * LEASE


def test_first_bad_line_of_the_file_is_told(plant: Plant) -> None:
    machine = plant.machine()
    fleet = plant.planner(machine)
    texts = (b"a\n", b"bad\n", b"c\nbad\n")
    # The later one is met first.
    plant.planner(machine)._share_out(
        fleet._plan(plant.task()), plant.task(), [*batches(*texts)][2:], nothing
    )
    machine.step()

    assert machine.work.done == [2]
    with pytest.raises(RejectedError, match="Line 4 is bad"):
        made(fleet, plant, *texts)


def test_shard_that_nobody_can_do_ends_the_try_with_its_cause(plant: Plant) -> None:
    error = EngineError("vepyr failed")
    own, machine = Shouting(), plant.machine()
    own.meanwhile = machine.work.meanwhile = failing(1, error)
    with pytest.raises(EngineError, match="vepyr failed"):
        made(plant.planner(machine, work=own), plant)

    assert Counter(machine.work.done) == {0: 1, 1: MAX_TRIES, 2: 1, 3: 1}
    assert own.done == [1]
    # The next planner knows at once, and asks nobody.
    with pytest.raises(EngineError):
        made(plant.planner(machine, work=own), plant, name="next")
    assert own.done == [1, 1]
    assert machine.work.done.count(1) == MAX_TRIES


def test_shard_that_only_the_planner_can_do_is_done(plant: Plant) -> None:
    machine = plant.machine()
    machine.work.meanwhile = failing(1, OSError("disk full"))

    assert made(plant.planner(machine), plant) == EXPECTED


def test_cancelled_job_leaves_nothing_and_is_worked_on_no_more(plant: Plant) -> None:
    machine = plant.machine()

    def cancel_after_the_first() -> None:
        if machine.work.done:
            plant.world.submissions.cancel(plant.world.jobs.get(plant.job.id))
            raise ConflictError("cancelled")

    with pytest.raises(ConflictError):
        list(plant.planner(machine).work(plant.task(), batches(*TEXTS), cancel_after_the_first))
    plant.shards.clear(plant.job.owner, plant.job.id)
    while machine.step():
        pass

    assert machine.work.done == [0]
    assert plant.stored() == []
    assert len(plant.queue) == 0


def test_shard_that_is_finished_after_its_job_has_ended_leaves_nothing(plant: Plant) -> None:
    machine = plant.machine()

    def end_the_job(batch: Batch) -> None:
        plant.world.annotations.fail(plant.world.jobs.get(plant.job.id), "No.")
        plant.shards.clear(plant.job.owner, plant.job.id)

    machine.work.meanwhile = end_the_job
    fleet = plant.planner()
    fleet._share_out("p", plant.task(), batches(b"a\n"), nothing)
    machine.step()

    assert machine.work.done == [0]
    assert plant.world.jobs.get(plant.job.id).status is Status.FAILED
    assert plant.stored() == []
    assert len(plant.queue) == 0


def test_planner_with_hands_needs_nobody_else(plant: Plant) -> None:
    """Its hands are threads; they end with the file."""
    work = Shouting()
    fleet = WholeFleet(plant.job, plant.workshop(work.make, hands=2), 3, 2)

    assert made(fleet, plant) == EXPECTED
    assert sorted(work.done) == [0, 1, 2, 3]
    assert sorted(each.name for each in plant.folder.iterdir() if "job-" in each.name) == []


def test_stopping_the_planner_gives_back_what_its_hands_hold(plant: Plant) -> None:
    class StoppedError(Exception):
        pass

    def stop_when_at_work() -> None:
        if work.done:
            raise StoppedError

    work = Endless()
    fleet = WholeFleet(plant.job, plant.workshop(work.make, hands=1), 3, 2)
    with pytest.raises(StoppedError):
        list(fleet.work(plant.task(), batches(*TEXTS), stop_when_at_work))
    waiting = plant.queue.receive(limit=10, wait=timedelta(0))

    assert max(delivery.tries for delivery in waiting) == 2
    assert len(waiting) == len(TEXTS)


class Endless(Shouting):
    """Work that goes on until the tick raises."""

    def annotate(self, batch: Batch, target: Path, tick: Callable[[], None]) -> Tally:
        self.done.append(batch.index)
        while True:
            tick()
