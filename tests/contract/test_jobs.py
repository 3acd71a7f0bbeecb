"""The port `Jobs`: the fake and DynamoDB keep the same promises."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.aws.job_items import from_item, to_item
from backend.aws.jobs import DynamoJobs
from backend.domain.attention import QUEUE_PATIENCE
from backend.domain.errors import NotFoundError, RejectedError, StaleJobError
from backend.domain.events import Cancelled, Discarded, Failed, Started, Submitted
from backend.domain.job import Job, Status, advance
from backend.services.ports import Jobs
from tests.fakes.jobs import FakeJobs
from tests.unit.domain.test_life import (
    ARCHIVED,
    ARCHIVING,
    COMPLETED,
    JOB,
    LEASE,
    LOG,
    NOW,
    RESTORED,
    RUNNING,
    THAWING,
    anything,
    life,
)

FAILED = life(Failed(1, "Line 3 has 7 columns.", LOG), job=RUNNING)


@pytest.fixture(params=["fake", "dynamodb"])
def jobs(request: pytest.FixtureRequest) -> Jobs:
    if request.param == "fake":
        return FakeJobs()
    aws = request.getfixturevalue("aws")
    return DynamoJobs(
        aws.client("dynamodb"),
        aws.outputs["JobsTable"],
        aws.outputs["InputsBucket"],
        aws.outputs["ResultsBucket"],
    )


def fresh(job: Job = JOB, owner: str | None = None) -> Job:
    """Return *job* under an id of its own: the table is shared by all tests."""
    return replace(job, id=uuid.uuid4().hex, owner=owner or uuid.uuid4().hex)


@pytest.mark.parametrize(
    "job", [JOB, RUNNING, COMPLETED, FAILED, ARCHIVING, ARCHIVED, THAWING, RESTORED]
)
def test_returns_what_was_stored(jobs: Jobs, job: Job) -> None:
    job = fresh(job)
    jobs.add(job)

    assert jobs.get(job.id) == job


def test_refusal_carries_the_stored_job(jobs: Jobs) -> None:
    first = fresh()
    jobs.add(first)
    second = advance(first, Submitted(), NOW)
    jobs.replace(second, expected=first.version)

    with pytest.raises(StaleJobError) as refusal:
        jobs.replace(second, expected=first.version)
    assert refusal.value.current == second


def test_id_is_taken_once(jobs: Jobs) -> None:
    job = fresh()
    jobs.add(job)

    with pytest.raises(StaleJobError) as refusal:
        jobs.add(replace(job, owner="somebody else"))
    assert refusal.value.current == job


def test_job_that_is_gone_cannot_be_changed(jobs: Jobs) -> None:
    job = fresh()
    jobs.add(job)
    jobs.remove(job.id)
    jobs.remove(job.id)

    with pytest.raises(NotFoundError):
        jobs.get(job.id)
    with pytest.raises(NotFoundError):
        jobs.replace(advance(job, Submitted(), NOW), expected=0)


def test_pages_are_newest_first_and_complete(jobs: Jobs) -> None:
    owner = uuid.uuid4().hex
    mine = [replace(fresh(owner=owner), created_at=NOW + timedelta(seconds=n)) for n in range(5)]
    for job in [*mine[::2], *mine[1::2], fresh()]:
        jobs.add(job)

    seen: list[Job] = []
    page = jobs.by_owner(owner, limit=2)
    seen += page.jobs
    while page.after is not None:
        page = jobs.by_owner(owner, limit=2, after=page.after)
        seen += page.jobs
    assert seen == mine[::-1]


def test_discarded_jobs_are_in_no_page(jobs: Jobs) -> None:
    owner = uuid.uuid4().hex
    kept, gone = fresh(owner=owner), advance(fresh(owner=owner), Discarded(), NOW)
    jobs.add(kept)
    jobs.add(gone)

    assert jobs.by_owner(owner, limit=10).jobs == (kept,)
    assert jobs.by_owner(uuid.uuid4().hex, limit=10).jobs == ()


@pytest.mark.parametrize("place", ["x", "", "e30", "W10", "WzEsMl0", "MQ", "bnVsbA", "é", "=" * 9])
def test_place_that_no_page_named_is_refused(jobs: Jobs, place: str) -> None:
    with pytest.raises(RejectedError):
        jobs.by_owner("u", limit=2, after=place)
    with pytest.raises(RejectedError):
        jobs.archived_by("u", limit=2, after=place)


def test_stuck_jobs_are_found_when_they_are_due(jobs: Jobs) -> None:
    stuck = advance(fresh(), Submitted(), NOW)
    jobs.add(stuck)
    due = NOW + QUEUE_PATIENCE

    early = jobs.needing_attention(Status.PENDING, before=due - timedelta(seconds=1), limit=100)
    assert stuck.id not in early
    assert stuck.id in jobs.needing_attention(Status.PENDING, before=due, limit=100)

    jobs.replace(advance(stuck, Started(LEASE), NOW), expected=stuck.version)
    assert stuck.id not in jobs.needing_attention(Status.PENDING, before=due, limit=100)


def test_jobs_whose_result_is_away_are_found_oldest_first(jobs: Jobs) -> None:
    owner = uuid.uuid4().hex
    ends = [NOW + timedelta(seconds=n) for n in range(5)]
    away = [ARCHIVED, ARCHIVING, THAWING, ARCHIVED, ARCHIVING]
    mine = [
        replace(fresh(job, owner=owner), finished_at=end)
        for job, end in zip(away, ends, strict=True)
    ]
    others = [fresh(JOB, owner), fresh(COMPLETED, owner), fresh(ARCHIVED)]
    for job in [*mine[::2], *others, *mine[1::2]]:
        jobs.add(job)

    seen: list[str] = []
    page = jobs.archived_by(owner, limit=2)
    seen += page.ids
    while page.after is not None:
        page = jobs.archived_by(owner, limit=2, after=page.after)
        seen += page.ids
    assert seen == [job.id for job in mine]


def test_results_can_come_back_while_they_are_listed(jobs: Jobs) -> None:
    owner = uuid.uuid4().hex
    ends = [NOW + timedelta(seconds=n) for n in range(4)]
    mine = [replace(fresh(ARCHIVED, owner=owner), finished_at=end) for end in ends]
    for job in mine:
        jobs.add(job)
    page = jobs.archived_by(owner, limit=2)
    for job in mine[:2]:
        jobs.replace(replace(job, status=Status.COMPLETED, version=99), expected=job.version)

    rest = jobs.archived_by(owner, limit=2, after=page.after)
    assert [*page.ids, *rest.ids] == [job.id for job in mine]
    assert jobs.archived_by(uuid.uuid4().hex, limit=2).ids == ()


def test_what_waits_for_nothing_is_not_found(jobs: Jobs) -> None:
    job = advance(fresh(), Cancelled(), NOW)
    jobs.add(job)

    for status in Status:
        later = NOW + timedelta(days=400)
        assert job.id not in jobs.needing_attention(status, before=later, limit=100)


@given(st.lists(anything, max_size=12))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_item_holds_all_of_a_job(events: list) -> None:  # type: ignore[type-arg]
    """Whatever happens to a job, the stored item gives it back as it was."""
    from backend.domain.errors import ConflictError

    job = JOB
    for event in events:
        try:
            job = advance(job, event, NOW)
        except ConflictError:
            continue
        assert from_item(to_item(job, inputs_bucket="i", results_bucket="r")) == job


@pytest.mark.parametrize("job", [COMPLETED, FAILED, ARCHIVED, THAWING, RESTORED])
def test_item_from_before_times_of_the_archive_and_checksums_of_logs_can_be_read(job: Job) -> None:
    item = to_item(job, inputs_bucket="i", results_bucket="r")
    for name in ("archived_time", "restored_time", "log"):
        item.pop(name, None)

    assert from_item(item) == replace(job, archived_at=None, restored_at=None, log=None)


def test_times_and_checksums_are_stored_under_their_names() -> None:
    item = to_item(RESTORED, inputs_bucket="i", results_bucket="r")

    assert item["archived_time"] == item["restored_time"] == {"S": "2026-01-01T12:03:00.000000Z"}
    assert item["log"] == {"M": {"size": {"N": "21"}, "sha256": {"S": LOG.sha256}}}
    assert "log" not in to_item(JOB, inputs_bucket="i", results_bucket="r")
