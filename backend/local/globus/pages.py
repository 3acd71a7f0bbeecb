"""The pages of the stand-in that a person sees; plain HTML, no script, marked as a test."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backend.local.globus.directory import Client, User

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;"
    "color-scheme:light dark}h1{color:#b00020;font-size:1.3rem}"
    "button{display:block;width:100%;margin:.5rem 0;padding:.7rem;font:inherit;text-align:left}"
)


def authorize_page(client: Client, users: Iterable[User], scopes: Iterable[str]) -> HTMLResponse:
    """List the local users; the form posts ``username`` or ``deny`` to where it came from."""
    choices = "".join(
        f'<button name="username" value="{escape(user.username)}">'
        f"Continue as {escape(user.name)} ({escape(user.username)})</button>"
        for user in users
    )
    asked = "".join(f"<li><code>{escape(scope)}</code></li>" for scope in scopes)
    return _page(
        "Local test login",
        f"<h1>LOCAL TEST LOGIN &mdash; this is not Globus</h1>"
        f"<p>{escape(client.name)} asks who you are. These identities exist on this machine only; "
        f"there is no password.</p><form method=post>{choices}"
        f'<button name="deny" value="1">Deny</button></form><p>It asks for:</p><ul>{asked}</ul>',
    )


def code_page(code: str) -> HTMLResponse:
    """Show a code for pasting, for a program that no browser on its machine can reach."""
    return _page(
        "Local test login",
        f"<h1>LOCAL TEST LOGIN</h1><p>Paste this code into the application:</p>"
        f"<p><code>{escape(code)}</code></p>",
    )


def signed_out_page() -> HTMLResponse:
    """Say that there is nothing to end: the stand-in keeps no session in the browser."""
    return _page("Local test login", "<h1>LOCAL TEST LOGIN</h1><p>You are signed out.</p>")


def refusal_page(reason: str) -> HTMLResponse:
    """Refuse a request that must not be answered by a redirect."""
    return _page("Local test login", f"<h1>LOCAL TEST LOGIN</h1><p>{escape(reason)}</p>", 400)


def _page(title: str, body: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style>{body}</html>",
        status,
        _HEADERS,
    )
