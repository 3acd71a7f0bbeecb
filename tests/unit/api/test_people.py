"""Who may do what."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from backend.api.app import document
from tests.fakes.service import CONFIG, FakeService

OPEN_TO_ALL = {"/healthz", "/v1/config"}


def _operations() -> Iterator[tuple[str, str]]:
    for path, operations in document()["paths"].items():
        for method in operations:
            yield method, path


@pytest.mark.parametrize(
    ("method", "path"), [op for op in _operations() if op[1] not in OPEN_TO_ALL]
)
@pytest.mark.parametrize(
    ("token", "status"),
    [(None, 401), ("Bearer expired-token", 401), ("Basic token-of-alice", 401),
     ("Bearer other-scope", 403), ("Bearer globus-is-down", 503)],
)  # fmt: skip
def test_every_route_asks_who_it_is(
    anonymous: TestClient, method: str, path: str, token: str | None, status: int
) -> None:
    headers = {} if token is None else {"authorization": token}
    address = path.format(job_id="0" * 32, record=1, allele=1)
    answer = anonymous.request(method, address, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    if status == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer")
    if status == 503:
        assert int(answer.headers["retry-after"]) > 0


def test_the_first_sign_in_makes_an_account_and_the_next_finds_it(
    alice: TestClient, bob: TestClient, service: FakeService
) -> None:
    me = alice.get("/v1/me").json()
    assert me["name"] == "Alice"
    assert me["plan"] == "free"
    assert me["limits"] == {"max_input_bytes": 153_600, "retention_seconds": 180}
    assert me["upgrade_url"] == "https://gas.test/upgrade"
    assert alice.get("/v1/me").json()["id"] == me["id"] != bob.get("/v1/me").json()["id"]
    assert [change.contact.version for change in service.accounts.outbox.waiting] == [1, 1]


def test_an_app_learns_how_to_sign_in_before_it_has(anonymous: TestClient) -> None:
    assert anonymous.get("/v1/config").json() == CONFIG.model_dump()


def test_the_process_says_that_it_answers(anonymous: TestClient) -> None:
    assert anonymous.get("/healthz").json() == {"status": "ok"}
