"""Archives that no job knows of are found and deleted, and no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.domain.errors import DamagedError
from backend.domain.events import Discarded
from backend.domain.job import Status
from backend.services.lifecycle import transition
from backend.services.orphans import FEW, OLD_ENOUGH
from tests.unit.services.trouble import Killed, Meanwhile, dies
from tests.unit.services.world import LEASE, World


@pytest.fixture
def world() -> World:
    return World()


def test_copy_whose_maker_was_killed_before_it_could_tell_is_deleted(world: World) -> None:
    job = world.due()
    archive = Meanwhile(world.archive, "put", dies, after=True)
    with pytest.raises(Killed):
        replace(world.archivals, archive=archive).settle(job.id)
    world.clock.advance(LEASE)
    world.archivals.settle(job.id)
    archived = world.now(job, Status.ARCHIVED)
    assert len(world.archive.archives) == 2

    world.clock.advance(OLD_ENOUGH + timedelta(seconds=1))
    assert world.orphans.remove() == 1
    assert list(world.archive.archives) == [archived.archive_id]
    assert world.orphans.remove() == 0


def test_copy_whose_maker_may_be_about_to_tell_is_left(world: World) -> None:
    world.archive.put(world.completed().id, [b"x"], size=1)
    world.clock.advance(OLD_ENOUGH)
    assert world.orphans.remove() == 0
    world.clock.advance(timedelta(seconds=1))
    assert world.orphans.remove() == 1


def test_copy_of_a_job_that_is_gone_is_deleted(world: World) -> None:
    job = world.archived()
    world.archive.put(job.id, [b"x"], size=1)
    transition(world.jobs, job, Discarded(), world.clock)
    world.results.erase(job.id)
    world.clock.advance(OLD_ENOUGH + timedelta(seconds=1))
    assert world.orphans.remove() == 1
    assert not world.archive.archives


@pytest.mark.parametrize("make", [World.archived, lambda world: world.thawing()[0]])
def test_copy_that_its_job_knows_of_stays(world: World, make: object) -> None:
    job = make(world)  # type: ignore[operator]
    world.clock.advance(timedelta(days=400))
    assert world.orphans.remove() == 0
    assert list(world.archive.archives) == [job.archive_id]


def test_copy_that_waits_to_be_deleted_with_its_job_is_left_to_that(world: World) -> None:
    job = transition(world.jobs, world.archived(), Discarded(), world.clock)
    world.clock.advance(timedelta(days=2))
    assert world.orphans.remove() == 0
    world.results.erase(job.id)
    assert not world.archive.archives


def test_archives_of_a_table_that_lost_its_jobs_are_kept(world: World) -> None:
    job = world.completed()
    for _ in range(FEW + 1):
        world.archive.put(job.id, [b"x"], size=1)
    world.clock.advance(OLD_ENOUGH + timedelta(seconds=1))

    with pytest.raises(DamagedError, match="table of jobs"):
        world.orphans.remove()

    assert len(world.archive.archives) == FEW + 1
