"""What follows for an account's results when its plan has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from backend.domain.archive import Tier
from backend.domain.errors import BusyError, ConflictError, NoCapacityError, UnavailableError
from backend.domain.events import ArchiveStarted, Discarded
from backend.domain.job import Job, Status
from backend.domain.messages import AccountMessage
from backend.domain.plans import Plan
from backend.services.account_mails import MAIL_LEASE
from backend.services.lifecycle import transition
from backend.services.plan_changes import Ask, PlanChanges
from backend.services.thaw import REQUEST_LEASE
from tests.fakes.archive import FakeArchive
from tests.unit.services.trouble import Broken, Meanwhile
from tests.unit.services.world import GRACE, LEASE, OWNER, RETENTION, World

CHANGED = AccountMessage(OWNER)
# More than one page of the index.
MANY = 103


@pytest.fixture
def world() -> World:
    return World()


def archived(world: World, count: int) -> list[Job]:
    """Return jobs that a moment ago belonged to a free owner."""
    jobs = [world.archived() for _ in range(count)]
    world.know_owner(Plan.PREMIUM, version=2)
    return jobs


def kept(world: World, count: int) -> list[Job]:
    """Return jobs whose results stayed while their owner was premium."""
    world.know_owner(Plan.PREMIUM)
    jobs = [world.completed() for _ in range(count)]
    world.clock.advance(RETENTION)
    for job in jobs:
        world.archivals.settle(job.id)
    return jobs


def follow(world: World, changes: PlanChanges | None = None) -> int:
    """Follow the change; return how often a page was done."""
    pages: list[None] = []
    (changes or world.plan_changes).follow(CHANGED, lambda: pages.append(None))
    return len(pages)


def statuses(world: World, jobs: Iterable[Job]) -> set[Status]:
    return {world.jobs.get(job.id).status for job in jobs}


class TestUpgrade:
    def test_everything_is_asked_back_page_by_page(self, world: World) -> None:
        jobs = archived(world, MANY)
        assert follow(world) == 2
        assert statuses(world, jobs) == {Status.THAWING}
        assert len(world.archive.announcements) == MANY

    def test_several_at_once_ask_for_each_once(self, world: World) -> None:
        jobs = archived(world, 20)

        def each(ask: Ask, ids: Iterable[str]) -> Iterable[ConflictError | None]:
            with ThreadPoolExecutor(4) as pool:
                return list(pool.map(ask, ids))

        follow(world, replace(world.plan_changes, each=each))
        assert statuses(world, jobs) == {Status.THAWING}
        assert len(world.archive.announcements) == len(jobs)

    def test_following_twice_asks_once(self, world: World) -> None:
        archived(world, 3)
        for _ in range(2):
            follow(world)
        assert len(world.archive.announcements) == 3

    def test_result_on_its_way_out_is_waited_for_and_the_others_are_not(self, world: World) -> None:
        moving = transition(world.jobs, world.due(), ArchiveStarted(LEASE), world.clock)
        jobs = archived(world, MANY)
        with pytest.raises(BusyError):
            follow(world)
        assert statuses(world, jobs) == {Status.THAWING}

        world.clock.advance(LEASE)
        world.archivals.settle(moving.id)
        follow(world)
        world.now(moving, Status.THAWING)

    def test_job_that_is_gone_meanwhile_is_passed_over(self, world: World) -> None:
        first, second = archived(world, 2)

        def gone() -> None:
            transition(world.jobs, first, Discarded(), world.clock)
            world.results.erase(first.id)

        jobs = Meanwhile(world.jobs, "get", gone)
        follow(world, replace(world.plan_changes, jobs=jobs))
        world.now(second, Status.THAWING)

    def test_copy_that_the_archive_has_lost_does_not_keep_the_others_away(
        self, world: World
    ) -> None:
        lost, other = archived(world, 2)
        world.archive.delete(lost.archive_id or "")
        follow(world)
        assert world.now(other, Status.THAWING).thaw_id is not None
        assert world.now(lost, Status.THAWING).thaw_id is None

    def test_archive_that_is_busy_is_asked_again(self, world: World) -> None:
        jobs = archived(world, 2)

        class Busy(FakeArchive):
            def request(self, archive_id: str, job_id: str, tier: Tier) -> str:
                raise NoCapacityError("Not at the moment.")

        busy = replace(world.thaws, archive=Busy(world.clock))
        with pytest.raises(UnavailableError):
            follow(world, replace(world.plan_changes, thaws=busy))
        with pytest.raises(BusyError):
            follow(world)
        world.clock.advance(REQUEST_LEASE)
        follow(world)
        assert [world.jobs.get(job.id).thaw_id is None for job in jobs] == [False, False]

    def test_whoever_gives_up_goes_on_where_it_was(self, world: World) -> None:
        jobs = archived(world, MANY)

        def gives_up() -> None:
            raise UnavailableError("The queue cannot be reached.")

        with pytest.raises(UnavailableError):
            world.plan_changes.follow(CHANGED, gives_up)
        assert statuses(world, jobs) == {Status.THAWING, Status.ARCHIVED}
        follow(world)
        assert statuses(world, jobs) == {Status.THAWING}

    def test_results_that_stayed_are_left_alone(self, world: World) -> None:
        (job,) = kept(world, 1)
        before = world.jobs.get(job.id)
        follow(world)
        assert world.jobs.get(job.id) == before


class TestConfirmation:
    def confirmed(self, world: World, version: int = 2) -> None:
        world.plan_changes.follow(AccountMessage(OWNER, upgrade=version), lambda: None)

    def test_upgrade_is_confirmed_once(self, world: World) -> None:
        archived(world, 1)
        for _ in range(2):
            self.confirmed(world)
        (mail,) = world.mailer.sent
        assert (mail.to, mail.subject) == ("ada@local.test", "You are on the Premium plan")

    def test_each_upgrade_is_confirmed(self, world: World) -> None:
        world.know_owner(Plan.PREMIUM, version=2)
        self.confirmed(world, version=2)
        world.know_owner(Plan.PREMIUM, version=4)
        self.confirmed(world, version=4)
        self.confirmed(world, version=2)
        assert len(world.mailer.sent) == 2

    def test_other_messages_confirm_nothing(self, world: World) -> None:
        archived(world, 1)
        follow(world)
        assert world.mailer.sent == []

    def test_who_is_not_premium_any_more_is_told_nothing(self, world: World) -> None:
        world.know_owner(Plan.FREE, version=3)
        self.confirmed(world)
        assert world.mailer.sent == []

    def test_result_on_its_way_out_does_not_delay_it(self, world: World) -> None:
        transition(world.jobs, world.due(), ArchiveStarted(LEASE), world.clock)
        world.know_owner(Plan.PREMIUM, version=2)
        with pytest.raises(BusyError):
            self.confirmed(world)
        assert len(world.mailer.sent) == 1

    def test_mail_service_that_is_down_keeps_the_message_but_not_the_results(
        self, world: World
    ) -> None:
        (job,) = archived(world, 1)
        world.mailer.down = True
        with pytest.raises(UnavailableError):
            self.confirmed(world)
        world.now(job, Status.THAWING)
        world.mailer.down = False
        world.clock.advance(MAIL_LEASE)
        self.confirmed(world)
        assert len(world.mailer.sent) == 1


class TestDowngrade:
    def test_every_result_is_given_an_end_page_by_page(self, world: World) -> None:
        jobs = kept(world, MANY)
        world.know_owner(Plan.FREE, version=2)
        assert follow(world) == 2
        ends = {world.now(job, Status.COMPLETED).archive_due for job in jobs}
        assert ends == {world.clock() + GRACE}

    def test_following_later_moves_no_end(self, world: World) -> None:
        (job,) = kept(world, 1)
        world.know_owner(Plan.FREE, version=2)
        follow(world)
        due = world.jobs.get(job.id).archive_due
        world.clock.advance(timedelta(days=1))
        follow(world)
        assert world.jobs.get(job.id).archive_due == due

    @pytest.mark.parametrize(
        "make",
        [
            World.submitted,
            World.archived,
            lambda world: world.submissions.cancel(world.submitted()),
            lambda world: world.annotations.fail(
                world.annotations.take(world.submitted().id), "Line 3 has 7 columns."
            ),
        ],
    )
    def test_what_has_no_result_to_download_is_left_alone(
        self, world: World, make: Callable[[World], Job]
    ) -> None:
        job = make(world)
        world.know_owner(Plan.FREE, version=2)
        follow(world)
        assert world.jobs.get(job.id) == job

    def test_job_that_is_gone_meanwhile_is_passed_over(self, world: World) -> None:
        first, second = kept(world, 2)
        world.know_owner(Plan.FREE, version=2)

        def gone() -> None:
            transition(world.jobs, second, Discarded(), world.clock)
            world.results.erase(second.id)

        jobs = Meanwhile(world.jobs, "get", gone)
        follow(world, replace(world.plan_changes, jobs=jobs))
        assert world.now(first, Status.COMPLETED).archive_due is not None


def test_plan_that_is_not_known_yet_is_waited_for(world: World) -> None:
    with pytest.raises(UnavailableError):
        follow(world)


def test_plan_of_a_deleted_account_has_nothing_to_follow(world: World) -> None:
    world.know_owner(Plan.PREMIUM, version=2)
    world.contacts.remove(OWNER)
    world.changed_plans.send(CHANGED.to_json())
    assert world.plan_queue.drain() == 1
    assert len(world.changed_plans) == 0


def test_plan_is_read_when_the_message_comes(world: World) -> None:
    """The message of an upgrade that came late does not undo a downgrade."""
    (job,) = archived(world, 1)
    world.know_owner(Plan.FREE, version=3)
    follow(world)
    world.now(job, Status.ARCHIVED)


def test_table_that_is_down_is_asked_again(world: World) -> None:
    (job,) = archived(world, 1)
    down = Broken(world.jobs, "archived_by", UnavailableError("The table cannot be reached."))
    with pytest.raises(UnavailableError):
        follow(world, replace(world.plan_changes, jobs=down))
    world.now(job, Status.ARCHIVED)


def test_result_that_was_completed_just_before_the_plan_ended_gets_the_grace(
    world: World,
) -> None:
    world.know_owner(Plan.PREMIUM)
    job = world.completed()
    world.know_owner(Plan.FREE, version=2)

    follow(world)

    assert world.jobs.get(job.id).archive_due == world.clock() + GRACE
    world.clock.advance(RETENTION)
    assert world.archivals.settle(job.id) is not None
    assert world.jobs.get(job.id).status is Status.COMPLETED
