"""The small form of a job: nothing of it is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from backend.wire import Counts, JobStatus, JobView, Options
from desktop.store.book import JobBook
from desktop.store.pack import PLACES
from desktop.store.row import JobRow, new_pack
from desktop.ui.sample import sample_jobs

_WHEN = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
_TEXT = st.text(min_size=1, max_size=40)
_HEX = st.text("0123456789abcdef", min_size=64, max_size=64)
_NUMBER = st.integers(0, 2**53)
_COUNTS = st.builds(
    Counts,
    assembly=st.sampled_from(["GRCh37", "GRCh38"]),
    bundle=_HEX,
    variants_in=_NUMBER,
    variants_out=_NUMBER,
    annotated=_NUMBER,
    passed_through=_NUMBER,
)
_JOBS = st.builds(
    JobView,
    id=st.text("0123456789abcdef", min_size=32, max_size=32),
    version=_NUMBER,
    name=_TEXT,
    size=_NUMBER,
    status=st.sampled_from(JobStatus),
    options=st.builds(Options, engine=st.sampled_from(["vepyr", "csq"])),
    created_at=_WHEN,
    submitted_at=st.none() | _WHEN,
    started_at=st.none() | _WHEN,
    finished_at=st.none() | _WHEN,
    attempt=st.integers(0, 9),
    done=_NUMBER,
    total=_NUMBER,
    counts=st.none() | _COUNTS,
    result_size=st.none() | _NUMBER,
    result_sha256=st.none() | _HEX,
    result_available=st.booleans(),
    result_until=st.none() | _WHEN,
    log_available=st.booleans(),
    failure=st.none() | _TEXT,
    thaw_expected=st.none() | _WHEN,
    archived_at=st.none() | _WHEN,
    restored_at=st.none() | _WHEN,
)


@given(_JOBS)
def test_a_row_gives_the_whole_job_back(job: JobView) -> None:
    assert JobRow.of(job, new_pack()).view() == job


_KEPT = _JOBS.filter(lambda job: job.status is not JobStatus.DELETING)


@given(st.lists(_KEPT, min_size=1, max_size=3), st.integers(0, 2 * PLACES))
def test_rows_that_share_a_pack_stay_apart(kinds: list[JobView], count: int) -> None:
    jobs = [
        kinds[number % len(kinds)].model_copy(update={"id": f"{number:032x}", "size": number})
        for number in range(count)
    ]
    book = JobBook()
    assert all(book.put(job) for job in jobs)
    assert list(book) == jobs
    # Some change once, some twice, and most not at all.
    changed = {
        job.id: job.model_copy(update={"version": job.version + turn, "size": turn})
        for turn in (1, 2)
        for job in jobs[:: 7 * turn]
    }
    assert all(book.put(job) for job in changed.values())
    assert list(book) == [changed.get(job.id, job) for job in jobs]


@given(_JOBS, _JOBS)
def test_rows_are_put_in_order_by_their_times(one: JobView, other: JobView) -> None:
    first, second = (JobRow.of(job, new_pack()) for job in (one, other))
    before = first.submitted_at < second.submitted_at
    assert (first.submitted < second.submitted) == before
    latest = datetime.max.replace(tzinfo=UTC)
    ends = [row.result_until or latest for row in (first, second)]
    assert (first.until < second.until) == (ends[0] < ends[1])


@given(_JOBS)
def test_a_row_says_what_its_job_says(job: JobView) -> None:
    row, counts = JobRow.of(job, new_pack()), job.counts
    assert row.variants == (counts.variants_in if counts else job.total or None)
    assert row.passed_through == (counts.passed_through if counts else None)
    assert row.submitted_at == (job.submitted_at or job.created_at)
    same = ("id", "version", "name", "status", "done", "total", "result_until", "failure",
            "result_available", "log_available", "thaw_expected")  # fmt: skip
    assert all(getattr(row, name) == getattr(job, name) for name in same)


def test_a_row_becomes_the_newer_version_where_it_is() -> None:
    book = JobBook()
    job = sample_jobs()[0]
    book.put(job)
    row = book.row(job.id)
    newer = job.model_copy(update={"version": 9, "status": JobStatus.COMPLETED, "name": "other"})
    assert book.put(newer)
    assert book.row(job.id) is row
    assert row is not None
    assert (row.status, row.name) == (JobStatus.COMPLETED, "other")
    assert book.get(job.id) == newer


def test_times_of_other_zones_are_the_same_times() -> None:
    job = sample_jobs()[2]
    zone = (job.submitted_at or job.created_at).astimezone(timezone(timedelta(hours=2)))
    other = job.model_copy(update={"submitted_at": zone})
    assert JobRow.of(other, new_pack()).submitted_at == job.submitted_at
    assert JobRow.of(other, new_pack()).submitted_at.tzinfo is UTC
