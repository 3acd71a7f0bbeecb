"""The part of the composition root that makes the web pages."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import replace
from urllib.parse import urlsplit

import httpx2

from backend import wiring
from backend.api.sign_in import Introspector, ResourceServer
from backend.api.web.dependencies import Web
from backend.api.web.globus import GlobusSignIn, WebClient
from backend.services.web_sessions import Browsers, WebSessions
from backend.settings import Settings

# Where Stripe's own pages are; a stand-in has all of them at the address of its API.
_STRIPE_PAGES = ("https://checkout.stripe.com", "https://billing.stripe.com")


def web(
    settings: Settings, http: httpx2.AsyncClient, server: ResourceServer, sessions: WebSessions
) -> Web:
    """Return what the pages work with beside the API; *http* reaches Globus.

    Args:
        settings: of the process.
        http: closed by who made it.
        server: what the API is to Globus.
        sessions: where the sign-ins are kept.
    """
    # The pages' own client is taken here only: its tokens open nothing of the API.
    of_pages = replace(server, apps=frozenset({settings.globus_web_client_id}))
    introspect = Introspector(http, of_pages, wiring.now).principal
    return Web(
        sign_in=GlobusSignIn(http, _client(settings, server), introspect, wiring.now),
        browsers=Browsers(sessions, wiring.now, _new_secret),
        cookie_key=_cookie_key(settings.globus_web_client_secret),
        new_secret=_new_secret,
        payment_origins=_payment_origins(settings.stripe_api_url),
        secure=settings.mode == "production",
    )


def _client(settings: Settings, server: ResourceServer) -> WebClient:
    return WebClient(
        issuer=settings.globus_url,
        client_id=settings.globus_web_client_id,
        client_secret=settings.globus_web_client_secret,
        scope=server.scope,
        redirect_uri=f"{settings.web_url}/sign-in/done",
        home=f"{settings.web_url}/",
    )


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


def _cookie_key(client_secret: str) -> bytes:
    """Every process has that secret, so each reads what another has signed."""
    return hmac.digest(client_secret.encode(), b"sign-in cookie", hashlib.sha256)


def _payment_origins(stand_in: str | None) -> tuple[str, ...]:
    if stand_in is None:
        return _STRIPE_PAGES
    parts = urlsplit(stand_in)
    return (f"{parts.scheme}://{parts.netloc}",)
