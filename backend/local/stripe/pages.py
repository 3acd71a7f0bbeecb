"""What the pages have in common: plain HTML, no script, marked as not Stripe's."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from backend.local.stripe.form import LOCAL_NAMES

_STYLE = Path(__file__).with_name("style.css").read_text("utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
# Browsers hold this against the answer to a form too, and that leads on to the service.
_THIS_MACHINE = " ".join(
    f"{scheme}://{name}:*" for scheme in ("http", "https") for name in LOCAL_NAMES
)
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self' {_THIS_MACHINE}; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_NOTICE = (
    '<p class="notice" role="note"><strong>Local stand-in for Stripe.</strong> '
    "No real money, no real card: nothing you type here leaves this machine.</p>"
)


def page(title: str, body: str, *, status: int = 200, narrow: bool = True) -> HTMLResponse:
    """Return a page whose ``main`` is the HTML in *body*."""
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": _POLICY,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    width = "narrow" if narrow else "wide"
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body>{_NOTICE}"
        f'<main class="{width}">{body}</main></body></html>'
    )
    return HTMLResponse(html, status, headers)


def closing_page(title: str, reason: str, status: int, *, back: str | None = None) -> HTMLResponse:
    """Return a page on which nothing can be done but to go *back*."""
    link = "" if back is None else f'<p><a href="{escape(back)}">Go back</a></p>'
    return page(
        title,
        f'<section class="card"><h1>{escape(title)}</h1><p>{escape(reason)}</p>{link}</section>',
        status=status,
    )


def see_other(url: str) -> RedirectResponse:
    """Send the browser on after a form."""
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return RedirectResponse(url, 303, headers)


def alert(message: str | None) -> str:
    """Return the HTML of what went wrong, if anything did."""
    return "" if message is None else f'<p class="error" role="alert">{escape(message)}</p>'


def field(name: str, label: str, *, faulty: str | None = None, **attributes: str) -> str:
    """Return a labelled input, marked if it is the *faulty* one; write ``-`` as ``_``."""
    if faulty == name:
        attributes |= {"aria_invalid": "true", "autofocus": ""}
    # A browser must not offer the numbers of real cards here.
    attributes.setdefault("autocomplete", "off")
    written = "".join(
        f' {attribute.replace("_", "-")}="{escape(value)}"'
        for attribute, value in attributes.items()
    )
    return (
        f'<div><label for="{name}">{escape(label)}</label>'
        f'<input id="{name}" name="{name}"{written}></div>'
    )


def card_fields(form: dict[str, str], faulty: str | None) -> str:
    """Return the inputs of a card; of what was typed before only the harmless comes back."""
    number = field(
        "number",
        "Card number",
        faulty=faulty,
        inputmode="numeric",
        placeholder="1234 1234 1234 1234",
        required="",
    )
    expiry = field(
        "expiry",
        "Expiry",
        faulty=faulty,
        inputmode="numeric",
        placeholder="MM / YY",
        value=form.get("expiry", ""),
        required="",
    )
    cvc = field("cvc", "CVC", faulty=faulty, inputmode="numeric", placeholder="123", required="")
    holder = field("name", "Name on card", faulty=faulty, value=form.get("name", ""), required="")
    return f'{number}<div class="pair">{expiry}{cvc}</div>{holder}'


def day(moment: int) -> str:
    """Return a date, UTC: ``3 Dec 2026``."""
    date = datetime.fromtimestamp(moment, UTC)
    return f"{date.day} {date:%b %Y}"


async def read_form(request: Request) -> dict[str, str]:
    """Return what a form was sent with."""
    body = await request.body()
    return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
