"""Invoices: one for each period of a subscription, paid by the card on file."""

from __future__ import annotations

from backend.local.stripe.cards import Behaviour, decline
from backend.local.stripe.clock import DAY
from backend.local.stripe.errors import CardError
from backend.local.stripe.ledger import Ledger, Object
from backend.local.stripe.shapes.invoice import invoice_shape

RETRY_AFTER_DAYS = (3, 5, 7)
"""Days from one failed try to the next; after the last one the subscription ends."""


def bill(ledger: Ledger, subscription: Object, reason: str) -> Object:
    """Make the invoice of the present period, ready to be paid.

    The reason is ``subscription_create`` or ``subscription_cycle``.
    """
    customer = ledger.get("customer", subscription["customer"])
    number = customer["next_invoice_sequence"]
    invoice = invoice_shape(subscription, customer, reason, ledger.now())
    ledger.change(customer, next_invoice_sequence=number + 1)
    ledger.emit("invoice.created", ledger.add(invoice))
    return ledger.change(
        invoice,
        "invoice.finalized",
        status="open",
        number=f"{customer['invoice_prefix']}-{number:04}",
        effective_at=ledger.now(),
        status_transitions=invoice["status_transitions"] | {"finalized_at": ledger.now()},
    )


def collect(ledger: Ledger, invoice: Object, method_id: str, *, first: bool) -> CardError | None:
    """Charge a card for an open invoice; return why that failed, None if it is paid."""
    behaviour = Behaviour(ledger.hidden(method_id).get("behaviour", Behaviour.DECLINED))
    refusal = decline(behaviour, first=first)
    if refusal is None:
        _mark_paid(ledger, invoice)
    else:
        _mark_failed(ledger, invoice)
    return refusal


def tries_are_used_up(invoice: Object) -> bool:
    """Whether no try is left after the ones that failed."""
    return int(invoice["attempt_count"]) > len(RETRY_AFTER_DAYS)


def give_up(ledger: Ledger, invoice: Object) -> None:
    """Stop asking for the money."""
    ledger.change(
        invoice,
        "invoice.marked_uncollectible",
        status="uncollectible",
        auto_advance=False,
        next_payment_attempt=None,
        status_transitions=invoice["status_transitions"]
        | {"marked_uncollectible_at": ledger.now()},
    )


def subscription_of(invoice: Object) -> str:
    """Return the id of the subscription that an invoice is for."""
    return str(invoice["parent"]["subscription_details"]["subscription"])


def _mark_paid(ledger: Ledger, invoice: Object) -> None:
    ledger.change(
        invoice,
        "invoice.paid",
        status="paid",
        amount_paid=invoice["amount_due"],
        amount_remaining=0,
        attempted=True,
        attempt_count=invoice["attempt_count"] + 1,
        auto_advance=False,
        next_payment_attempt=None,
        status_transitions=invoice["status_transitions"] | {"paid_at": ledger.now()},
    )
    ledger.emit("invoice.payment_succeeded", invoice)


def _mark_failed(ledger: Ledger, invoice: Object) -> None:
    failed = invoice["attempt_count"] + 1
    wait = RETRY_AFTER_DAYS[failed - 1] if failed <= len(RETRY_AFTER_DAYS) else None
    ledger.change(
        invoice,
        "invoice.payment_failed",
        attempted=True,
        attempt_count=failed,
        next_payment_attempt=None if wait is None else ledger.now() + wait * DAY,
    )
