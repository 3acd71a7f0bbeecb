"""Row 15: what is in a queue cannot break whoever reads it, in any form, number or order."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backend.domain.accounts import Account
from backend.domain.errors import RejectedError
from backend.domain.job import Job, Status
from backend.domain.messages import AccountMessage, JobMessage, ShardMessage, ThawMessage
from backend.utility import UtilityNode
from tests.fakes.accounts import FakeAccounts
from tests.fakes.messages import FakeQueue
from tests.unit.services.world import LEASE, OWNER, World

MESSAGES: dict[str, Callable[[str], object]] = {
    "job": JobMessage.from_json,
    "shard": ShardMessage.from_json,
    "account": AccountMessage.from_json,
    "thaw": ThawMessage.from_json,
}
GOOD = {
    "job_id": "j" * 32,
    "owner": "o" * 32,
    "status": "pending",
    "version": 1,
    "plan": "p" * 32,
    "shard": 0,
    "account_id": "a" * 32,
    "archive_id": "x",
    "thaw_id": "y",
}
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_bodies = (
    st.text()
    | _values.map(json.dumps)
    | st.dictionaries(st.sampled_from(sorted(GOOD)), _values).map(
        lambda changed: json.dumps(GOOD | changed)
    )
)


@pytest.mark.parametrize("kind", MESSAGES)
@given(body=_bodies)
@example(body="[" * 4000)
@example(body='{"a":' * 700)
@example(body=json.dumps(GOOD | {"version": float("inf"), "shard": float("nan")}))
@example(body=json.dumps(GOOD | {"job_id": ["x"], "account_id": {"a": 1}, "shard": True}))
@example(body=json.dumps(GOOD)[:-1] + ', "more": "' + "x" * 5000 + '"}')
@example(body="\ud800")
def test_row_15_a_body_is_one_of_ours_or_refused(kind: str, body: str) -> None:
    try:
        message = MESSAGES[kind](body)
    except RejectedError:
        return
    for name in message.__slots__:  # type: ignore[attr-defined]
        value = getattr(message, name)
        assert type(value) in {str, int, Status}
        assert json.loads(body)[name] == value


@pytest.mark.parametrize("kind", MESSAGES)
def test_row_15_a_message_of_more_than_4096_characters_is_refused(kind: str) -> None:
    body = json.dumps(GOOD)
    assert MESSAGES[kind](body.ljust(4096))
    with pytest.raises(RejectedError):
        MESSAGES[kind](body.ljust(4097))


class Everybody(FakeAccounts):
    """Accounts of whoever is asked for."""

    def get(self, account_id: str) -> Account:
        return Account(account_id, "ada", "Ada", "ada@local.test", "")


class Node:
    """A utility node and the queue that it reads."""

    def __init__(self) -> None:
        self.world = World(accounts=Everybody())
        self.queue = FakeQueue(self.world.clock, LEASE)
        self.node = UtilityNode(**self._parts())

    def _parts(self) -> dict[str, Any]:
        return {
            "upkeep": self.world.upkeep,
            "changes": self.queue,
            "prune": lambda: None,
            "stop": threading.Event(),
        }

    def give(self, body: str) -> None:
        """Send a body and have it dealt with."""
        self.queue.send(body)
        for delivery in self.queue.receive(limit=10, wait=LEASE):
            self.node.handle(delivery)

    def story(self, job_id: str) -> list[tuple[int, str]]:
        """Return what the owner's apps were told: versions and statuses, in order."""
        told = [event.data["job"] for event in self.world.live.events.get(OWNER, [])]
        return [(job["version"], job["status"]) for job in told if job["id"] == job_id]


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=50, deadline=None)
@given(body=_bodies)
@example(body=json.dumps(GOOD | {"job_id": "../../x"}))
def test_row_15_the_utility_node_lives_on_and_leaves_what_is_not_ours(body: str) -> None:
    node = Node()
    node.give(body)
    try:
        JobMessage.from_json(body)
    except RejectedError:
        # It comes again until the queue gives it to the dead letters.
        assert len(node.queue) == 1
    else:
        assert len(node.queue) == 0
    assert node.world.live.events == {}


def _message(job: Job) -> str:
    return JobMessage(job.id, job.owner, job.status, job.version).to_json()


def _life() -> tuple[Node, str, list[str]]:
    """Return a node, a job that has gone all its way, and the messages of that way."""
    node = Node()
    bodies: list[str] = []
    jobs = node.world.jobs
    jobs.watchers.append(lambda _before, after: bodies.append(_message(after)))
    job_id = node.world.completed().id
    return node, job_id, bodies


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_row_15_messages_twice_and_in_any_order_tell_the_truth_once(data: st.DataObject) -> None:
    node, job_id, bodies = _life()
    for body in data.draw(st.permutations(bodies * 2)):
        node.give(body)
    last = node.world.jobs.get(job_id)
    assert node.story(job_id) == [(last.version, "completed")]
    assert len(node.queue) == 0


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_row_15_the_owner_is_mailed_once_whatever_comes_how_often(data: st.DataObject) -> None:
    node, job_id, bodies = _life()
    node.world.know_owner()
    for body in data.draw(st.permutations(bodies * 2)):
        node.world.notifications.notify(JobMessage.from_json(body))
    assert len(node.world.mailer.sent) == 1
    assert job_id in node.world.mailer.sent[0].subject
