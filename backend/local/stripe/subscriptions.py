"""Subscriptions: begun at a checkout, renewed by the month, changed by their owner."""

from __future__ import annotations

from backend.local.stripe.clock import months_after
from backend.local.stripe.endings import end_subscription
from backend.local.stripe.errors import ApiError, CardError, InvalidRequestError
from backend.local.stripe.form import Parameters, merged
from backend.local.stripe.invoices import bill, collect, subscription_of, tries_are_used_up
from backend.local.stripe.ledger import Ledger, Object
from backend.local.stripe.shapes.subscription import subscription_shape


def subscribe(
    ledger: Ledger,
    *,
    customer: str,
    price: Object,
    quantity: int,
    payment_method: str,
    metadata: dict[str, str],
) -> Object:
    """Begin a subscription whose first payment goes through; return it, active.

    Customer and payment method are ids.
    """
    now = ledger.now()
    subscription = ledger.add(
        subscription_shape(
            customer=customer,
            price=price,
            quantity=quantity,
            payment_method=payment_method,
            metadata=metadata,
            period=(now, months_after(now, 1)),
        )
    )
    ledger.emit("customer.subscription.created", subscription)
    invoice = bill(ledger, subscription, "subscription_create")
    collect(ledger, invoice, payment_method, first=True)
    return ledger.change(
        subscription, "customer.subscription.updated", status="active", latest_invoice=invoice["id"]
    )


def renew(ledger: Ledger, subscription: Object) -> None:
    """Begin the next month, and ask for its price."""
    item = subscription["items"]["data"][0]
    begin, anchor = item["current_period_end"], subscription["billing_cycle_anchor"]
    months = 1
    while months_after(anchor, months) <= begin:
        months += 1
    renewed = {"current_period_start": begin, "current_period_end": months_after(anchor, months)}
    before = {"items": subscription["items"], "latest_invoice": subscription["latest_invoice"]}
    ledger.change(subscription, items=before["items"] | {"data": [item | renewed]})
    invoice = bill(ledger, subscription, "subscription_cycle")
    ledger.change(subscription, latest_invoice=invoice["id"])
    ledger.emit("customer.subscription.updated", subscription, before)
    retry(ledger, invoice)


def retry(ledger: Ledger, invoice: Object) -> CardError | None:
    """Charge the card on file for an open invoice; return why that failed.

    The subscription is active or past due by what comes of it, and ends with the last try.
    """
    subscription = ledger.get("subscription", subscription_of(invoice))
    refusal = collect(ledger, invoice, subscription["default_payment_method"], first=False)
    status = "active" if refusal is None else "past_due"
    if tries_are_used_up(invoice) and refusal is not None:
        end_subscription(ledger, subscription, "payment_failed")
    elif subscription["status"] != status:
        ledger.change(subscription, "customer.subscription.updated", status=status)
    return refusal


def pay_invoice(ledger: Ledger, asked: Parameters, object_id: str) -> Object | ApiError:
    """Answer ``POST /v1/invoices/{id}/pay``; a failed try counts."""
    asked.only()
    invoice = ledger.get("invoice", object_id)
    if invoice["status"] != "open":
        raise InvalidRequestError(f"Invoice is {invoice['status']}", code="invoice_not_editable")
    return retry(ledger, invoice) or invoice


def update_subscription(ledger: Ledger, asked: Parameters, object_id: str) -> Object:
    """Answer ``POST /v1/subscriptions/{id}``."""
    asked.only("cancel_at_period_end", "default_payment_method", "metadata")
    subscription = ledger.get("subscription", object_id)
    if subscription["status"] == "canceled":
        raise InvalidRequestError(
            "A canceled subscription can only update its cancellation_details and metadata."
        )
    changes: Object = {"metadata": merged(subscription["metadata"], asked)}
    method = asked.text("default_payment_method")
    if method is not None:
        found = ledger.get("payment_method", method, param="default_payment_method")
        if found["customer"] != subscription["customer"]:
            message = f"The customer does not have a payment method with the ID {method}."
            raise InvalidRequestError(message, param="default_payment_method")
        changes["default_payment_method"] = method
    ends = asked.flag("cancel_at_period_end")
    if ends is not None:
        changes |= _end_of_period(ledger, subscription, ends=ends)
    return ledger.change(subscription, "customer.subscription.updated", **changes)


def end_with_period(ledger: Ledger, subscription: Object, *, ends: bool) -> None:
    """Let a subscription end with its present month, or go on after all."""
    changes = _end_of_period(ledger, subscription, ends=ends)
    ledger.change(subscription, "customer.subscription.updated", **changes)


def _end_of_period(ledger: Ledger, subscription: Object, *, ends: bool) -> Object:
    if ends == subscription["cancel_at_period_end"]:
        return {}
    reason = "cancellation_requested" if ends else None
    period_end = subscription["items"]["data"][0]["current_period_end"]
    return {
        "cancel_at_period_end": ends,
        "cancel_at": period_end if ends else None,
        "canceled_at": ledger.now() if ends else None,
        "cancellation_details": subscription["cancellation_details"] | {"reason": reason},
    }


def present_subscription(ledger: Ledger, customer: str) -> Object | None:
    """Return the customer's subscription that has not ended, if there is one."""
    every = ledger.all("subscription", customer)
    return next((each for each in every if each["status"] != "canceled"), None)
