"""What the archive has at hand comes back, whole or not at all; the archive's copy goes last."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from backend.domain.archive import Tier
from backend.domain.attention import WORK_PATIENCE
from backend.domain.errors import BusyError, DamagedError, UnavailableError
from backend.domain.events import Discarded, RestoreStarted
from backend.domain.files import file_keys, output_prefix
from backend.domain.job import Job, Status
from backend.domain.messages import ThawMessage
from backend.domain.plans import Plan
from backend.services.account_mails import MAIL_LEASE
from backend.services.lifecycle import transition
from backend.services.restore import Restores
from tests.fakes.archive import DELAYS, KEPT_AT_HAND
from tests.unit.services.trouble import Killed, Meanwhile, dies
from tests.unit.services.world import GRACE, LEASE, OWNER, World


@pytest.fixture
def world() -> World:
    return World()


def using(world: World, **ports: Any) -> Restores:
    return replace(world.restores, **ports)


def files(world: World, job: Job) -> dict[str, bytes]:
    """Return what is stored of the job, by the end of its key."""
    prefix = output_prefix(OWNER, job.id)
    objects = world.outputs.objects
    return {key.removeprefix(prefix): objects[key] for key in world.outputs.keys(prefix)}


ALL_BACK = {
    "annotation.log": b"log",
    "1/result.vcf.gz": b"annotated",
    "1/result.vcf.gz.tbi": b"tbi",
    "1/result.parquet": b"table of annotated",
}


def test_result_comes_back_and_the_archive_is_empty(world: World) -> None:
    job, message = world.thawing()
    world.restores.restore(message)
    restored = world.now(job, Status.COMPLETED)
    assert files(world, job) == ALL_BACK
    assert (restored.archive_id, restored.archive_due, restored.lease_until) == (None, None, None)
    assert (restored.thaw_id, restored.thaw_expected) == (None, None)
    assert not world.archive.archives


def test_owner_is_told_when_the_last_one_is_back(world: World) -> None:
    jobs = [world.archived() for _ in range(3)]
    world.know_owner(Plan.PREMIUM, version=2)
    for job in jobs:
        world.thaws.start(job)
    world.clock.advance(DELAYS[Tier.EXPEDITED])
    messages = world.archive.announced()
    assert len(messages) == len(jobs)
    for message in messages:
        assert world.mailer.sent == []
        world.restores.restore(message)
        world.restores.restore(message)
    (mail,) = world.mailer.sent
    assert mail.subject == "Your archived results are back"


def test_message_that_comes_twice_does_nothing_twice(world: World) -> None:
    job, message = world.thawing()
    world.restores.restore(message)
    restored = world.jobs.get(job.id)
    world.restores.restore(message)
    assert world.jobs.get(job.id) == restored
    assert len(world.mailer.sent) == 1


def test_message_of_a_former_copy_does_nothing(world: World) -> None:
    """The result came back, fell due again and is in the archive anew."""
    job, message = world.thawing()
    world.restores.restore(message)
    world.know_owner(Plan.FREE, version=3)
    world.archivals.settle(job.id)
    world.clock.advance(GRACE)
    world.archivals.settle(job.id)
    archived = world.now(job, Status.ARCHIVED)
    world.restores.restore(message)
    assert world.jobs.get(job.id) == archived
    world.know_owner(Plan.PREMIUM, version=4)
    world.thaws.start(archived)
    thawing = world.now(job, Status.THAWING)
    world.restores.restore(message)
    assert world.jobs.get(job.id) == thawing


def test_job_that_is_gone_is_nobodys_business(world: World) -> None:
    world.restores.restore(ThawMessage("0" * 32, "archive-1", "thaw-1"))
    assert not world.outputs.objects


def test_one_at_a_time(world: World) -> None:
    job, message = world.thawing()
    transition(world.jobs, job, RestoreStarted(message.archive_id, LEASE), world.clock)
    with pytest.raises(BusyError):
        world.restores.restore(message)
    world.clock.advance(LEASE)
    world.restores.restore(message)
    world.now(job, Status.COMPLETED)


def test_what_is_not_ready_is_waited_for(world: World) -> None:
    job = world.archived()
    world.know_owner(Plan.PREMIUM, version=2)
    world.thaws.start(job)
    (message,) = world.archive.announcements
    with pytest.raises(UnavailableError):
        world.restores.restore(message)
    world.clock.advance(DELAYS[Tier.EXPEDITED] + LEASE)
    world.restores.restore(message)
    world.now(job, Status.COMPLETED)


def test_what_is_not_at_hand_any_more_is_asked_for_again(world: World) -> None:
    job, message = world.thawing()
    world.clock.advance(KEPT_AT_HAND)
    world.restores.restore(message)
    world.now(job, Status.THAWING)
    world.clock.advance(LEASE + WORK_PATIENCE)
    assert world.upkeep.sweep() == 1
    world.clock.advance(DELAYS[Tier.EXPEDITED])
    (again,) = world.archive.announced()
    world.restores.restore(again)
    assert files(world, job) == ALL_BACK


class TestPlan:
    def test_owner_who_left_meanwhile_has_the_grace(self, world: World) -> None:
        job, message = world.thawing()
        world.know_owner(Plan.FREE, version=3)
        world.restores.restore(message)
        assert world.now(job, Status.COMPLETED).archive_due == world.clock() + GRACE
        assert world.mailer.sent == []


@pytest.mark.parametrize("erased", [False, True])
def test_nothing_of_a_job_that_was_deleted_meanwhile_is_left(world: World, *, erased: bool) -> None:
    job, message = world.thawing()

    def discarded() -> None:
        world.clock.advance(LEASE)
        transition(world.jobs, world.jobs.get(job.id), Discarded(), world.clock)
        if erased:
            world.results.erase(job.id)

    using(world, files=Meanwhile(world.outputs, "write", discarded)).restore(message)
    assert set(files(world, job)) <= {"annotation.log"}
    world.results.erase(job.id)
    assert not world.outputs.objects
    assert not world.archive.archives


def test_job_that_is_deleted_before_anything_is_read_stays_so(world: World) -> None:
    job, message = world.thawing()

    def discarded() -> None:
        transition(world.jobs, world.jobs.get(job.id), Discarded(), world.clock)

    using(world, jobs=Meanwhile(world.jobs, "replace", discarded)).restore(message)
    world.now(job, Status.DELETING)
    assert set(files(world, job)) == {"annotation.log"}


class TestDamaged:
    def test_what_is_not_what_was_recorded_stays_in_the_archive(self, world: World) -> None:
        job, message = world.thawing()
        owner, data, since = world.archive.archives[message.archive_id]
        world.archive.archives[message.archive_id] = (
            owner,
            data.replace(b"annotated", b"annotateD", 1),
            since,
        )
        with pytest.raises(DamagedError, match="SHA-256"):
            world.restores.restore(message)
        assert message.archive_id in world.archive.archives
        assert file_keys(OWNER, job.id, 1).result not in world.outputs.objects
        world.now(job, Status.THAWING)

    def test_job_that_does_not_say_what_its_result_was_is_told(self, world: World) -> None:
        job, message = world.thawing()
        world.jobs.replace(replace(job, result=None, version=job.version + 1), expected=job.version)
        with pytest.raises(DamagedError, match="no result"):
            world.restores.restore(message)


class TestCutShort:
    @pytest.mark.parametrize(
        ("port", "method", "after"),
        [
            ("archive", "read", False),
            ("files", "write", False),
            ("files", "write", True),
            ("jobs", "replace", True),
        ],
    )
    def test_next_message_brings_it_to_its_end(
        self, world: World, port: str, method: str, *, after: bool
    ) -> None:
        job, message = world.thawing()
        ports = {"archive": world.archive, "files": world.outputs, "jobs": world.jobs}
        with pytest.raises(Killed):
            using(world, **{port: Meanwhile(ports[port], method, dies, after=after)}).restore(
                message
            )
        world.clock.advance(LEASE)
        world.restores.restore(message)
        world.now(job, Status.COMPLETED)
        assert files(world, job) == ALL_BACK
        assert not world.archive.archives
        assert len(world.mailer.sent) == 1

    def test_archive_keeps_its_copy_until_the_record_is_written(self, world: World) -> None:
        job, message = world.thawing()
        archivals = replace(world.archivals, archive=Meanwhile(world.archive, "delete", dies))
        with pytest.raises(Killed):
            using(world, archivals=archivals).restore(message)
        assert world.now(job, Status.COMPLETED).archive_id == message.archive_id
        assert message.archive_id in world.archive.archives

    def test_mail_service_that_is_down_keeps_the_message(self, world: World) -> None:
        job, message = world.thawing()
        world.mailer.down = True
        with pytest.raises(UnavailableError):
            world.restores.restore(message)
        assert world.now(job, Status.COMPLETED).generation == 1
        world.mailer.down = False
        world.clock.advance(MAIL_LEASE)
        world.restores.restore(message)
        assert len(world.mailer.sent) == 1
        assert not world.archive.archives

    def test_files_that_were_not_cleared_before_the_thaw_are_cleared(self, world: World) -> None:
        job = world.due()
        archivals = replace(world.archivals, files=Meanwhile(world.outputs, "delete", dies))
        with pytest.raises(Killed):
            archivals.settle(job.id)
        world.know_owner(Plan.PREMIUM, version=2)
        world.thaws.start(world.jobs.get(job.id))
        assert world.now(job, Status.THAWING).result_stored
        world.clock.advance(DELAYS[Tier.EXPEDITED])
        (message,) = world.archive.announced()
        world.restores.restore(message)
        assert files(world, job) == ALL_BACK
