"""Sign-in on the pages with Globus Auth: authorization code, PKCE, id_token, introspection.

https://docs.globus.org/api/auth/developer-guide/#obtaining-authorization and OpenID Connect Core
1.0, 3.1.  The id_token proves that the code belongs to this browser's attempt.  Who the person is,
with all linked identities, is then asked by the access token for this service's own scope, as the
API does it.  No token is kept: once that is known they are revoked.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx2
import jwt

from backend.api.dependencies import Introspect
from backend.api.sign_in import NotSignedInError, Principal
from backend.api.web.attempts import Attempt
from backend.domain.errors import UnavailableError
from backend.services.ports import Clock

IDENTITY_SCOPES = ("openid", "profile", "email")
# Globus signs with this one; to accept what a token itself names would be to let it choose.
_ALGORITHM = "RS512"
_CLAIMS = ("iss", "aud", "sub", "exp", "iat", "nonce")
_CLOCK_SKEW = timedelta(seconds=60)
_TIMEOUT_SECONDS = 5


class SignInFailedError(NotSignedInError):
    """The way back from Globus is not the end of a sign-in that began in this browser."""


@dataclass(frozen=True)
class WebClient:
    """The pages, as registered with Globus Auth: a client with a secret.

    Attributes:
        issuer: the address of Globus Auth, ``https://auth.globus.org``.
        scope: the API's own; its tokens tell who the person is.
        redirect_uri: exactly as registered: where browsers come back to.
        home: where browsers are led when people end what Globus remembers.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str
    redirect_uri: str
    home: str


class GlobusSignIn:
    """The port `SignIn`.

    Args:
        http: how to reach Globus Auth; closed by who made it.
        client: what the pages are to Globus.
        introspect: tells whose a token is; it takes those that were issued to *client* only.
        clock: the time.
    """

    def __init__(
        self, http: httpx2.AsyncClient, client: WebClient, introspect: Introspect, clock: Clock
    ) -> None:
        self._http = http
        self._client = client
        self._introspect = introspect
        self._clock = clock

    def address(self, attempt: Attempt) -> str:
        """Return where to send the browser."""
        query = {
            "response_type": "code",
            "client_id": self._client.client_id,
            "redirect_uri": self._client.redirect_uri,
            "scope": " ".join((*IDENTITY_SCOPES, self._client.scope)),
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": _challenge(attempt.verifier),
            "code_challenge_method": "S256",
        }
        return f"{self._client.issuer}/v2/oauth2/authorize?{urlencode(query)}"

    def sign_out_address(self) -> str:
        """Return where people end what Globus itself remembers of them in a browser."""
        query = {"client_id": self._client.client_id, "redirect_uri": self._client.home}
        return f"{self._client.issuer}/v2/web/logout?{urlencode(query)}"

    async def principal(self, code: str, attempt: Attempt) -> Principal:
        """Return who came back with *code*.

        Raises:
            SignInFailedError: the code, or the id_token that it brings, is not of *attempt*.
            WrongScopeError: the person did not agree to what the pages need.
            UnavailableError: Globus cannot be asked.
        """
        tokens = await self._exchange(code, attempt.verifier)
        try:
            sub = await self._verified_sub(str(tokens.get("id_token", "")), attempt.nonce)
            principal = await self._introspect(self._own_token(tokens))
        finally:
            await self._revoke(tokens)
        if principal.sub != sub:
            raise SignInFailedError(_STRANGE)
        return principal

    async def _exchange(self, code: str, verifier: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._client.redirect_uri,
            "code_verifier": verifier,
        }
        response = await self._asked("POST", "/v2/oauth2/token", form)
        answer = _object(response)
        if answer.get("error") == "invalid_grant":
            raise SignInFailedError(
                "Globus does not know this sign-in (any more): each can be used once, within a few "
                "minutes. Sign in again."
            )
        if response.is_error:
            raise UnavailableError(_DOWN)
        return answer

    def _own_token(self, tokens: Mapping[str, Any]) -> str:
        """Return the token of our scope; Globus answers one token a resource server."""
        for one in _all(tokens):
            if self._client.scope in str(one.get("scope")).split():
                return str(one.get("access_token"))
        raise SignInFailedError("You have not let the pages use this service. Sign in and agree.")

    async def _verified_sub(self, id_token: str, nonce: str) -> str:
        """Return whom *id_token* names, once it is seen to be Globus's, for us, and of *nonce*."""
        keys = _object(await self._asked("GET", "/jwk.json"))
        claims = _claims(id_token, keys, self._client.client_id)
        now = self._clock().timestamp()
        right = (
            str(claims["iss"]).rstrip("/") == self._client.issuer.rstrip("/"),
            claims["exp"] > now - _CLOCK_SKEW.total_seconds(),
            claims["iat"] < now + _CLOCK_SKEW.total_seconds(),
            hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()),
        )
        if not all(right):
            raise SignInFailedError(_STRANGE)
        return str(claims["sub"])

    async def _revoke(self, tokens: Mapping[str, Any]) -> None:
        """Give the tokens back; one that could not be given back ends by itself."""
        for one in _all(tokens):
            with suppress(UnavailableError):
                token = {"token": str(one.get("access_token"))}
                await self._asked("POST", "/v2/oauth2/token/revoke", token)

    async def _asked(
        self, method: str, path: str, form: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        try:
            return await self._http.request(
                method,
                f"{self._client.issuer}{path}",
                data=form,
                auth=None if form is None else (self._client.client_id, self._client.client_secret),
                timeout=_TIMEOUT_SECONDS,
            )
        except httpx2.HTTPError as error:
            raise UnavailableError(_DOWN) from error


_DOWN = "Globus does not answer as it should. Try to sign in again in a minute."
_STRANGE = "What Globus answered is not of this sign-in. Sign in again."


def _challenge(verifier: str) -> str:
    """Return the PKCE challenge of *verifier* by method S256 (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _object(response: httpx2.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError as error:
        raise UnavailableError(_DOWN) from error
    if not isinstance(answer, dict):
        raise UnavailableError(_DOWN)
    return answer


def _all(tokens: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [tokens, *tokens.get("other_tokens", [])]


def _claims(id_token: str, keys: dict[str, Any], client_id: str) -> dict[str, Any]:
    """Return what *id_token* says, if one of Globus's *keys* signed it for *client_id*.

    Its times are for the caller to judge, who has the clock.
    """
    options: Any = {f"verify_{time}": False for time in ("exp", "iat", "nbf")}
    options["require"] = list(_CLAIMS)
    try:
        for key in _candidates(jwt.get_unverified_header(id_token).get("kid"), keys):
            with suppress(jwt.InvalidSignatureError):
                return jwt.decode(
                    id_token, key.key, [_ALGORITHM], audience=client_id, options=options
                )
    except jwt.PyJWTError as error:
        raise SignInFailedError(_STRANGE) from error
    raise SignInFailedError(_STRANGE)


def _candidates(kid: str | None, keys: dict[str, Any]) -> Iterable[jwt.PyJWK]:
    """Return the keys that may have signed: the one named, or all where names are not used."""
    known = jwt.PyJWKSet.from_dict(keys)
    return [key for key in known if kid is None or key.key_id in (None, kid)]
