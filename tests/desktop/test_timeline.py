"""The timeline in the details: what happened to a job, when, and what comes next, in order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.wire import JobStatus, JobView
from desktop.ui.sample import sample_jobs
from desktop.ui.theme.theme import Theme
from desktop.ui.views.timeline import Timeline, stages

NOW = datetime(2026, 3, 14, 15, 0, 0, tzinfo=UTC)
BEGINNING = ["Submitted 09:00:00", "Started 09:00:02", "Completed 09:00:07 · 976 variants, "]


def at(hour: int, minute: int = 0) -> datetime:
    return NOW.replace(hour=hour, minute=minute)


def a_job(status: JobStatus, **noted: Any) -> JobView:
    """Return a job that was completed at nine o'clock; nobody is premium for ever."""
    asked = at(9)
    times = {
        "created_at": asked,
        "submitted_at": asked,
        "started_at": asked + timedelta(seconds=2),
        "finished_at": asked + timedelta(seconds=7),
        "archived_at": None,
        "thaw_expected": None,
    }
    return sample_jobs()[5].model_copy(update={"status": status} | times | noted)


def lines(job: JobView) -> list[str]:
    """Return the lines of a result's life after it was completed."""
    told = [f"{stage.word} {stage.note}".strip() for stage in stages(job, NOW, UTC)]
    assert [line[: len(end)] for line, end in zip(told, BEGINNING, strict=False)] == BEGINNING
    return told[len(BEGINNING) :]


@pytest.mark.parametrize(
    ("job", "told"),
    [
        (a_job(JobStatus.COMPLETED), []),
        (a_job(JobStatus.ARCHIVING), ["Archiving back on Premium"]),
        (
            a_job(JobStatus.ARCHIVED, archived_at=at(9, 3)),
            ["Archived 09:03:00 · back on Premium"],
        ),
        (
            a_job(JobStatus.THAWING, archived_at=at(9, 3), thaw_expected=at(16)),
            ["Archived 09:03:00", "Restoring expected 16:00:00", "Downloadable after that"],
        ),
        (
            a_job(JobStatus.COMPLETED, archived_at=at(9, 3), restored_at=at(12)),
            ["Archived 09:03:00", "Restored 12:00:00"],
        ),
        (
            a_job(
                JobStatus.COMPLETED,
                archived_at=at(9, 3),
                restored_at=at(12),
                result_until=at(15, 30),
            ),
            [
                *("Archived 09:03:00", "Restored 12:00:00", "Downloadable until 15:30:00"),
                "Archived after that back on Premium",
            ],
        ),
        (
            a_job(JobStatus.ARCHIVING, archived_at=at(9, 3), restored_at=at(12)),
            ["Archived 09:03:00", "Restored 12:00:00", "Archiving back on Premium"],
        ),
        (
            a_job(JobStatus.ARCHIVED, archived_at=at(14), restored_at=at(12)),
            ["Restored 12:00:00", "Archived 14:00:00 · back on Premium"],
        ),
        (
            a_job(JobStatus.THAWING, archived_at=at(14), restored_at=at(12)),
            ["Restored 12:00:00", "Archived 14:00:00", "Restoring", "Downloadable after that"],
        ),
        (
            a_job(JobStatus.COMPLETED, archived_at=at(14), restored_at=at(14, 50)),
            ["Archived 14:00:00", "Restored 14:50:00"],
        ),
        (
            a_job(JobStatus.DELETING, archived_at=at(14), restored_at=at(12)),
            ["Restored 12:00:00", "Archived 14:00:00"],
        ),
    ],
)
def test_a_result_s_way_into_the_archive_and_back_is_told_in_order(
    job: JobView, told: list[str]
) -> None:
    assert lines(job) == told


@pytest.mark.parametrize(
    ("job", "told"),
    [
        (a_job(JobStatus.ARCHIVED), ["Archived back on Premium"]),
        (a_job(JobStatus.THAWING), ["Archived", "Restoring", "Downloadable after that"]),
        (a_job(JobStatus.COMPLETED, restored_at=at(12)), ["Restored 12:00:00"]),
        (
            a_job(JobStatus.ARCHIVED, restored_at=at(12)),
            ["Restored 12:00:00", "Archived back on Premium"],
        ),
    ],
)
def test_a_time_that_nobody_noted_is_left_out(job: JobView, told: list[str]) -> None:
    assert lines(job) == told


def test_a_time_on_another_day_has_the_day() -> None:
    job = a_job(JobStatus.ARCHIVED, archived_at=NOW - timedelta(days=2))
    assert lines(job) == ["Archived 12 Mar 15:00:00 · back on Premium"]


def test_whoever_hears_the_window_hears_the_same(theme: Theme) -> None:
    timeline = Timeline(theme, 288)
    job = a_job(JobStatus.COMPLETED, archived_at=at(9, 3), restored_at=at(12))
    timeline.show_stages(stages(job, NOW, UTC))
    assert timeline.accessibleName().endswith("; Archived 09:03:00; Restored 12:00:00")
    again = a_job(JobStatus.ARCHIVED, archived_at=at(14), restored_at=at(12))
    timeline.show_stages(stages(again, NOW, UTC))
    told = timeline.accessibleName()
    assert told.endswith("; Restored 12:00:00; Archived 14:00:00 · back on Premium")
    timeline.grab()
