"""A hand deletes a shard's message when nobody needs it any more, and only then."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Self

import pytest

from annotator.batches import Batch
from annotator.compression import bgzip
from annotator.engine import EngineError
from annotator.hands import RETRY_AFTER, Hands
from annotator.reference.bundle import demo_bundle
from annotator.sequences import Sequences
from annotator.shards import OwnProcess
from annotator.tally import Tally
from annotator.work import Task
from backend.domain.errors import RejectedError, UnavailableError
from backend.domain.messages import ShardMessage
from tests.unit.machines import MAX_TRIES, TEXTS, Plant, Shouting, batches
from tests.unit.services.world import LEASE


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    plant = Plant(tmp_path, demo_bundle())
    yield plant
    plant.close()


def share_out(plant: Plant, *texts: bytes) -> list[ShardMessage]:
    """Ask for the shards of a file, and return them."""
    fleet, task = plant.planner(), plant.task()
    return list(fleet._share_out(fleet._plan(task), task, batches(*texts), lambda: None))


def test_engine_is_kept_from_shard_to_part(plant: Plant) -> None:
    made = []

    class Counted(Shouting):
        def make(self, engine: str, task: Task):  # type: ignore[no-untyped-def]  # noqa: ANN202
            made.append(engine)
            return super().make(engine, task)

    share_out(plant, *TEXTS)
    machine = plant.machine(Counted())
    while machine.step():
        pass

    assert machine.work.done == [0, 1, 2, 3]
    assert made == [plant.job.options.engine]


def test_machine_without_the_bundle_leaves_the_shard_to_others(plant: Plant) -> None:
    share_out(plant, b"a\n")
    other = replace(plant.bundle, hash="0" * 64)
    without, with_it = plant.machine(None, other), plant.machine()
    without.step()

    assert without.work.done == []
    assert not with_it.step()
    plant.world.clock.advance(RETRY_AFTER)
    assert with_it.step()
    assert with_it.work.done == [0]
    assert len(plant.queue) == 0


def test_shard_of_another_version_is_left_to_others(plant: Plant) -> None:
    (shard,) = share_out(plant, b"a\n")
    (key,) = plant.world.outputs.keys(f"work/{shard.owner}/{shard.job_id}/{shard.plan}/recipe")
    recipe = plant.world.outputs.objects[key]
    plant.world.outputs.objects[key] = recipe.replace(b'"version": "', b'"version": "9')
    machine = plant.machine()
    machine.step()

    assert machine.work.done == []
    assert len(plant.queue) == 1


def test_shard_that_no_machine_suits_is_given_up_to_its_planner(plant: Plant) -> None:
    (shard,) = share_out(plant, b"a\n")
    machine = plant.machine(None, replace(plant.bundle, hash="0" * 64))
    for _ in range(MAX_TRIES):
        machine.step()
        plant.world.clock.advance(RETRY_AFTER)

    assert not plant.is_stored(shard)
    assert plant.stored() == ["000000.error.json", "000000.in", "recipe.json"]


def test_shard_whose_records_are_gone_is_dropped_with_what_is_left_of_it(plant: Plant) -> None:
    (shard,) = share_out(plant, b"a\n")
    outputs, place = plant.world.outputs, f"work/{shard.owner}/{shard.job_id}/{shard.plan}/000000"
    outputs.objects[f"{place}.vcf.gz"] = outputs.objects.pop(f"{place}.in")
    machine = plant.machine()
    machine.step()

    assert machine.work.done == []
    assert len(plant.queue) == 0
    assert plant.stored() == ["recipe.json"]


def test_shard_whose_recipe_is_gone_is_dropped(plant: Plant) -> None:
    """Everything was removed in the moment between the first look and the second."""
    share_out(plant, b"a\n")
    outputs = plant.world.outputs
    outputs.objects = {k: v for k, v in outputs.objects.items() if not k.endswith("recipe.json")}
    machine = plant.machine()
    machine.step()

    assert machine.work.done == []
    assert len(plant.queue) == 0


def test_bad_line_is_told_to_the_planner(plant: Plant) -> None:
    share_out(plant, b"bad\n")
    machine = plant.machine()
    machine.step()

    (error,) = [v for k, v in plant.world.outputs.objects.items() if k.endswith("error.json")]
    assert error == b'{"reason": "Line 3 is bad."}'
    assert len(plant.queue) == 0


@pytest.mark.parametrize("fault", [UnavailableError("S3 is down."), EngineError("vepyr failed")])
def test_fault_that_may_pass_leaves_the_shard_for_another_try(
    plant: Plant, fault: Exception
) -> None:
    faults = [fault]

    def fail_once(_batch: Batch) -> None:
        if faults:
            raise faults.pop()

    share_out(plant, b"a\n")
    machine = plant.machine(Shouting(meanwhile=fail_once))
    machine.step()
    assert not machine.step()
    plant.world.clock.advance(RETRY_AFTER)
    machine.step()

    assert machine.work.done == [0, 0]
    assert len(plant.queue) == 0


def test_stopped_worker_gives_its_shard_back_at_once(plant: Plant) -> None:
    share_out(plant, b"a\n")
    stopping, other = plant.machine(), plant.machine()
    stopping.work.meanwhile = lambda _batch: stopping.stop.set()
    stopping.step()

    assert other.step()
    assert (stopping.work.done, other.work.done) == ([0], [0])


def test_heartbeat_keeps_the_shard_and_stops_work_in_vain(plant: Plant) -> None:
    """The work itself never looks at the table, and is told within two seconds."""
    share_out(plant, b"a\n")

    class Endless(Shouting):
        def annotate(self, batch: Batch, target: Path, tick) -> Tally:  # type: ignore[no-untyped-def]  # noqa: ANN001
            plant.world.submissions.cancel(plant.world.jobs.get(plant.job.id))
            while True:
                tick()

    machine = plant.machine(Endless())
    machine.step()

    assert len(plant.queue) == 0


def test_foreign_message_is_left_to_the_dead_letters(plant: Plant) -> None:
    plant.queue.send("no message of ours")
    plant.machine().step()

    assert len(plant.queue) == 1


def test_hands_share_the_shards_and_end_when_there_are_none(plant: Plant) -> None:
    share_out(plant, *TEXTS)
    work = Shouting()
    first = plant.queue.receive(limit=1, wait=timedelta(0))
    with Hands(plant.workshop(work.make, hands=2), is_patient=False) as hands:
        hands.start(first)
        hands.finish(lambda: None, within=60)

    assert sorted(work.done) == [0, 1, 2, 3]
    assert len(plant.queue) == 0
    assert not [each for each in plant.folder.iterdir() if each.name.startswith("job-")]


def test_hands_take_no_more_shards_when_their_turn_is_over(plant: Plant) -> None:
    share_out(plant, *TEXTS)
    begun, go_on = threading.Event(), threading.Event()

    def wait_for_the_end(_batch: Batch) -> None:
        begun.set()
        go_on.wait()

    work = Shouting(meanwhile=wait_for_the_end)
    with Hands(plant.workshop(work.make, hands=1), is_patient=True) as hands:
        hands.start()
        begun.wait()
        hands.finish(go_on.set)

    assert work.done == [0]
    assert len(plant.queue) == len(TEXTS) - 1


def test_queue_that_is_down_does_not_end_the_hands(plant: Plant) -> None:
    share_out(plant, b"a\n")
    faults = [UnavailableError("The queue cannot be reached.")]
    receive = plant.queue.receive

    def fail_once(**arguments):  # type: ignore[no-untyped-def]  # noqa: ANN003, ANN202
        if faults:
            raise faults.pop()
        return receive(**arguments)

    plant.queue.receive = fail_once  # type: ignore[method-assign]
    done = threading.Event()
    work = Shouting(meanwhile=lambda _batch: done.set())
    hands = Hands(plant.workshop(work.make, hands=1), is_patient=True, pause=lambda _seconds: None)
    with hands:
        hands.start()
        assert done.wait(60)
        hands.finish(lambda: None)

    assert work.done == [0]


class Louder:
    """Work for another process, which a shout of its name kills."""

    def __init__(self, task: Task) -> None:
        self._task = task

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left to do."""

    def annotate(self, batch: Batch, target: Path, tick: object) -> Tally:
        if b"kill" in batch.text:
            os.kill(os.getpid(), signal.SIGKILL)
        if b"bad" in batch.text:
            raise RejectedError("It is bad.")
        target.write_bytes(bgzip(batch.text.upper()))
        return Tally(records=batch.index)


