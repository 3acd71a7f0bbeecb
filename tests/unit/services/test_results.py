"""What an owner may take, and for how long."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from backend.domain.errors import ConflictError
from backend.domain.events import Archived, ArchiveStarted, ThawStarted
from backend.domain.job import Job, Status
from backend.services.annotation import Produced
from backend.services.lifecycle import transition
from backend.services.results import LINK_VALID, Kind
from tests.unit.services.world import FREE, LEASE, PREMIUM, RESULT, RETENTION, World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def completed(world: World, tmp_path: Path) -> Job:
    return complete(world, tmp_path)


def complete(world: World, folder: Path) -> Job:
    """Bring a job to its result."""
    job = world.annotations.take(world.submitted().id)
    assert job is not None
    made = [folder / name for name in ("result", "index", "table", "report", "log", "summary")]
    for path in made:
        path.write_bytes(path.name.encode())
    return world.annotations.complete(job, Produced(*made), RESULT)


def test_link_saves_under_the_owners_name(world: World, completed: Job) -> None:
    link = world.results.link(completed, Kind.RESULT, FREE)

    assert link.name == "a.annotated.vcf.gz"
    assert link.sha256 == RESULT.sha256
    assert world.outputs.get(link.url) == b"result"
    assert world.inputs.get(world.results.link(completed, Kind.INPUT, FREE).url)
    log = world.results.link(completed, Kind.LOG, FREE)
    assert world.outputs.get(log.url) == b"log"
    assert (log.size, log.sha256) == (3, hashlib.sha256(b"log").hexdigest())
    table = world.results.link(completed, Kind.TABLE, FREE)
    report = world.results.link(completed, Kind.REPORT, FREE)
    assert (table.name, report.name) == ("a.annotated.parquet", "a.report.html")
    assert (world.outputs.get(table.url), world.outputs.get(report.url)) == (b"table", b"report")
    assert (table.size, table.sha256) == (500, "b" * 64)
    assert (report.size, report.sha256) == (90, "c" * 64)


def test_what_was_not_made_or_not_noted_has_no_checksum(world: World, completed: Job) -> None:
    bare = replace(completed, result=replace(RESULT, table=None, report=None), log=None)
    for kind in (Kind.TABLE, Kind.REPORT, Kind.LOG):
        link = world.results.link(bare, kind, FREE)
        assert (link.size, link.sha256) == (None, None)


def test_the_log_of_a_failed_job_has_its_checksum(world: World, tmp_path: Path) -> None:
    job = world.annotations.take(world.submitted().id)
    assert job is not None
    log = tmp_path / "log"
    log.write_bytes(b"Line 3 has 7 columns.")
    link = world.results.link(world.annotations.fail(job, "No.", log), Kind.LOG, FREE)
    assert world.outputs.get(link.url) == log.read_bytes()
    assert (link.size, link.sha256) == (21, hashlib.sha256(log.read_bytes()).hexdigest())


def test_result_without_order_has_no_index(world: World, tmp_path: Path) -> None:
    job = world.annotations.take(world.submitted().id)
    assert job is not None
    made = [tmp_path / name for name in ("result", "table", "report", "log", "summary")]
    for path in made:
        path.write_bytes(b"")
    result, *others = made
    world.annotations.complete(job, Produced(result, None, *others), RESULT)
    assert not any(key.endswith(".tbi") for key in world.outputs.objects)


def test_link_never_outlives_the_retention(world: World, completed: Job) -> None:
    world.clock.advance(RETENTION - timedelta(seconds=20, milliseconds=500))
    link = world.results.link(completed, Kind.RESULT, FREE)

    assert world.outputs.validities[link.url] == timedelta(seconds=20)
    assert link.expires_at <= (completed.archive_due or world.clock())


def test_free_result_is_refused_when_its_time_is_over(world: World, completed: Job) -> None:
    world.clock.advance(RETENTION - timedelta(milliseconds=900))

    for kind in (Kind.RESULT, Kind.TABLE):
        with pytest.raises(ConflictError, match="Upgrade to Premium"):
            world.results.link(completed, kind, FREE)
    assert world.results.link(completed, Kind.REPORT, FREE).url
    assert world.results.link(completed, Kind.LOG, FREE).url
    assert world.results.link(completed, Kind.INPUT, FREE).url


def test_premium_result_stays(world: World, completed: Job) -> None:
    world.clock.advance(timedelta(days=1000))
    link = world.results.link(completed, Kind.RESULT, PREMIUM)

    assert world.outputs.validities[link.url] == LINK_VALID


def test_restoring_is_told_as_such(world: World, completed: Job) -> None:
    world.clock.advance(RETENTION)
    for event in (ArchiveStarted(LEASE), Archived("ar", 0), ThawStarted(LEASE, LEASE)):
        completed = transition(world.jobs, completed, event, world.clock)

    with pytest.raises(ConflictError, match="being restored"):
        world.results.link(completed, Kind.RESULT, PREMIUM)


def test_nothing_is_there_before_it_is(world: World) -> None:
    job = world.create().job

    for kind in Kind:
        with pytest.raises(ConflictError):
            world.results.link(job, kind, FREE)


def test_discarded_job_leaves_no_trace(world: World, completed: Job) -> None:
    gone = world.results.discard(completed)
    assert gone.status is Status.DELETING

    world.results.erase(gone.id)
    world.results.erase(gone.id)
    assert not world.inputs.objects
    assert not world.outputs.objects
    assert not world.jobs.by_owner(gone.owner, limit=10).jobs


def test_running_job_is_cancelled_first(world: World) -> None:
    job = world.annotations.take(world.submitted().id)
    assert job is not None

    assert world.results.discard(job).status is Status.DELETING
    with pytest.raises(ConflictError):
        world.annotations.hold(job, 1, 2)


def test_upload_under_way_is_forgotten(world: World) -> None:
    job = world.results.discard(world.create().job)
    world.results.erase(job.id)

    assert not world.inputs.uploads


def test_only_discarded_jobs_are_erased(world: World, completed: Job) -> None:
    world.results.erase(completed.id)

    assert world.jobs.get(completed.id) == completed
