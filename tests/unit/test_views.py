"""The domain as people see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend import wire
from backend.domain.accounts import Account
from backend.domain.errors import ConflictError
from backend.domain.job import Event, Job, Status, advance
from backend.domain.plans import Limits, Plan, Plans
from backend.views import job_view, me_view
from tests.unit.domain.test_life import ARCHIVED, COMPLETED, DUE, JOB, NOW, RESTORED, anything

PLANS = Plans()
FREE, PREMIUM = PLANS.limits(Plan.FREE), PLANS.limits(Plan.PREMIUM)


def test_every_status_has_its_word() -> None:
    assert [status.value for status in wire.JobStatus] == [status.value for status in Status]


@given(st.lists(anything, max_size=12), st.sampled_from([FREE, PREMIUM]))
def test_any_job_can_be_shown_and_read_back(events: list[Event], limits: Limits) -> None:
    job = JOB
    for event in events:
        try:
            job = advance(job, event, NOW)
        except ConflictError:
            continue
    view = job_view(job, limits, NOW)
    assert wire.JobView.model_validate_json(view.model_dump_json()) == view
    assert view.result_available <= (view.status is wire.JobStatus.COMPLETED)
    assert (view.result_until is not None) <= view.result_available


@pytest.mark.parametrize("passed", [timedelta(0), timedelta(days=1000)])
def test_a_premium_result_is_there_for_ever(passed: timedelta) -> None:
    view = job_view(COMPLETED, PREMIUM, NOW + passed)
    assert (view.result_available, view.result_until) == (True, None)


def test_a_free_result_is_there_until_it_falls_due() -> None:
    due = _due(COMPLETED)
    before = job_view(COMPLETED, FREE, NOW + due - timedelta(seconds=1))
    assert (before.result_available, before.result_until) == (True, NOW + due)
    after = job_view(COMPLETED, FREE, NOW + due)
    assert (after.result_available, after.result_until) == (False, None)


def test_a_view_tells_when_the_result_went_into_the_archive_and_came_back() -> None:
    noted = {
        job.status: (view.archived_at, view.restored_at)
        for job in (COMPLETED, ARCHIVED)
        for view in [job_view(job, FREE, DUE)]
    }
    assert noted == {Status.COMPLETED: (None, None), Status.ARCHIVED: (DUE, None)}
    back = job_view(RESTORED, PREMIUM, DUE)
    assert (back.archived_at, back.restored_at) == (DUE, DUE)


def _due(job: Job) -> timedelta:
    assert job.archive_due is not None
    return job.archive_due - NOW


def test_only_who_is_not_premium_is_offered_to_upgrade() -> None:
    free = Account("a" * 32, "sub", "Alice", "alice@local.test", "")
    shown = me_view(free, FREE, "https://gas.test/upgrade", NOW)
    assert shown.limits == wire.Limits(max_input_bytes=153_600, retention_seconds=180)
    assert shown.upgrade_url == "https://gas.test/upgrade"
    premium = Account("a" * 32, "sub", "Alice", "alice@local.test", "", Plan.PREMIUM)
    shown = me_view(premium, PREMIUM, "https://gas.test/upgrade", NOW)
    assert shown.limits == wire.Limits(max_input_bytes=None, retention_seconds=None)
    assert shown.upgrade_url is None
