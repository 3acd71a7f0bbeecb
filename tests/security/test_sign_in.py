"""Rows 3 to 6: whose token it is, how long it is believed, and whom it makes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from backend.api.app import create_app
from backend.api.event_stream import Pace
from backend.api.sign_in import Introspector, ResourceServer
from desktop.client.connection import problem_error
from desktop.errors import ServerFaultError, SignedOutError
from tests.fakes.clock import FakeClock
from tests.fakes.service import FakeService

OURS = ResourceServer(
    issuer="https://auth.globus.org",
    client_id="our-api",
    client_secret="secret",
    scope="https://auth.globus.org/scopes/our-api/all",
    apps=frozenset({"our-desktop"}),
)
TOKEN = "Ag" + "t" * 60


@dataclass
class Globus:
    """Answers introspections.

    Attributes:
        people: what is said of each token; others are not active.
        down: whether it answers at all.
        asked: how often it was asked.
    """

    clock: FakeClock
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    down: bool = False
    asked: int = 0

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked += 1
        if self.down:
            return httpx2.Response(503)
        token = dict(httpx2.QueryParams(request.content.decode()))["token"]
        return httpx2.Response(200, json=self.people.get(token, {"active": False}))

    def knows(self, token: str = TOKEN, **but: Any) -> None:
        """Let a token be good, but for what is said otherwise."""
        now = self.clock().timestamp()
        good = {
            "active": True,
            "iss": "https://auth.globus.org",
            "aud": ["our-api", "our-desktop"],
            "client_id": "our-desktop",
            "scope": "https://auth.globus.org/scopes/our-api/all",
            "sub": "ada",
            "username": "ada@example.org",
            "name": "Ada",
            "email": "ada@example.org",
            "exp": now + 172_800,
            "nbf": now - 10,
            "identity_set": ["ada"],
        }
        self.people[token] = good | but


@pytest.fixture
def globus(clock: FakeClock) -> Globus:
    return Globus(clock)


@pytest.fixture
def api(globus: Globus, service: FakeService, clock: FakeClock) -> Iterator[TestClient]:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(globus.answer))
    introspector = Introspector(http, OURS, clock)
    app = create_app(replace(service.api(), introspect=introspector.principal))
    with TestClient(app, headers={"authorization": f"Bearer {TOKEN}"}) as client:
        yield client


def me(api: TestClient, token: str = TOKEN) -> httpx2.Response:
    return api.get("/v1/me", headers={"authorization": f"Bearer {token}"})


@pytest.mark.parametrize(
    ("but", "status"),
    [
        ({"aud": ["auth.globus.org"]}, 401),
        ({"aud": []}, 401),
        ({"aud": None}, 401),
        ({"client_id": "another-app"}, 401),
        ({"client_id": "our-api"}, 401),
        ({"client_id": None}, 401),
        ({"iss": "https://auth.globus.org.evil.com"}, 401),
        ({"iss": None}, 401),
        ({"active": "true"}, 401),
        ({"exp": 1}, 401),
        ({"nbf": 4e9}, 401),
        ({"scope": "openid profile email"}, 403),
        ({"scope": "https://auth.globus.org/scopes/our-api/all_but"}, 403),
        ({"scope": None}, 403),
    ],
)
def test_row_03_a_token_of_another_app_or_service_is_refused(
    api: TestClient, globus: Globus, service: FakeService, but: dict[str, Any], status: int
) -> None:
    globus.knows(**but)
    answer = me(api)
    assert answer.status_code == status
    assert "Ada" not in answer.text
    assert service.accounts.outbox.waiting == []


def test_row_03_a_token_for_us_of_our_app_is_taken(api: TestClient, globus: Globus) -> None:
    globus.knows()
    assert me(api).json()["name"] == "Ada"


def test_row_04_a_revoked_token_works_for_a_minute_at_most(
    api: TestClient, globus: Globus, clock: FakeClock
) -> None:
    globus.knows()
    assert me(api).status_code == 200
    globus.people.clear()
    clock.advance(timedelta(seconds=59))
    assert me(api).status_code == 200
    clock.advance(timedelta(seconds=2))
    assert me(api).status_code == 401


def test_row_04_a_refusal_is_kept_for_ten_seconds(
    api: TestClient, globus: Globus, clock: FakeClock
) -> None:
    assert [me(api).status_code for _ in range(3)] == [401, 401, 401]
    assert globus.asked == 1
    globus.knows()
    clock.advance(timedelta(seconds=11))
    assert me(api).status_code == 200


def test_row_04_a_stream_is_asked_anew_within_a_quarter_of_an_hour() -> None:
    assert Pace().longest <= timedelta(minutes=15)


def test_row_05_an_outage_of_globus_signs_nobody_out(api: TestClient, globus: Globus) -> None:
    globus.down = True
    answer = me(api)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    seen_by_the_app = problem_error(httpx2.Response(503, content=answer.content))
    assert isinstance(seen_by_the_app, ServerFaultError)
    assert not isinstance(seen_by_the_app, SignedOutError)
    globus.down = False
    globus.knows()
    assert me(api).status_code == 200


def test_row_06_two_people_with_one_mail_address_stay_two(api: TestClient, globus: Globus) -> None:
    other = "Ag" + "o" * 60
    globus.knows()
    globus.knows(other, sub="mallory", identity_set=["mallory"], username="mallory@evil.test")
    ada, mallory = me(api).json(), me(api, other).json()
    assert ada["email"] == mallory["email"]
    assert ada["id"] != mallory["id"]


def test_row_06_one_person_with_two_identities_is_one(api: TestClient, globus: Globus) -> None:
    linked = "Ag" + "l" * 60
    globus.knows(identity_set=["ada", "ada-at-work"])
    globus.knows(linked, sub="ada-at-work", identity_set=["ada", "ada-at-work"], email="new@x.test")
    assert me(api).json()["id"] == me(api, linked).json()["id"]
