"""The port `Outbox`: the fake and Postgres keep the same promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread

import pytest
import sqlalchemy
from sqlalchemy.orm import Session

from backend.db.models import OutboxRow
from backend.db.outbox import PostgresOutbox
from backend.domain.accounts import Contact
from backend.domain.errors import UnavailableError
from backend.domain.plans import Plan
from backend.services.ports import Outbox
from tests.fakes.accounts import FakeOutbox


@dataclass
class Subject:
    outbox: Outbox
    put: Callable[[Contact], None]


def _contact(version: int) -> Contact:
    return Contact("a" * 32, Plan.FREE, "Alice", "alice@local.test", version)


@pytest.fixture(params=["fake", "postgres"])
def subject(request: pytest.FixtureRequest) -> Subject:
    if request.param == "fake":
        fake = FakeOutbox()
        return Subject(fake, fake.waiting.append)
    return _postgres(request.getfixturevalue("engine"))


def _postgres(engine: sqlalchemy.Engine) -> Subject:
    def put(contact: Contact) -> None:
        row = OutboxRow(
            account_id=contact.account_id,
            plan=contact.plan.value,
            name=contact.name,
            email=contact.email,
            version=contact.version,
        )
        with Session(engine) as session, session.begin():
            session.add(row)

    return Subject(PostgresOutbox(engine), put)


def test_changes_are_sent_once_and_oldest_first(subject: Subject) -> None:
    changes = [_contact(version) for version in (1, 2, 3)]
    for change in changes:
        subject.put(change)
    sent: list[Contact] = []
    assert subject.outbox.send_on(sent.append, limit=10) == 3
    assert sent == changes
    assert subject.outbox.send_on(sent.append, limit=10) == 0


def test_no_more_are_sent_than_asked_for(subject: Subject) -> None:
    for version in (1, 2, 3):
        subject.put(_contact(version))
    sent: list[Contact] = []
    assert subject.outbox.send_on(sent.append, limit=2) == 2
    assert [contact.version for contact in sent] == [1, 2]


def test_a_change_that_could_not_be_sent_waits_and_those_before_it_do_not(
    subject: Subject,
) -> None:
    for version in (1, 2, 3):
        subject.put(_contact(version))

    def send(contact: Contact) -> None:
        if contact.version == 2:
            raise UnavailableError("The table is down.")

    with pytest.raises(UnavailableError):
        subject.outbox.send_on(send, limit=10)
    sent: list[Contact] = []
    subject.outbox.send_on(sent.append, limit=10)
    assert [contact.version for contact in sent] == [2, 3]


def test_two_processes_do_not_send_the_same_change(engine: sqlalchemy.Engine) -> None:
    subject = _postgres(engine)
    for version in (1, 2):
        subject.put(_contact(version))
    holding, enough = Event(), Event()
    first: list[Contact] = []
    second: list[Contact] = []

    def slow(contact: Contact) -> None:
        first.append(contact)
        holding.set()
        enough.wait(timeout=10)

    thread = Thread(target=subject.outbox.send_on, args=(slow,), kwargs={"limit": 1})
    thread.start()
    holding.wait(timeout=10)
    subject.outbox.send_on(second.append, limit=10)
    enough.set()
    thread.join()
    assert [contact.version for contact in first] == [1]
    assert [contact.version for contact in second] == [2]
