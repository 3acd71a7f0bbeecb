"""Shards of files are kept while their job is worked on, and no longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from backend.domain.errors import ConflictError
from backend.domain.messages import ShardMessage
from backend.services.shards import Shards, keys_of
from tests.fakes.messages import FakeQueue
from tests.unit.services.test_results import complete
from tests.unit.services.world import LEASE, OWNER, World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def shards(world: World) -> Shards:
    return Shards(world.jobs, world.outputs, FakeQueue(world.clock, LEASE), LEASE, 3)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "file"
    made.write_bytes(b"text")
    return made


def started(world: World) -> ShardMessage:
    """Return a shard of a job that is worked on."""
    job = world.annotations.take(world.submitted().id)
    assert job is not None
    return ShardMessage(job.id, job.owner, "plan", 2)


def test_shard_is_wanted_until_it_has_ended(world: World, shards: Shards, file: Path) -> None:
    shard = started(world)
    assert not shards.is_wanted(shard)
    shards.store_source(shard, file)
    assert shards.is_wanted(shard)

    shards.finish(shard, file, file)
    assert not shards.is_wanted(shard)
    assert shards.there(shard.owner, shard.job_id, shard.plan) == {
        f"work/{shard.owner}/{shard.job_id}/plan/000002.{name}"
        for name in ("in", "vcf.gz", "tally.json")
    }


def test_shard_that_was_given_up_is_not_wanted(world: World, shards: Shards, file: Path) -> None:
    shard = started(world)
    shards.store_source(shard, file)
    shards.give_up(shard, file)

    assert not shards.is_wanted(shard)


def test_what_was_stored_can_be_fetched(
    world: World, shards: Shards, file: Path, tmp_path: Path
) -> None:
    shard = started(world)
    shards.begin(shard.owner, shard.job_id, shard.plan, file)
    shards.store_source(shard, file)
    shards.look(shard)
    shards.finish(shard, file, file)
    shards.give_up(shard, file)
    fetched = [tmp_path / name for name in ("recipe", "source", "result", "tally", "error")]
    shards.fetch_recipe(shard, fetched[0])
    shards.fetch_source(shard, fetched[1])
    shards.fetch_result(shard, fetched[2], fetched[3])
    shards.fetch_error(shard, fetched[4])
    assert {path.read_bytes() for path in fetched} == {b"text"}


def test_counts_are_stored_last(world: World, shards: Shards, file: Path) -> None:
    shard = started(world)
    shards.finish(shard, file, file)

    assert list(world.outputs.objects) == [keys_of(shard).result, keys_of(shard).tally]


def test_held_shard_is_kept_from_others(world: World, shards: Shards) -> None:
    shard = started(world)
    shards.ask(shard)
    (delivery,) = shards.receive(limit=1, wait=timedelta(0))
    world.clock.advance(LEASE * 0.9)
    shards.hold(shard, delivery)
    world.clock.advance(LEASE * 0.9)

    assert not shards.receive(limit=1, wait=timedelta(0))


def cancel(world: World, shard: ShardMessage) -> None:
    world.submissions.cancel(world.jobs.get(shard.job_id))


def delete(world: World, shard: ShardMessage) -> None:
    world.results.erase(world.results.discard(world.jobs.get(shard.job_id)).id)


@pytest.mark.parametrize("end", [cancel, delete])
def test_shard_of_a_job_that_has_ended_leaves_nothing(
    world: World, shards: Shards, file: Path, end: Callable[[World, ShardMessage], None]
) -> None:
    shard = started(world)
    end(world, shard)

    with pytest.raises(ConflictError):
        shards.look(shard)
    with pytest.raises(ConflictError):
        shards.finish(shard, file, file)
    with pytest.raises(ConflictError):
        shards.give_up(shard, file)
    assert not world.outputs.objects


def test_clearing_up_leaves_other_jobs_and_results(
    world: World, shards: Shards, file: Path, tmp_path: Path
) -> None:
    done = complete(world, tmp_path)
    results = set(world.outputs.objects)
    shard, other = started(world), started(world)
    for each in (shard, other):
        shards.begin(each.owner, each.job_id, each.plan, file)
        shards.store_source(each, file)
    shards.clear(shard.owner, shard.job_id)
    shards.clear(done.owner, done.id)

    assert set(world.outputs.objects) == results | {
        f"work/{OWNER}/{other.job_id}/plan/{name}" for name in ("000002.in", "recipe.json")
    }


def test_plan_that_is_taken_up_again_tells_what_is_there(
    world: World, shards: Shards, file: Path
) -> None:
    shard = started(world)
    assert not shards.begin(shard.owner, shard.job_id, shard.plan, file)
    shards.store_source(shard, file)

    again = shards.begin(shard.owner, shard.job_id, shard.plan, file)
    assert {key.rpartition("/")[2] for key in again} == {"000002.in", "recipe.json"}


def test_messages_of_another_plan_lapse(world: World, shards: Shards, file: Path) -> None:
    shard = started(world)
    shards.begin(shard.owner, shard.job_id, shard.plan, file)
    shards.store_source(shard, file)
    shards.begin(shard.owner, shard.job_id, "plan2", file)

    assert not shards.is_wanted(shard)
    assert not shards.there(shard.owner, shard.job_id, shard.plan)


def test_deleted_job_leaves_no_shard(world: World, shards: Shards, file: Path) -> None:
    shard = started(world)
    shards.store_source(shard, file)
    delete(world, shard)

    assert not world.outputs.objects


def test_abandoned_job_leaves_no_shard(world: World, shards: Shards, file: Path) -> None:
    shard = started(world)
    shards.store_source(shard, file)
    for _ in range(3):
        world.clock.advance(timedelta(days=1))
        world.annotations.take(shard.job_id)
    world.clock.advance(timedelta(days=1))
    world.upkeep.sweep()

    assert world.jobs.get(shard.job_id).failure
    assert not world.outputs.objects
