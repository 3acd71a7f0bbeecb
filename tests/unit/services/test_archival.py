"""What becomes of a result when its time is over."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backend.domain.errors import BusyError, DamagedError, UnavailableError
from backend.domain.events import ArchiveStarted, Discarded
from backend.domain.files import file_keys
from backend.domain.job import Job, Status
from backend.domain.plans import Plan
from backend.services.archival import Archivals
from backend.services.lifecycle import transition
from tests.unit.services.trouble import Broken, Killed, Meanwhile, dies
from tests.unit.services.world import GRACE, LEASE, OWNER, RETENTION, World


@pytest.fixture
def world() -> World:
    return World()


def using(world: World, **ports: Any) -> Archivals:
    """Return the service with other ports."""
    return replace(world.archivals, **ports)


def upgraded(world: World, version: int = 2) -> None:
    world.know_owner(Plan.PREMIUM, version)


def downgraded(world: World, version: int = 3) -> None:
    world.know_owner(Plan.FREE, version)


def members(world: World, job: Job) -> dict[str, bytes]:
    """Return the files in the job's archive."""
    _, data, _ = world.archive.archives[job.archive_id or ""]
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return {entry.name: _content(archive, entry) for entry in archive}


def _content(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    body = archive.extractfile(entry)
    assert body is not None
    return body.read()


class TestFree:
    def test_result_moves_into_the_archive_with_all_that_belongs_to_it(self, world: World) -> None:
        job = world.due()
        assert world.archivals.settle(job.id) is None

        archived = world.now(job, Status.ARCHIVED)
        found = members(world, archived)
        sums = found.pop("SHA256SUMS").decode().splitlines()
        assert found == {
            "result.vcf.gz": b"annotated",
            "result.vcf.gz.tbi": b"tbi",
            "result.parquet": b"table of annotated",
        }
        assert sums == [
            f"{hashlib.sha256(data).hexdigest()}  {name}" for name, data in found.items()
        ]
        assert (archived.archive_due, archived.lease_until) == (None, None)
        assert not archived.result_stored

    def test_log_stays_and_nothing_else(self, world: World) -> None:
        job = world.archived()
        assert list(world.outputs.objects) == [file_keys(OWNER, job.id).log]

    def test_result_without_index_moves_as_well(self, world: World) -> None:
        job = world.due(index=None)
        world.archivals.settle(job.id)
        assert set(members(world, world.now(job, Status.ARCHIVED))) == {
            "result.vcf.gz",
            "result.parquet",
            "SHA256SUMS",
        }

    def test_what_is_not_due_yet_is_looked_at_when_it_is(self, world: World) -> None:
        world.know_owner()
        job = world.completed()
        world.clock.advance(RETENTION - timedelta(seconds=1))
        assert world.archivals.settle(job.id) == job.archive_due
        world.now(job, Status.COMPLETED)

    def test_doing_it_again_changes_nothing(self, world: World) -> None:
        job = world.archived()
        assert world.archivals.settle(job.id) is None
        assert world.jobs.get(job.id) == job
        assert len(world.archive.archives) == 1


class TestPremium:
    def test_result_stays_for_good(self, world: World) -> None:
        job = world.due()
        upgraded(world)
        assert world.archivals.settle(job.id) is None
        assert world.now(job, Status.COMPLETED).archive_due is None
        assert world.archivals.settle(job.id) is None

    def test_owner_who_left_meanwhile_has_the_grace(self, world: World) -> None:
        """Whoever follows the downgrade finds the old date, which is about to go."""
        job = world.due()
        upgraded(world)
        jobs = Meanwhile(world.jobs, "replace", lambda: downgraded(world))
        due = using(world, jobs=jobs).settle(job.id)
        assert due == world.now(job, Status.COMPLETED).archive_due == world.clock() + GRACE

    def test_result_of_a_former_owner_of_premium_is_given_an_end_once(self, world: World) -> None:
        job = world.due()
        upgraded(world)
        world.archivals.settle(job.id)
        downgraded(world)
        due = world.archivals.settle(job.id)
        world.clock.advance(timedelta(days=1))
        assert world.archivals.settle(job.id) == due
        assert due is not None
        world.clock.advance(due - world.clock())
        world.archivals.settle(job.id)
        world.now(job, Status.ARCHIVED)

    def test_plan_that_is_not_known_yet_is_waited_for(self, world: World) -> None:
        job = world.completed()
        world.clock.advance(RETENTION)
        with pytest.raises(UnavailableError):
            world.archivals.settle(job.id)
        world.now(job, Status.COMPLETED)

    @pytest.mark.parametrize("method", ["put", "delete"])
    def test_upgrade_while_the_result_moves_has_it_asked_back(
        self, world: World, method: str
    ) -> None:
        job = world.due()
        port, name = (world.archive, "archive") if method == "put" else (world.outputs, "files")
        meanwhile = Meanwhile(port, method, lambda: upgraded(world))
        using(world, **{name: meanwhile}).settle(job.id)
        thawing = world.now(job, Status.THAWING)
        assert thawing.thaw_id is not None
        assert not thawing.result_stored


class TestOthersAtWork:
    def test_one_at_a_time(self, world: World) -> None:
        job = world.due()
        transition(world.jobs, job, ArchiveStarted(LEASE), world.clock)
        with pytest.raises(BusyError):
            world.archivals.settle(job.id)
        assert not world.archive.archives

    def test_what_somebody_left_is_taken_over(self, world: World) -> None:
        job = world.due()
        transition(world.jobs, job, ArchiveStarted(LEASE), world.clock)
        world.clock.advance(LEASE)
        world.archivals.settle(job.id)
        world.now(job, Status.ARCHIVED)

    def test_whoever_is_kept_meanwhile_is_not_moved(self, world: World) -> None:
        """The other one read the plan later: the result is not due any more."""
        job = world.due()

        def kept() -> None:
            upgraded(world)
            world.archivals.settle(job.id)

        jobs = Meanwhile(world.jobs, "replace", kept)
        assert using(world, jobs=jobs).settle(job.id) is None
        assert world.now(job, Status.COMPLETED).archive_due is None
        assert not world.archive.archives

    def test_second_copy_is_deleted_by_who_made_it(self, world: World) -> None:
        job = world.due()

        def overtaken() -> None:
            world.clock.advance(LEASE)
            world.archivals.settle(job.id)

        archive = Meanwhile(world.archive, "put", overtaken, after=True)
        using(world, archive=archive).settle(job.id)
        archived = world.now(job, Status.ARCHIVED)
        assert list(world.archive.archives) == [archived.archive_id]

    def test_copy_of_a_job_that_is_gone_is_deleted(self, world: World) -> None:
        job = world.due()

        def gone() -> None:
            world.clock.advance(LEASE)
            discarded = transition(world.jobs, world.jobs.get(job.id), Discarded(), world.clock)
            world.results.erase(discarded.id)

        archive = Meanwhile(world.archive, "put", gone, after=True)
        using(world, archive=archive).settle(job.id)
        assert not world.archive.archives
        assert not world.outputs.objects

    def test_job_that_is_gone_is_nobodys_business(self, world: World) -> None:
        assert world.archivals.settle("0" * 32) is None

    @pytest.mark.parametrize("make", [World.submitted, lambda world: world.create().job])
    def test_job_without_a_result_is_left_alone(
        self, world: World, make: Callable[[World], Job]
    ) -> None:
        job = make(world)
        assert world.archivals.settle(job.id) is None
        assert world.jobs.get(job.id) == job


class TestCutShort:
    @pytest.mark.parametrize(
        ("port", "method", "after"),
        [
            ("files", "size", False),
            ("archive", "put", False),
            ("archive", "put", True),
            ("files", "delete", False),
            ("files", "delete", True),
        ],
    )
    def test_next_call_brings_it_to_its_end(
        self, world: World, port: str, method: str, *, after: bool
    ) -> None:
        job = world.due()
        ports = {"files": world.outputs, "archive": world.archive}
        dying = Meanwhile(ports[port], method, dies, after=after)
        with pytest.raises(Killed):
            using(world, **{port: dying}).settle(job.id)
        world.clock.advance(LEASE)
        world.archivals.settle(job.id)
        archived = world.now(job, Status.ARCHIVED)
        assert not archived.result_stored
        assert members(world, archived)["result.vcf.gz"] == b"annotated"
        assert list(world.outputs.objects) == [file_keys(OWNER, job.id).log]

    def test_result_stays_until_the_record_is_written(self, world: World) -> None:
        job = world.due()
        with pytest.raises(Killed):
            using(world, archive=Meanwhile(world.archive, "put", dies, after=True)).settle(job.id)
        world.now(job, Status.ARCHIVING)
        assert world.outputs.objects[file_keys(OWNER, job.id).result] == b"annotated"

    def test_archive_that_is_down_is_tried_again(self, world: World) -> None:
        job = world.due()
        down = Broken(world.archive, "put", UnavailableError("The archive cannot be reached."))
        with pytest.raises(UnavailableError):
            using(world, archive=down).settle(job.id)
        world.clock.advance(LEASE)
        world.archivals.settle(job.id)
        world.now(job, Status.ARCHIVED)


class TestDamaged:
    def test_result_that_is_not_what_was_recorded_stays_where_it_is(self, world: World) -> None:
        job = world.due()
        key = file_keys(OWNER, job.id).result
        world.outputs.objects[key] = b"annotateD"
        with pytest.raises(DamagedError, match="SHA-256"):
            world.archivals.settle(job.id)
        assert world.outputs.objects[key] == b"annotateD"
        assert not world.archive.archives
        world.now(job, Status.ARCHIVING)

    def test_result_that_is_missing_is_told(self, world: World) -> None:
        job = world.due()
        del world.outputs.objects[file_keys(OWNER, job.id).result]
        with pytest.raises(DamagedError, match="not where it should be"):
            world.archivals.settle(job.id)
        assert not world.archive.archives

    def test_job_that_does_not_say_what_its_result_was_is_told(self, world: World) -> None:
        job = world.due()
        world.jobs.replace(replace(job, result=None, version=job.version + 1), expected=job.version)
        with pytest.raises(DamagedError, match="no result"):
            world.archivals.settle(job.id)


class TestRestored:
    def test_copy_in_the_archive_goes_before_an_end_is_waited_for(self, world: World) -> None:
        """Otherwise it stayed until the end, and each sweep started one more wait for that."""
        job, message = world.thawing()
        archive = Meanwhile(world.archive, "delete", dies)
        dying = replace(world.restores, archivals=using(world, archive=archive))
        downgraded(world)
        with pytest.raises(Killed):
            dying.restore(message)
        assert world.jobs.get(job.id).archive_id is not None

        due = world.archivals.settle(job.id)
        restored = world.now(job, Status.COMPLETED)
        assert due == restored.archive_due == world.clock() + GRACE
        assert restored.archive_id is None
        assert not world.archive.archives

    def test_copy_is_not_forgotten_when_the_result_moves_again(self, world: World) -> None:
        job, message = world.thawing()
        archive = Meanwhile(world.archive, "delete", dies)
        dying = replace(world.restores, archivals=using(world, archive=archive))
        downgraded(world)
        with pytest.raises(Killed):
            dying.restore(message)
        world.clock.advance(GRACE)
        world.archivals.settle(job.id)
        archived = world.now(job, Status.ARCHIVED)
        assert list(world.archive.archives) == [archived.archive_id]
        assert members(world, archived)["result.vcf.gz"] == b"annotated"

    def test_result_has_other_keys_each_time(self, world: World) -> None:
        """Whoever deletes what was archived cannot meet what was restored."""
        job = world.restored()
        assert job.generation == 1
        old, new = file_keys(OWNER, job.id), file_keys(OWNER, job.id, 1)
        assert old.result not in world.outputs.objects
        assert world.outputs.objects[new.result] == b"annotated"
        assert old.log == new.log
