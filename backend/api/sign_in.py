"""Who calls: the person behind a bearer token, as Globus Auth tells it.

Access tokens of Globus are opaque, so Globus is asked (RFC 7662,
https://docs.globus.org/api/auth/reference/#token-introspect). Its answer is kept for a minute: a
revoked token works that much longer, and Globus is asked that much less.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

import httpx2

from backend.domain.errors import RejectedError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backend.services.ports import Clock

CACHED_FOR = timedelta(seconds=60)
REFUSAL_CACHED_FOR = timedelta(seconds=10)
CACHED_TOKENS = 50_000

_TIMEOUT_SECONDS = 5
_CLOCK_SKEW = timedelta(seconds=60)
_MALFORMED = (AttributeError, KeyError, OSError, OverflowError, TypeError, ValueError)
"""What reading an answer of another shape than Globus's raises."""

_SHORTEST_TOKEN, _LONGEST_TOKEN = 20, 4096


class NotSignedInError(RejectedError):
    """There is no token, or not one of a person who signed in here; answered by HTTP 401."""


class SignedOutEverywhereError(NotSignedInError):
    """The token is good, but older than its owner's wish to be signed out; HTTP 401.

    An app that gets this does not renew its token: it signs itself out.
    """


class AccountDeletedError(RejectedError):
    """The account is deleted, or is being deleted; answered by HTTP 403.

    An app that gets this signs itself out: only a person who signs in anew makes another account.
    """


class WrongScopeError(RejectedError):
    """The person is known but has not agreed to what is asked; answered by HTTP 403."""


@dataclass(frozen=True)
class Principal:
    """A signed-in person.

    Attributes:
        sub: the id of the primary identity; the key of the account, together with *identities*.
            It may change when a person links identities.
        email: where mail goes; neither unique nor proven, so never a key.
        organization: empty where Globus does not know it.
        identities: the ids of all linked identities, *sub* the first of them.
        expires_at: when the token ends.
        issued_at: when it was issued, in whole seconds, rounded down.
    """

    sub: str
    username: str
    name: str
    email: str
    organization: str
    identities: tuple[str, ...]
    expires_at: datetime
    issued_at: datetime