def test_process_does_batch_after_batch_until_it_dies(plant: Plant) -> None:
    target = plant.folder / "target"
    task = plant.task()
    with OwnProcess(Louder, task) as work:
        for batch in batches(*TEXTS):
            work.annotate(batch, target, lambda: None)
            assert target.read_bytes() == bgzip(batch.text.upper())
            with pytest.raises(RejectedError, match="It is bad"):
                work.annotate(replace(batch, text=b"bad\n"), target, lambda: None)
        with pytest.raises(EngineError, match="code -9"):
            work.annotate(Batch(9, 1, b"kill\n", is_whole=True), target, lambda: None)
    assert not list(task.folder.iterdir())


def test_shard_whose_process_died_is_done_by_a_new_one(plant: Plant) -> None:
    share_out(plant, b"kill\n", b"a\n")

    def make(_engine: str, task: Task) -> OwnProcess:
        return OwnProcess(Louder, task)

    with Hands(plant.workshop(make, hands=1), is_patient=False) as hands:
        hands.start(plant.queue.receive(limit=1, wait=timedelta(0)))
        hands.finish(lambda: None, within=60)

    assert "000001.tally.json" in plant.stored()
    assert "000000.tally.json" not in plant.stored()
    plant.world.clock.advance(LEASE)
    assert len(plant.queue.receive(limit=10, wait=timedelta(0))) == 1


class TestSequences:
    def test_copy_is_made_once_and_kept(self, tmp_path: Path) -> None:
        bundle = demo_bundle()
        first = Sequences(tmp_path).of(bundle)
        made = first.stat().st_mtime_ns
        again = Sequences(tmp_path).of(bundle)

        assert (again, again.stat().st_mtime_ns) == (first, made)
        assert first.with_name(first.name + ".fai").exists()
        assert [each.name for each in tmp_path.iterdir()] == [f"sequence-{bundle.hash}"]

    def test_copies_of_bundles_that_are_gone_are_removed(self, tmp_path: Path) -> None:
        bundle = demo_bundle()
        sequences = Sequences(tmp_path)
        sequences.of(bundle)
        sequences.of(replace(bundle, hash="0" * 64))
        sequences.clear((bundle,))

        assert [each.name for each in tmp_path.iterdir()] == [f"sequence-{bundle.hash}"]

    def test_sequence_that_is_not_compressed_is_used_where_it_is(
        self, plant: Plant, tmp_path: Path
    ) -> None:
        plain = Sequences(tmp_path).of(plant.bundle)
        bundle = replace(plant.bundle, path=plain.parent, files={"reference.fa": ""})

        assert Sequences(tmp_path).of(bundle) == plain
