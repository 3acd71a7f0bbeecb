"""Workers, mails, live events and the sweep."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from backend.domain.accounts import Identity
from backend.domain.attention import QUEUE_PATIENCE, UPLOAD_PATIENCE, WORK_PATIENCE
from backend.domain.errors import BusyError, ConflictError, UnavailableError
from backend.domain.events import MailStarted, Started
from backend.domain.job import Job, Status, Stored
from backend.domain.messages import JobMessage
from backend.services.lifecycle import transition
from tests.fakes.jobs import FakeJobs
from tests.unit.services.test_results import complete
from tests.unit.services.trouble import Meanwhile
from tests.unit.services.world import FREE, LEASE, OWNER, VCF, World, checksum


def message(job: Job) -> JobMessage:
    """Return what the stream says of the job."""
    return JobMessage(job.id, job.owner, job.status, job.version)


class TestWorker:
    def test_takes_a_job_once(self) -> None:
        world = World()
        job_id = world.submitted().id
        first = world.annotations.take(job_id)

        assert first is not None
        assert first.attempt == 1
        with pytest.raises(BusyError):
            world.annotations.take(job_id)

    def test_drops_what_has_ended_or_gone(self, tmp_path: Path) -> None:
        world = World()
        done = complete(world, tmp_path)

        assert world.annotations.take(done.id) is None
        assert world.annotations.take("0" * 32) is None

    def test_failure_keeps_the_log(self, tmp_path: Path) -> None:
        world = World()
        job = world.annotations.take(world.submitted().id)
        assert job is not None
        log = tmp_path / "log"
        log.write_text("Line 3 has 7 columns.")
        failed = world.annotations.fail(job, "Line 3 has 7 columns.", log)

        assert failed.log_stored
        assert failed.log == Stored(21, hashlib.sha256(b"Line 3 has 7 columns.").hexdigest())
        assert [m.status for m in world.topics.endings] == [Status.FAILED]
        assert world.outputs.objects[f"out/{OWNER}/{job.id}/annotation.log"]

    def test_released_job_goes_to_the_next(self) -> None:
        world = World()
        job = world.annotations.take(world.submitted().id)
        assert job is not None
        world.annotations.release(job)
        again = world.annotations.take(job.id)

        assert again is not None
        assert again.attempt == 2

    def test_whoever_lost_the_job_is_told_to_stop(self, tmp_path: Path) -> None:
        world = World()
        job = world.annotations.take(world.submitted().id)
        assert job is not None
        world.annotations.look(job)
        assert not world.annotations.is_over(job.id)
        world.annotations.fetch(job, tmp_path / "input")
        assert (tmp_path / "input").read_bytes() == VCF

        world.clock.advance(LEASE)
        again = world.annotations.take(job.id)
        assert again is not None
        with pytest.raises(BusyError):
            world.annotations.look(job)
        world.annotations.look(again)

        world.submissions.cancel(again)
        with pytest.raises(BusyError):
            world.annotations.look(again)
        assert world.annotations.is_over(job.id)

    def test_given_up_job_fails_with_a_reason(self) -> None:
        world = World()
        job = world.submitted()
        world.annotations.abandon(job.id, "Tried five times.")

        assert world.jobs.get(job.id).failure == "Tried five times."


class TestMail:
    def test_goes_out_once(self, tmp_path: Path) -> None:
        world = World()
        world.know_owner()
        done = complete(world, tmp_path)

        assert world.notifications.notify(message(done))
        assert not world.notifications.notify(message(done))
        (mail,) = world.mailer.sent
        assert mail.to == "ada@local.test"
        assert mail.subject == f"Results available for job {done.id}"
        assert f"https://gas.test/jobs/{done.id}/log" in mail.text

    def test_of_a_failure_gives_the_reason_escaped(self) -> None:
        world = World()
        world.know_owner()
        job = world.annotations.take(world.submitted().id)
        assert job is not None
        failed = world.annotations.fail(job, "Line 3 has <7> columns.")
        world.notifications.notify(message(failed))

        (mail,) = world.mailer.sent
        assert mail.subject == f"Annotation failed for job {job.id}"
        assert "Line 3 has <7> columns." in mail.text
        assert "Line 3 has &lt;7&gt; columns." in mail.html

    def test_waits_for_the_address(self, tmp_path: Path) -> None:
        world = World()
        done = complete(world, tmp_path)
        with pytest.raises(UnavailableError):
            world.notifications.notify(message(done))

        world.know_owner()
        assert world.notifications.notify(message(done))

    def test_goes_to_nobody_whose_account_is_deleted(self, tmp_path: Path) -> None:
        world = World()
        world.know_owner()
        done = complete(world, tmp_path)
        world.contacts.remove(OWNER)

        assert not world.notifications.notify(message(done))
        assert world.mailer.sent == []

    def test_waits_for_another_delivery_of_the_message(self, tmp_path: Path) -> None:
        world = World()
        world.know_owner()
        done = complete(world, tmp_path)
        transition(world.jobs, done, MailStarted(LEASE), world.clock)

        with pytest.raises(ConflictError):
            world.notifications.notify(message(done))
        world.clock.advance(LEASE)
        assert world.notifications.notify(message(done))

    def test_comes_later_when_the_mail_service_is_down(self, tmp_path: Path) -> None:
        world = World()
        world.know_owner()
        done = complete(world, tmp_path)
        world.mailer.down = True
        with pytest.raises(UnavailableError):
            world.notifications.notify(message(done))

        world.mailer.down = False
        world.clock.advance(timedelta(minutes=5))
        assert world.notifications.notify(message(done))
        assert len(world.mailer.sent) == 1

    def test_is_not_sent_about_what_is_deleted_in_that_moment(self, tmp_path: Path) -> None:
        world = World()
        world.know_owner()
        done = complete(world, tmp_path)
        contacts = Meanwhile(world.contacts, "get", lambda: world.results.discard(done))

        assert not replace(world.notifications, contacts=contacts).notify(message(done))
        assert world.mailer.sent == []

    def test_is_not_sent_about_what_is_gone(self) -> None:
        world = World()
        job = world.submitted()
        cancelled = world.submissions.cancel(job)

        assert not world.notifications.notify(message(cancelled))
        assert not world.notifications.notify(JobMessage("0" * 32, OWNER, Status.FAILED, 1))


class TestAnnouncement:
    def test_end_is_announced_once(self, tmp_path: Path) -> None:
        world = World()
        world.know_owner()
        done = complete(world, tmp_path)
        world.notifications.notify(message(done))

        assert [m.status for m in world.topics.endings] == [Status.COMPLETED]

    def test_every_version_is_announced(self, tmp_path: Path) -> None:
        world = World()
        complete(world, tmp_path)

        assert [m.version for m in world.topics.changes] == [0, 1, 2, 3]


class TestUpkeep:
    def test_owner_is_told_of_a_version_once(self) -> None:
        world = World()
        account = world.accounts.sign_in(Identity(OWNER, (OWNER,), "a", "A", "a@local.test", ""))
        job = world.submissions.create(
            account.id, world.create().job.input, world.create().job.options, FREE, [checksum(VCF)]
        ).job
        world.upkeep.follow(message(job))
        world.upkeep.follow(message(job))

        assert world.live.cursor(account.id) == 1

    def test_accounts_are_projected(self) -> None:
        world = World()
        account = world.accounts.sign_in(Identity(OWNER, (OWNER,), "a", "Ada", "a@local.test", ""))

        assert world.upkeep.project() == 1
        assert world.contacts.get(account.id).name == "Ada"
        assert world.upkeep.project() == 0

    def test_discarded_job_is_erased(self) -> None:
        world = World()
        account = world.accounts.sign_in(Identity(OWNER, (OWNER,), "a", "A", "a@local.test", ""))
        job = world.submissions.create(
            account.id, world.create().job.input, world.create().job.options, FREE, [checksum(VCF)]
        ).job
        world.upkeep.follow(message(world.results.discard(job)))
        world.upkeep.follow(message(job))

        assert not world.jobs.by_owner(account.id, limit=5).jobs

    def test_job_that_nobody_took_is_asked_for_again(self) -> None:
        world = World()
        job = world.submitted()
        assert world.upkeep.sweep() == 0

        world.clock.advance(QUEUE_PATIENCE)
        assert world.upkeep.sweep() == 1
        assert [m.job_id for m in world.topics.requests] == [job.id, job.id]

    def test_job_whose_worker_vanished_is_tried_again_then_given_up(self) -> None:
        world = World()
        job_id = world.submitted().id
        for _ in range(3):
            world.annotations.take(job_id)
            world.clock.advance(LEASE + WORK_PATIENCE)
            world.upkeep.sweep()

        assert len(world.topics.requests) == 3
        assert world.jobs.get(job_id).status is Status.FAILED

    def test_file_that_never_came_is_not_awaited_for_ever(self) -> None:
        world = World()
        job = world.create().job
        world.clock.advance(UPLOAD_PATIENCE)
        world.upkeep.sweep()

        assert world.jobs.get(job.id).status is Status.CANCELLED

    def test_deletion_that_was_cut_short_is_finished(self) -> None:
        world = World()
        world.results.discard(world.create().job)
        world.upkeep.sweep()

        assert not world.jobs.by_owner(OWNER, limit=5).jobs
        assert not world.inputs.uploads


class TestTransition:
    def test_no_of_an_old_copy_is_asked_again(self, tmp_path: Path) -> None:
        """An old copy may look like a job that has seen the event."""
        world = World()
        old = world.submitted()
        job = world.annotations.take(old.id)
        assert job is not None
        world.annotations.release(job)

        assert world.annotations.take(old.id) is not None

    def test_contended_job_is_left_for_later(self) -> None:
        class Contended(FakeJobs):
            def replace(self, job: Job, *, expected: int) -> None:
                stored = self.get(job.id)
                super().replace(replace(stored, version=stored.version + 1), expected=expected)
                super().replace(job, expected=expected)

        world = World()
        jobs = Contended()
        job = world.submitted()
        jobs.add(job)

        with pytest.raises(UnavailableError):
            transition(jobs, job, Started(LEASE), world.clock)
