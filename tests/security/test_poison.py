"""Row 15: what is in a queue cannot break whoever reads it, in any form, number or order."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backend.aws.job_items import to_item
from backend.aws.storage_class import StorageClassArchive
from backend.aws.vault import VaultArchive
from backend.domain.accounts import Account
from backend.domain.errors import RejectedError
from backend.domain.job import Job, Status
from backend.domain.messages import AccountMessage, JobMessage, ShardMessage, ThawMessage
from backend.domain.plans import Plan
from backend.utility import UtilityNode
from tests.fakes.accounts import FakeAccounts
from tests.fakes.clock import FakeClock
from tests.fakes.messages import FakeQueue, FakeTopics
from tests.fakes.retention import FakeRetention
from tests.unit.lambdas.functions import failed, function, queued
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
    "upgrade": 3,
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
@example(body=json.dumps(GOOD | {"job_id": "", "account_id": "", "plan": ""}))
@example(
    body=json.dumps(GOOD | {"job_id": "x" * 1025, "account_id": "é" * 600, "plan": "x" * 1025})
)
@example(body=json.dumps(GOOD | {"job_id": "\ud800", "account_id": "\ud800", "plan": "\ud800"}))
@example(body=json.dumps(GOOD | {"upgrade": None}))
@example(body="\ud800")
def test_row_15_a_body_is_one_of_ours_or_refused(kind: str, body: str) -> None:
    try:
        message = MESSAGES[kind](body)
    except RejectedError:
        return
    for name in message.__slots__:  # type: ignore[attr-defined]
        value = getattr(message, name)
        assert type(value) in {str, int, Status} or (name, value) == ("upgrade", None)
        assert json.loads(body)[name] == value
        if isinstance(value, str):
            # Neither an empty text nor a longer one is a key of any table.
            assert 1 <= len(value.encode()) <= 1024


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
            "tasks": (),
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


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=50)
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
@settings(max_examples=50)
def test_row_15_messages_twice_and_in_any_order_tell_the_truth_once(data: st.DataObject) -> None:
    node, job_id, bodies = _life()
    for body in data.draw(st.permutations(bodies * 2)):
        node.give(body)
    last = node.world.jobs.get(job_id)
    assert node.story(job_id) == [(last.version, "completed")]
    assert len(node.queue) == 0


@given(st.data())
@settings(max_examples=50)
def test_row_15_the_owner_is_mailed_once_whatever_comes_how_often(data: st.DataObject) -> None:
    node, job_id, bodies = _life()
    node.world.know_owner()
    for body in data.draw(st.permutations(bodies * 2)):
        node.world.notifications.notify(JobMessage.from_json(body))
    assert len(node.world.mailer.sent) == 1
    assert job_id in node.world.mailer.sent[0].subject


def _is_ours(kind: str, body: str) -> bool:
    try:
        MESSAGES[kind](body)
    except RejectedError:
        return False
    return True


@given(body=_bodies)
def test_row_15_who_follows_changed_plans_lives_on_and_the_next_has_its_turn(body: str) -> None:
    world = World()
    job = world.archived()
    world.know_owner(Plan.PREMIUM, version=2)
    world.changed_plans.send(body)
    world.changed_plans.send(AccountMessage(OWNER).to_json())
    assert world.plan_queue.drain() == 2
    world.now(job, Status.THAWING)
    # An account that nobody knows may be known later; what is not ours ends in the dead letters.
    assert len(world.changed_plans) == 1
    assert world.mailer.sent == []


@given(bodies=st.lists(_bodies, max_size=4))
def test_row_15_who_mails_names_what_is_not_ours_and_mails_the_rest(bodies: list[str]) -> None:
    world = World()
    world.know_owner()
    bodies = [*bodies, _message(world.completed())]
    answer = function("notify").answer(queued(*bodies), world.notifications)
    strange = [str(place) for place, body in enumerate(bodies) if not _is_ours("job", body)]
    assert failed(answer) == strange
    assert len(world.mailer.sent) == 1


class Objects:
    """A client of S3 whose every object is an archive of the same job."""

    def head_object(self, **_key: str) -> dict[str, Any]:
        return {"Metadata": {"job-id": "j" * 32}}


ARCHIVES = {
    "vault": VaultArchive(None, "gas_results", "topic", {}, LEASE, FakeClock()),
    "storage_class": StorageClassArchive(Objects(), "archive", {}, lambda: "0" * 32),
}
RESTORED = {
    "vault": {
        "Action": "ArchiveRetrieval",
        "VaultARN": "arn:aws:glacier:us-east-1:123456789012:vaults/gas_results",
        "StatusCode": "Succeeded",
        "JobDescription": "j" * 32,
        "ArchiveId": "a",
        "JobId": "t",
    },
    "storage_class": {
        "Event": "x",
        "Records": [
            {
                "eventName": "ObjectRestore:Completed",
                "s3": {
                    "bucket": {"name": "archive"},
                    "object": {"key": f"{'0' * 32}/{'1' * 32}.tar"},
                },
            }
        ],
    },
}


def _changed(said: Any, data: st.DataObject) -> Any:
    """Return what an archive says, with something in it changed."""
    if not isinstance(said, dict | list) or not said or data.draw(st.booleans()):
        return data.draw(_values)
    places = sorted(said) if isinstance(said, dict) else list(range(len(said)))
    place = data.draw(st.sampled_from(places))
    copy = said.copy()
    copy[place] = _changed(said[place], data)
    return copy


@pytest.mark.parametrize("kind", ARCHIVES)
@given(data=st.data())
def test_row_15_who_brings_back_survives_what_an_archive_might_say(
    kind: str, data: st.DataObject
) -> None:
    said = RESTORED[kind] if data.draw(st.booleans()) else _changed(RESTORED[kind], data)
    _is_survived(kind, json.dumps(said))


@pytest.mark.parametrize("kind", ARCHIVES)
@given(body=_bodies)
@example(body="[" * 200_000)
@example(body='{"a":' * 50_000)
@example(body='{"Records": ' + "[" * 200_000)
def test_row_15_who_brings_back_survives_what_is_not_ours(kind: str, body: str) -> None:
    _is_survived(kind, body)


def _is_survived(kind: str, body: str) -> None:
    """See that the record is dropped or named as failed, and that nothing comes of it."""
    world = World()
    job, _ = world.thawing()
    answer = function("restore").answer(queued(body), world.restores, ARCHIVES[kind], world.thawed)
    assert failed(answer) in ([], ["0"])
    assert world.jobs.get(job.id) == job


@given(data=st.data())
def test_row_15_who_relays_says_nothing_false(data: st.DataObject) -> None:
    """A record of another form rises: AWS divides the batch, and gives up that record only."""
    world = World()
    image = to_item(world.completed(), inputs_bucket="in", results_bucket="out")
    name = data.draw(st.sampled_from(sorted(image)))
    changed = image | {name: {"S": data.draw(st.text(max_size=20))}}
    record = {"dynamodb": {"SequenceNumber": "1", "NewImage": changed}}
    topics = FakeTopics()
    try:
        answer = function("relay").answer({"Records": [record]}, topics, FakeRetention(world.clock))
    except Exception:  # noqa: BLE001 - whatever it is, the runtime reports it
        assert topics.changes == []
    else:
        assert failed(answer) == []
        assert len(topics.changes) == 1


@given(event=st.dictionaries(st.sampled_from(["job_id", "due", "x"]), _values))
def test_row_15_who_archives_leaves_alone_what_is_not_named(event: dict[str, Any]) -> None:
    world = World()
    job = world.due()
    with suppress(KeyError, TypeError):
        assert function("archive").answer(event, world.archivals) == {}
    assert world.jobs.get(job.id) == job
