"""Checkout's page: what is sold, and the form of a card."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from backend.local.stripe.cards import read_card
from backend.local.stripe.catalogue import amount, in_words
from backend.local.stripe.checkout import pay, return_address
from backend.local.stripe.errors import CardError
from backend.local.stripe.ledger import Ledger, Object
from backend.local.stripe.pages import (
    alert,
    card_fields,
    closing_page,
    field,
    page,
    read_form,
    see_other,
)
from backend.local.stripe.shapes.price import PRODUCT_NAME

_TEST_CARDS = (
    ("4242 4242 4242 4242", "pays"),
    ("4000 0025 0000 3155", "asks for 3-D Secure"),
    ("4000 0000 0000 0002", "is declined"),
    ("4000 0000 0000 9995", "has no funds"),
    ("4000 0000 0000 0341", "pays once, then no more"),
)


class CheckoutPage:
    """``/c/pay/{session}``: GET shows the form, POST pays."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def routes(self) -> list[Route]:
        """Return the page's routes."""
        path = "/c/pay/{session_id}"
        return [
            Route(path, self.show, methods=["GET"]),
            Route(path, self.pay, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show the form, or that there is nothing to be paid."""
        session = self._open(request)
        if isinstance(session, Response):
            return session
        return checkout_form(self._ledger, session, {})

    async def pay(self, request: Request) -> Response:
        """Charge the card and go back to the service, or to the bank's page before."""
        form = await read_form(request)
        session = self._open(request)
        if isinstance(session, Response):
            return session
        try:
            return see_other(self._pay(session, form))
        except CardError as error:
            return checkout_form(self._ledger, session, form, error)

    def _open(self, request: Request) -> Object | Response:
        """Return the session if it can be paid, else what it shows."""
        session = self._ledger.find(request.path_params["session_id"], "checkout.session")
        if session is None:
            return closing_page("Not found", "There is no such checkout. Begin it anew.", 404)
        return session if session["status"] == "open" else _closed(session)

    def _pay(self, session: Object, form: dict[str, str]) -> str:
        """Return where to go next."""
        email = known_email(self._ledger, session) or form.get("email", "").strip()
        if "@" not in email:
            raise CardError("Your email is incomplete.", "email_invalid", param="email")
        card = read_card(
            form.get("number", ""),
            form.get("expiry", ""),
            form.get("cvc", ""),
            holder=form.get("name", "").strip(),
            email=email,
            now=self._ledger.now(),
        )
        with self._ledger.database.transaction():
            challenge = pay(self._ledger, session, card)
        return return_address(session) if challenge is None else f"/3ds/{challenge['id']}"


def known_email(ledger: Ledger, session: Object) -> str:
    """Return the address that the service has given, which a person cannot change."""
    customer = ledger.get("customer", session["customer"]) if session["customer"] else {}
    return str(customer.get("email") or session["customer_email"] or "")


def checkout_form(
    ledger: Ledger, session: Object, form: dict[str, str], error: CardError | None = None
) -> HTMLResponse:
    """Return the page of an open session; *error* is about what was typed before, in *form*."""
    faulty = None if error is None else error.param
    body = (
        f'<div class="columns">{_summary(ledger, session)}<section class="card">'
        f"<h2>Pay by card</h2>{alert(None if error is None else error.message)}"
        f'<form method="post" action="/c/pay/{session["id"]}">'
        f"{_email(ledger, session, form, faulty)}{card_fields(form, faulty)}"
        '<button class="primary">Subscribe</button></form>'
        '<p class="small">You can cancel at any time; what is paid for stays until its month is '
        f"over.</p>{_test_cards()}</section></div>"
    )
    status = 200 if error is None else error.status
    return page(
        f"Subscribe to {PRODUCT_NAME}",
        body,
        status=status,
        narrow=False,
    )


def _closed(session: Object) -> HTMLResponse:
    if session["status"] == "complete":
        return closing_page(
            "This checkout is paid",
            "It can be paid once only; nothing more is charged.",
            410,
            back=return_address(session),
        )
    reason = "Nothing was charged. Begin the upgrade anew in the app."
    return closing_page("This checkout has expired", reason, 410, back=session["cancel_url"])


def _summary(ledger: Ledger, session: Object) -> str:
    hidden = ledger.hidden(session["id"])
    price = ledger.get("price", hidden["price"])
    product = ledger.get("product", price["product"])
    sum_, _, period = in_words(price, hidden["quantity"]).partition(" per ")
    back = session["cancel_url"]
    link = "" if back is None else f'<a class="back" href="{escape(back)}">&larr; Back</a>'
    due = escape(amount(session["amount_total"], session["currency"]))
    return (
        f"<section>{link}<h1>Subscribe to {escape(product['name'])}</h1>"
        f'<p class="figure">{escape(sum_)} <span>per {escape(period)}</span></p>'
        f'<p class="muted">{escape(product["description"])}</p>'
        f'<p class="total"><span>Due today</span><span>{due}</span></p></section>'
    )


def _email(ledger: Ledger, session: Object, form: dict[str, str], faulty: str | None) -> str:
    known = known_email(ledger, session)
    if known:
        return field("email", "Email", type="email", value=known, readonly="")
    typed = form.get("email", "")
    return field("email", "Email", faulty=faulty, type="email", value=typed, required="")


def _test_cards() -> str:
    rows = "".join(
        f"<tr><th><code>{number}</code></th><td>{what}</td></tr>" for number, what in _TEST_CARDS
    )
    return (
        f"<details><summary>Test cards</summary><table><tbody>{rows}</tbody></table>"
        '<p class="small">Any date to come, any three digits as CVC.</p></details>'
    )
