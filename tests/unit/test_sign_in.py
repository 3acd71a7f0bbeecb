"""The API's check of tokens: who is let in, what is remembered, what happens without Globus."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.api.sign_in import (
    Introspector,
    NotSignedInError,
    Principal,
    ResourceServer,
    WrongScopeError,
)
from backend.domain.errors import RejectedError, UnavailableError

NOW = 1_800_000_000.0
TOKEN = "Ag" + "t" * 60
OURS = ResourceServer(
    issuer="https://auth.globus.org",
    client_id="api",
    client_secret="secret",
    scope="https://auth.globus.org/scopes/api/all",
    apps=frozenset({"desktop"}),
)
GOOD: dict[str, Any] = {
    "active": True,
    "iss": "https://auth.globus.org",
    "aud": ["api", "desktop"],
    "client_id": "desktop",
    "scope": "https://auth.globus.org/scopes/api/all",
    "sub": "ada-id",
    "username": "ada@example.org",
    "name": "Ada",
    "email": "ada@example.org",
    "exp": NOW + 1000,
    "iat": NOW - 10,
    "nbf": NOW - 10,
    "identity_set": ["other-id", "ada-id"],
    "identity_set_detail": [
        {"sub": "other-id", "organization": "Elsewhere"},
        {"sub": "ada-id", "organization": "University"},
    ],
}
ADA = Principal(
    sub="ada-id",
    username="ada@example.org",
    name="Ada",
    email="ada@example.org",
    organization="University",
    identities=("ada-id", "other-id"),
    expires_at=datetime.fromtimestamp(NOW + 1000, UTC),
    issued_at=datetime.fromtimestamp(NOW - 10, UTC),
)


@dataclass
class Globus:
    """Answers introspections with *answer* and keeps what was asked."""

    answer: dict[str, Any] | httpx2.Response | Exception
    now: float = NOW
    asked: list[httpx2.Request] = field(default_factory=list)
    gate: Callable[[], Awaitable[None]] | None = None

    async def handle(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        if self.gate is not None:
            await self.gate()
        if isinstance(self.answer, Exception):
            raise self.answer
        if isinstance(self.answer, httpx2.Response):
            return self.answer
        return httpx2.Response(200, json=self.answer)

    def time(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)

    def run(self, use: Callable[[Introspector], Awaitable[Any]], *, capacity: int = 100) -> Any:
        async def with_client() -> object:
            async with httpx2.AsyncClient(transport=httpx2.MockTransport(self.handle)) as http:
                return await use(Introspector(http, OURS, self.time, capacity=capacity))

        return asyncio.run(with_client())

    def principal(self, token: str = TOKEN) -> Principal:
        found = self.run(lambda introspector: introspector.principal(token))
        assert isinstance(found, Principal)
        return found


def test_good_token_tells_who_calls() -> None:
    globus = Globus(GOOD)

    assert globus.principal() == ADA

    request = globus.asked[0]
    assert str(request.url) == "https://auth.globus.org/v2/oauth2/token/introspect"
    assert request.headers["authorization"].startswith("Basic ")
    assert f"token={TOKEN}" in request.content.decode()


def test_person_without_linked_identities_has_one() -> None:
    bare = {key: value for key, value in GOOD.items() if not key.startswith("identity_set")}

    principal = Globus(bare).principal()

    assert principal.identities == ("ada-id",)
    assert principal.organization == ""


@pytest.mark.parametrize("age", [{}, {"iat": None}])
def test_a_token_of_unknown_age_counts_as_old(age: dict[str, Any]) -> None:
    unknown = {key: value for key, value in GOOD.items() if key != "iat"} | age

    assert Globus(unknown).principal().issued_at == datetime.fromtimestamp(0, UTC)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("active", False),
        ("active", "true"),
        ("iss", "https://evil.test"),
        ("iss", None),
        ("aud", ["another-api", "desktop"]),
        ("aud", None),
        ("client_id", "another-app"),
        ("client_id", None),
        ("exp", NOW),
        ("nbf", NOW + 61),
    ],
)
def test_wrong_token_is_not_signed_in(part: str, value: object) -> None:
    with pytest.raises(NotSignedInError):
        Globus(GOOD | {part: value}).principal()


@pytest.mark.parametrize("scope", ["", "openid", "https://auth.globus.org/scopes/api/all2", None])
def test_wrong_scope_is_its_own_error(scope: str | None) -> None:
    with pytest.raises(WrongScopeError):
        Globus(GOOD | {"scope": scope}).principal()


@given(
    st.dictionaries(
        st.sampled_from(sorted(GOOD)),
        st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()),
        min_size=1,
    )
)
def test_any_answer_is_a_person_or_a_known_error(changes: dict[str, Any]) -> None:
    try:
        principal = Globus(GOOD | changes).principal()
    except (RejectedError, UnavailableError):
        return
    checked = {"active", "iss", "aud", "client_id", "scope"}
    assert not any(GOOD[key] != changes[key] for key in checked & set(changes))
    assert principal.expires_at.timestamp() > NOW


@pytest.mark.parametrize("token", ["", "short", "x" * 5000, "\N{SNOWMAN}" * 30])
def test_malformed_token_is_not_sent_to_globus(token: str) -> None:
    globus = Globus(GOOD)

    with pytest.raises(NotSignedInError):
        globus.principal(token)

    assert globus.asked == []


@pytest.mark.parametrize(
    "trouble",
    [
        httpx2.ConnectError("refused"),
        httpx2.ReadTimeout("slow"),
        httpx2.Response(500),
        httpx2.Response(503),
        httpx2.Response(429),
        httpx2.Response(401, json={"error": "invalid_client"}),
        httpx2.Response(200, text="<html>"),
        httpx2.Response(200, json=[]),
        {"active": True},
    ],
)
def test_trouble_with_globus_signs_nobody_out(
    trouble: dict[str, Any] | httpx2.Response | Exception,
) -> None:
    """What is wrong with Globus, or with our registration, says nothing of the person's token."""
    answer = GOOD | {"exp": "soon"} if trouble == {"active": True} else trouble

    with pytest.raises(UnavailableError):
        Globus(answer).principal()


