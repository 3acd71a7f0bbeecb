"""Structured logs."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend import logs

LOGGER = logging.getLogger("backend.some.module")


@pytest.fixture
def stream() -> Iterator[StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = StringIO()
    logs.configure("worker", written)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)


def test_an_event_is_a_line_with_its_fields(stream: StringIO) -> None:
    logs.event(LOGGER, "job started", job_id="abc", attempt=2)
    line = json.loads(stream.getvalue())
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "info",
        "process": "worker",
        "event": "job started",
        "logger": "backend.some.module",
        "job_id": "abc",
        "attempt": 2,
    }


@given(st.text())
def test_whatever_is_logged_stays_one_line(text: str) -> None:
    record = logging.LogRecord("backend", logging.INFO, __file__, 1, text, (), None)
    line = logs.JsonLines("api").format(record)
    assert len(line.splitlines()) == 1
    assert line.isascii()
    assert json.loads(line)["event"] == text


def test_bound_fields_are_in_every_event_within(stream: StringIO) -> None:
    with logs.bound(job_id="abc"), logs.bound(attempt=1):
        logs.event(LOGGER, "inside")
    logs.event(LOGGER, "outside")
    inside, outside = map(json.loads, stream.getvalue().splitlines())
    assert (inside["job_id"], inside["attempt"]) == ("abc", 1)
    assert "job_id" not in outside


def test_a_failure_says_where_and_what_but_not_the_message(stream: StringIO) -> None:
    def fail() -> None:
        try:
            int("patient Smith")
        except ValueError as error:
            raise KeyError("patient Smith") from error

    try:
        fail()
    except KeyError as error:
        logs.failure(LOGGER, "job failed", error, job_id="abc")
    line = json.loads(stream.getvalue())
    assert (line["level"], line["error"], line["cause"]) == ("error", "KeyError", "ValueError")
    assert line["stack"][-1].endswith(" fail")
    assert "Smith" not in stream.getvalue()


def test_other_packages_are_heard_from_warnings_upwards(stream: StringIO) -> None:
    other = logging.getLogger("httpx2")
    other.info("GET https://files.test/?X-Amz-Signature=secret")
    other.warning("slow")
    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["event"] == "slow"
