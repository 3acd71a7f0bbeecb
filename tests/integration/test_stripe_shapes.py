"""What the local Stripe sends, beside the classes of the installed stripe library.

An upgrade of the library shows here which fields have moved.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from backend.local.card import cancels, changes_card
from tests.integration.stripe_stand_in import MONTH, RunningStripe, running_stripe

# They hold whatever the account puts there.
FREE_FORM = {"metadata", "previous_attributes"}


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[Any]]]:
    """All objects after a subscription's whole life, as the library reads them, by kind."""
    nobody = "http://127.0.0.1:9/webhooks/stripe"
    with running_stripe(tmp_path_factory.mktemp("stripe"), nobody) as local:
        yield live(local)


def live(local: RunningStripe) -> dict[str, list[Any]]:
    failing = local.subscribed("4000000000000341")
    local.advance(MONTH)
    changes_card(local.portal(str(failing.customer)))
    cancels(local.portal(str(failing.customer)))
    abandoned = local.checkout(local.customer())
    local.advance(MONTH)
    local.client.v1.customers.delete(local.customer())
    calls = local.client.v1
    portal = calls.billing_portal.sessions.create({"customer": str(failing.customer)})
    expanded = {"expand": ["line_items", "customer"]}
    return {
        "product": calls.products.list().data,
        "price": calls.prices.list().data,
        "customer": calls.customers.list().data,
        "checkout.session": [
            *calls.checkout.sessions.list().data,
            calls.checkout.sessions.retrieve(abandoned.id, expanded),
        ],
        "billing_portal.session": [portal],
        "subscription": calls.subscriptions.list({"status": "all"}).data,
        "invoice": calls.invoices.list().data,
        "payment_method": [calls.payment_methods.retrieve(str(failing.default_payment_method))],
        "event": list(calls.events.list({"limit": 100}).auto_paging_iter()),
    }


def parts(thing: Any, path: str) -> Iterator[tuple[str, stripe.StripeObject]]:
    """Return an object and all within it that the library has a class for."""
    if isinstance(thing, list):
        for each in thing:
            yield from parts(each, path)
    elif isinstance(thing, stripe.StripeObject) and path.rpartition(".")[2] not in FREE_FORM:
        yield path, thing
        for name in names(thing):
            yield from parts(thing[name], f"{path}.{name}")


def names(thing: stripe.StripeObject) -> set[str]:
    """Return the fields that were sent."""
    return set(thing.to_dict(recursive=False))


def may_be_absent(kind: str) -> bool:
    """Whether a field of that type can be none, or is the class's and never sent."""
    return any(word in kind for word in ("Optional", "NoneType", "ClassVar"))


def annotations(thing: stripe.StripeObject) -> dict[str, str]:
    """Return the fields that the library's class of *thing* has, and their types."""
    # A list's class says what it is by its name alone.
    known = {"object": "str"} if isinstance(thing, stripe.ListObject) else {}
    for parent in type(thing).__mro__:
        for name, kind in vars(parent).get("__annotations__", {}).items():
            written = kind.__forward_arg__ if isinstance(kind, typing.ForwardRef) else str(kind)
            known.setdefault(name, written)
    return known


def kinds(sent: dict[str, list[Any]]) -> Iterator[tuple[str, stripe.StripeObject]]:
    for kind, things in sent.items():
        assert things, kind
        for thing in things:
            assert thing.object == kind
            yield from parts(thing, kind)


def test_nothing_is_sent_that_the_library_does_not_know(sent: dict[str, list[Any]]) -> None:
    unknown = {
        f"{path}.{name}"
        for path, thing in kinds(sent)
        for name in names(thing) - set(annotations(thing))
    }

    assert unknown == set()


def test_all_is_sent_that_the_library_takes_for_granted(sent: dict[str, list[Any]]) -> None:
    absent = {
        f"{path}.{name}"
        for path, thing in kinds(sent)
        for name, kind in annotations(thing).items()
        if not may_be_absent(kind)
        and not name.startswith("_")
        and name not in names(thing)
        and not getattr(thing, "deleted", False)
    }

    assert absent == set()


def test_events_are_of_kinds_that_the_library_knows(sent: dict[str, list[Any]]) -> None:
    known = vars(stripe.Event)["__annotations__"]["type"]
    happened = {event.type for event in sent["event"]}

    assert happened <= set(typing.get_args(known))
    assert {
        "checkout.session.completed",
        "checkout.session.expired",
        "customer.created",
        "customer.deleted",
        "customer.subscription.created",
        "customer.subscription.deleted",
        "customer.subscription.updated",
        "invoice.paid",
        "invoice.payment_failed",
    } <= happened


def test_library_reads_each_object_by_its_class(sent: dict[str, list[Any]]) -> None:
    classes = {type(thing) for _, thing in kinds(sent)}

    assert {
        stripe.Price,
        stripe.Product,
        stripe.Plan,
        stripe.Customer,
        stripe.PaymentMethod,
        stripe.checkout.Session,
        stripe.billing_portal.Session,
        stripe.Subscription,
        stripe.SubscriptionItem,
        stripe.Invoice,
        stripe.InvoiceLineItem,
        stripe.LineItem,
        stripe.Event,
    } <= classes