def test_outage_is_not_remembered() -> None:
    globus = Globus(httpx2.ConnectError("refused"))

    async def use(introspector: Introspector) -> Principal:
        with pytest.raises(UnavailableError):
            await introspector.principal(TOKEN)
        globus.answer = GOOD
        return await introspector.principal(TOKEN)

    assert globus.run(use) == ADA


def test_known_token_outlives_an_outage_of_a_minute() -> None:
    globus = Globus(GOOD)

    async def use(introspector: Introspector) -> None:
        await introspector.principal(TOKEN)
        globus.answer, globus.now = httpx2.ConnectError("refused"), NOW + 59
        assert await introspector.principal(TOKEN) == ADA
        globus.now = NOW + 60
        with pytest.raises(UnavailableError):
            await introspector.principal(TOKEN)

    globus.run(use)


def test_revoked_token_ends_within_a_minute() -> None:
    globus = Globus(GOOD)

    async def use(introspector: Introspector) -> None:
        await introspector.principal(TOKEN)
        globus.answer, globus.now = {"active": False}, NOW + 61
        with pytest.raises(NotSignedInError):
            await introspector.principal(TOKEN)

    globus.run(use)


def test_answer_is_never_kept_past_the_token() -> None:
    globus = Globus(GOOD | {"exp": NOW + 5})

    async def use(introspector: Introspector) -> None:
        await introspector.principal(TOKEN)
        globus.now = NOW + 5
        with pytest.raises(NotSignedInError):
            await introspector.principal(TOKEN)

    globus.run(use)
    assert len(globus.asked) == 2


def test_refusal_is_kept_for_ten_seconds() -> None:
    globus = Globus({"active": False})

    async def use(introspector: Introspector) -> None:
        for _ in range(2):
            with pytest.raises(NotSignedInError):
                await introspector.principal(TOKEN)
        globus.answer, globus.now = GOOD, NOW + 10
        assert await introspector.principal(TOKEN) == ADA

    globus.run(use)
    assert len(globus.asked) == 2


def test_many_callers_ask_globus_once() -> None:
    globus = Globus(GOOD, gate=lambda: asyncio.sleep(0))

    async def use(introspector: Introspector) -> list[Principal]:
        return await asyncio.gather(*(introspector.principal(TOKEN) for _ in range(200)))

    assert globus.run(use) == [ADA] * 200
    assert len(globus.asked) == 1


def test_one_who_gives_up_does_not_take_the_others_along() -> None:
    asked, opened = asyncio.Event(), asyncio.Event()

    async def use(introspector: Introspector) -> Principal:
        first = asyncio.create_task(introspector.principal(TOKEN))
        second = asyncio.create_task(introspector.principal(TOKEN))
        await asked.wait()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        opened.set()
        return await second

    async def wait() -> None:
        asked.set()
        await opened.wait()

    globus = Globus(GOOD, gate=wait)
    assert globus.run(use) == ADA
    assert len(globus.asked) == 1


def test_least_recently_used_token_is_forgotten() -> None:
    globus = Globus(GOOD)
    first, second, third = (f"{letter}" * 40 for letter in "abc")

    async def use(introspector: Introspector) -> None:
        for token in (first, second, first, third, first, second):
            await introspector.principal(token)

    globus.run(use, capacity=2)
    asked = [request.content.decode()[6:46] for request in globus.asked]
    assert asked == [first, second, third, second]


def test_secret_is_not_shown() -> None:
    assert "secret'" not in repr(replace(OURS, client_secret="top secret"))
