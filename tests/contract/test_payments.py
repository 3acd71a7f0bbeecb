"""The port `Payments`: the fake and Stripe's library at the stand-in keep the same promises."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
import requests
import stripe

from backend.domain.accounts import Account
from backend.domain.errors import UnavailableError
from backend.domain.subscriptions import SubscriptionStatus
from backend.local.card import cancels, changes_card, pays, resumes
from backend.local.child import Child, Command
from backend.payments.stripe import StripePayments, connect
from backend.services.billing_ports import Checkout, ForgedError, NoCustomerError, Payments
from tests.fakes.billing import FakePayments
from tests.fakes.clock import FakeClock, FakeIds
from tests.stack import until

DONE = "http://127.0.0.1:5/billing/done?session={CHECKOUT_SESSION_ID}"
CANCELLED = "http://127.0.0.1:5/billing/cancelled"
FAILS_AT_RENEWAL = "4000000000000341"
MONTH = timedelta(days=31)

_new_id = FakeIds()


def an_account() -> Account:
    """Return somebody whom no test has seen."""
    return Account(_new_id(), "sub", "Ada A.", "ada@local.test", "")


@dataclass(frozen=True)
class StandIn:
    """The stand-in as a process."""

    url: str
    secret_key: str
    webhook_secret: str

    def advance(self, duration: timedelta) -> None:
        body = {"advance_seconds": int(duration.total_seconds())}
        httpx2.post(f"{self.url}/_gas/clock", json=body).raise_for_status()

    def faults(self, **switches: bool) -> None:
        httpx2.put(f"{self.url}/_gas/faults", json=switches).raise_for_status()


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    folder = tmp_path_factory.mktemp("stripe")
    argv = [sys.executable, "-m", "backend.local.stripe", "--data", str(folder)]
    # Nobody listens there: what it has to tell is not needed here.
    argv += ["--webhook-url", "http://127.0.0.1:9/webhooks/stripe"]
    child = Child(Command("stripe", tuple(argv)), folder)
    child.start()
    try:
        ready = child.wait_ready()
        keys = json.loads(Path(ready["keys_file"]).read_text("utf-8"))
        yield StandIn(ready["url"], keys["secret_key"], keys["webhook_secret"])
    finally:
        child.terminate()
        child.wait_ended()


@pytest.fixture
def at_stripe(stand_in: StandIn) -> Iterator[StripePayments]:
    with requests.Session() as session:
        client = stripe.StripeClient(
            stand_in.secret_key,
            base_addresses={"api": stand_in.url},
            http_client=stripe.RequestsClient(session=session, timeout=10),
            max_network_retries=0,
        )
        secrets = (stand_in.webhook_secret,)
        yield StripePayments(client, secrets, "gas_premium_monthly", live=False, clock=FakeClock())


def a_stripe(client: stripe.StripeClient) -> StripePayments:
    return StripePayments(client, (), "gas_premium_monthly", live=False, clock=FakeClock())


@dataclass
class Subject:
    payments: Payments
    pay: Callable[[Checkout], object]
    fail: Callable[[bool], None]

    def customer(self) -> str:
        return self.payments.create_customer(an_account())

    def checkout(self, customer: str, account: Account | None = None) -> Checkout:
        return self.payments.start_checkout(
            account or an_account(), customer, success_url=DONE, cancel_url=CANCELLED
        )

    def subscribed(self) -> str:
        customer = self.customer()
        self.pay(self.checkout(customer))
        return customer


@pytest.fixture(params=["fake", "stripe"])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        fake = FakePayments(FakeClock(datetime.now(UTC)))

        def fail(down: bool) -> None:  # noqa: FBT001 - a switch
            fake.down = down

        yield Subject(fake, lambda page: fake.pay(page.id), fail)
        return
    stand_in: StandIn = request.getfixturevalue("stand_in")
    payments = request.getfixturevalue("at_stripe")
    yield Subject(payments, lambda page: pays(page.url), lambda down: stand_in.faults(down=down))
    stand_in.faults()


def test_an_account_that_asks_twice_is_one_customer(subject: Subject) -> None:
    account = an_account()
    first = subject.payments.create_customer(account)
    assert subject.payments.create_customer(account) == first
    assert subject.payments.create_customer(an_account()) != first
    assert subject.payments.subscriptions(first) == []


def test_a_page_to_pay_at_is_open_until_it_is_paid(subject: Subject) -> None:
    customer = subject.customer()
    page = subject.checkout(customer)
    assert page.url.startswith("http")
    assert subject.payments.open_checkout(page.id) == page.url
    assert subject.payments.subscriptions(customer) == []
    subject.pay(page)
    assert subject.payments.open_checkout(page.id) is None


def test_who_asks_twice_at_once_gets_one_page_and_afterwards_the_next(subject: Subject) -> None:
    account = an_account()
    customer = subject.payments.create_customer(account)
    first = subject.checkout(customer, account)
    assert subject.checkout(customer, account) == first
    after = replace(account, checkout_id=first.id)
    assert subject.checkout(customer, after).id != first.id


def test_who_paid_has_a_subscription_for_a_month(subject: Subject) -> None:
    (paid,) = subject.payments.subscriptions(subject.subscribed())
    assert paid.status is SubscriptionStatus.ACTIVE
    assert paid.is_live
    assert not paid.cancel_at_period_end
    assert paid.period_end is not None
    assert timedelta(days=27) < paid.period_end - datetime.now(UTC) < timedelta(days=400)


def test_there_is_a_page_to_manage_it_at(subject: Subject) -> None:
    url = subject.payments.portal(subject.subscribed(), return_url="http://127.0.0.1:5/account")
    assert url.startswith("http")


def test_a_customer_who_is_forgotten_has_nothing_that_goes_on(subject: Subject) -> None:
    customer = subject.subscribed()
    other = subject.subscribed()
    for _ in range(2):
        subject.payments.forget(customer)
    assert not any(one.is_live for one in subject.payments.subscriptions(customer))
    assert [one.is_live for one in subject.payments.subscriptions(other)] == [True]
    subject.payments.forget("cus_nobody")


def test_a_customer_who_is_gone_is_replaced_by_a_new_one(subject: Subject) -> None:
    account = an_account()
    gone = subject.payments.create_customer(account)
    subject.payments.forget(gone)
    account = replace(account, customer_id=gone)
    for customer in (gone, "cus_nobody"):
        with pytest.raises(NoCustomerError):
            subject.checkout(customer, account)
        with pytest.raises(NoCustomerError):
            subject.payments.portal(customer, return_url=CANCELLED)
    new = subject.payments.create_customer(account)
    assert new != gone
    assert subject.checkout(new, account).url.startswith("http")


def test_a_page_that_is_gone_is_not_open(subject: Subject) -> None:
    assert subject.payments.open_checkout("cs_nobody") is None


def test_a_service_that_is_down_is_unavailable(subject: Subject) -> None:
    customer, account = subject.subscribed(), an_account()
    page = subject.checkout(customer)
    subject.fail(True)  # noqa: FBT003 - a switch
    calls: list[Callable[[], Any]] = [
        lambda: subject.payments.create_customer(account),
        lambda: subject.checkout(customer),
        lambda: subject.payments.open_checkout(page.id),
        lambda: subject.payments.portal(customer, return_url=CANCELLED),
        lambda: subject.payments.subscriptions(customer),
        lambda: subject.payments.forget(customer),
    ]
    for call in calls:
        with pytest.raises(UnavailableError):
            call()


def test_a_subscription_that_is_cancelled_says_so_and_ends_with_its_period(
    at_stripe: StripePayments, stand_in: StandIn
) -> None:
    customer = _subscribed(at_stripe)
    portal = at_stripe.portal(customer, return_url=CANCELLED)
    before = _only(at_stripe, customer)
    cancels(portal)
    ending = _only(at_stripe, customer)
    assert ending == replace(before, cancel_at_period_end=True)
    resumes(portal)
    assert _only(at_stripe, customer) == before
    cancels(portal)
    stand_in.advance(MONTH)
    assert _only(at_stripe, customer).status is SubscriptionStatus.CANCELED


def test_a_renewal_that_fails_is_overdue_and_paid_by_another_card(
    at_stripe: StripePayments, stand_in: StandIn
) -> None:
    customer = _subscribed(at_stripe, FAILS_AT_RENEWAL)
    first = _only(at_stripe, customer)
    stand_in.advance(MONTH)
    overdue = _only(at_stripe, customer)
    assert overdue.status is SubscriptionStatus.PAST_DUE
    assert overdue.grace_until is None
    assert first.period_end is not None
    assert overdue.period_end is not None
    assert overdue.period_end > first.period_end
    changes_card(at_stripe.portal(customer, return_url=CANCELLED))
    assert _only(at_stripe, customer).status is SubscriptionStatus.ACTIVE


def test_a_price_that_is_not_there_is_named(at_stripe: StripePayments) -> None:
    customer = at_stripe.create_customer(an_account())
    unknown = replace(at_stripe, price="gas_free_beer")
    with pytest.raises(LookupError, match="gas_free_beer"):
        unknown.start_checkout(an_account(), customer, success_url=DONE, cancel_url=CANCELLED)


def test_a_price_that_is_missing_is_no_missing_customer(at_stripe: StripePayments) -> None:
    class Unknown(StripePayments):
        def _price_id(self) -> str:
            return "price_nobody"

    unknown = Unknown(at_stripe.client, (), at_stripe.price, live=False, clock=at_stripe.clock)
    customer = at_stripe.create_customer(an_account())
    with pytest.raises(stripe.InvalidRequestError, match="price_nobody"):
        unknown.start_checkout(an_account(), customer, success_url=DONE, cancel_url=CANCELLED)


def test_another_address_to_come_back_to_is_another_page(at_stripe: StripePayments) -> None:
    account = an_account()
    customer = at_stripe.create_customer(account)
    pages = {
        at_stripe.start_checkout(account, customer, success_url=DONE, cancel_url=cancel_url).id
        for cancel_url in (CANCELLED, f"{CANCELLED}/anew")
    }
    assert len(pages) == 2


def test_an_answer_is_given_again_for_a_quarter_of_an_hour_at_most(
    at_stripe: StripePayments,
) -> None:
    """What Stripe could not do, it says for a day; a new key has it tried anew."""
    account, clock = an_account(), FakeClock()
    payments = replace(at_stripe, clock=clock)
    first = payments.create_customer(account)
    clock.advance(timedelta(minutes=14, seconds=59))
    assert payments.create_customer(account) == first
    clock.advance(timedelta(seconds=1))
    assert payments.create_customer(account) != first


def test_a_key_that_is_not_good_is_a_bug_not_an_outage(stand_in: StandIn) -> None:
    with requests.Session() as session:
        client = stripe.StripeClient(
            "sk_test_another",
            base_addresses={"api": stand_in.url},
            http_client=stripe.RequestsClient(session=session),
        )
        with pytest.raises(stripe.AuthenticationError):
            a_stripe(client).subscriptions("cus_1")


def test_what_stripe_tells_is_believed_and_names_its_customer(
    at_stripe: StripePayments, stand_in: StandIn
) -> None:
    customer = _subscribed(at_stripe)
    told = _told(stand_in, customer)
    header = stripe.WebhookSignature.generate_signature_header(told, stand_in.webhook_secret)
    event = at_stripe.verify(told.encode(), header)
    assert (event.type, event.customer_id) == ("customer.subscription.created", customer)
    assert event.id.startswith("evt_")
    with pytest.raises(ForgedError):
        replace(at_stripe, secrets=("whsec_another",)).verify(told.encode(), header)
    with pytest.raises(ForgedError):
        replace(at_stripe, live=True).verify(told.encode(), header)


def test_a_stripe_that_cannot_be_reached_is_unavailable() -> None:
    with pytest.raises(UnavailableError):
        a_stripe(connect("sk_test_x", "http://127.0.0.1:9")).subscriptions("cus_1")


class Refusing(stripe.HTTPClient):
    """Refuses each request as Stripe refuses a key that came with other fields before."""

    name = "refusing"

    def request(self, *_arguments: Any, **_named: Any) -> tuple[str, int, dict[str, str]]:
        error = {"type": "idempotency_error", "message": "Try another key."}
        return json.dumps({"error": error}), 400, {}


def test_a_key_that_came_with_other_fields_is_another_one_later() -> None:
    payments = a_stripe(stripe.StripeClient("sk_test_x", http_client=Refusing()))
    with pytest.raises(UnavailableError):
        payments.create_customer(an_account())


def _subscribed(payments: StripePayments, card: str = "4242424242424242") -> str:
    account = an_account()
    customer = payments.create_customer(account)
    page = payments.start_checkout(account, customer, success_url=DONE, cancel_url=CANCELLED)
    pays(page.url, card)
    return customer


def _only(payments: StripePayments, customer: str) -> Any:
    (found,) = payments.subscriptions(customer)
    return found


def _told(stand_in: StandIn, customer: str) -> str:
    """Return the message that tells of the customer's subscription, as it is sent."""

    def found() -> str | None:
        events = httpx2.get(
            f"{stand_in.url}/v1/events?limit=100",
            headers={"authorization": f"Bearer {stand_in.secret_key}"},
        ).json()["data"]
        for event in events:
            about = event["data"]["object"].get("customer")
            if event["type"] == "customer.subscription.created" and about == customer:
                return json.dumps(event)
        return None

    return str(until(found, "the event of the subscription", 10))
