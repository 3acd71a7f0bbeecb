"""The calls of the API that the stand-in answers, and what answers each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from backend.local.stripe.checkout import create_session, expire
from backend.local.stripe.customers import create_customer, update_customer
from backend.local.stripe.endings import cancel_subscription, delete_customer
from backend.local.stripe.errors import ApiError
from backend.local.stripe.form import Parameters
from backend.local.stripe.ledger import Ledger, Object
from backend.local.stripe.lists import list_objects
from backend.local.stripe.portal import create_portal_session
from backend.local.stripe.subscriptions import pay_invoice, update_subscription

Handler = Callable[..., Object | ApiError]
"""Takes the ledger, the parameters and, where the path has one, the ``object_id``.

An error that it raises undoes what it did; one that it returns tells of what is done.
"""


@dataclass(frozen=True, slots=True)
class Call:
    """A method and a path, and what answers them."""

    method: str
    path: str
    handler: Handler


def _retrieve(ledger: Ledger, asked: Parameters, object_id: str, *, kind: str) -> Object:
    asked.only()
    return ledger.get(kind, object_id)


def _collection(path: str, kind: str) -> tuple[Call, Call]:
    """Return the calls that read a collection and one of it."""
    return (
        Call("GET", path, partial(list_objects, kind=kind, url=path)),
        Call("GET", f"{path}/{{object_id}}", partial(_retrieve, kind=kind)),
    )


CALLS = (
    *_collection("/v1/products", "product"),
    *_collection("/v1/prices", "price"),
    *_collection("/v1/customers", "customer"),
    *_collection("/v1/checkout/sessions", "checkout.session"),
    *_collection("/v1/subscriptions", "subscription"),
    *_collection("/v1/invoices", "invoice"),
    *_collection("/v1/events", "event"),
    Call("GET", "/v1/payment_methods/{object_id}", partial(_retrieve, kind="payment_method")),
    Call("POST", "/v1/customers", create_customer),
    Call("POST", "/v1/customers/{object_id}", update_customer),
    Call("DELETE", "/v1/customers/{object_id}", delete_customer),
    Call("POST", "/v1/checkout/sessions", create_session),
    Call("POST", "/v1/checkout/sessions/{object_id}/expire", expire),
    Call("POST", "/v1/billing_portal/sessions", create_portal_session),
    Call("POST", "/v1/subscriptions/{object_id}", update_subscription),
    Call("DELETE", "/v1/subscriptions/{object_id}", cancel_subscription),
    Call("POST", "/v1/invoices/{object_id}/pay", pay_invoice),
)
