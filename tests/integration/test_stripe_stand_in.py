"""The local Stripe's API, used by the unmodified stripe library."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
import stripe
from stripe._api_version import _ApiVersion

from backend.local.card import pays
from backend.local.stripe.ledger import API_VERSION
from tests.integration.stripe_stand_in import (
    DAY,
    Receiver,
    RunningStripe,
    client_of,
    running_receiver,
    running_stripe,
)
from tests.stack import until


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[RunningStripe]:
    with running_stripe(tmp_path_factory.mktemp("stripe"), receiver.url) as running:
        yield running


def test_version_is_that_of_the_installed_library() -> None:
    assert API_VERSION == _ApiVersion.CURRENT


def test_one_price_is_for_sale(local: RunningStripe) -> None:
    price = local.price()

    assert (price.unit_amount, price.currency) == (900, "usd")
    assert price.recurring is not None
    assert price.recurring.interval == "month"
    assert local.client.v1.prices.list({"lookup_keys": ["another"]}).data == []
    product = local.client.v1.products.retrieve(str(price.product))
    assert product.default_price == price.id


def test_person_subscribes(local: RunningStripe) -> None:
    customer = local.customer()
    metadata = {"account": "a1"}
    session = local.checkout(
        customer, client_reference_id="a1", subscription_data={"metadata": metadata}
    )
    assert (session.status, session.payment_status) == ("open", "unpaid")

    sent_to = pays(str(session.url))

    assert sent_to == f"http://127.0.0.1:5/billing/done?session={session.id}"
    paid = local.client.v1.checkout.sessions.retrieve(session.id)
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    (subscription,) = local.client.v1.subscriptions.list({"customer": customer}).data
    assert paid.subscription == subscription.id
    assert subscription.status == "active"
    assert subscription.metadata.to_dict() == metadata
    item = subscription["items"].data[0]
    assert 28 * DAY <= item.current_period_end - item.current_period_start <= 31 * DAY
    invoice = local.client.v1.invoices.retrieve(str(subscription.latest_invoice))
    assert (invoice.status, invoice.amount_paid) == ("paid", 900)


def test_events_tell_what_happened_in_its_order(local: RunningStripe, receiver: Receiver) -> None:
    subscription = local.subscribed()

    def ours() -> list[str]:
        things = [(event["type"], event["data"]["object"]) for event in receiver.events()]
        customer = subscription.customer
        return [kind for kind, it in things if customer in {it.get("customer"), it["id"]}]

    until(lambda: "checkout.session.completed" in ours(), "the last of the events")
    assert ours() == [
        "customer.created",
        "payment_method.attached",
        "customer.updated",
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
        "customer.subscription.updated",
        "checkout.session.completed",
    ]


def test_who_is_not_a_customer_becomes_one_by_paying(local: RunningStripe) -> None:
    asked = {
        "mode": "subscription",
        "customer_email": "grace@local.test",
        "line_items": [{"price": local.price().id}],
        "success_url": "http://localhost:5/",
    }
    session = local.client.v1.checkout.sessions.create(asked)
    assert session.customer is None

    pays(str(session.url))

    paid = local.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["customer"]})
    assert isinstance(paid.customer, stripe.Customer)
    assert paid.customer.email == "grace@local.test"
    found = local.client.v1.customers.list({"email": "grace@local.test"}).data
    assert [each.id for each in found] == [paid.customer.id]


def test_session_can_be_expired(local: RunningStripe) -> None:
    session = local.checkout(local.customer())

    expired = local.client.v1.checkout.sessions.expire(session.id)

    assert expired.status == "expired"
    assert httpx2.get(str(session.url)).status_code == 410
    with pytest.raises(stripe.InvalidRequestError, match="can be expired"):
        local.client.v1.checkout.sessions.expire(session.id)


def test_subscription_ends_with_its_period_or_at_once(local: RunningStripe) -> None:
    subscription = local.subscribed()
    calls = local.client.v1.subscriptions

    ending = calls.update(subscription.id, {"cancel_at_period_end": True})
    assert (ending.cancel_at_period_end, ending.status) == (True, "active")
    assert ending.cancel_at == ending["items"].data[0].current_period_end

    resumed = calls.update(subscription.id, {"cancel_at_period_end": False})
    assert (resumed.cancel_at_period_end, resumed.cancel_at) == (False, None)

    assert calls.cancel(subscription.id).status == "canceled"
    customer = str(subscription.customer)
    assert calls.list({"customer": customer}).data == []
    (ended,) = calls.list({"customer": customer, "status": "all"}).data
    assert ended.ended_at is not None
    with pytest.raises(stripe.InvalidRequestError, match="canceled subscription"):
        calls.update(subscription.id, {"cancel_at_period_end": True})
    with pytest.raises(stripe.InvalidRequestError) as gone:
        calls.cancel(subscription.id)
    assert gone.value.code == "resource_missing"


def test_deleting_a_customer_ends_what_they_pay_for(
    local: RunningStripe, receiver: Receiver
) -> None:
    subscription = local.subscribed()
    customer = str(subscription.customer)
    open_session = local.checkout(customer)

    deleted = local.client.v1.customers.delete(customer)

    assert deleted.deleted is True
    assert local.client.v1.customers.retrieve(customer).deleted is True
    assert local.subscription(subscription).status == "canceled"
    assert httpx2.get(str(open_session.url)).status_code == 410
    receiver.got("customer.deleted")
    types = receiver.types()
    assert types.index("customer.subscription.deleted") < types.index("customer.deleted")
    assert customer not in [each.id for each in local.client.v1.customers.list().data]
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        local.client.v1.customers.delete(customer)
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        local.checkout(customer)


def test_metadata_is_merged(local: RunningStripe) -> None:
    calls = local.client.v1.customers
    customer = calls.create({"email": "m@local.test", "metadata": {"a": "1", "b": "2"}})

    calls.update(customer.id, {"name": "M", "metadata": {"b": "", "c": "3"}})

    changed = calls.retrieve(customer.id)
    assert changed.metadata is not None
    assert (changed.name, changed.metadata.to_dict()) == ("M", {"a": "1", "c": "3"})
    emptied = calls.update(customer.id, {"metadata": ""})
    assert emptied.metadata is not None
    assert emptied.metadata.to_dict() == {}


def test_open_invoice_is_paid_by_a_card_that_can(local: RunningStripe) -> None:
    subscription = local.subscribed("4000000000000341")
    local.advance(31 * DAY)
    overdue = local.subscription(subscription)
    assert overdue.status == "past_due"

    with pytest.raises(stripe.CardError) as declined:
        local.client.v1.invoices.pay(str(overdue.latest_invoice))

    assert (declined.value.http_status, declined.value.code) == (402, "card_declined")
    assert declined.value.user_message == "Your card was declined."
    tried = local.client.v1.invoices.retrieve(str(overdue.latest_invoice))
    assert (tried.attempt_count, tried.status) == (2, "open")

    calls, customer = local.client.v1.subscriptions, str(subscription.customer)
    others = str(local.subscribed().default_payment_method)
    with pytest.raises(stripe.InvalidRequestError, match="does not have a payment method"):
        calls.update(subscription.id, {"default_payment_method": others})
    pays(str(local.checkout(customer).url))
    good = str(calls.list({"customer": customer}).data[0].default_payment_method)
    calls.update(subscription.id, {"default_payment_method": good})
    assert local.client.v1.invoices.pay(tried.id).status == "paid"
    assert local.subscription(subscription).status == "active"
    with pytest.raises(stripe.InvalidRequestError, match="Invoice is paid"):
        local.client.v1.invoices.pay(tried.id)


def test_repeated_request_changes_nothing(local: RunningStripe) -> None:
    calls = local.client.v1.customers
    first = calls.create({"email": "one@local.test"}, {"idempotency_key": "k1"})

    again = calls.create({"email": "one@local.test"}, {"idempotency_key": "k1"})

    assert again.id == first.id
    assert again.last_response is not None
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert len(calls.list({"email": "one@local.test"}).data) == 1
    with pytest.raises(stripe.IdempotencyError):
        calls.create({"email": "other@local.test"}, {"idempotency_key": "k1"})


def test_repetition_is_known_for_a_day(local: RunningStripe) -> None:
    calls = local.client.v1.customers
    first = calls.create({"email": "day@local.test"}, {"idempotency_key": "k2"})
    local.advance(DAY + 1)

    assert calls.create({"email": "day@local.test"}, {"idempotency_key": "k2"}).id != first.id


def test_refused_request_can_be_mended_under_its_key(local: RunningStripe) -> None:
    calls = local.client.v1.customers
    with pytest.raises(stripe.InvalidRequestError):
        calls.create({"colour": "red"}, {"idempotency_key": "k3"})

    assert calls.create({"email": "k3@local.test"}, {"idempotency_key": "k3"}).id


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"colour": "red"}, "colour", "parameter_unknown"),
        ({"success_url": ""}, "success_url", "parameter_missing"),
        ({"success_url": "https://evil.test/"}, "success_url", "url_invalid"),
        ({"success_url": "http://127.0.0.1.evil.test/"}, "success_url", "url_invalid"),
        ({"success_url": "javascript:alert(1)"}, "success_url", "url_invalid"),
        ({"success_url": "http://a@127.0.0.1/"}, "success_url", "url_invalid"),
        ({"success_url": "http://127.0.0.1:x/"}, "success_url", "url_invalid"),
        ({"cancel_url": "https://evil.test/"}, "cancel_url", "url_invalid"),
        ({"customer": "cus_none"}, "customer", "resource_missing"),
        ({"mode": "payment"}, "mode", None),
        ({"line_items": []}, "line_items", None),
        ({"line_items": [{"price": "price_none"}]}, "line_items[0][price]", "resource_missing"),
        ({"expires_at": 5}, "expires_at", None),
        ({"expires_at": "soon"}, "expires_at", "parameter_invalid_integer"),
        ({"metadata": "x"}, "metadata", None),
    ],
)
def test_wrong_parameters_are_refused(
    local: RunningStripe, change: dict[str, object], param: str, code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        local.checkout(**{"customer": local.customer(), **change})

    assert (refused.value.http_status, refused.value.param) == (400, param)
    assert refused.value.code == code


def test_what_is_not_there_is_said_to_be_missing(local: RunningStripe) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        local.client.v1.subscriptions.retrieve("sub_none")

    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    assert refused.value.request_id
    answer = httpx2.get(
        f"{local.url}/v1/charges", headers={"Authorization": f"Bearer {local.keys.secret_key}"}
    )
    assert answer.status_code == 404
    assert "Unrecognized request URL" in answer.json()["error"]["message"]


def test_only_the_key_of_this_installation_opens(local: RunningStripe) -> None:
    for key in ("sk_test_other", "sk_live_x"):
        with client_of(local.url, key) as client, pytest.raises(stripe.AuthenticationError) as no:
            client.v1.customers.list()
        assert no.value.http_status == 401
    assert httpx2.get(f"{local.url}/v1/customers").status_code == 401


def test_another_version_is_refused(local: RunningStripe) -> None:
    key = local.keys.secret_key
    with (
        client_of(local.url, key, stripe_version="2024-06-20") as client,
        pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"),
    ):
        client.v1.customers.list()


def test_lists_come_in_pages(local: RunningStripe) -> None:
    mine = [local.customer("pages@local.test") for _ in range(5)]
    calls = local.client.v1.customers

    page = calls.list({"email": "pages@local.test", "limit": 2})
    assert [each.id for each in page.data] == mine[:2:-1]
    assert page.has_more
    every = [each.id for each in page.auto_paging_iter()]
    assert every == mine[::-1]
    before = calls.list({"email": "pages@local.test", "limit": 2, "ending_before": mine[0]})
    assert [each.id for each in before.data] == [mine[2], mine[1]]
    for wrong in ({"limit": 0}, {"limit": 101}, {"starting_after": "cus_none"}):
        with pytest.raises(stripe.InvalidRequestError):
            calls.list(wrong)


def test_ids_are_expanded_where_that_is_asked(local: RunningStripe) -> None:
    subscription = local.subscribed()
    expand = ["latest_invoice", "default_payment_method", "customer"]

    whole = local.client.v1.subscriptions.retrieve(subscription.id, {"expand": expand})

    assert isinstance(whole.latest_invoice, stripe.Invoice)
    assert isinstance(whole.default_payment_method, stripe.PaymentMethod)
    assert whole.default_payment_method.card is not None
    assert whole.default_payment_method.card.last4 == "4242"
    assert isinstance(whole.customer, stripe.Customer)
    session = local.checkout(str(subscription.customer))
    sold = local.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]})
    assert sold.line_items is not None
    assert sold.line_items.data[0].amount_total == 900
    for wrong in ("status", "colour", "customer.a.b.c"):
        with pytest.raises(stripe.InvalidRequestError, match="expand"):
            local.client.v1.subscriptions.retrieve(subscription.id, {"expand": [wrong]})


def test_events_can_be_read_again(local: RunningStripe) -> None:
    customer = local.customer("event@local.test")

    (event, *_) = local.client.v1.events.list({"type": "customer.created"}).data

    assert event.data.object["id"] == customer
    assert local.client.v1.events.retrieve(event.id).type == "customer.created"


def test_api_can_be_down(local: RunningStripe) -> None:
    local.faults(down=True)
    try:
        with pytest.raises(stripe.APIError) as down:
            local.client.v1.customers.list()
        assert down.value.http_status == 503
    finally:
        local.faults()
    assert local.client.v1.customers.list().data is not None
