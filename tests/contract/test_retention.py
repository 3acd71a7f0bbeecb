"""The port `Retention`: the fake and the template's state machine keep the same promises."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from backend.aws.retention import StepFunctionsRetention, wait_until
from backend.services.archive_ports import Retention
from tests.aws import RunningAws
from tests.fakes.clock import FakeClock
from tests.fakes.retention import FakeRetention

TOMORROW = datetime.now(UTC) + timedelta(days=1)


@dataclass
class Subject:
    """A retention, and what gives the times that it waits for on behalf of a job."""

    retention: Retention
    waits: Callable[[str], list[datetime]]


@pytest.fixture(params=["fake", "step_functions"])
def subject(request: pytest.FixtureRequest) -> Subject:
    if request.param == "fake":
        fake = FakeRetention(FakeClock())
        return Subject(fake, lambda job_id: [due for job, due in fake.started if job == job_id])
    return _step_functions(request.getfixturevalue("aws"))


def _step_functions(aws: RunningAws) -> Subject:
    client, machine = aws.client("stepfunctions"), aws.outputs["RetentionMachine"]

    def waits(job_id: str) -> list[datetime]:
        pages = client.get_paginator("list_executions").paginate(stateMachineArn=machine)
        arns = [
            execution["executionArn"]
            for page in pages
            for execution in page["executions"]
            if execution["name"].startswith(job_id)
        ]
        inputs = [json.loads(client.describe_execution(executionArn=arn)["input"]) for arn in arns]
        assert all(given["job_id"] == job_id for given in inputs)
        return sorted(datetime.fromisoformat(given["due"]) for given in inputs)

    return Subject(StepFunctionsRetention(client, machine), waits)


def test_job_is_waited_for_once(subject: Subject) -> None:
    job_id = uuid.uuid4().hex
    subject.retention.start(job_id, TOMORROW)
    subject.retention.start(job_id, TOMORROW)
    (due,) = subject.waits(job_id)

    assert TOMORROW <= due < TOMORROW + timedelta(seconds=1)


def test_job_is_waited_for_at_each_time(subject: Subject) -> None:
    job_id = uuid.uuid4().hex
    later = TOMORROW + timedelta(days=30)
    for due in (TOMORROW, later, TOMORROW):
        subject.retention.start(job_id, due)
    first, second = subject.waits(job_id)

    assert first < second
    assert later <= second < later + timedelta(seconds=1)


def test_state_machine_is_never_too_early() -> None:
    whole = datetime(2026, 1, 1, 12, 0, 5, tzinfo=UTC)
    assert wait_until(whole) == "2026-01-01T12:00:05Z"
    assert wait_until(whole + timedelta(microseconds=1)) == "2026-01-01T12:00:06Z"
