"""What the stand-in issues: codes for agreements, tokens for codes, id_tokens for people.

Globus's own figures: codes live 10 minutes; refresh tokens live until 6 months without use and are
not rotated.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt
from jwt.algorithms import RSAAlgorithm

from backend.local.globus.directory import (
    AUTH_RESOURCE_SERVER,
    IDENTITY_PROVIDER_NAME,
    Client,
    Directory,
    User,
)
from backend.local.globus.store import Code, Store, Token, digest

if TYPE_CHECKING:
    from collections.abc import Callable

CODE_SECONDS = 600
REFRESH_TOKEN_SECONDS = 15_552_000


class InvalidGrantError(Exception):
    """The code or refresh token cannot be used, or not by this program."""


@dataclass(frozen=True)
class Agreement:
    """What a person has just said yes to on the authorize page."""

    user: User
    client: Client
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str
    offline: bool
    state: str
    nonce: str


def s256(verifier: str) -> str:
    """Return the PKCE challenge of *verifier* by method S256 (RFC 7636, 4.2)."""
    return _base64url(hashlib.sha256(verifier.encode()).digest())


@dataclass(frozen=True)
class _Grant:
    """Who lets which program do something; *id* ties together what one code brings."""

    sub: str
    client: str
    id: str


class Issuer:
    """Issues and checks; every answer is in the shape that globus-sdk reads.

    Args:
        url: the issuer's name and address, without a slash at its end.
        clock: seconds since the epoch.
    """

    def __init__(
        self, url: str, directory: Directory, store: Store, clock: Callable[[], float]
    ) -> None:
        self.url = url
        self.directory = directory
        self._store = store
        self._clock = clock
        self._key = store.signing_key()

    def agree(self, agreement: Agreement) -> str:
        """Return a code that the program can exchange once, within 10 minutes."""
        self._store.forget_expired(self._clock())
        code = secrets.token_urlsafe(32)
        self._store.add_code(
            Code(
                digest=digest(code),
                sub=agreement.user.id,
                client=agreement.client.id,
                redirect_uri=agreement.redirect_uri,
                scope=" ".join(agreement.scopes),
                challenge=agreement.challenge,
                offline=agreement.offline,
                state=agreement.state,
                nonce=agreement.nonce,
                expires_at=self._clock() + CODE_SECONDS,
            )
        )
        return code

    def exchange(
        self, client: Client, secret: str, redirect_uri: str, verifier: str
    ) -> dict[str, Any]:
        """Return the tokens for a code; a second use of it revokes what the first one brought.

        Raises:
            InvalidGrantError: the code is unknown, used, expired or another program's, or the
                verifier is wrong.
        """
        code = self._usable_code(client, secret, redirect_uri, verifier)
        grant = _Grant(code.sub, code.client, str(uuid.uuid4()))
        answers, tokens = self._issue(code, grant)
        if not self._store.redeem(code, grant.id, tokens):
            raise InvalidGrantError("the code has been used")
        user = self.directory.user(code.sub)
        first, *others = answers
        if user is not None and "openid" in code.scope.split():
            first["id_token"] = self._id_token(user, code, str(first["access_token"]))
        return {**first, "other_tokens": others}

    def refresh(self, client: Client, secret: str) -> dict[str, Any]:
        """Return a new access token for a refresh token, which stays the same.

        Raises:
            InvalidGrantError: the token is unknown, revoked, expired or another program's.
        """
        token = self.live(secret, "refresh")
        if token is None or token.client != client.id:
            raise InvalidGrantError("the refresh token is not valid")
        grant = _Grant(token.sub, client.id, token.grant_id)
        answer, access = self._access_token(grant, token.scope)
        self._store.renew(token, self._clock() + REFRESH_TOKEN_SECONDS, access)
        return {**answer, "refresh_token": secret, "other_tokens": []}

    def live(self, secret: str, *kinds: str) -> Token | None:
        """Return the token if it is of one of *kinds*, unexpired and not revoked."""
        token = self._store.token(secret)
        usable = token is not None and token.kind in kinds and token.expires_at > self._clock()
        return token if usable else None

    def revoke(self, client: Client, secret: str) -> None:
        """Revoke a token that was issued to *client*; any other stays as it is."""
        token = self._store.token(secret)
        if token is not None and token.client == client.id:
            self._store.revoke(token)

    def public_key(self) -> dict[str, str]:
        """Return the key that checks id_tokens, as a JWK in Globus's form (without a ``kid``)."""
        jwk = json.loads(RSAAlgorithm.to_jwk(self._key.public_key()))
        return {"kty": "RSA", "alg": "RS512", "use": "sig", "n": jwk["n"], "e": jwk["e"]}

    def _usable_code(self, client: Client, secret: str, redirect_uri: str, verifier: str) -> Code:
        code = self._store.code(secret)
        if code is None or (code.client, code.redirect_uri) != (client.id, redirect_uri):
            raise InvalidGrantError("the code is not valid")
        if code.expires_at <= self._clock():
            raise InvalidGrantError("the code has expired")
        if code.grant_id is not None:
            self._store.revoke_grant(code.grant_id)
            raise InvalidGrantError("the code has been used")
        if code.challenge and not secrets.compare_digest(s256(verifier), code.challenge):
            raise InvalidGrantError("PKCE verification failed")
        return code

    def _issue(self, code: Code, grant: _Grant) -> tuple[list[dict[str, Any]], list[Token]]:
        answers: list[dict[str, Any]] = []
        tokens: list[Token] = []
        for scope in self._scope_by_resource_server(code.scope).values():
            answer, access = self._access_token(grant, scope)
            tokens.append(access)
            if code.offline:
                secret, refresh = self._token("refresh", grant, scope, REFRESH_TOKEN_SECONDS)
                answer["refresh_token"] = secret
                tokens.append(refresh)
            answers.append({**answer, "state": code.state})
        return answers, tokens

    def _scope_by_resource_server(self, scope: str) -> dict[str, str]:
        """Sort scopes by who asks for them; Globus's own come first, they carry the id_token."""
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for one in scope.split():
            groups[self.directory.resource_server(one) or ""].append(one)
        order = sorted(groups, key=lambda server: server != AUTH_RESOURCE_SERVER)
        return {server: " ".join(groups[server]) for server in order}

    def _access_token(self, grant: _Grant, scope: str) -> tuple[dict[str, Any], Token]:
        seconds = self.directory.access_token_seconds
        secret, token = self._token("access", grant, scope, seconds)
        answer = {
            "access_token": secret,
            "scope": scope,
            "expires_in": seconds,
            "token_type": "Bearer",
            "resource_server": token.resource_server,
        }
        return answer, token

    def _token(self, kind: str, grant: _Grant, scope: str, seconds: float) -> tuple[str, Token]:
        secret, now = "Ag" + secrets.token_urlsafe(48), self._clock()
        return secret, Token(
            digest=digest(secret),
            kind=kind,
            sub=grant.sub,
            client=grant.client,
            resource_server=self.directory.resource_server(scope.split(maxsplit=1)[0]) or "",
            scope=scope,
            issued_at=now,
            expires_at=now + seconds,
            grant_id=grant.id,
        )

    def _id_token(self, user: User, code: Code, access_token: str) -> str:
        now, scopes = int(self._clock()), code.scope.split()
        half_hash = hashlib.sha512(access_token.encode()).digest()[:32]
        claims: dict[str, Any] = {
            "iss": self.url,
            "aud": code.client,
            "sub": user.id,
            "iat": now,
            "exp": now + self.directory.access_token_seconds,
            "at_hash": _base64url(half_hash),
            **claims_about(user, scopes),
        }
        if code.nonce:
            claims["nonce"] = code.nonce
        return jwt.encode(claims, self._key, "RS512")


def claims_about(user: User, scopes: list[str]) -> dict[str, str]:
    """Return what *scopes* let a program know of *user*, beside the ``sub``."""
    claims: dict[str, str] = {}
    if "profile" in scopes:
        claims |= {
            "name": user.name,
            "preferred_username": user.username,
            "organization": user.organization,
            "identity_provider_display_name": IDENTITY_PROVIDER_NAME,
        }
    if "email" in scopes:
        claims["email"] = user.email
    return claims


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
