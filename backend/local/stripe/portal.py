"""Portal sessions: made by the API, where customers look after their subscription."""

from __future__ import annotations

from backend.local.stripe.cards import Behaviour, Card, decline
from backend.local.stripe.checkout import challenge
from backend.local.stripe.customers import attach, keep_card
from backend.local.stripe.form import Parameters
from backend.local.stripe.ledger import Ledger, Object, new_secret
from backend.local.stripe.shapes.session import portal_session_shape
from backend.local.stripe.subscriptions import present_subscription, retry

LIFE_SECONDS = 3600


def create_portal_session(ledger: Ledger, asked: Parameters) -> Object:
    """Answer ``POST /v1/billing_portal/sessions``."""
    asked.only("customer", "locale", "return_url")
    customer = ledger.get("customer", asked.required("customer"), param="customer")
    return_url = asked.local_url("return_url") if asked.has("return_url") else None
    session = portal_session_shape(customer["id"], return_url, asked.text("locale"))
    # The address is the key to the page, so it does not follow from the session's id.
    key = new_secret("test")
    session["url"] = f"{ledger.url}/p/session/{key}"
    ledger.add({"id": key, "object": "portal_key", "session": session["id"]})
    return ledger.add(session)


def open_portal(ledger: Ledger, key: str) -> Object | None:
    """Return the session that an address opens, None if it is over or never was."""
    found = ledger.find(key, "portal_key")
    session = ledger.find(found["session"]) if found else None
    return session if session is not None and is_open(ledger, session) else None


def is_open(ledger: Ledger, session: Object) -> bool:
    """Whether a portal session has not run out, and its customer is still there."""
    customer = ledger.get("customer", session["customer"])
    in_time = session["created"] + LIFE_SECONDS >= ledger.now()
    return bool(in_time and not customer.get("deleted"))


def change_card(ledger: Ledger, session: Object, card: Card) -> Object | None:
    """Let the customer pay by *card* from now on, and what is open at once.

    Returns:
        What `answer_challenge` takes, where the bank wants to know that it is the owner; else None.

    Raises:
        CardError: the card is refused, the earlier one stays.
    """
    refusal = decline(card.behaviour, first=True)
    if refusal is not None:
        raise refusal
    method = keep_card(ledger, card)
    if card.behaviour is Behaviour.ASKS:
        return challenge(ledger, method, session["id"])
    use_card(ledger, session, method)
    return None


def use_card(ledger: Ledger, session: Object, method: Object) -> None:
    """Let the customer pay by the card *method* from now on, and what is open at once."""
    attach(ledger, method, ledger.get("customer", session["customer"]))
    subscription = present_subscription(ledger, session["customer"])
    if subscription is None:
        return
    ledger.change(
        subscription, "customer.subscription.updated", default_payment_method=method["id"]
    )
    invoice = ledger.get("invoice", subscription["latest_invoice"])
    if invoice["status"] == "open":
        retry(ledger, invoice)
