"""The port `BilledAccounts`: the fake and Postgres keep the same promises."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Barrier, Event

import pytest
import sqlalchemy

from backend.db.accounts import PostgresAccounts
from backend.db.billing import PostgresBilledAccounts
from backend.db.deletions import PostgresDeletions
from backend.db.engine import connect
from backend.db.event_log import PostgresEventLog
from backend.db.outbox import PostgresOutbox
from backend.domain.accounts import Account, AccountChange, Change
from backend.domain.errors import NotFoundError, UnavailableError
from backend.domain.plans import Plan, Plans
from backend.domain.subscriptions import PaymentEvent, Subscription, SubscriptionStatus
from backend.services.account_deletion import Deletions
from backend.services.billing_ports import BilledAccounts
from backend.services.live import EventLog, StoredEvent
from backend.services.ports import Accounts, Outbox
from backend.views import account_event
from backend.wire import AccountEvent
from tests.fakes.accounts import FakeAccounts
from tests.fakes.billing import FakeBilledAccounts
from tests.fakes.clock import START, FakeClock, FakeIds
from tests.fakes.deletions import FakeDeletions
from tests.fakes.live_events import FakeEventLog, FakeLiveEvents
from tests.fakes.people import ALICE, BOB

END = START + timedelta(days=30)
PAID = Subscription("sub_1", SubscriptionStatus.ACTIVE, END)
RETRY = timedelta(minutes=10)


@dataclass
class Subject:
    accounts: Accounts
    billed: BilledAccounts
    deletions: Deletions
    outbox: Outbox
    log: EventLog

    def customer(self) -> Account:
        account = self.accounts.sign_in(ALICE)
        self.changes()
        return self.billed.assign_customer(account.id, "cus_1")

    def changes(self) -> list[AccountChange]:
        sent: list[AccountChange] = []
        self.outbox.send_on(sent.append, limit=100)
        return sent

    def told(self, account_id: str) -> tuple[StoredEvent, ...]:
        async def reading() -> tuple[StoredEvent, ...]:
            async with self.log.listening(lambda _account: None):
                return (await self.log.read(account_id, 0, 100)).events

        return asyncio.run(reading())


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["fake", "postgres"])
def subject(request: pytest.FixtureRequest, clock: FakeClock) -> Subject:
    if request.param == "fake":
        accounts = FakeAccounts()
        live = FakeLiveEvents(accounts, Plans(), clock)
        billed = FakeBilledAccounts(accounts, live, clock)
        deletions = FakeDeletions(accounts, live)
        return Subject(accounts, billed, deletions, accounts.outbox, FakeEventLog(live))
    return _postgres(
        request.getfixturevalue("engine"), request.getfixturevalue("postgres_url"), clock
    )


def _postgres(engine: sqlalchemy.Engine, url: str, clock: FakeClock) -> Subject:
    def describe(account: Account) -> AccountEvent:
        return account_event(account, Plans(), "https://gas.test/upgrade", clock())

    return Subject(
        PostgresAccounts(engine, FakeIds()),
        PostgresBilledAccounts(engine, describe, clock),
        PostgresDeletions(engine, describe),
        PostgresOutbox(engine),
        PostgresEventLog(url),
    )


def paid(account: Account) -> Account:
    return replace(account, plan=Plan.PREMIUM, subscription=PAID)


def unpaid(account: Account) -> Account:
    return replace(account, plan=Plan.FREE, subscription=None)


def an_event(number: int = 1, customer: str | None = "cus_1") -> PaymentEvent:
    return PaymentEvent(f"evt_{number}", "invoice.paid", START, customer)


def test_an_account_keeps_its_first_customer(subject: Subject) -> None:
    account = subject.customer()
    assert account.customer_id == "cus_1"
    assert subject.billed.assign_customer(account.id, "cus_2").customer_id == "cus_1"
    assert subject.accounts.get(account.id) == account
    assert subject.changes() == []


def test_a_customer_is_replaced_by_who_knows_the_latest(subject: Subject) -> None:
    account = subject.customer()
    for _ in range(2):
        replaced = subject.billed.assign_customer(account.id, "cus_2", instead_of="cus_1")
        assert replaced == replace(account, customer_id="cus_2")
    late = subject.billed.assign_customer(account.id, "cus_3", instead_of="cus_1")
    assert late.customer_id == "cus_2"
    assert subject.accounts.get(account.id).customer_id == "cus_2"


def test_the_latest_page_to_pay_at_is_kept(subject: Subject) -> None:
    account = subject.customer()
    for page in ("cs_1", "cs_2"):
        subject.billed.note_checkout(account.id, page)
    assert subject.accounts.get(account.id).checkout_id == "cs_2"


def test_a_plan_that_changes_is_kept_sent_on_and_told(subject: Subject) -> None:
    account = subject.customer()
    after = subject.billed.settle(account.id, paid)
    assert subject.accounts.get(account.id) == after == paid(account)
    (change,) = subject.changes()
    assert (change.kind, change.contact.plan) == (Change.UPGRADED, Plan.PREMIUM)
    assert change.contact.version == 2
    (told,) = subject.told(account.id)
    assert (told.seq, told.type) == (1, "account")
    me = AccountEvent.model_validate(told.data).me
    assert (me.plan, me.upgrade_url, me.usage) == ("premium", None, None)
    assert me.subscription is not None
    assert me.subscription.renews_at == END
    subject.billed.settle(account.id, unpaid)
    assert [change.kind for change in subject.changes()] == [Change.DOWNGRADED]
    assert [event.seq for event in subject.told(account.id)] == [1, 2]


def test_every_detail_of_a_subscription_is_kept(subject: Subject) -> None:
    account = subject.customer()
    for detail in (
        Subscription("sub_1", SubscriptionStatus.PAST_DUE, END, grace_until=START),
        Subscription("sub_2", SubscriptionStatus.ACTIVE, END, cancel_at_period_end=True),
        Subscription("sub_3", SubscriptionStatus.CANCELED, None),
    ):
        subject.billed.settle(account.id, lambda one, kept=detail: replace(one, subscription=kept))
        assert subject.accounts.get(account.id).subscription == detail


def test_a_subscription_that_changes_without_the_plan_is_told_and_not_sent_on(
    subject: Subject,
) -> None:
    account = subject.customer()
    subject.billed.settle(account.id, paid)
    subject.changes()
    ending = replace(PAID, cancel_at_period_end=True)
    subject.billed.settle(account.id, lambda one: replace(one, subscription=ending))
    assert subject.changes() == []
    assert len(subject.told(account.id)) == 2


def test_what_does_not_change_is_not_told(subject: Subject) -> None:
    account = subject.customer()
    for _ in range(3):
        subject.billed.settle(account.id, paid)
    assert len(subject.changes()) == 1
    assert len(subject.told(account.id)) == 1


def test_an_account_that_is_gone_cannot_be_settled(subject: Subject) -> None:
    with pytest.raises(NotFoundError):
        subject.billed.settle("0" * 32, paid)
    with pytest.raises(NotFoundError):
        subject.billed.assign_customer("0" * 32, "cus_1")


def test_an_event_settles_its_customers_account_once(subject: Subject) -> None:
    account = subject.customer()
    assert subject.billed.receive(an_event(), paid)
    assert subject.accounts.get(account.id).plan is Plan.PREMIUM
    assert not subject.billed.receive(an_event(), unpaid)
    assert subject.accounts.get(account.id).plan is Plan.PREMIUM
    assert subject.billed.receive(an_event(2), unpaid)
    assert subject.accounts.get(account.id).plan is Plan.FREE


@pytest.mark.parametrize("customer", [None, "cus_unknown"])
def test_an_event_of_nobody_here_is_remembered(subject: Subject, customer: str | None) -> None:
    account = subject.accounts.sign_in(BOB)
    assert subject.billed.receive(an_event(customer=customer), paid)
    assert not subject.billed.receive(an_event(customer=customer), paid)
    assert subject.accounts.get(account.id).plan is Plan.FREE


def test_an_event_that_could_not_be_dealt_with_was_never_here(subject: Subject) -> None:
    account = subject.customer()

    def fail(_account: Account) -> Account:
        raise UnavailableError("Stripe does not answer.")

    with pytest.raises(UnavailableError):
        subject.billed.receive(an_event(), fail)
    assert subject.changes() == []
    assert subject.billed.receive(an_event(), paid)
    assert subject.accounts.get(account.id).plan is Plan.PREMIUM


def test_the_same_event_at_the_same_moment_is_dealt_with_once(subject: Subject) -> None:
    subject.customer()
    start = Barrier(4)

    def receive(_number: int) -> bool:
        start.wait()
        return subject.billed.receive(an_event(), paid)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(receive, range(4))) == [False, False, False, True]
    assert len(subject.changes()) == 1


def test_who_settles_last_has_looked_last(subject: Subject) -> None:
    account = subject.customer()
    looking, go_on = Event(), Event()

    def slowly_unpaid(one: Account) -> Account:
        looking.set()
        go_on.wait(timeout=60)
        return unpaid(one)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(subject.billed.settle, account.id, slowly_unpaid)
        assert looking.wait(timeout=60)
        second = pool.submit(subject.billed.settle, account.id, paid)
        go_on.set()
        first.result()
        second.result()
    assert subject.accounts.get(account.id).plan is Plan.PREMIUM


def test_an_account_is_due_after_a_day_and_given_to_one(subject: Subject, clock: FakeClock) -> None:
    account = subject.customer()
    assert subject.billed.take_due(clock(), RETRY) is None
    clock.advance(timedelta(days=1))
    assert subject.billed.take_due(clock(), RETRY) == account.id
    assert subject.billed.take_due(clock(), RETRY) is None
    clock.advance(RETRY)
    assert subject.billed.take_due(clock(), RETRY) == account.id
    subject.billed.settle(account.id, paid)
    clock.advance(RETRY)
    assert subject.billed.take_due(clock(), RETRY) is None


def test_an_account_is_due_when_its_grace_ends(subject: Subject, clock: FakeClock) -> None:
    account = subject.customer()
    overdue = replace(
        PAID, status=SubscriptionStatus.PAST_DUE, grace_until=START + timedelta(hours=2)
    )
    premium = replace(account, plan=Plan.PREMIUM, subscription=overdue)
    subject.billed.settle(account.id, lambda _one: premium)
    clock.advance(timedelta(hours=2))
    assert subject.billed.take_due(clock(), RETRY) == account.id


def test_who_never_wanted_to_pay_and_who_is_being_deleted_is_never_due(
    subject: Subject, clock: FakeClock
) -> None:
    account = subject.customer()
    subject.accounts.sign_in(BOB)
    subject.deletions.request(account.id, clock())
    clock.advance(timedelta(days=400))
    assert subject.billed.take_due(clock(), RETRY) is None


def test_events_are_forgotten_when_nobody_sends_them_again(
    engine: sqlalchemy.Engine, clock: FakeClock
) -> None:
    billed = PostgresBilledAccounts(
        engine, lambda one: account_event(one, Plans(), "", clock()), clock
    )
    billed.receive(an_event(), paid)
    clock.advance(timedelta(days=39))
    assert billed.prune() == 0
    assert not billed.receive(an_event(), paid)
    clock.advance(timedelta(days=2))
    assert billed.prune() == 1


def test_a_database_that_is_down_is_unavailable(clock: FakeClock) -> None:
    engine = connect("postgresql+psycopg://nobody@127.0.0.1:1/none")
    billed = PostgresBilledAccounts(
        engine, lambda one: account_event(one, Plans(), "", clock()), clock
    )
    with pytest.raises(UnavailableError):
        billed.settle("0" * 32, paid)
