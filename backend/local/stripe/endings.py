"""How things end: a subscription, a checkout that nobody paid, a customer."""

from __future__ import annotations

from backend.local.stripe.customers import present
from backend.local.stripe.errors import InvalidRequestError
from backend.local.stripe.form import Parameters
from backend.local.stripe.invoices import give_up
from backend.local.stripe.ledger import Ledger, Object


def end_subscription(ledger: Ledger, subscription: Object, reason: str | None) -> Object:
    """End a subscription now; an invoice that is not paid is not asked for any more.

    The reason goes into ``cancellation_details``; None keeps the one that is there.
    """
    now = ledger.now()
    details = subscription["cancellation_details"]
    if reason is not None:
        details = details | {"reason": reason}
    invoice = ledger.get("invoice", subscription["latest_invoice"])
    if invoice["status"] == "open":
        give_up(ledger, invoice)
    ledger.change(
        subscription,
        status="canceled",
        cancellation_details=details,
        canceled_at=subscription["canceled_at"] or now,
        ended_at=now,
    )
    ledger.emit("customer.subscription.deleted", subscription)
    return subscription


def cancel_subscription(ledger: Ledger, asked: Parameters, object_id: str) -> Object:
    """Answer ``DELETE /v1/subscriptions/{id}``."""
    asked.only("cancellation_details", "invoice_now", "prorate")
    subscription = ledger.get("subscription", object_id)
    if subscription["status"] == "canceled":
        raise InvalidRequestError(
            f"No such subscription: {object_id}", code="resource_missing", param="id", status=404
        )
    return end_subscription(ledger, subscription, "cancellation_requested")


def expire_session(ledger: Ledger, session: Object) -> Object:
    """End an open checkout session that is not paid."""
    ledger.change(session, status="expired", url=None)
    ledger.emit("checkout.session.expired", session)
    return session


def delete_customer(ledger: Ledger, asked: Parameters, object_id: str) -> Object:
    """Answer ``DELETE /v1/customers/{id}``: what the customer pays for ends at once."""
    asked.only()
    customer = present(ledger, object_id)
    for subscription in ledger.all("subscription", object_id):
        if subscription["status"] != "canceled":
            end_subscription(ledger, subscription, "cancellation_requested")
    for session in ledger.all("checkout.session", object_id):
        if session["status"] == "open":
            expire_session(ledger, session)
    for method in ledger.all("payment_method", object_id):
        ledger.change(method, "payment_method.detached", customer=None)
    ledger.emit("customer.deleted", customer)
    return ledger.replace({"id": object_id, "object": "customer", "deleted": True})
