"""What the utility node sends on, and what it looks after, of results and of plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from backend.domain.accounts import Account, AccountChange, Change, Contact
from backend.domain.archive import Tier
from backend.domain.attention import WORK_PATIENCE
from backend.domain.errors import DamagedError, UnavailableError
from backend.domain.events import ArchiveStarted, Discarded, ThawStarted
from backend.domain.job import Job, Status
from backend.domain.messages import AccountMessage
from backend.domain.plans import Plan
from backend.services.lifecycle import transition
from backend.services.thaw import Thaws
from tests.fakes.archive import DELAYS
from tests.unit.services.trouble import Broken, Killed, Meanwhile, dies
from tests.unit.services.world import LEASE, OWNER, RETENTION, World

HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> World:
    return World()


def change(kind: Change, version: int = 2) -> AccountChange:
    plan = Plan.PREMIUM if kind is Change.UPGRADED else Plan.FREE
    return AccountChange(kind, Contact(OWNER, plan, "Ada", "ada@local.test", version))


def asked_to_settle(world: World) -> list[tuple[str, datetime]]:
    """Return what was waited for beside the end that every result has from the beginning."""
    ends = {job.archive_due for job in world.jobs.by_owner(OWNER, limit=100).jobs}
    return [one for one in world.retention.started if one[1] not in ends]


class TestSendingOn:
    def test_upgrade_is_stored_then_followed_and_says_what_to_confirm(self, world: World) -> None:
        world.upkeep.send_on(change(Change.UPGRADED))
        assert world.contacts.get(OWNER).plan is Plan.PREMIUM
        assert world.topics.thaws == [AccountMessage(OWNER, upgrade=2)]

    def test_downgrade_is_stored_then_followed(self, world: World) -> None:
        world.upkeep.send_on(change(Change.DOWNGRADED))
        assert world.contacts.get(OWNER).plan is Plan.FREE
        assert world.topics.thaws == [AccountMessage(OWNER)]

    @pytest.mark.parametrize("kind", [Change.PROFILE, Change.DELETED])
    def test_nothing_follows_from_other_changes(self, world: World, kind: Change) -> None:
        world.upkeep.send_on(change(kind))
        assert world.contacts.get(OWNER).version == 2
        assert world.topics.thaws == []

    def test_whoever_is_told_finds_the_plan(self, world: World) -> None:
        topics = Broken(world.topics, "start_thaw", UnavailableError("SNS is down."))
        with pytest.raises(UnavailableError):
            replace(world.upkeep, topics=topics).send_on(change(Change.UPGRADED))
        assert world.contacts.get(OWNER).plan is Plan.PREMIUM

    def test_mail_service_that_is_down_holds_up_nobody(self, world: World) -> None:
        """Neither does an address that it refuses for good."""
        world.mailer.down = True
        world.accounts.outbox.waiting += [
            change(Change.UPGRADED),
            AccountChange(Change.PROFILE, Contact("b" * 32, Plan.FREE, "B", "b@local.test", 1)),
        ]
        assert world.upkeep.project() == 2
        assert world.contacts.get("b" * 32).name == "B"


class TestReminding:
    def account(self, plan: Plan) -> Account:
        return Account(OWNER, "ada", "Ada", "ada@local.test", "", plan=plan)

    def test_premium_owner_is_followed_once_more_and_not_mailed(self, world: World) -> None:
        """The message of the upgrade ended among the dead letters."""
        job = world.archived()
        world.know_owner(Plan.PREMIUM, version=2)
        world.upkeep.remind(self.account(Plan.PREMIUM))
        (message,) = world.topics.thaws
        world.changed_plans.send(message.to_json())
        world.plan_queue.drain()
        world.now(job, Status.THAWING)
        assert world.mailer.sent == []

    def test_free_owners_are_left_alone(self, world: World) -> None:
        world.upkeep.remind(self.account(Plan.FREE))
        assert world.topics.thaws == []


class TestSweep:
    def swept(self, world: World) -> None:
        """Sweep, and settle what was asked for."""
        world.upkeep.sweep()
        for job_id in world.retention.due():
            world.archivals.settle(job_id)

    def test_result_whose_end_nobody_waited_for_is_archived(self, world: World) -> None:
        job = world.due()
        world.retention.due()
        assert world.upkeep.sweep() == 0
        world.clock.advance(WORK_PATIENCE)
        self.swept(world)
        world.now(job, Status.ARCHIVED)

    def test_result_whose_archiver_vanished_is_archived(self, world: World) -> None:
        job = transition(world.jobs, world.due(), ArchiveStarted(LEASE), world.clock)
        world.retention.due()
        world.clock.advance(LEASE + WORK_PATIENCE)
        self.swept(world)
        world.now(job, Status.ARCHIVED)

    def test_files_of_an_archived_result_that_nobody_cleared_go(self, world: World) -> None:
        job = world.due()
        archivals = replace(world.archivals, files=Meanwhile(world.outputs, "delete", dies))
        with pytest.raises(Killed):
            archivals.settle(job.id)
        world.retention.due()
        assert world.now(job, Status.ARCHIVED).result_stored
        self.swept(world)
        assert not world.now(job, Status.ARCHIVED).result_stored

    def test_archives_copy_of_a_restored_result_that_nobody_deleted_goes(
        self, world: World
    ) -> None:
        job, message = world.thawing()
        archivals = replace(world.archivals, archive=Meanwhile(world.archive, "delete", dies))
        with pytest.raises(Killed):
            replace(world.restores, archivals=archivals).restore(message)
        self.swept(world)
        assert world.now(job, Status.COMPLETED).archive_id is None
        assert not world.archive.archives

    def test_result_that_nobody_asked_for_is_asked_for(self, world: World) -> None:
        job = world.archived()
        world.know_owner(Plan.PREMIUM, version=2)
        transition(world.jobs, job, ThawStarted(LEASE, HOUR), world.clock)
        assert world.upkeep.sweep() == 0
        world.clock.advance(LEASE + WORK_PATIENCE)
        assert world.upkeep.sweep() == 1
        assert len(world.archive.announcements) == 1

    def test_result_is_asked_for_once_a_quarter_of_an_hour(self, world: World) -> None:
        world.due()
        world.clock.advance(WORK_PATIENCE)
        for _ in range(30):
            world.upkeep.sweep()
            world.clock.advance(timedelta(minutes=1))
        assert len(asked_to_settle(world)) == 3

    def test_what_goes_its_way_is_left_alone(self, world: World) -> None:
        for make in (World.completed, World.archived, lambda world: world.thawing()[0]):
            make(world)
        world.clock.advance(-DELAYS[Tier.EXPEDITED])
        assert world.upkeep.sweep() == 0

    def test_job_that_moved_on_meanwhile_is_left_alone(self, world: World) -> None:
        """The index may be behind."""
        job = world.due()
        world.clock.advance(WORK_PATIENCE)
        jobs = Meanwhile(world.jobs, "get", lambda: world.archivals.settle(job.id))
        assert replace(world.upkeep, jobs=jobs).sweep() == 0

    def test_job_that_is_gone_meanwhile_is_passed_over(self, world: World) -> None:
        job = world.due()
        world.clock.advance(WORK_PATIENCE)

        def gone() -> None:
            transition(world.jobs, job, Discarded(), world.clock)
            world.results.erase(job.id)

        jobs = Meanwhile(world.jobs, "get", gone)
        assert replace(world.upkeep, jobs=jobs).sweep() == 0

    @pytest.mark.parametrize(
        "error",
        [
            DamagedError("The archive has lost it."),
            UnavailableError("The archive is down."),
            ZeroDivisionError("a bug"),
        ],
    )
    def test_one_that_cannot_be_looked_after_does_not_keep_the_others_away(
        self, world: World, error: Exception, caplog: pytest.LogCaptureFixture
    ) -> None:
        first, second = world.thawing()[0], self._thawing_too(world)
        world.clock.advance(DELAYS[Tier.STANDARD] + WORK_PATIENCE)
        thaws = Refusing(world.thaws, first.id, error)
        with caplog.at_level("INFO", logger="backend"):
            assert replace(world.upkeep, thaws=thaws).sweep() == 1  # type: ignore[arg-type]
        assert "job not looked after" in caplog.messages
        (delivery,) = world.thawed.receive(limit=10, wait=timedelta(0))
        assert second.id in delivery.body

    def _thawing_too(self, world: World) -> Job:
        world.know_owner(Plan.FREE, version=3)
        job = world.completed()
        world.clock.advance(RETENTION)
        world.archivals.settle(job.id)
        world.know_owner(Plan.PREMIUM, version=4)
        world.thaws.start(world.jobs.get(job.id))
        return world.now(job, Status.THAWING)


class Refusing:
    """Thaws that cannot look after one job."""

    def __init__(self, thaws: Thaws, job_id: str, error: Exception) -> None:
        self._thaws = thaws
        self._job_id = job_id
        self._error = error

    def look(self, job: Job) -> None:
        if job.id == self._job_id:
            raise self._error
        self._thaws.look(job)
