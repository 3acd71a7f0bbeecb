"""The ports `Deletions` and `AccessLog`: the fakes and Postgres keep the same promises."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Event, Thread

import pytest
import sqlalchemy

from backend.db.access_log import PostgresAccessLog
from backend.db.accounts import PostgresAccounts
from backend.db.billing import PostgresBilledAccounts
from backend.db.deletions import PostgresDeletions
from backend.db.event_log import PostgresEventLog
from backend.db.live_events import PostgresLiveEvents
from backend.db.models import Base, DeletionRow
from backend.db.outbox import PostgresOutbox
from backend.domain.accounts import Account, AccountChange, Change
from backend.domain.deletions import Deletion
from backend.domain.errors import ConflictError, NotFoundError
from backend.domain.plans import Plan, Plans
from backend.services.access_log import Access, AccessLog, Via
from backend.services.account_deletion import Deletions
from backend.services.live import Batch, EventLog
from backend.services.ports import Accounts, Outbox
from backend.views import account_event
from backend.wire import AccountEvent
from tests.fakes.accounts import FakeAccounts
from tests.fakes.clock import START, FakeClock, FakeIds
from tests.fakes.deletions import FakeAccessLog, FakeDeletions
from tests.fakes.live_events import FakeEventLog, FakeLiveEvents
from tests.fakes.people import ALICE, BOB, a_job

LEASE = timedelta(minutes=10)


@dataclass
class Subject:
    accounts: Accounts
    deletions: Deletions
    outbox: Outbox
    log: EventLog
    accesses: AccessLog
    stored: Callable[[str], Deletion]

    def taken(self, now: datetime) -> Deletion:
        deletion = self.deletions.take(now, LEASE)
        assert deletion is not None
        return deletion

    def changes(self) -> list[AccountChange]:
        sent: list[AccountChange] = []
        self.outbox.send_on(sent.append, limit=100)
        return sent

    def told(self, account_id: str) -> Batch:
        async def reading() -> Batch:
            async with self.log.listening(lambda _account: None):
                return await self.log.read(account_id, 0, 100)

        return asyncio.run(reading())


def describe(account: Account) -> AccountEvent:
    return account_event(account, Plans(), "https://gas.test/upgrade", START)


@pytest.fixture(params=["fake", "postgres"])
def subject(request: pytest.FixtureRequest) -> Subject:
    if request.param == "fake":
        accounts = FakeAccounts()
        live = FakeLiveEvents(accounts, Plans(), FakeClock())
        deletions = FakeDeletions(accounts, live)
        return Subject(
            accounts,
            deletions,
            accounts.outbox,
            FakeEventLog(live),
            FakeAccessLog(),
            deletions.stored.__getitem__,
        )
    engine: sqlalchemy.Engine = request.getfixturevalue("engine")
    return Subject(
        PostgresAccounts(engine, FakeIds()),
        PostgresDeletions(engine, describe),
        PostgresOutbox(engine),
        PostgresEventLog(request.getfixturevalue("postgres_url")),
        PostgresAccessLog(engine),
        lambda account_id: _stored(engine, account_id),
    )


def _stored(engine: sqlalchemy.Engine, account_id: str) -> Deletion:
    """Return the row of a deletion, also of one that is finished."""
    query = sqlalchemy.select(DeletionRow.__table__).where(DeletionRow.account_id == account_id)
    with engine.connect() as connection:
        row = dict(connection.execute(query).mappings().one())
    return Deletion(**row | {"jobs_left": tuple(row["jobs_left"])})


def test_a_closed_account_is_free_and_that_is_sent_on_and_told(subject: Subject) -> None:
    account = subject.accounts.sign_in(ALICE)
    subject.changes()
    assert subject.deletions.request(account.id, START)
    assert subject.accounts.get(account.id) == replace(account, deleting_at=START)
    (change,) = subject.changes()
    assert (change.kind, change.contact.plan) == (Change.DELETED, Plan.FREE)
    assert [event.type for event in subject.told(account.id).events] == ["account"]


def test_closing_twice_is_closing_once(subject: Subject) -> None:
    account = subject.accounts.sign_in(ALICE)
    assert subject.deletions.request(account.id, START)
    assert not subject.deletions.request(account.id, START + timedelta(days=1))
    assert subject.stored(account.id).requested_at == START
    assert len(subject.told(account.id).events) == 1
    with pytest.raises(NotFoundError):
        subject.deletions.request("0" * 32, START)


def test_a_sign_in_finds_a_closed_account_and_changes_nothing_of_it(subject: Subject) -> None:
    account = subject.accounts.sign_in(ALICE)
    subject.deletions.request(account.id, START)
    subject.changes()
    identities = (*ALICE.identities, "alice-anew")
    found = subject.accounts.sign_in(replace(ALICE, name="Alice B.", identities=identities))
    assert (found.id, found.name, found.deleting_at) == (account.id, "Alice A.", START)
    assert subject.changes() == []


def test_a_deletion_is_given_to_one_until_its_lease_is_over(subject: Subject) -> None:
    account = subject.accounts.sign_in(ALICE)
    assert subject.deletions.take(START, LEASE) is None
    subject.deletions.request(account.id, START)
    taken = subject.deletions.take(START, LEASE)
    assert taken is not None
    assert taken.account_id == account.id
    assert subject.deletions.take(START, LEASE) is None
    assert subject.deletions.take(START + LEASE, LEASE) is not None


def test_the_one_that_waits_longest_is_next(subject: Subject) -> None:
    alice, bob = subject.accounts.sign_in(ALICE), subject.accounts.sign_in(BOB)
    subject.deletions.request(bob.id, START)
    subject.deletions.request(alice.id, START + timedelta(seconds=1))
    later = START + timedelta(minutes=1)
    taken = [subject.deletions.take(later, LEASE) for _ in range(3)]
    assert [one and one.account_id for one in taken] == [bob.id, alice.id, None]


def test_how_far_it_is_is_kept(subject: Subject) -> None:
    account = subject.accounts.sign_in(ALICE)
    subject.deletions.request(account.id, START)
    deletion = replace(subject.taken(START), jobs=3, files=4, jobs_left=("a" * 32, "b" * 32))
    later = START + timedelta(hours=1)
    saved = subject.deletions.save(deletion, later)
    assert saved == replace(deletion, next_at=later) == subject.stored(account.id)
    assert subject.deletions.take(later - timedelta(seconds=1), LEASE) is None
    assert subject.taken(later) == replace(saved, next_at=later + LEASE)


def test_who_holds_a_deletion_no_longer_changes_nothing_of_it(subject: Subject) -> None:
    account = subject.accounts.sign_in(ALICE)
    subject.deletions.request(account.id, START)
    late = subject.taken(START)
    current = subject.taken(START + LEASE)
    with pytest.raises(ConflictError):
        subject.deletions.save(replace(late, jobs=9), START)
    with pytest.raises(ConflictError):
        subject.deletions.finish(replace(late, finished_at=START))
    assert subject.stored(account.id) == current
    assert subject.accounts.get(account.id).deleting_at == START


def test_a_deletion_that_is_finished_stays_so(subject: Subject) -> None:
    account = subject.accounts.sign_in(ALICE)
    subject.deletions.request(account.id, START)
    deletion = subject.taken(START)
    subject.deletions.finish(replace(deletion, finished_at=START))
    with pytest.raises(ConflictError):
        subject.deletions.save(deletion, START)
    with pytest.raises(ConflictError):
        subject.deletions.finish(replace(deletion, finished_at=START + LEASE))
    assert subject.stored(account.id).finished_at == START


def test_silence_forgets_the_accounts_changes_and_no_others(subject: Subject) -> None:
    alice, bob = subject.accounts.sign_in(ALICE), subject.accounts.sign_in(BOB)
    subject.deletions.request(alice.id, START)
    subject.deletions.silence(alice.id)
    assert [change.contact.account_id for change in subject.changes()] == [bob.id]


def test_at_the_end_the_trace_stays_and_a_sign_in_makes_a_new_account(subject: Subject) -> None:
    account = subject.accounts.sign_in(ALICE)
    subject.deletions.request(account.id, START)
    deletion = replace(subject.taken(START), finished_at=START + LEASE, jobs=2, jobs_left=("a",))
    subject.deletions.finish(deletion)
    assert subject.stored(account.id) == replace(deletion, jobs_left=())
    assert subject.deletions.take(START + LEASE, LEASE) is None
    with pytest.raises(NotFoundError):
        subject.accounts.get(account.id)
    assert subject.told(account.id) == Batch((), 0)
    again = subject.accounts.sign_in(replace(ALICE, sub="alice-at-work"))
    assert again.id != account.id
    assert again.deleting_at is None


def test_accesses_are_kept_in_order_and_outlive_the_account(subject: Subject) -> None:
    account = subject.accounts.sign_in(ALICE)
    noted = [
        Access(account.id, "1" * 32, what, via, "r" * 32, START)
        for what, via in (("result", Via.API), ("log", Via.WEB))
    ]
    for access in noted:
        subject.accesses.note(access)
    subject.accesses.note(replace(noted[0], job_id="2" * 32))
    subject.deletions.request(account.id, START)
    subject.deletions.finish(subject.taken(START))
    assert list(subject.accesses.of_job("1" * 32)) == noted


def test_silence_waits_for_a_change_that_is_being_sent(engine: sqlalchemy.Engine) -> None:
    accounts, outbox = PostgresAccounts(engine, FakeIds()), PostgresOutbox(engine)
    account = accounts.sign_in(ALICE)
    deletions = PostgresDeletions(engine, describe)
    sending, go_on, silent = Event(), Event(), Event()

    def slowly(_change: AccountChange) -> None:
        sending.set()
        go_on.wait(timeout=60)

    def silence() -> None:
        deletions.silence(account.id)
        silent.set()

    threads = [
        Thread(target=outbox.send_on, args=(slowly,), kwargs={"limit": 1}),
        Thread(target=silence),
    ]
    threads[0].start()
    assert sending.wait(timeout=60)
    threads[1].start()
    assert not silent.wait(timeout=0.3)
    go_on.set()
    for thread in threads:
        thread.join(timeout=60)
    assert silent.is_set()


def test_nothing_in_the_database_names_who_was_deleted(engine: sqlalchemy.Engine) -> None:
    """Every table is read as text after the end, so that a new one cannot be forgotten."""
    clock = FakeClock()
    accounts = PostgresAccounts(engine, FakeIds())
    account = accounts.sign_in(ALICE)
    PostgresLiveEvents(engine, Plans(), clock).publish(a_job(account.id))
    PostgresBilledAccounts(engine, describe, clock).assign_customer(account.id, "cus_alice")
    PostgresAccessLog(engine).note(Access(account.id, "1" * 32, "result", Via.API, "r" * 32, START))
    deletions = PostgresDeletions(engine, describe)
    deletions.request(account.id, START)
    deletions.silence(account.id)
    taken = deletions.take(START, LEASE)
    assert taken is not None
    deletions.finish(taken)
    left = {table.name: _text(engine, table) for table in Base.metadata.sorted_tables}
    for name, text in left.items():
        assert "alice" not in text.casefold(), name
    assert {name for name, text in left.items() if account.id in text} == {
        "access_log",
        "deletions",
    }


def _text(engine: sqlalchemy.Engine, table: sqlalchemy.Table) -> str:
    with engine.connect() as connection:
        return "\n".join(repr(tuple(row)) for row in connection.execute(table.select()))
