"""Customers and their cards."""

from __future__ import annotations

from backend.local.stripe.cards import Card
from backend.local.stripe.errors import missing
from backend.local.stripe.form import Parameters, merged
from backend.local.stripe.ledger import Ledger, Object
from backend.local.stripe.shapes.customer import customer_shape, payment_method_shape

_TEXTS = ("description", "email", "name", "phone")


def create_customer(ledger: Ledger, asked: Parameters) -> Object:
    """Answer ``POST /v1/customers``."""
    asked.only(*_TEXTS, "metadata")
    texts = {name: asked.text(name) for name in _TEXTS}
    return register(ledger, **texts, metadata=merged({}, asked))


def register(
    ledger: Ledger,
    *,
    email: str | None,
    name: str | None = None,
    description: str | None = None,
    phone: str | None = None,
    metadata: dict[str, str] | None = None,
) -> Object:
    """Keep a new customer."""
    customer = customer_shape(
        {"email": email, "name": name, "description": description, "phone": phone}, metadata or {}
    )
    ledger.emit("customer.created", ledger.add(customer))
    return customer


def update_customer(ledger: Ledger, asked: Parameters, object_id: str) -> Object:
    """Answer ``POST /v1/customers/{id}``."""
    asked.only(*_TEXTS, "metadata")
    customer = present(ledger, object_id)
    texts = {name: asked.text(name) for name in _TEXTS if asked.has(name)}
    metadata = merged(customer["metadata"], asked)
    return ledger.change(customer, "customer.updated", **texts, metadata=metadata)


def keep_card(ledger: Ledger, card: Card) -> Object:
    """Keep a card that belongs to nobody yet, and what it does when it is charged."""
    return ledger.add(payment_method_shape(card), {"behaviour": card.behaviour})


def attach(ledger: Ledger, method: Object, customer: Object) -> None:
    """Let *method* be the card that *customer* pays with."""
    ledger.change(method, customer=customer["id"])
    ledger.emit("payment_method.attached", method)
    settings = customer["invoice_settings"] | {"default_payment_method": method["id"]}
    ledger.change(customer, "customer.updated", invoice_settings=settings)


def present(ledger: Ledger, object_id: str) -> Object:
    """Return a customer that is named by a path and was not deleted."""
    customer = ledger.get("customer", object_id)
    if customer.get("deleted"):
        raise missing("customer", object_id)
    return customer
