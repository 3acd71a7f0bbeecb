"""The billing portal's page: plan, card and invoices of one customer."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from backend.local.stripe.cards import read_card
from backend.local.stripe.catalogue import amount, in_words
from backend.local.stripe.errors import CardError
from backend.local.stripe.ledger import Ledger, Object
from backend.local.stripe.pages import (
    alert,
    card_fields,
    closing_page,
    day,
    page,
    read_form,
    see_other,
)
from backend.local.stripe.portal import change_card, open_portal
from backend.local.stripe.subscriptions import end_with_period, present_subscription

_STATES = {"paid": "ok", "open": "warn", "uncollectible": "bad"}


class PortalPage:
    """``/p/session/{key}``: GET shows, POST has ``do``: ``cancel``, ``resume`` or ``card``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def routes(self) -> list[Route]:
        """Return the page's routes."""
        path = "/p/session/{key}"
        return [
            Route(path, self.show, methods=["GET"]),
            Route(path, self.act, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show how things are."""
        session = open_portal(self._ledger, request.path_params["key"])
        return _expired() if session is None else portal_page(self._ledger, session, {})

    async def act(self, request: Request) -> Response:
        """Change the subscription or the card, and show how things are then."""
        form = await read_form(request)
        session = open_portal(self._ledger, request.path_params["key"])
        if session is None:
            return _expired()
        try:
            return see_other(self._act(session, form))
        except CardError as error:
            return portal_page(self._ledger, session, form, error)

    def _act(self, session: Object, form: dict[str, str]) -> str:
        """Return where to go next."""
        challenge = None
        with self._ledger.database.transaction():
            subscription = present_subscription(self._ledger, session["customer"])
            match form.get("do"):
                case "card":
                    challenge = self._change_card(session, form)
                case "cancel" | "resume" as what if subscription is not None:
                    end_with_period(self._ledger, subscription, ends=what == "cancel")
        return str(session["url"]) if challenge is None else f"/3ds/{challenge['id']}"

    def _change_card(self, session: Object, form: dict[str, str]) -> Object | None:
        customer = self._ledger.get("customer", session["customer"])
        card = read_card(
            form.get("number", ""),
            form.get("expiry", ""),
            form.get("cvc", ""),
            holder=form.get("name", "").strip(),
            email=customer["email"] or "",
            now=self._ledger.now(),
        )
        return change_card(self._ledger, session, card)


def portal_page(
    ledger: Ledger, session: Object, form: dict[str, str], error: CardError | None = None
) -> HTMLResponse:
    """Return the page of a customer; *error* is about the card that was typed before."""
    customer = ledger.get("customer", session["customer"])
    subscription = present_subscription(ledger, customer["id"])
    back = session["return_url"]
    link = "" if back is None else f'<a class="back" href="{escape(back)}">&larr; Back</a>'
    body = (
        f'{link}<h1>Billing</h1><p class="muted">{escape(customer["email"] or "")}</p>'
        f"{_plan(ledger, session, subscription)}{_card(ledger, session, form, error)}"
        f"{_invoices(ledger, customer['id'])}"
    )
    return page("Billing", body, status=200 if error is None else error.status)


def _plan(ledger: Ledger, session: Object, subscription: Object | None) -> str:
    if subscription is None:
        text = "You have no plan that costs anything."
        return f'<section class="card"><h2>Current plan</h2><p>{text}</p></section>'
    item = subscription["items"]["data"][0]
    product = ledger.get("product", item["price"]["product"])
    ends = subscription["cancel_at_period_end"]
    do, label = ("resume", "Renew plan") if ends else ("cancel", "Cancel plan")
    return (
        f'<section class="card"><h2>Current plan</h2><p><strong>{escape(product["name"])}</strong>'
        f" &middot; {escape(in_words(item['price'], item['quantity']))}</p>"
        f'<p>{_state(subscription)}</p><form method="post" action="{escape(session["url"])}">'
        f'<button name="do" value="{do}">{label}</button></form></section>'
    )


def _state(subscription: Object) -> str:
    end = day(subscription["items"]["data"][0]["current_period_end"])
    if subscription["status"] == "past_due":
        return (
            '<span class="state bad">Past due</span><br>The last payment failed. '
            "Update your card to keep the plan."
        )
    if subscription["cancel_at_period_end"]:
        return f'<span class="state warn">Cancelled</span><br>Stays until {end}, then ends.'
    return f'<span class="state ok">Active</span><br>Renews on {end}.'


def _card(ledger: Ledger, session: Object, form: dict[str, str], error: CardError | None) -> str:
    customer = ledger.get("customer", session["customer"])
    method_id = customer["invoice_settings"]["default_payment_method"]
    method = ledger.find(method_id or "", "payment_method")
    shown = "No card on file."
    if method is not None:
        card = method["card"]
        shown = (
            f"{card['brand'].capitalize()} ending in {card['last4']}, "
            f"expires {card['exp_month']:02}/{card['exp_year'] % 100:02}"
        )
    opened = "" if error is None else " open"
    faulty = None if error is None else error.param
    return (
        f'<section class="card"><h2>Payment method</h2><p>{escape(shown)}</p>'
        f"{alert(None if error is None else error.message)}"
        f"<details{opened}><summary>Update card</summary>"
        f'<form method="post" action="{escape(session["url"])}">{card_fields(form, faulty)}'
        '<button class="primary" name="do" value="card">Save card</button></form></details>'
        "</section>"
    )


def _invoices(ledger: Ledger, customer_id: str) -> str:
    rows = "".join(
        f"<tr><td>{day(invoice['created'])}"
        f'<span class="small">{escape(invoice["number"])}</span></td>'
        f'<td><span class="state {_STATES[invoice["status"]]}">{invoice["status"].capitalize()}'
        f'</span></td><td class="number">'
        f"{escape(amount(invoice['total'], invoice['currency']))}</td></tr>"
        for invoice in ledger.all("invoice", customer_id)
    )
    if not rows:
        return '<section class="card"><h2>Invoices</h2><p>There are none yet.</p></section>'
    return (
        '<section class="card"><h2>Invoices</h2><table><thead><tr><th>Invoice</th>'
        '<th>Status</th><th class="number">Amount</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></section>"
    )


def _expired() -> HTMLResponse:
    return closing_page("This page has expired", "Open billing anew from the app.", 410)
