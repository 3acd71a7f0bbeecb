"""Archived results are asked back for who is premium, once, and not forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backend.domain.archive import EXPEDITED_MAX_BYTES, Tier
from backend.domain.attention import WORK_PATIENCE
from backend.domain.errors import BusyError, DamagedError, NoCapacityError, UnavailableError
from backend.domain.events import ArchiveStarted, RestoreStarted
from backend.domain.job import Job, Status
from backend.domain.messages import ThawMessage
from backend.domain.plans import Plan
from backend.services.lifecycle import transition
from backend.services.thaw import REQUEST_LEASE, Thaws
from tests.fakes.archive import DELAYS, KEPT_AT_HAND, FakeArchive
from tests.unit.services.trouble import Broken, Killed, Meanwhile, dies
from tests.unit.services.world import LEASE, World


class AskedArchive(FakeArchive):
    """An archive that remembers by which tiers it was asked, and has capacity for some."""

    def __init__(self, world: World) -> None:
        super().__init__(world.clock)
        self.asked: list[Tier] = []
        self.tiers = frozenset(Tier)

    def request(self, archive_id: str, job_id: str, tier: Tier) -> str:
        self.asked.append(tier)
        if tier not in self.tiers:
            raise NoCapacityError("Not by this tier.")
        return super().request(archive_id, job_id, tier)


@pytest.fixture
def world() -> World:
    return World()


def premium(world: World) -> Job:
    """Return an archived job whose owner has become premium."""
    job = world.archived()
    world.know_owner(Plan.PREMIUM, version=2)
    return job


def large(world: World, job: Job) -> Job:
    """Return the job as if its result were too large to be had fast."""
    assert job.result is not None
    result = replace(job.result, size=EXPEDITED_MAX_BYTES + 1)
    after = replace(job, result=result, version=job.version + 1)
    world.jobs.replace(after, expected=job.version)
    return after


def using(world: World, **ports: Any) -> Thaws:
    return replace(world.thaws, **ports)


def overdue(world: World, job: Job) -> Job:
    """Let the time pass by which the job should have moved on."""
    world.clock.advance(DELAYS[Tier.STANDARD] + REQUEST_LEASE + WORK_PATIENCE)
    return world.now(job, Status.THAWING)


def told(world: World) -> list[ThawMessage]:
    """Return what those who bring back were told."""
    deliveries = world.thawed.receive(limit=10, wait=timedelta(0))
    return [ThawMessage.from_json(delivery.body) for delivery in deliveries]


class TestStart:
    def test_result_is_asked_for_and_the_time_is_told(self, world: World) -> None:
        job = premium(world)
        world.thaws.start(job)
        thawing = world.now(job, Status.THAWING)
        assert thawing.thaw_expected == world.clock() + DELAYS[Tier.EXPEDITED]
        assert thawing.lease_until is None
        (message,) = world.archive.announcements
        assert message == ThawMessage(job.id, job.archive_id or "", thawing.thaw_id or "")

    def test_asking_again_costs_nothing(self, world: World) -> None:
        job = premium(world)
        for _ in range(2):
            world.thaws.start(world.jobs.get(job.id))
        assert len(world.archive.announcements) == 1

    def test_free_owners_wait(self, world: World) -> None:
        job = world.archived()
        world.thaws.start(job)
        assert world.jobs.get(job.id) == job

    @pytest.mark.parametrize("make", [World.submitted, World.completed])
    def test_what_is_not_archived_is_left_alone(self, world: World, make: Any) -> None:
        world.know_owner(Plan.PREMIUM)
        job = make(world)
        world.thaws.start(job)
        assert world.jobs.get(job.id) == job

    def test_result_on_its_way_out_has_to_arrive_first(self, world: World) -> None:
        job = transition(world.jobs, world.due(), ArchiveStarted(LEASE), world.clock)
        world.know_owner(Plan.PREMIUM, version=2)
        with pytest.raises(BusyError):
            world.thaws.start(job)
        world.clock.advance(LEASE)
        world.archivals.settle(job.id)
        world.now(job, Status.THAWING)

    def test_tier_without_capacity_gives_way_to_the_slower_one(self, world: World) -> None:
        job = premium(world)
        world.archive.capacity = False
        world.thaws.start(job)
        thawing = world.now(job, Status.THAWING)
        assert thawing.thaw_expected == world.clock() + DELAYS[Tier.STANDARD]
        assert thawing.thaw_id is not None

    def test_large_result_is_asked_for_by_the_slower_tier_at_once(self, world: World) -> None:
        job = large(world, premium(world))
        archive = AskedArchive(world)
        archive.archives = world.archive.archives
        using(world, archive=archive).start(job)
        assert archive.asked == [Tier.STANDARD]
        thawing = world.now(job, Status.THAWING)
        assert thawing.thaw_expected == world.clock() + DELAYS[Tier.STANDARD]

    def test_what_somebody_else_brought_back_meanwhile_is_not_asked_for(self, world: World) -> None:
        job = premium(world)

        def brought_back() -> None:
            world.thaws.start(job)
            world.clock.advance(DELAYS[Tier.EXPEDITED])
            (message,) = world.archive.announced()
            world.restores.restore(message)

        using(world, jobs=Meanwhile(world.jobs, "replace", brought_back)).start(job)
        world.now(job, Status.COMPLETED)
        assert world.archive.announcements == []


class TestTrouble:
    def test_archive_that_takes_nothing_is_asked_later(self, world: World) -> None:
        job = premium(world)
        busy = Broken(world.archive, "request", NoCapacityError("Not at the moment."))
        with pytest.raises(NoCapacityError):
            using(world, archive=busy).start(job)
        thawing = world.now(job, Status.THAWING)
        assert thawing.thaw_id is None
        world.thaws.look(overdue(world, job))
        assert world.now(job, Status.THAWING).thaw_id is not None

    def test_large_result_has_no_slower_tier_to_give_way_to(self, world: World) -> None:
        job = large(world, premium(world))
        archive = AskedArchive(world)
        archive.archives, archive.tiers = world.archive.archives, frozenset()
        with pytest.raises(NoCapacityError):
            using(world, archive=archive).start(job)
        assert archive.asked == [Tier.STANDARD]

    def test_who_died_before_asking_is_replaced(self, world: World) -> None:
        job = premium(world)
        with pytest.raises(Killed):
            using(world, archive=Meanwhile(world.archive, "request", dies)).start(job)
        # Somebody may be about to ask.
        world.thaws.look(world.now(job, Status.THAWING))
        assert world.now(job, Status.THAWING).thaw_id is None
        world.thaws.look(overdue(world, job))
        assert world.now(job, Status.THAWING).thaw_id is not None

    def test_message_that_comes_again_asks_in_the_place_of_who_died(self, world: World) -> None:
        job = premium(world)
        with pytest.raises(Killed):
            using(world, archive=Meanwhile(world.archive, "request", dies)).start(job)
        with pytest.raises(BusyError):
            world.thaws.start(world.now(job, Status.THAWING))
        assert world.archive.announcements == []
        world.clock.advance(REQUEST_LEASE)
        world.thaws.start(world.now(job, Status.THAWING))
        assert len(world.archive.announcements) == 1

    def test_who_died_after_asking_is_replaced(self, world: World) -> None:
        job = premium(world)
        dying = Meanwhile(world.archive, "request", dies, after=True)
        with pytest.raises(Killed):
            using(world, archive=dying).start(job)
        world.thaws.look(overdue(world, job))
        assert world.now(job, Status.THAWING).thaw_id is not None

    def test_what_was_at_hand_before_it_is_asked_for_again_is_announced(self, world: World) -> None:
        """S3 says nothing of what it has at hand when it is asked once more."""
        job = premium(world)
        dying = Meanwhile(world.archive, "request", dies, after=True)
        with pytest.raises(Killed):
            using(world, archive=dying).start(job)
        world.archive.delays[Tier.EXPEDITED] = timedelta(0)
        world.thaws.look(overdue(world, job))
        (message,) = told(world)
        assert message.thaw_id == world.now(job, Status.THAWING).thaw_id
        world.restores.restore(message)
        world.now(job, Status.COMPLETED)

    def test_copy_that_the_archive_has_lost_is_told_and_not_waited_for(self, world: World) -> None:
        job = premium(world)
        world.archive.archives.clear()
        with pytest.raises(DamagedError, match=f"job {job.id}"):
            world.thaws.start(job)
        with pytest.raises(DamagedError):
            world.thaws.look(overdue(world, job))
        assert world.now(job, Status.THAWING).thaw_id is None

    def test_result_that_came_back_meanwhile_is_not_lost(self, world: World) -> None:
        job, message = world.thawing()
        world.clock.advance(KEPT_AT_HAND)
        again = Meanwhile(world.archive, "request", lambda: self._brings_back(world, message))
        using(world, archive=again).look(job)
        assert world.now(job, Status.COMPLETED).archive_id is None

    def _brings_back(self, world: World, message: ThawMessage) -> None:
        world.archive.delays[Tier.EXPEDITED] = timedelta(0)
        world.thaws.look(world.jobs.get(message.job_id))
        (ready,) = told(world)
        world.restores.restore(ready)


class TestLook:
    def test_what_is_at_hand_and_not_fetched_is_announced_again(self, world: World) -> None:
        job, message = world.thawing()
        world.thaws.look(job)
        assert told(world) == [message]
        world.restores.restore(message)
        world.now(job, Status.COMPLETED)

    def test_what_the_archive_has_forgotten_is_asked_for_again(self, world: World) -> None:
        job, message = world.thawing()
        world.clock.advance(KEPT_AT_HAND)
        world.thaws.look(job)
        again = world.now(job, Status.THAWING)
        assert again.thaw_id != message.thaw_id
        assert again.thaw_expected == world.clock() + DELAYS[Tier.EXPEDITED]

    def test_archive_that_takes_longer_is_waited_for(self, world: World) -> None:
        job = premium(world)
        world.archive.delays[Tier.EXPEDITED] = timedelta(days=1)
        world.thaws.start(job)
        thawing = overdue(world, job)
        world.thaws.look(thawing)
        assert world.jobs.get(job.id) == thawing
        assert told(world) == []

    def test_who_is_at_it_is_not_disturbed(self, world: World) -> None:
        job, message = world.thawing()
        started = RestoreStarted(message.archive_id, LEASE)
        held = transition(world.jobs, job, started, world.clock)
        world.thaws.look(held)
        assert told(world) == []
        assert world.jobs.get(job.id) == held

    @pytest.mark.parametrize("make", [World.completed, World.archived, World.restored])
    def test_who_does_not_wait_is_left_alone(self, world: World, make: Any) -> None:
        job = make(world)
        world.thaws.look(job)
        assert world.jobs.get(job.id) == job

    def test_archive_that_does_not_answer_is_asked_later(self, world: World) -> None:
        job, _ = world.thawing()
        down = Broken(world.archive, "state", UnavailableError("The archive cannot be reached."))
        with pytest.raises(UnavailableError):
            using(world, archive=down).look(job)
        assert world.jobs.get(job.id) == job
