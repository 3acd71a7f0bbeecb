"""The pages of the local Stripe: checkout, 3-D Secure, billing portal."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx2
import pytest
import stripe

from backend.domain.errors import RejectedError
from backend.local.card import cancels, changes_card, pays, resumes
from tests.integration.stripe_stand_in import MONTH, RunningStripe, running_stripe

NOBODY = "http://127.0.0.1:9/webhooks/stripe"
GOOD = {"number": "4242 4242 4242 4242", "expiry": "12/34", "cvc": "123", "name": "Ada Free"}


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStripe]:
    with running_stripe(tmp_path_factory.mktemp("stripe"), NOBODY) as running:
        yield running


@pytest.fixture
def checkout(local: RunningStripe) -> str:
    """The address of an open checkout."""
    return str(local.checkout(local.customer()).url)


def plan(local: RunningStripe, subscription: stripe.Subscription) -> tuple[str, bool]:
    now = local.subscription(subscription)
    return now.status, now.cancel_at_period_end


@pytest.mark.parametrize(
    "card",
    [
        "4242 4242 4242 4242",
        "5555555555554444",
        "4000002500003155",
        "4000000000003220",
        "4000000000000341",
    ],
)
def test_card_pays(local: RunningStripe, checkout: str, card: str) -> None:
    assert pays(checkout, card).startswith("http://127.0.0.1:5/billing/done?session=cs_test_")

    assert httpx2.get(checkout).status_code == 410


@pytest.mark.parametrize(
    ("card", "says"),
    [
        ("4000000000000002", "Your card was declined."),
        ("4000000000009995", "Your card has insufficient funds."),
        ("4000000000000069", "Your card has expired."),
        ("4000000000000127", "Your card's security code is incorrect."),
        ("4242424242424241", "Your card number is invalid."),
        ("4242", "Your card number is incomplete."),
        ("4111111111111111", "test mode"),
    ],
)
def test_card_is_refused_and_the_checkout_stays_open(
    local: RunningStripe, card: str, says: str
) -> None:
    customer = local.customer()
    url = str(local.checkout(customer).url)

    with pytest.raises(RejectedError, match=says):
        pays(url, card)

    assert local.client.v1.subscriptions.list({"customer": customer, "status": "all"}).data == []
    assert httpx2.get(url).status_code == 200
    assert pays(url)


@pytest.mark.parametrize(
    ("wrong", "says", "faulty"),
    [
        ({"expiry": "1"}, "expiration date is incomplete", "expiry"),
        ({"expiry": "13/34"}, "expiration date is incomplete", "expiry"),
        ({"expiry": "12/20"}, "expiration year is in the past", "expiry"),
        ({"expiry": "12/99"}, "expiration year is invalid", "expiry"),
        ({"cvc": "12"}, "security code is incomplete", "cvc"),
        ({"number": ""}, "card number is incomplete", "number"),
    ],
)
def test_field_at_fault_is_marked(
    checkout: str, wrong: dict[str, str], says: str, faulty: str
) -> None:
    answer = httpx2.post(checkout, data={**GOOD, **wrong})

    assert answer.status_code == 402
    form = answer.text.partition("<main")[2]
    assert says in form
    marked = re.findall(r'<input id="(\w+)"[^>]* aria-invalid="true"', form)
    assert marked == [faulty]


def test_number_of_a_card_never_comes_back(checkout: str) -> None:
    answer = httpx2.post(checkout, data={**GOOD, "number": "4000000000000002", "cvc": "987"})

    assert "4000000000000002" not in answer.text
    assert "987" not in answer.text
    assert 'value="Ada Free"' in answer.text


def test_what_was_typed_is_no_markup(local: RunningStripe) -> None:
    asked = {
        "mode": "subscription",
        "line_items": [{"price": local.price().id}],
        "success_url": "http://127.0.0.1:5/",
        "cancel_url": 'http://127.0.0.1:5/"><script>',
    }
    url = str(local.client.v1.checkout.sessions.create(asked).url)

    page = httpx2.post(url, data={**GOOD, "email": '"><script>', "name": "<script>"}).text

    assert "Your email is incomplete." in page
    assert "<script" not in page


def test_pages_are_marked_and_run_nothing(local: RunningStripe, checkout: str) -> None:
    portal = local.portal(local.customer())
    for url in (checkout, portal):
        page = httpx2.get(url)

        assert "Local stand-in for Stripe." in page.text
        assert "No real money, no real card" in page.text
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "form-action 'self' http://127.0.0.1:*" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script" not in page.text
        assert page.headers["cache-control"] == "no-store"
        assert 'name="viewport"' in page.text


def test_person_can_go_back(checkout: str) -> None:
    assert 'href="http://127.0.0.1:5/billing/cancelled"' in httpx2.get(checkout).text


def test_known_address_cannot_be_changed(local: RunningStripe) -> None:
    session = local.checkout(local.customer("known@local.test"))

    httpx2.post(str(session.url), data={**GOOD, "email": "other@local.test"})

    paid = local.client.v1.checkout.sessions.retrieve(session.id)
    assert paid.customer_details is not None
    assert paid.customer_details.email == "known@local.test"


def test_checkout_is_paid_once(local: RunningStripe) -> None:
    customer = local.customer()
    url = str(local.checkout(customer).url)
    assert pays(url)

    again = httpx2.post(url, data=GOOD)

    assert again.status_code == 410
    assert "It can be paid once only" in again.text
    assert len(local.client.v1.subscriptions.list({"customer": customer}).data) == 1


def test_bank_can_refuse(local: RunningStripe, checkout: str) -> None:
    with pytest.raises(RejectedError, match="unable to authenticate your payment method"):
        pays(checkout, "4000002500003155", confirms=False)

    assert pays(checkout)


def test_bank_is_answered_once(local: RunningStripe, checkout: str) -> None:
    sent_to = httpx2.post(checkout, data={**GOOD, "number": "4000000000003220"})
    bank = f"{local.url}{sent_to.headers['location']}"
    assert "3-D Secure" in httpx2.get(bank).text

    assert httpx2.post(bank, data={"outcome": "complete"}).status_code == 303

    assert httpx2.get(bank).status_code == 410
    assert httpx2.post(bank, data={"outcome": "complete"}).status_code == 410
    assert httpx2.get(f"{local.url}/3ds/3ds_unknown").status_code == 410


def test_bank_cannot_pay_what_is_paid_meanwhile(local: RunningStripe) -> None:
    customer = local.customer()
    url = str(local.checkout(customer).url)
    sent_to = httpx2.post(url, data={**GOOD, "number": "4000000000003220"})
    pays(url)

    late = httpx2.post(f"{local.url}{sent_to.headers['location']}", data={"outcome": "complete"})

    assert late.status_code == 410
    assert len(local.client.v1.subscriptions.list({"customer": customer}).data) == 1


def test_portal_shows_plan_card_and_invoices(local: RunningStripe) -> None:
    subscription = local.subscribed()

    page = httpx2.get(local.portal(str(subscription.customer))).text

    for shown in ("GAS Premium", "9.00 USD per month", "Active", "Renews on", "Paid", "-0001"):
        assert shown in page
    assert "Visa ending in 4242, expires 12/34" in page
    assert 'href="http://127.0.0.1:5/account"' in page


def test_plan_is_cancelled_and_resumed(local: RunningStripe) -> None:
    subscription = local.subscribed()
    portal = local.portal(str(subscription.customer))

    cancels(portal)
    assert plan(local, subscription) == ("active", True)
    assert "Cancelled" in httpx2.get(portal).text
    with pytest.raises(RejectedError):
        cancels(portal)

    resumes(portal)
    assert plan(local, subscription) == ("active", False)


def test_another_card_pays_what_is_overdue(local: RunningStripe) -> None:
    subscription = local.subscribed("4000000000000341")
    local.advance(MONTH)
    portal = local.portal(str(subscription.customer))
    assert "Past due" in httpx2.get(portal).text

    changes_card(portal, "4000002500003155")

    assert plan(local, subscription) == ("active", False)
    assert "Visa ending in 3155" in httpx2.get(portal).text


def test_refused_card_leaves_the_earlier_one(local: RunningStripe) -> None:
    subscription = local.subscribed()
    portal = local.portal(str(subscription.customer))

    with pytest.raises(RejectedError, match="Your card was declined"):
        changes_card(portal, "4000000000000002")
    with pytest.raises(RejectedError, match="unable to authenticate"):
        changes_card(portal, "4000000000003220", confirms=False)

    kept = local.subscription(subscription).default_payment_method
    assert kept == subscription.default_payment_method


def test_portal_without_a_plan_says_so(local: RunningStripe) -> None:
    page = httpx2.get(local.portal(local.customer()))

    assert "no plan" in page.text
    assert "There are none yet" in page.text


def test_portal_closes_after_an_hour_and_with_its_customer(local: RunningStripe) -> None:
    customer = local.customer()
    first = local.portal(customer)
    local.advance(3601)
    second = local.portal(customer)

    assert httpx2.get(first).status_code == 410
    assert httpx2.post(first, data={"do": "cancel"}).status_code == 410
    assert httpx2.get(second).status_code == 200
    local.client.v1.customers.delete(customer)
    assert httpx2.get(second).status_code == 410


def test_unknown_pages_are_not_found(local: RunningStripe) -> None:
    assert httpx2.get(f"{local.url}/c/pay/cs_test_x").status_code == 404
    assert httpx2.get(f"{local.url}/p/session/test_x").status_code == 410
    customer = local.customer()
    assert httpx2.get(f"{local.url}/c/pay/{customer}").status_code == 404


def test_foreign_host_names_are_refused(checkout: str) -> None:
    assert httpx2.get(checkout, headers={"Host": "evil.test"}).status_code == 400
