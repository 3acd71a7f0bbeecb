"""What happens at the local Stripe as its clock is moved."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from backend.local.card import cancels, pays
from tests.integration.stripe_stand_in import DAY, MONTH, RunningStripe, running_stripe
from tests.stack import until

NOBODY = "http://127.0.0.1:9/webhooks/stripe"


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStripe]:
    with running_stripe(tmp_path_factory.mktemp("stripe"), NOBODY) as running:
        yield running


def happened(local: RunningStripe, customer: str) -> list[str]:
    """Return what happened to a customer's things, oldest first."""
    events = local.client.v1.events.list({"limit": 100}).data
    ours = [each for each in events if getattr(each.data.object, "customer", None) == customer]
    return [event.type for event in ours][::-1]


def test_subscription_renews_by_the_month(local: RunningStripe) -> None:
    subscription = local.subscribed()
    first = subscription["items"].data[0]

    local.advance(MONTH)

    renewed = local.subscription(subscription)
    item = renewed["items"].data[0]
    assert item.current_period_start == first.current_period_end
    assert 28 * DAY <= item.current_period_end - item.current_period_start <= 31 * DAY
    assert renewed.status == "active"
    assert happened(local, str(subscription.customer))[-5:] == [
        "invoice.created",
        "invoice.finalized",
        "customer.subscription.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
    ]
    invoices = local.client.v1.invoices.list({"subscription": subscription.id}).data
    assert [each.billing_reason for each in invoices] == [
        "subscription_cycle",
        "subscription_create",
    ]
    assert invoices[0].created == first.current_period_end
    assert renewed.latest_invoice == invoices[0].id


def test_year_has_twelve_renewals(local: RunningStripe) -> None:
    subscription = local.subscribed()

    local.advance(366 * DAY)

    listed = local.client.v1.invoices.list({"subscription": subscription.id, "limit": 100}).data
    assert len(listed) == 13
    assert len({each.number for each in listed}) == 13


def test_cancelled_plan_ends_with_its_period(local: RunningStripe) -> None:
    subscription = local.subscribed()
    cancels(local.portal(str(subscription.customer)))
    period_end = subscription["items"].data[0].current_period_end

    local.advance(MONTH)

    ended = local.subscription(subscription)
    assert (ended.status, ended.ended_at) == ("canceled", period_end)
    assert ended.cancellation_details is not None
    assert ended.cancellation_details.reason == "cancellation_requested"
    assert happened(local, str(subscription.customer))[-1] == "customer.subscription.deleted"
    assert len(local.client.v1.invoices.list({"subscription": subscription.id}).data) == 1


def test_failing_card_is_tried_for_15_days_and_then_the_plan_ends(local: RunningStripe) -> None:
    subscription = local.subscribed("4000000000000341")
    customer = str(subscription.customer)
    due = subscription["items"].data[0].current_period_end
    now = local.advance(0)

    local.advance(due - now)
    assert local.subscription(subscription).status == "past_due"
    (invoice, _) = local.client.v1.invoices.list({"subscription": subscription.id}).data
    assert (invoice.status, invoice.next_payment_attempt) == ("open", due + 3 * DAY)
    assert happened(local, customer)[-2:] == [
        "invoice.payment_failed",
        "customer.subscription.updated",
    ]

    for days, attempts in ((3, 2), (5, 3)):
        local.advance(days * DAY)
        tried = local.client.v1.invoices.retrieve(invoice.id)
        assert (tried.attempt_count, tried.status) == (attempts, "open")
        assert local.subscription(subscription).status == "past_due"

    local.advance(7 * DAY)
    ended = local.subscription(subscription)
    assert (ended.status, ended.ended_at) == ("canceled", due + 15 * DAY)
    assert ended.cancellation_details is not None
    assert ended.cancellation_details.reason == "payment_failed"
    assert local.client.v1.invoices.retrieve(invoice.id).status == "uncollectible"
    assert happened(local, customer)[-3:] == [
        "invoice.payment_failed",
        "invoice.marked_uncollectible",
        "customer.subscription.deleted",
    ]
    assert happened(local, customer).count("invoice.payment_failed") == 4


def test_unpaid_checkout_expires_after_a_day(local: RunningStripe) -> None:
    session = local.checkout(local.customer())

    local.advance(DAY)

    assert local.client.v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert httpx2.get(str(session.url)).status_code == 410
    (event, *_) = local.client.v1.events.list({"type": "checkout.session.expired"}).data
    assert event.data.object["id"] == session.id
    assert event.created == session.expires_at


def test_paid_checkout_does_not_expire(local: RunningStripe) -> None:
    session = local.checkout(local.customer())
    pays(str(session.url))

    local.advance(DAY)

    assert local.client.v1.checkout.sessions.retrieve(session.id).status == "complete"


def test_changes_say_what_was_before(local: RunningStripe) -> None:
    subscription = local.subscribed("4000000000000341")
    local.advance(MONTH)

    (event, *_) = local.client.v1.events.list({"type": "customer.subscription.updated"}).data

    assert event.data.object["id"] == subscription.id
    assert event.data.to_dict()["previous_attributes"] == {"status": "active"}


def test_time_that_passes_by_itself_brings_the_same(tmp_path: Path) -> None:
    ahead = [0]
    with running_stripe(tmp_path, NOBODY, lambda: time.time() + ahead[0]) as local:
        subscription = local.subscribed()
        period_end = subscription["items"].data[0].current_period_end

        ahead[0] = MONTH

        def renewed() -> bool:
            (item,) = local.subscription(subscription)["items"].data
            return bool(item.current_period_start == period_end)

        assert until(renewed, "the renewal", 20)


@pytest.mark.parametrize("body", ["{}", "[]", "x", '{"advance_seconds": -1}'])
def test_clock_never_goes_back(local: RunningStripe, body: str) -> None:
    before = httpx2.get(f"{local.url}/_gas/clock").json()["now"]

    refused = httpx2.post(f"{local.url}/_gas/clock", content=body)

    assert refused.status_code == 400
    assert refused.json()["error"]
    assert httpx2.get(f"{local.url}/_gas/clock").json()["now"] >= before


def test_pages_of_other_sites_move_nothing(local: RunningStripe) -> None:
    url, move = f"{local.url}/_gas/clock", {"advance_seconds": 5}

    assert httpx2.post(url, json=move, headers={"Origin": "http://evil.test"}).status_code == 403
    assert httpx2.post(url, json=move, headers={"Origin": "null"}).status_code == 403
    assert httpx2.post(url, json=move, headers={"Host": "evil.test"}).status_code == 400
    assert httpx2.post(url, json=move, headers={"Origin": local.url}).status_code == 200
