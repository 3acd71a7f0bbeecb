"""What follows from a change of a job: messages, and somebody who waits for its result's end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.domain.archive_events import ArchiveStarted, Kept, RetentionStarted
from backend.domain.events import Discarded, MailStarted
from backend.domain.job import Job, advance
from backend.services.announcement import announce
from tests.fakes.clock import FakeClock
from tests.fakes.messages import FakeTopics
from tests.fakes.retention import FakeRetention
from tests.unit.domain.test_life import COMPLETED, JOB, NOW, RUNNING

LEASE = timedelta(minutes=1)
DUE = COMPLETED.archive_due
assert DUE is not None
KEPT = advance(COMPLETED, Kept(), DUE)


def retained(before: Job | None, after: Job) -> list[tuple[str, object]]:
    """Return what is waited for after the change."""
    retention = FakeRetention(FakeClock())
    announce(FakeTopics(), retention, before, after)
    announce(FakeTopics(), retention, before, after)
    return list(retention.started)


def test_result_is_looked_after_when_it_falls_due() -> None:
    assert retained(RUNNING, COMPLETED) == [(COMPLETED.id, DUE)]
    assert retained(None, COMPLETED) == [(COMPLETED.id, DUE)]


def test_result_that_falls_due_anew_is_looked_after_then() -> None:
    again = advance(KEPT, RetentionStarted(timedelta(days=30)), NOW)
    later = replace(COMPLETED, archive_due=DUE + LEASE)

    assert retained(KEPT, again) == [(again.id, NOW + timedelta(days=30))]
    assert retained(COMPLETED, later) == [(later.id, DUE + LEASE)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, JOB),
        (COMPLETED, KEPT),
        (COMPLETED, advance(COMPLETED, MailStarted(LEASE), NOW)),
        (COMPLETED, advance(COMPLETED, ArchiveStarted(LEASE), DUE)),
        (COMPLETED, advance(COMPLETED, Discarded(), NOW)),
    ],
)
def test_other_changes_start_no_retention(before: Job | None, after: Job) -> None:
    assert retained(before, after) == []
