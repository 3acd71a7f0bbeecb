"""Signing out everywhere, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from starlette.testclient import TestClient

from tests.fakes.clock import FakeClock
from tests.fakes.service import FakeService

HOUR = timedelta(hours=1)


def test_every_token_of_the_account_is_refused_and_a_new_one_is_good(
    sign_in: Callable[[str], TestClient], clock: FakeClock
) -> None:
    here = sign_in(f"alice@{(clock() - HOUR).isoformat()}")
    there = sign_in(f"alice@{(clock() - 2 * HOUR).isoformat()}")
    account = here.get("/v1/me").json()["id"]
    assert there.get("/v1/me").json()["id"] == account

    assert here.post("/v1/me/sign-out").status_code == 204

    for client in (here, there):
        answer = client.get("/v1/me")
        assert answer.status_code == 401
        assert answer.json()["type"] == "urn:gas:problem:signed-out-everywhere"
    assert there.get("/v1/events").status_code == 401
    anew = sign_in(f"alice@{(clock() + timedelta(seconds=1)).isoformat()}")
    assert anew.get("/v1/me").json()["id"] == account


def test_nobody_else_is_signed_out(alice: TestClient, bob: TestClient) -> None:
    bob.get("/v1/me")
    assert alice.post("/v1/me/sign-out").status_code == 204
    assert bob.get("/v1/me").status_code == 200


def test_a_token_that_was_ended_ends_no_later_one(alice: TestClient, service: FakeService) -> None:
    account = alice.get("/v1/me").json()["id"]
    alice.post("/v1/me/sign-out")
    ended = service.accounts.get(account).signed_out_at
    assert isinstance(service.clock, FakeClock)
    service.clock.advance(HOUR)
    assert alice.post("/v1/me/sign-out").status_code == 401
    assert service.accounts.get(account).signed_out_at == ended
