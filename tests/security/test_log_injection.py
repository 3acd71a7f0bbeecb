"""Row 18: whatever a client writes, a line of the log is one line of JSON, and ours."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from backend import logs
from tests.fakes.service import FakeService
from tests.fakes.uploads import new_job, submit

FORGED = 'x"}\r\n{"event": "forged", "level": "info"}\x1b[2J\u2028\x85'


@pytest.fixture
def log() -> Iterator[StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = StringIO()
    logs.configure("api", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(log: StringIO) -> list[dict[str, Any]]:
    """Return the lines, each of them JSON; nothing in them moves a terminal."""
    text = log.getvalue()
    assert text.replace("\n", "").isprintable()
    assert text.isascii()
    return [json.loads(line) for line in text.splitlines()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(name=st.text(min_size=1, max_size=60))
@example(name=FORGED)
@example(name="\u2028\u2029\x85\u202e.vcf")
def test_row_18_a_file_name_leaves_no_trace(alice: TestClient, log: StringIO, name: str) -> None:
    log.seek(0)
    log.truncate()
    alice.post("/v1/jobs", json=new_job(name=name))
    (line,) = lines(log)
    assert line["event"] == "request"
    assert line["status"] in {201, 422}
    assert set(line) <= {
        *("at", "level", "process", "event", "logger", "request_id", "method", "route", "status"),
        *("milliseconds", "account_id"),
    }


def test_row_18_nothing_of_a_request_is_logged_as_it_came(
    alice: TestClient, service: FakeService, log: StringIO
) -> None:
    quoted = "%0d%0a%7b%22event%22%3a%20%22forged%22%7d%1b"
    job_id = submit(alice, service.inputs)
    for path in (f"/{quoted}", f"/v1/jobs/{quoted}", f"/v1/jobs/{job_id}/{quoted}"):
        alice.get(path, params={"after": FORGED})
    alice.get("/v1/me", headers={"user-agent": "forged \x1b[2J", "x-request-id": "forged"})
    alice.get("/v1/me", headers={"authorization": "Bearer forged"})
    alice.post("/v1/jobs", json={FORGED: FORGED})
    alice.request("FORGED", "/v1/jobs")
    assert "forged" not in log.getvalue().replace('"method": "FORGED"', "")
    assert len({line["request_id"] for line in lines(log)}) == len(lines(log)) == 9


def test_row_18_the_message_of_a_log_line_is_never_a_template(log: StringIO) -> None:
    logger = logging.getLogger("backend.api")
    logs.event(logger, "100% %s %(x)s {y}", title=FORGED)
    (line,) = lines(log)
    assert (line["event"], line["title"]) == ("100% %s %(x)s {y}", FORGED)
