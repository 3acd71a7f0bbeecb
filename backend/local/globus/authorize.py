"""The page where a person chooses who to be, and the way back to the program that asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.responses import RedirectResponse, Response

from backend.local.globus import pages
from backend.local.globus.tokens import Agreement, Issuer

if TYPE_CHECKING:
    from starlette.requests import Request

    from backend.local.globus.directory import Client

_CHALLENGE_CHARACTERS = 43
"""Length of a SHA-256 digest in base64url without padding."""

_LOOPBACK_NAMES = {"127.0.0.1", "localhost", "::1"}


class AuthorizePage:
    """``/v2/oauth2/authorize``: GET shows the choice, POST makes it.

    A POST, by a person's click or by a test's driver, has the query of the GET and in its form
    ``username`` (or there a user's id) or ``deny``.
    """

    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer

    async def show(self, request: Request) -> Response:
        """Ask the person."""
        asked = self._asked(request)
        if isinstance(asked, Response):
            return asked
        return pages.authorize_page(asked.client, self._issuer.directory.users, asked.scopes)

    async def choose(self, request: Request) -> Response:
        """Send the browser back to the program with a code, or with the person's refusal."""
        asked = self._asked(request)
        if isinstance(asked, Response):
            return asked
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        if form.get("deny"):
            return asked.back(
                error="access_denied", error_description="The user denied the request"
            )
        user = self._issuer.directory.user(form.get("username", ""))
        if user is None:
            return pages.refusal_page("There is no such local user.")
        agreement = Agreement(
            user=user,
            client=asked.client,
            redirect_uri=asked.redirect_uri,
            scopes=asked.scopes,
            challenge=asked.challenge,
            offline=asked.query.get("access_type") == "offline",
            state=asked.query.get("state", ""),
            nonce=asked.query.get("nonce", ""),
        )
        return asked.back(code=self._issuer.agree(agreement))

    def _asked(self, request: Request) -> _Asked | Response:
        """Read the request, or answer it where it cannot be granted."""
        query = dict(request.query_params)
        client = self._issuer.directory.client(query.get("client_id", ""))
        redirect_uri = query.get("redirect_uri", "")
        # An error about these two is never sent on: the address may be an attacker's.
        if client is None or not self._may_return_to(redirect_uri, client):
            return pages.refusal_page("The client_id or the redirect_uri is not registered.")
        asked = _Asked(client, redirect_uri, tuple(query.get("scope", "").split()), query)
        if query.get("response_type") != "code":
            return asked.back(error="unsupported_response_type")
        if not asked.may_go_on():
            return asked.back(
                error="invalid_request", error_description="Native apps must use PKCE with S256"
            )
        if not asked.scopes or None in map(self._issuer.directory.resource_server, asked.scopes):
            return asked.back(error="invalid_scope", error_description="A scope is unknown here")
        return asked

    def _may_return_to(self, redirect_uri: str, client: Client) -> bool:
        """Tell if this is registered, a native app's loopback, or the page that shows codes."""
        if client.secret is not None:
            return redirect_uri in client.redirect_uris
        try:
            address = urlsplit(redirect_uri)
        except ValueError:
            return False
        loopback = address.scheme == "http" and address.hostname in _LOOPBACK_NAMES
        return loopback or redirect_uri == f"{self._issuer.url}/v2/web/auth-code"


@dataclass(frozen=True)
class _Asked:
    client: Client
    redirect_uri: str
    scopes: tuple[str, ...]
    query: dict[str, str]

    @property
    def challenge(self) -> str:
        return self.query.get("code_challenge", "")

    def may_go_on(self) -> bool:
        """Tell if PKCE is used as it should be; a program with a secret may do without."""
        if self.client.secret is not None and not self.challenge:
            return True
        s256 = self.query.get("code_challenge_method") == "S256"
        return s256 and len(self.challenge) == _CHALLENGE_CHARACTERS

    def back(self, **answer: str) -> RedirectResponse:
        address = urlsplit(self.redirect_uri)
        answer["state"] = self.query.get("state", "")
        query = urlencode([*parse_qsl(address.query), *answer.items()])
        headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return RedirectResponse(urlunsplit(address._replace(query=query)), 302, headers)