@dataclass(frozen=True)
class ResourceServer:
    """This API, as registered with Globus Auth.

    Attributes:
        issuer: the address of Globus Auth, ``https://auth.globus.org``.
        client_id: our id; the audience of the tokens that we accept.
        scope: what the app asks people for, so that it may call us.
        apps: client ids of our own apps. Any other app that a person lets use our scope is
            refused, as it might act in that person's name.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str
    apps: frozenset[str]


@dataclass(frozen=True)
class _Verdict:
    """What is known of a token until *until*: a principal, or why there is none."""

    until: datetime
    principal: Principal | None = None
    refusal: type[RejectedError] = NotSignedInError
    reason: str = ""

    def principal_or_raise(self) -> Principal:
        if self.principal is None:
            raise self.refusal(self.reason)
        return self.principal


class Introspector:
    """Turns tokens into principals; for one event loop.

    Args:
        http: how to reach Globus Auth; closed by who made it.
        resource_server: what this API is to Globus.
        clock: the time.
        capacity: of how many tokens the answers are kept.
    """

    def __init__(
        self,
        http: httpx2.AsyncClient,
        resource_server: ResourceServer,
        clock: Clock,
        *,
        capacity: int = CACHED_TOKENS,
    ) -> None:
        self._http = http
        self._ours = resource_server
        self._clock = clock
        self._capacity = capacity
        self._verdicts: OrderedDict[bytes, _Verdict] = OrderedDict()
        self._flights: dict[bytes, asyncio.Task[_Verdict]] = {}

    async def principal(self, token: str) -> Principal:
        """Return who *token* speaks for; many calls at once ask Globus once.

        Raises:
            NotSignedInError: the token is unknown, ended, revoked or meant for others.
            WrongScopeError: it does not cover this API.
            UnavailableError: Globus cannot be asked. This says nothing of the token.
        """
        if not (_SHORTEST_TOKEN <= len(token) <= _LONGEST_TOKEN and token.isascii()):
            raise NotSignedInError("This is not an access token. Sign in again.")
        key = hashlib.sha256(token.encode()).digest()
        verdict = self._verdicts.get(key)
        if verdict is None or verdict.until <= self._clock():
            verdict = await self._shared_flight(key, token)
        else:
            self._verdicts.move_to_end(key)
        return verdict.principal_or_raise()

    async def _shared_flight(self, key: bytes, token: str) -> _Verdict:
        """Wait for the one question about this token; a caller who gives up does not end it."""
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(self._judge(key, token))
            self._flights[key] = flight
            flight.add_done_callback(lambda done: self._land(key, done))
        return await asyncio.shield(flight)

    def _land(self, key: bytes, flight: asyncio.Task[_Verdict]) -> None:
        del self._flights[key]
        if not flight.cancelled():
            # Where every caller has given up, nobody else looks at the error.
            flight.exception()

    async def _judge(self, key: bytes, token: str) -> _Verdict:
        answer = await self._introspect(token)
        verdict = self._verdict(answer)
        self._verdicts[key] = verdict
        self._verdicts.move_to_end(key)
        while len(self._verdicts) > self._capacity:
            self._verdicts.popitem(last=False)
        return verdict

    async def _introspect(self, token: str) -> Mapping[str, Any]:
        try:
            response = await self._http.post(
                f"{self._ours.issuer.rstrip('/')}/v2/oauth2/token/introspect",
                data={"token": token, "include": "identity_set,identity_set_detail"},
                auth=(self._ours.client_id, self._ours.client_secret),
                timeout=_TIMEOUT_SECONDS,
            )
            response.raise_for_status()
            answer = response.json()
        except (httpx2.HTTPError, ValueError) as error:
            _raise_unavailable(error)
        if not isinstance(answer, dict):
            _raise_unavailable(TypeError("the answer is not an object"))
        return answer

    def _verdict(self, answer: Mapping[str, Any]) -> _Verdict:
        now = self._clock()
        try:
            self._check(answer, now)
            principal = _principal(answer)
        except RejectedError as refusal:
            until = now + REFUSAL_CACHED_FOR
            return _Verdict(until, refusal=type(refusal), reason=str(refusal))
        except _MALFORMED as error:
            _raise_unavailable(error)
        return _Verdict(min(now + CACHED_FOR, principal.expires_at), principal)

    def _check(self, answer: Mapping[str, Any], now: datetime) -> None:
        if answer.get("active") is not True:
            raise NotSignedInError("The sign-in has ended. Sign in again.")
        if str(answer.get("iss")).rstrip("/") != self._ours.issuer.rstrip("/"):
            raise NotSignedInError("The token is of another sign-in service. Sign in again.")
        if self._ours.client_id not in (answer.get("aud") or ()):
            raise NotSignedInError("The token is meant for another service. Sign in again.")
        if answer.get("client_id") not in self._ours.apps:
            raise NotSignedInError("The token was issued to another app. Sign in with ours.")
        if _time(answer["exp"]) <= now or _time(answer.get("nbf", 0)) > now + _CLOCK_SKEW:
            raise NotSignedInError("The token is not valid at this time. Sign in again.")
        if self._ours.scope not in str(answer.get("scope")).split():
            raise WrongScopeError(
                "You have not let the app use this service. Sign out, sign in and agree to it."
            )


def _principal(answer: Mapping[str, Any]) -> Principal:
    sub = str(answer["sub"])
    details = [one for one in answer.get("identity_set_detail") or () if one.get("sub") == sub]
    linked = answer.get("identity_set") or ()
    return Principal(
        sub=sub,
        username=str(answer["username"]),
        name=str(answer.get("name") or answer["username"]),
        email=str(answer.get("email") or ""),
        organization=next((str(one.get("organization") or "") for one in details), ""),
        identities=tuple(dict.fromkeys((sub, *map(_identity_id, linked)))),
        expires_at=_time(answer["exp"]),
        # A token of unknown age counts as old.
        issued_at=_time(answer.get("iat") or 0),
    )


def _identity_id(identity: object) -> str:
    """Return the id of an entry of ``identity_set``, be it the id itself or an object."""
    return str(identity["sub"] if isinstance(identity, dict) else identity)


def _time(seconds_since_epoch: float) -> datetime:
    return datetime.fromtimestamp(seconds_since_epoch, UTC)


def _raise_unavailable(error: Exception) -> NoReturn:
    raise UnavailableError(
        "The sign-in cannot be checked with Globus now. Try again in a minute."
    ) from error
