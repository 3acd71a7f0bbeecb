"""The queue of changed plans: each message at least once, and none of them harms another."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from backend.assets import asset
from backend.domain.errors import ConflictError, RejectedError, UnavailableError
from backend.domain.job import Status
from backend.domain.messages import AccountMessage
from backend.domain.plans import Plan
from backend.local.aws.template import read
from backend.services.plan_queue import HOLD, RETRY_AFTER, PlanQueue
from backend.services.ports import Delivery
from tests.unit.services.trouble import Broken
from tests.unit.services.world import LEASE, OWNER, World

AT_ONCE = timedelta(0)
CHANGED = AccountMessage(OWNER).to_json()
QUEUE = read(asset("infrastructure/gas.yaml"))["Resources"]["StartThawQueue"]["Properties"]
TRIES = QUEUE["RedrivePolicy"]["maxReceiveCount"]


@pytest.fixture
def world() -> World:
    return World()


class Following:
    """Changes of plans that are followed as the test says.

    Attributes:
        followed: the accounts, in order.
    """

    def __init__(self, happens: Callable[[], object] = lambda: None) -> None:
        self.followed: list[str] = []
        self._happens = happens

    def follow(self, message: AccountMessage, alive: Callable[[], None]) -> None:
        self.followed.append(message.account_id)
        self._happens()
        alive()


def queue(world: World, following: Following) -> PlanQueue:
    return replace(world.plan_queue, changes=following)  # type: ignore[arg-type]


def raises(error: Exception) -> Callable[[], None]:
    def happens() -> None:
        raise error

    return happens


def waiting(world: World) -> list[Delivery]:
    """Return what anybody could take at the moment."""
    return list(world.changed_plans.receive(limit=10, wait=AT_ONCE))


def test_message_is_followed_and_deleted(world: World) -> None:
    job = world.archived()
    world.know_owner(Plan.PREMIUM, version=2)
    world.changed_plans.send(CHANGED)
    assert world.plan_queue.take(AT_ONCE) == 1
    world.now(job, Status.THAWING)
    assert len(world.changed_plans) == 0


def test_empty_queue_is_nothing_to_do(world: World) -> None:
    assert world.plan_queue.take(AT_ONCE) == 0
    assert world.plan_queue.drain() == 0


def test_queue_is_drained_to_its_end(world: World) -> None:
    accounts = [f"{number:032x}" for number in range(25)]
    for account in accounts:
        world.changed_plans.send(AccountMessage(account).to_json())
    following = Following()
    assert queue(world, following).drain() == 25
    assert following.followed == accounts
    assert len(world.changed_plans) == 0


def test_others_may_have_what_is_not_worked_on(world: World) -> None:
    """Of a hundred thousand results somebody has for minutes, and other accounts are small."""
    world.changed_plans.send(CHANGED)
    world.changed_plans.send(AccountMessage("b" * 32).to_json())
    left: list[list[Delivery]] = []
    queue(world, Following(lambda: left.append(waiting(world)))).take(AT_ONCE)
    assert [len(deliveries) for deliveries in left] == [1]


def test_who_is_at_work_keeps_the_message(world: World) -> None:
    world.changed_plans.send(CHANGED)
    seen: list[list[Delivery]] = []

    class Slow(Following):
        def follow(self, message: AccountMessage, alive: Callable[[], None]) -> None:
            for _ in range(3):
                alive()
                world.clock.advance(HOLD - timedelta(seconds=1))
                seen.append(waiting(world))

    queue(world, Slow()).take(AT_ONCE)
    assert seen == [[], [], []]
    assert len(world.changed_plans) == 0


@pytest.mark.parametrize(
    "error", [ConflictError("It is moving."), UnavailableError("The archive is down.")]
)
def test_what_may_pass_is_postponed_for_longer_and_longer(world: World, error: Exception) -> None:
    world.changed_plans.send(CHANGED)
    plans = queue(world, Following(raises(error)))
    pauses = []
    assert plans.take(AT_ONCE) == 1
    for _ in range(TRIES - 1):
        before = world.clock()
        while plans.take(AT_ONCE) == 0:
            world.clock.advance(RETRY_AFTER)
        pauses.append(world.clock() - before)
    assert pauses == sorted(pauses)
    assert pauses[:4] == [RETRY_AFTER * factor for factor in (1, 2, 4, 8)]
    assert pauses[-1] <= timedelta(hours=2)
    # Whatever keeps a result away for a day, the message outlasts.
    assert sum(pauses, AT_ONCE) > timedelta(days=1)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "x",
        "null",
        "[]",
        "{}",
        '{"account_id": "a"}',
        '{"account_id": 5, "upgrade": null}',
        '{"account_id": "", "upgrade": null}',
        json.dumps({"account_id": "a" * 2000, "upgrade": None}),
        json.dumps({"account_id": "a" * 5000, "upgrade": None}),
        json.dumps({"account_id": "a", "upgrade": "now"}),
        "[" * 4000,
    ],
)
def test_what_is_not_ours_is_left_for_the_dead_letters(world: World, body: str) -> None:
    world.changed_plans.send(body)
    world.changed_plans.send(CHANGED)
    following = Following()
    assert queue(world, following).drain() == 2
    assert following.followed == [OWNER]
    assert len(world.changed_plans) == 1
    world.clock.advance(LEASE)
    assert [delivery.body for delivery in waiting(world)] == [body]


def test_what_can_never_succeed_is_left_for_the_dead_letters(world: World) -> None:
    world.changed_plans.send(CHANGED)
    refused = Following(raises(RejectedError("There is no such page.")))
    assert queue(world, refused).drain() == 1
    assert len(world.changed_plans) == 1


def test_bug_rises_and_its_message_comes_again(world: World) -> None:
    world.changed_plans.send(CHANGED)
    with pytest.raises(ZeroDivisionError):
        queue(world, Following(raises(ZeroDivisionError()))).take(AT_ONCE)
    world.clock.advance(LEASE)
    assert len(waiting(world)) == 1


def test_queue_that_is_down_is_told(world: World) -> None:
    down = Broken(world.changed_plans, "receive", UnavailableError("The queue is down."))
    with pytest.raises(UnavailableError):
        replace(world.plan_queue, queue=down).take(AT_ONCE)
