"""Queues, topics, mail and contacts: what the fakes promise, AWS keeps."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import httpx2
import pytest

from backend.aws.contacts import DynamoContacts
from backend.aws.mailer import SesMailer
from backend.aws.queue import SqsQueue
from backend.aws.topics import SnsTopics
from backend.domain.accounts import Contact
from backend.domain.errors import ConflictError, NotFoundError, UnavailableError
from backend.domain.job import Status
from backend.domain.messages import AccountMessage, JobMessage, ShardMessage
from backend.domain.plans import Plan
from backend.services.ports import Contacts, Delivery, Mail, Queue
from tests.aws import RunningAws
from tests.fakes.accounts import FakeContacts
from tests.fakes.clock import START, FakeClock
from tests.fakes.messages import FakeQueue

NO_WAIT = timedelta(0)
LONG = timedelta(minutes=5)


@pytest.fixture(params=["fake", "sqs"])
def queue(request: pytest.FixtureRequest) -> Queue:
    if request.param == "fake":
        return FakeQueue(FakeClock())
    client = request.getfixturevalue("aws").client("sqs")
    url = client.create_queue(QueueName=f"test-{uuid.uuid4().hex}")["QueueUrl"]
    return SqsQueue(client, url)


def receive(queue: Queue) -> Delivery:
    (delivery,) = queue.receive(limit=1, wait=timedelta(seconds=1))
    return delivery


class TestQueue:
    def test_received_message_is_hidden_from_others(self, queue: Queue) -> None:
        queue.send("a")

        assert receive(queue).body == "a"
        assert not queue.receive(limit=1, wait=NO_WAIT)

    def test_message_that_was_given_back_comes_again_and_is_counted(self, queue: Queue) -> None:
        queue.send("a")
        first = receive(queue)
        queue.hide(first, NO_WAIT)
        second = receive(queue)

        assert (first.tries, second.tries) == (1, 2)

    def test_deleted_message_does_not_come_again(self, queue: Queue) -> None:
        queue.send("a")
        delivery = receive(queue)
        queue.delete(delivery)
        queue.delete(delivery)
        queue.hide(delivery, NO_WAIT)

        assert not queue.receive(limit=1, wait=NO_WAIT)

    def test_hidden_message_stays_hidden(self, queue: Queue) -> None:
        queue.send("a")
        queue.hide(receive(queue), LONG)

        assert not queue.receive(limit=1, wait=NO_WAIT)

    def test_no_more_come_than_are_wanted(self, queue: Queue) -> None:
        for body in "abc":
            queue.send(body)

        assert len(queue.receive(limit=2, wait=NO_WAIT)) <= 2


@pytest.fixture(params=["fake", "dynamodb"])
def contacts(request: pytest.FixtureRequest) -> Contacts:
    if request.param == "fake":
        return FakeContacts()
    aws = request.getfixturevalue("aws")
    return DynamoContacts(aws.client("dynamodb"), aws.outputs["AccountsTable"])


def a_contact(contacts: Contacts) -> Contact:
    """Return somebody whom no test has seen, and who is stored."""
    contact = Contact(uuid.uuid4().hex, Plan.FREE, "Ada", "ada@local.test", 1)
    contacts.put(contact)
    return contact


def claim(
    contacts: Contacts,
    contact: Contact,
    version: int = 1,
    *,
    mail: str = "upgraded",
    now: datetime = START,
) -> bool:
    return contacts.claim(contact.account_id, mail, version, now=now, until=now + LONG)


class TestContacts:
    def test_older_version_never_replaces_a_newer(self, contacts: Contacts) -> None:
        new = Contact(uuid.uuid4().hex, Plan.PREMIUM, "Ada", "ada@local.test", 2)
        contacts.put(new)
        contacts.put(replace(new, plan=Plan.FREE, version=1))

        assert contacts.get(new.account_id) == new

    def test_removed_contact_is_gone_for_good_and_removing_it_again_harms_nothing(
        self, contacts: Contacts
    ) -> None:
        contact = a_contact(contacts)
        assert claim(contacts, contact)
        for _ in range(2):
            contacts.remove(contact.account_id)
        contacts.put(replace(contact, version=9))
        with pytest.raises(NotFoundError):
            contacts.get(contact.account_id)

    def test_contact_that_never_was_can_be_removed(self, contacts: Contacts) -> None:
        account_id = uuid.uuid4().hex
        contacts.remove(account_id)
        with pytest.raises(NotFoundError):
            contacts.get(account_id)

    def test_mail_is_sent_once_and_again_for_a_newer_version(self, contacts: Contacts) -> None:
        contact = a_contact(contacts)
        for version, expected in ((2, True), (2, False), (4, True), (2, False), (4, False)):
            assert claim(contacts, contact, version) is expected
            contacts.sent(contact.account_id, "upgraded", version)

    def test_mail_that_somebody_is_sending_is_waited_for_and_then_sent_by_another(
        self, contacts: Contacts
    ) -> None:
        contact = a_contact(contacts)
        assert claim(contacts, contact)
        with pytest.raises(ConflictError):
            claim(contacts, contact, now=START + LONG - timedelta(seconds=1))
        assert claim(contacts, contact, now=START + LONG)
        with pytest.raises(ConflictError):
            claim(contacts, contact, now=START + LONG)

    def test_each_mail_is_claimed_by_itself(self, contacts: Contacts) -> None:
        contact = a_contact(contacts)
        assert claim(contacts, contact)
        assert claim(contacts, contact, mail="restored")

    def test_claim_for_an_older_version_does_not_touch_a_newer(self, contacts: Contacts) -> None:
        contact = a_contact(contacts)
        for version in (2, 4):
            assert claim(contacts, contact, version)
        contacts.sent(contact.account_id, "upgraded", 2)
        with pytest.raises(ConflictError):
            claim(contacts, contact, 4)

    def test_claim_keeps_the_contact_and_a_change_of_it_keeps_the_claim(
        self, contacts: Contacts
    ) -> None:
        contact = a_contact(contacts)
        assert claim(contacts, contact)
        assert contacts.get(contact.account_id) == contact
        contacts.put(replace(contact, name="Ada Lovelace", version=2))
        with pytest.raises(ConflictError):
            claim(contacts, contact)

    def test_mail_to_nobody_is_not_sent_and_makes_no_contact(self, contacts: Contacts) -> None:
        unknown = Contact(uuid.uuid4().hex, Plan.FREE, "Ada", "ada@local.test", 1)
        assert not claim(contacts, unknown)
        with pytest.raises(UnavailableError):
            contacts.get(unknown.account_id)
        removed = a_contact(contacts)
        contacts.remove(removed.account_id)
        assert not claim(contacts, removed)
        contacts.sent(removed.account_id, "upgraded", 1)
        with pytest.raises(NotFoundError):
            contacts.get(removed.account_id)

    def test_unknown_contact_is_awaited(self, contacts: Contacts) -> None:
        with pytest.raises(UnavailableError):
            contacts.get(uuid.uuid4().hex)


def test_topics_reach_their_queues(aws: RunningAws) -> None:
    """The template connects each topic with the queue of its name, without an envelope."""
    topics = SnsTopics(
        aws.client("sns"),
        aws.outputs["JobRequestsTopic"],
        aws.outputs["JobResultsTopic"],
        aws.outputs["JobChangesTopic"],
        aws.outputs["StartThawTopic"],
    )
    for publish, name in (
        (topics.request, "JobRequestsQueue"),
        (topics.changed, "JobChangesQueue"),
    ):
        message = JobMessage(uuid.uuid4().hex, "u", Status.PENDING, 1)
        publish(message)
        queue = SqsQueue(aws.client("sqs"), aws.outputs[name])
        assert message.to_json() in _drain(queue), name
    changed = AccountMessage(uuid.uuid4().hex)
    topics.start_thaw(changed)
    assert changed.to_json() in _drain(SqsQueue(aws.client("sqs"), aws.outputs["StartThawQueue"]))


def _drain(queue: Queue) -> list[str]:
    found = []
    while deliveries := queue.receive(limit=10, wait=timedelta(seconds=1)):
        for delivery in deliveries:
            found.append(delivery.body)
            queue.delete(delivery)
    return found


def test_annotators_fill_the_queue_of_shards(aws: RunningAws) -> None:
    queue = SqsQueue(aws.client("sqs"), aws.outputs["ShardsQueue"])
    shard = ShardMessage(uuid.uuid4().hex, "u", "p", 3)
    queue.send(shard.to_json())
    delivery = receive(queue)
    queue.delete(delivery)

    assert ShardMessage.from_json(delivery.body) == shard


def test_mail_lands_in_the_mailbox(aws: RunningAws) -> None:
    subject = f"Results {uuid.uuid4().hex}"
    mail = Mail("ada@local.test", subject, "text é", "<p>html é</p>")
    SesMailer(aws.client("sesv2"), "gas@local.test").send(mail)

    mails = httpx2.get(f"{aws.endpoint}/_gas/mail").json()
    (found,) = [m for m in mails if m["subject"] == subject]
    assert "ada@local.test" in found["to"]
    assert found["text"].strip() == mail.text
    assert found["html"].strip() == mail.html
