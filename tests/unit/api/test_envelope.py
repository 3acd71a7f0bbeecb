"""What every answer has, and what the log says of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

import pytest
from starlette.testclient import TestClient

from backend import logs
from backend.api.app import MAX_REQUEST_BYTES
from backend.services.ports import JobPage
from tests.fakes.jobs import FakeJobs
from tests.fakes.service import FakeService
from tests.fakes.uploads import create, new_job, submit


@dataclass
class Log:
    stream: StringIO

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def log() -> Iterator[Log]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = StringIO()
    logs.configure("api", stream)
    yield Log(stream)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize("path", ["/healthz", "/v1/me", "/nowhere"])
def test_no_answer_is_kept_or_run_by_a_browser(anonymous: TestClient, path: str) -> None:
    headers = anonymous.get(path, headers={"origin": "https://evil.test"}).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert not [name for name in headers if name.startswith("access-control")]


def test_the_number_of_a_request_is_ours(anonymous: TestClient) -> None:
    answer = anonymous.get("/nowhere", headers={"x-request-id": "theirs"})
    number = answer.headers["x-request-id"]
    assert number != "theirs"
    assert answer.json()["instance"] == f"urn:gas:request:{number}"


def test_a_request_is_one_line_of_the_log_with_ids_and_no_names(
    alice: TestClient, service: FakeService, log: Log
) -> None:
    name = "patient\u2028 \x9bred Smith.vcf"
    job = alice.post("/v1/jobs", json=new_job(name=name)).json()["job"]
    answer = alice.get(f"/v1/jobs/{job['id']}")
    first, second = log.lines()
    assert first["route"] == "/v1/jobs"
    assert second["route"] == "/v1/jobs/{job_id}"
    assert second["job_id"] == job["id"]
    assert second["account_id"] == alice.get("/v1/me").json()["id"]
    assert second["request_id"] == answer.headers["x-request-id"]
    assert (second["method"], second["status"]) == ("GET", 200)
    for secret in ("Smith", "token-of-alice", "files.test", "alice@"):
        assert secret not in log.stream.getvalue()


def test_signed_addresses_and_refused_input_are_not_logged(
    alice: TestClient, service: FakeService, log: Log
) -> None:
    job_id = submit(alice, service.inputs)
    service.complete(job_id)
    alice.get(f"/v1/jobs/{job_id}/result")
    alice.post("/v1/jobs", json={"name": 7, "Smith": "Smith"})
    alice.get("/v1/jobs/Smith%0d%0a{}")
    assert "Smith" not in log.stream.getvalue()
    assert "files.test" not in log.stream.getvalue()


def test_a_wrong_field_is_named(alice: TestClient) -> None:
    problem = alice.post("/v1/jobs", json={**new_job(), "size": 0, "colour": "red"}).json()
    assert problem["type"] == "urn:gas:problem:invalid-request"
    assert {error["field"] for error in problem["errors"]} == {"size", "colour"}
    assert "red" not in json.dumps(problem)


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[]", b"null", b"1e999"])
def test_a_body_that_is_not_of_the_form_is_the_callers_fault(
    alice: TestClient, body: bytes
) -> None:
    answer = alice.post("/v1/jobs", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_request_that_is_too_long_is_cut_off(alice: TestClient) -> None:
    body = b" " * (MAX_REQUEST_BYTES + 1)
    answer = alice.post("/v1/jobs", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:gas:problem:request-too-large"


def test_the_longest_honest_request_is_not_too_long(alice: TestClient) -> None:
    job_id = create(alice)["job"]["id"]
    part = {"etag": f'"{"0" * 32}"', "sha256": "A" * 43 + "="}
    parts = [{"number": number, **part} for number in range(1, 10_001)]
    answer = alice.post(f"/v1/jobs/{job_id}/submit", json={"parts": parts})
    assert answer.json()["type"] == "urn:gas:problem:rejected"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("PUT", "/v1/jobs", 405), ("POST", "/v1/events", 405), ("GET", "/v1/jobs/", 404)],
)
def test_the_frameworks_own_errors_are_problems(
    alice: TestClient, method: str, path: str, status: int
) -> None:
    answer = alice.request(method, path)
    assert answer.status_code == status
    assert answer.json()["status"] == status


class BrokenJobs(FakeJobs):
    def by_owner(self, owner: str, *, limit: int, after: str | None = None) -> JobPage:
        raise KeyError("patient Smith.vcf")


def test_a_bug_says_nothing_of_the_inside_and_is_logged_once(log: Log) -> None:
    headers = {"authorization": "Bearer token-of-alice"}
    with TestClient(FakeService(jobs=BrokenJobs()).app(), headers=headers) as client:
        answer = client.get("/v1/jobs")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Smith" not in answer.text
    bug, request = log.lines()
    assert (bug["event"], bug["error"]) == ("request failed", "KeyError")
    assert bug["request_id"] == request["request_id"] == answer.headers["x-request-id"]
    assert "by_owner" in str(bug["stack"])
    assert "Smith" not in log.stream.getvalue()


def test_an_address_names_all_its_methods(alice: TestClient) -> None:
    assert alice.put("/v1/jobs").headers["allow"] == "POST, GET"
    assert alice.post("/v1/events").headers["allow"] == "GET"
