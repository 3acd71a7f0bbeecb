"""The port `Accounts`: the fake and Postgres keep the same promises."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Barrier

import pytest
import sqlalchemy

from backend.db.accounts import PostgresAccounts
from backend.db.engine import connect
from backend.db.outbox import PostgresOutbox
from backend.domain.accounts import AccountChange, Change, Contact, Identity
from backend.domain.errors import NotFoundError, UnavailableError
from backend.domain.plans import Plan
from backend.services.ports import Accounts, Outbox
from tests.fakes.accounts import FakeAccounts, FakeOutbox
from tests.fakes.clock import FakeIds
from tests.fakes.people import ALICE, BOB


@dataclass
class Subject:
    accounts: Accounts
    outbox: Outbox
    set_plan: Callable[[str, Plan], None]

    def changes(self) -> list[AccountChange]:
        sent: list[AccountChange] = []
        self.outbox.send_on(sent.append, limit=100)
        return sent


@pytest.fixture(params=["fake", "postgres"])
def subject(request: pytest.FixtureRequest) -> Subject:
    if request.param == "fake":
        outbox = FakeOutbox()
        fake = FakeAccounts(outbox)
        return Subject(fake, outbox, fake.set_plan)
    engine: sqlalchemy.Engine = request.getfixturevalue("engine")

    def set_plan(account_id: str, plan: Plan) -> None:
        statement = sqlalchemy.text("UPDATE accounts SET plan = :plan WHERE id = :id")
        with engine.begin() as connection:
            connection.execute(statement, {"plan": plan.value, "id": account_id})

    return Subject(PostgresAccounts(engine, FakeIds()), PostgresOutbox(engine), set_plan)


def test_the_first_sign_in_makes_a_free_account_and_announces_it(subject: Subject) -> None:
    account = subject.accounts.sign_in(ALICE)
    assert (account.sub, account.plan, account.organization) == (
        "alice",
        Plan.FREE,
        "Local University",
    )
    assert subject.accounts.get(account.id) == account
    contact = Contact(account.id, Plan.FREE, "Alice A.", "alice@local.test", version=1)
    assert subject.changes() == [AccountChange(Change.PROFILE, contact)]


def test_the_next_sign_in_finds_the_account_and_announces_nothing(subject: Subject) -> None:
    first = subject.accounts.sign_in(ALICE)
    subject.changes()
    assert subject.accounts.sign_in(ALICE) == first
    assert subject.changes() == []


@pytest.mark.parametrize(
    "other",
    [
        replace(ALICE, sub="alice-at-work", identities=("alice-at-work",)),
        replace(ALICE, sub="alice-anew", identities=("alice-anew", "alice")),
    ],
)
def test_any_linked_identity_finds_the_account(subject: Subject, other: Identity) -> None:
    first = subject.accounts.sign_in(ALICE)
    assert subject.accounts.sign_in(other).id == first.id
    alone = replace(other, identities=(other.sub,))
    assert subject.accounts.sign_in(alone).id == first.id


def test_one_mail_address_does_not_make_two_people_one(subject: Subject) -> None:
    alice = subject.accounts.sign_in(ALICE)
    bob = subject.accounts.sign_in(replace(BOB, email=ALICE.email))
    assert alice.id != bob.id


def test_who_links_two_accounts_stays_with_the_primary_identity(subject: Subject) -> None:
    alice = subject.accounts.sign_in(ALICE)
    bob = subject.accounts.sign_in(BOB)
    both = ("alice", "bob")
    assert subject.accounts.sign_in(replace(ALICE, identities=both)).id == alice.id
    assert subject.accounts.sign_in(replace(BOB, identities=both)).id == bob.id


def test_a_new_name_or_address_is_kept_and_announced(subject: Subject) -> None:
    first = subject.accounts.sign_in(ALICE)
    after = subject.accounts.sign_in(replace(ALICE, name="Alice B.", email="b@local.test"))
    assert after == replace(first, name="Alice B.", email="b@local.test")
    assert subject.accounts.get(first.id) == after
    assert [(c.contact.name, c.contact.version) for c in subject.changes()] == [
        ("Alice A.", 1),
        ("Alice B.", 2),
    ]


def test_a_sign_in_leaves_the_plan_alone(subject: Subject) -> None:
    account = subject.accounts.sign_in(ALICE)
    subject.set_plan(account.id, Plan.PREMIUM)
    assert subject.accounts.sign_in(ALICE).plan is Plan.PREMIUM
    assert subject.accounts.get(account.id).plan is Plan.PREMIUM


def test_first_sign_ins_at_the_same_moment_make_one_account(subject: Subject) -> None:
    at_once = 6
    start = Barrier(at_once)
    linked = [replace(ALICE, sub=sub) for sub in ALICE.identities]

    def sign_in(number: int) -> str:
        start.wait()
        return subject.accounts.sign_in(linked[number % 2]).id

    with ThreadPoolExecutor(at_once) as pool:
        ids = set(pool.map(sign_in, range(at_once)))
    assert len(ids) == 1
    assert len(subject.changes()) == 1


def test_there_is_no_account_that_nobody_made(subject: Subject) -> None:
    with pytest.raises(NotFoundError):
        subject.accounts.get("0" * 32)


def test_a_database_that_is_down_is_unavailable() -> None:
    engine = connect("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(UnavailableError):
        PostgresAccounts(engine, FakeIds()).sign_in(ALICE)
