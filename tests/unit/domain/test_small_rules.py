"""Plans, messages, and who is looked after when."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.attention import (
    QUEUE_PATIENCE,
    UPLOAD_PATIENCE,
    WORK_PATIENCE,
    attention_due,
)
from backend.domain.errors import RejectedError, StaleJobError, TooLargeError
from backend.domain.events import Cancelled, Cleared, Discarded, Submitted, ThawRequested
from backend.domain.job import Status
from backend.domain.messages import JobMessage
from backend.domain.plans import Plan, Plans
from tests.unit.domain.test_life import (
    ARCHIVED,
    ARCHIVING,
    COMPLETED,
    DUE,
    HOURS,
    JOB,
    LEASE,
    NOW,
    RESTORED,
    RETENTION,
    RUNNING,
    THAWING,
    life,
)


def test_free_plan_takes_up_to_its_limit() -> None:
    limits = Plans(free_max_input_bytes=100).limits(Plan.FREE)

    limits.check_size(100)
    with pytest.raises(TooLargeError, match="up to 100 bytes") as refusal:
        limits.check_size(101)
    assert (refusal.value.size, refusal.value.limit) == (101, 100)


def test_premium_keeps_results_for_ever() -> None:
    limits = Plans().limits(Plan.PREMIUM)

    limits.check_size(10**12)
    assert limits.retention is None


def test_message_comes_back_as_it_was() -> None:
    message = JobMessage("j", "u", Status.PENDING, 3)

    assert JobMessage.from_json(message.to_json()) == message


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no JSON",
        "[]",
        "{}",
        '{"job_id": "j", "owner": "u", "status": "strange", "version": 1}',
        '{"job_id": "j", "owner": "u", "status": "pending", "version": "x"}',
        '{"job_id": "j", "owner": "u", "status": "pending", "version": true}',
        '{"job_id": "j", "owner": "u", "status": "pending", "version": Infinity}',
        '{"job_id": ["j"], "owner": "u", "status": "pending", "version": 1}',
        "[" * 4000,
        '{"job_id": "' + "j" * 5000 + '", "owner": "u", "status": "pending", "version": 1}',
    ],
)
def test_foreign_message_is_refused(body: str) -> None:
    with pytest.raises(RejectedError):
        JobMessage.from_json(body)


@given(st.text())
def test_no_body_breaks_the_parser(body: str) -> None:
    with pytest.raises(RejectedError):
        JobMessage.from_json(body)


def test_what_waits_is_looked_after() -> None:
    pending = life(Submitted())

    assert attention_due(JOB) == NOW + UPLOAD_PATIENCE
    assert attention_due(pending) == NOW + QUEUE_PATIENCE
    assert attention_due(RUNNING) == NOW + LEASE + WORK_PATIENCE
    assert attention_due(COMPLETED) == NOW + RETENTION + WORK_PATIENCE
    assert attention_due(ARCHIVING) == DUE + LEASE + WORK_PATIENCE
    assert attention_due(THAWING) == DUE + LEASE + WORK_PATIENCE
    asked = life(ThawRequested("ar", "th", HOURS), job=THAWING, now=DUE)
    assert attention_due(asked) == DUE + HOURS + WORK_PATIENCE
    assert attention_due(life(Discarded(), job=COMPLETED)) == NOW


def test_what_is_left_over_is_looked_after_at_once() -> None:
    assert attention_due(ARCHIVED) == NOW
    assert attention_due(RESTORED) == NOW


def test_what_waits_for_nothing_is_left_alone() -> None:
    assert attention_due(replace(COMPLETED, archive_due=None)) is None
    assert attention_due(life(Cleared(0), job=ARCHIVED, now=DUE)) is None
    assert attention_due(life(Cancelled())) is None


def test_refusal_names_job_and_version() -> None:
    assert str(StaleJobError(RUNNING)) == "Job j is at version 2."
