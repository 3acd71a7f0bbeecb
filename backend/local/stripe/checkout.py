"""Checkout sessions: made by the API, paid on a page, once."""

from __future__ import annotations

from backend.local.stripe.cards import Behaviour, Card, decline, not_authenticated
from backend.local.stripe.clock import DAY
from backend.local.stripe.customers import attach, keep_card, register
from backend.local.stripe.endings import expire_session
from backend.local.stripe.errors import InvalidRequestError
from backend.local.stripe.form import Parameters, merged
from backend.local.stripe.ledger import Ledger, Object, new_secret
from backend.local.stripe.shapes.session import (
    checkout_session_shape,
    customer_details_shape,
    line_items_shape,
)
from backend.local.stripe.subscriptions import subscribe

_SHORTEST_LIFE, _LONGEST_LIFE = DAY // 48, DAY
"""Seconds: half an hour to a day, as at Stripe."""
_ECHOED = ("billing_address_collection", "locale", "submit_type")


def create_session(ledger: Ledger, asked: Parameters) -> Object:
    """Answer ``POST /v1/checkout/sessions``; sessions sell one subscription."""
    asked.only(
        *_ECHOED,
        "allow_promotion_codes",
        "cancel_url",
        "client_reference_id",
        "customer",
        "customer_email",
        "expires_at",
        "line_items",
        "metadata",
        "mode",
        "payment_method_types",
        "subscription_data",
        "success_url",
    )
    asked.required("mode")
    asked.one_of("mode", ("subscription",))
    price, quantity = _sold(ledger, asked)
    customer = asked.text("customer")
    if customer is not None:
        ledger.get("customer", customer, param="customer")
    session = checkout_session_shape(
        price=price,
        quantity=quantity,
        customer=customer,
        customer_email=asked.text("customer_email"),
    )
    session |= {name: asked.text(name) for name in _ECHOED}
    session |= {
        "allow_promotion_codes": asked.flag("allow_promotion_codes"),
        "cancel_url": asked.local_url("cancel_url") if asked.has("cancel_url") else None,
        "client_reference_id": asked.text("client_reference_id"),
        "expires_at": _end(ledger.now(), asked),
        "metadata": merged({}, asked),
        "success_url": asked.local_url("success_url"),
        "url": f"{ledger.url}/c/pay/{session['id']}",
    }
    of_subscription = Parameters(asked.mapping("subscription_data"))
    of_subscription.only("metadata")
    hidden = {
        "price": price["id"],
        "quantity": quantity,
        "metadata": merged({}, of_subscription),
        "line_items": line_items_shape(session["id"], price, quantity),
    }
    return ledger.add(session, hidden)


def expire(ledger: Ledger, asked: Parameters, object_id: str) -> Object:
    """Answer ``POST /v1/checkout/sessions/{id}/expire``."""
    asked.only()
    session = ledger.get("checkout.session", object_id)
    if session["status"] != "open":
        raise InvalidRequestError(
            "Only Checkout Sessions with a status in ['open'] can be expired."
        )
    return expire_session(ledger, session)


def pay(ledger: Ledger, session: Object, card: Card) -> Object | None:
    """Pay an open session by *card*.

    Returns:
        What `answer_challenge` takes, where the bank wants to know that it is the owner; else None.

    Raises:
        CardError: the card is not charged, the session stays open.
    """
    refusal = decline(card.behaviour, first=True)
    if refusal is not None:
        raise refusal
    method = keep_card(ledger, card)
    if card.behaviour is Behaviour.ASKS:
        return challenge(ledger, method, session["id"])
    complete(ledger, session, method)
    return None


def challenge(ledger: Ledger, method: Object, session_id: str) -> Object:
    """Ask the owner of a card to confirm that it is them, on a page of its own.

    The card is to be used for the session, of whichever kind, with that id.
    """
    return ledger.add(
        {
            "id": new_secret("3ds"),
            "object": "challenge",
            "session": session_id,
            "payment_method": method["id"],
        }
    )


def answer_challenge(ledger: Ledger, asked: Object, *, confirmed: bool) -> Object:
    """Take the answer to a challenge; one that is confirmed is over. Return the card.

    Raises:
        CardError: it is not confirmed.
    """
    if not confirmed:
        raise not_authenticated()
    ledger.forget(asked["id"])
    return ledger.get("payment_method", asked["payment_method"])


def complete(ledger: Ledger, session: Object, method: Object) -> None:
    """Let an open session be paid by the card *method*: its subscription begins."""
    hidden, details = ledger.hidden(session["id"]), method["billing_details"]
    customer = (
        ledger.get("customer", session["customer"])
        if session["customer"]
        else register(ledger, email=details["email"], name=details["name"])
    )
    attach(ledger, method, customer)
    subscription = subscribe(
        ledger,
        customer=customer["id"],
        price=ledger.get("price", hidden["price"]),
        quantity=hidden["quantity"],
        payment_method=method["id"],
        metadata=hidden["metadata"],
    )
    ledger.change(
        session,
        status="complete",
        payment_status="paid",
        url=None,
        customer=customer["id"],
        customer_details=customer_details_shape(details["email"], details["name"]),
        invoice=subscription["latest_invoice"],
        subscription=subscription["id"],
    )
    ledger.emit("checkout.session.completed", session)


def return_address(session: Object) -> str:
    """Return where the browser goes from a paid session."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _sold(ledger: Ledger, asked: Parameters) -> tuple[Object, int]:
    """Return the price and how many of it."""
    lines = asked.sequence("line_items")
    if len(lines) != 1 or not isinstance(lines[0], dict):
        message = "The local stand-in sells exactly one line item."
        raise InvalidRequestError(message, param="line_items")
    line = Parameters(lines[0])
    line.only("price", "quantity")
    price = ledger.get("price", line.required("price"), param="line_items[0][price]")
    quantity = line.whole("quantity", 1)
    if quantity < 1:
        message = "This value must be greater than or equal to 1."
        raise InvalidRequestError(message, param="line_items[0][quantity]")
    return price, quantity


def _end(now: int, asked: Parameters) -> int:
    end = asked.whole("expires_at", now + _LONGEST_LIFE)
    if not now + _SHORTEST_LIFE <= end <= now + _LONGEST_LIFE:
        message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from now."
        raise InvalidRequestError(message, param="expires_at")
    return end
