"""Row 23: what comes too often is told to wait, and nobody else is."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from backend.api.app import MAX_REQUEST_BYTES
from backend.api.limits import Rate, Rates
from backend.domain.files import MAX_PARTS, MIN_PART_BYTES
from backend.domain.plans import Plan
from backend.settings import SettingsError, read
from backend.wiring_api import rate_limits
from tests.fakes.clock import FakeClock
from tests.fakes.service import FakeService
from tests.fakes.stream_client import opened
from tests.fakes.uploads import create, new_job, submit

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MIB = 1024**2


@pytest.fixture
def service(clock: FakeClock) -> FakeService:
    return FakeService(clock=clock, rates=Rates())


def test_row_23_the_sixty_first_job_of_an_hour_has_to_wait(
    alice: TestClient, bob: TestClient, service: FakeService, clock: FakeClock
) -> None:
    for _ in range(60):
        assert alice.post("/v1/jobs", json=new_job()).status_code == 201
    answer = alice.post("/v1/jobs", json=new_job())
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:gas:problem:too-many-requests"
    assert "Premium" in answer.json()["detail"]
    wait = int(answer.headers["retry-after"])
    assert 0 < wait <= 60
    assert len(alice.get("/v1/jobs", params={"limit": 200}).json()["jobs"]) == 60
    assert bob.post("/v1/jobs", json=new_job()).status_code == 201
    clock.advance(timedelta(seconds=wait))
    assert alice.post("/v1/jobs", json=new_job()).status_code == 201
    assert alice.post("/v1/jobs", json=new_job()).status_code == 429


def test_row_23_jobs_that_were_refused_do_not_count(alice: TestClient) -> None:
    for _ in range(70):
        answer = alice.post("/v1/jobs", json={**new_job(), "size": 153_601})
        assert answer.status_code == 413
    assert alice.post("/v1/jobs", json=new_job()).status_code == 201


def test_row_23_premium_has_no_limit_of_jobs(alice: TestClient, service: FakeService) -> None:
    service.accounts.set_plan(alice.get("/v1/me").json()["id"], Plan.PREMIUM)
    for _ in range(70):
        assert alice.post("/v1/jobs", json=new_job()).status_code == 201


def test_row_23_an_account_that_never_stops_asking_has_to_wait(
    alice: TestClient, bob: TestClient, clock: FakeClock
) -> None:
    assert {alice.get("/v1/me").status_code for _ in range(1200)} == {200}
    answer = alice.get("/v1/jobs")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) == 1
    assert bob.get("/v1/me").status_code == 200
    clock.advance(timedelta(seconds=1))
    assert alice.get("/v1/jobs").status_code == 200


def test_row_23_the_largest_upload_is_not_hindered(alice: TestClient, service: FakeService) -> None:
    service.accounts.set_plan(alice.get("/v1/me").json()["id"], Plan.PREMIUM)
    checksum = base64.b64encode(hashlib.sha256(b"").digest()).decode()
    new = {"name": "a.vcf", "size": MAX_PARTS * MIN_PART_BYTES, "sha256": "0" * 64}
    job = alice.post("/v1/jobs", json={**new, "part_sha256": [checksum] * MAX_PARTS}).json()["job"]
    # Each part's address a second time, in the largest helpings: all within one moment.
    for first in range(1, 10_001, 100):
        wanted = {str(n): checksum for n in range(first, first + 100)}
        answer = alice.post(f"/v1/jobs/{job['id']}/parts", json={"parts": wanted})
        assert answer.status_code == 200
    parts = [{"number": n, "etag": '"x"', "sha256": checksum} for n in range(1, 10_001)]
    answer = alice.post(f"/v1/jobs/{job['id']}/submit", json={"parts": parts})
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:gas:problem:rejected"


def test_row_23_an_app_with_many_jobs_can_read_them_all(
    alice: TestClient, service: FakeService
) -> None:
    """100,000 jobs are 500 pages, and their events may bring a hundred looks more."""
    job_id = submit(alice, service.inputs)
    assert {alice.get("/v1/jobs", params={"limit": 200}).status_code for _ in range(500)} == {200}
    assert {alice.get(f"/v1/jobs/{job_id}").status_code for _ in range(100)} == {200}


def test_row_23_an_address_that_guesses_tokens_has_to_wait(
    anonymous: TestClient, alice: TestClient, clock: FakeClock
) -> None:
    assert alice.get("/v1/me").status_code == 200
    for n in range(120):
        guess = {"authorization": f"Bearer guess-{n}"}
        assert anonymous.get("/v1/me", headers=guess).status_code == 401
    answer = anonymous.get("/v1/me", headers={"authorization": "Bearer token-of-carol"})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    # Who is signed in behind the same address stays so.
    assert alice.get("/v1/me").status_code == 200
    clock.advance(MINUTE)
    answer = anonymous.get("/v1/me", headers={"authorization": "Bearer token-of-carol"})
    assert answer.status_code == 200


def test_row_23_requests_without_a_token_ask_globus_nothing_and_are_not_counted(
    anonymous: TestClient, alice: TestClient
) -> None:
    for _ in range(130):
        assert anonymous.get("/v1/me").status_code == 401
    assert alice.get("/v1/me").status_code == 200


def test_row_23_streams_are_guarded_like_everything_else(service: FakeService) -> None:
    async def guess() -> list[int]:
        seen = []
        app = service.app()
        async with AsyncExitStack() as stack:
            for n in range(121):
                stream = await stack.enter_async_context(opened(app, f"guess-{n}"))
                seen.append(stream.status)
        return seen

    assert asyncio.run(guess()) == [401] * 120 + [429]


def test_row_23_the_ninth_stream_is_refused(service: FakeService) -> None:
    async def nine() -> tuple[list[int], str]:
        app = service.app()
        async with app.router.lifespan_context(app), AsyncExitStack() as stack:
            streams = [await stack.enter_async_context(opened(app)) for _ in range(9)]
            return [stream.status for stream in streams], streams[-1].headers["retry-after"]

    statuses, retry_after = asyncio.run(nine())
    assert statuses == [200] * 8 + [429]
    assert int(retry_after) > 0


def _endless() -> Iterator[bytes]:
    for _ in range(MAX_REQUEST_BYTES // MIB + 1):
        yield b" " * MIB


def test_row_23_a_body_that_does_not_end_is_cut_off(alice: TestClient) -> None:
    answer = alice.post("/v1/jobs", content=_endless())
    assert answer.status_code == 413


def test_row_23_the_rates_are_settings() -> None:
    environ = {
        "GAS_REQUESTS_PER_MINUTE": "3",
        "GAS_FREE_JOBS_PER_HOUR": "2",
        "GAS_REFUSED_PER_MINUTE": "1",
    }
    assert rate_limits(read(environ)).rates == Rates(
        Rate(3, MINUTE), Rate(2, HOUR), Rate(1, MINUTE)
    )
    assert rate_limits(read({})).rates == Rates()


@pytest.mark.parametrize("value", ["*", "balancer.test", "10.0.0.1/8", "10.0.0.0/33"])
def test_row_23_only_networks_are_trusted_proxies(value: str) -> None:
    with pytest.raises(SettingsError, match="GAS_TRUSTED_PROXIES"):
        read({"GAS_TRUSTED_PROXIES": value})


def test_row_23_nobody_is_a_trusted_proxy_by_default() -> None:
    assert read({}).trusted_proxies == ()
    given = read({"GAS_TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.7"})
    assert given.trusted_proxies == ("10.0.0.0/8", "192.0.2.7/32")


def test_row_23_a_job_that_is_given_up_was_made_all_the_same(
    alice: TestClient, service: FakeService
) -> None:
    for _ in range(60):
        job_id = create(alice)["job"]["id"]
        assert alice.delete(f"/v1/jobs/{job_id}").status_code == 204
    assert alice.post("/v1/jobs", json=new_job()).status_code == 429
