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
from backend.domain.accounts import AccountChange, Change, Contact
from backend.domain.errors import UnavailableError
from backend.domain.plans import Plan
from backend.services.ports import Outbox
from tests.fakes.accounts import FakeOutbox


@dataclass
class Subject:
    outbox: Outbox
    put: Callable[[AccountChange], None]


def _change(version: int, kind: Change = Change.PROFILE) -> AccountChange:
    contact = Contact("a" * 32, Plan.FREE, "Alice", "alice@local.test", version)
    return AccountChange(kind, contact)


@pytest.fixture(params=["fake", "postgres"])
def subject(request: pytest.FixtureRequest) -> Subject:
    if request.param == "fake":
        fake = FakeOutbox()
        return Subject(fake, fake.waiting.append)
    return _postgres(request.getfixturevalue("engine"))


def _postgres(engine: sqlalchemy.Engine) -> Subject:
    def put(change: AccountChange) -> None:
        contact = change.contact
        row = OutboxRow(
            account_id=contact.account_id,
            kind=change.kind.value,
            plan=contact.plan.value,
            name=contact.name,
            email=contact.email,
            version=contact.version,
        )
        with Session(engine) as session, session.begin():
            session.add(row)

    return Subject(PostgresOutbox(engine), put)


def test_changes_are_sent_once_and_oldest_first(subject: Subject) -> None:
    kinds = (Change.PROFILE, Change.UPGRADED, Change.DOWNGRADED, Change.DELETED)
    changes = [_change(version, kind) for version, kind in enumerate(kinds, 1)]
    for change in changes:
        subject.put(change)
    sent: list[AccountChange] = []
    assert subject.outbox.send_on(sent.append, limit=10) == 4
    assert sent == changes
    assert subject.outbox.send_on(sent.append, limit=10) == 0


def test_no_more_are_sent_than_asked_for(subject: Subject) -> None:
    for version in (1, 2, 3):
        subject.put(_change(version))
    sent: list[AccountChange] = []
    assert subject.outbox.send_on(sent.append, limit=2) == 2
    assert [change.contact.version for change in sent] == [1, 2]


def test_a_change_that_could_not_be_sent_waits_and_those_before_it_do_not(
    subject: Subject,
) -> None:
    for version in (1, 2, 3):
        subject.put(_change(version))

    def send(change: AccountChange) -> None:
        if change.contact.version == 2:
            raise UnavailableError("The table is down.")

    with pytest.raises(UnavailableError):
        subject.outbox.send_on(send, limit=10)
    sent: list[AccountChange] = []
    subject.outbox.send_on(sent.append, limit=10)
    assert [change.contact.version for change in sent] == [2, 3]


def test_two_processes_do_not_send_the_same_change(engine: sqlalchemy.Engine) -> None:
    subject = _postgres(engine)
    for version in (1, 2):
        subject.put(_change(version))
    holding, enough = Event(), Event()
    first: list[AccountChange] = []
    second: list[AccountChange] = []

    def slow(change: AccountChange) -> None:
        first.append(change)
        holding.set()
        enough.wait(timeout=60)

    thread = Thread(target=subject.outbox.send_on, args=(slow,), kwargs={"limit": 1})
    thread.start()
    assert holding.wait(timeout=60)
    subject.outbox.send_on(second.append, limit=10)
    enough.set()
    thread.join()
    assert [change.contact.version for change in first] == [1]
    assert [change.contact.version for change in second] == [2]
