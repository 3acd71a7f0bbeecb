"""A job's life: what may happen when, in any order, any number of times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain import events
from backend.domain.errors import BusyError, ConflictError, IllegalTransitionError
from backend.domain.events import (
    EVENTS,
    Abandoned,
    Archived,
    ArchiveRemoved,
    ArchiveStarted,
    Cancelled,
    Cleared,
    Completed,
    Discarded,
    Failed,
    Kept,
    Mailed,
    MailStarted,
    Progressed,
    Released,
    Reminded,
    Restored,
    RestoreStarted,
    RetentionStarted,
    Started,
    Submitted,
    ThawRequested,
    ThawStarted,
)
from backend.domain.job import Counts, Event, Input, Job, Result, Status, Stored, advance

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=60)
RETENTION = timedelta(minutes=3)
COUNTS = Counts("GRCh37", "b" * 64, 10, 10, 9, 1)
RESULT = Result(1000, "a" * 64, COUNTS, Stored(500, "b" * 64), Stored(90, "c" * 64))
LOG = Stored(21, "d" * 64)
JOB = Job("j", "u", Input("a.vcf", 100, "c" * 64), NOW)


def life(*happened: Event, job: Job = JOB, now: datetime = NOW) -> Job:
    """Return the job after everything that happened, all at once."""
    for event in happened:
        job = advance(job, event, now)
    return job


RUNNING = life(Submitted(), Started(LEASE))
COMPLETED = life(Completed(1, RESULT, RETENTION, LOG), job=RUNNING)
DUE = NOW + RETENTION
ARCHIVING = life(ArchiveStarted(LEASE), job=COMPLETED, now=DUE)
ARCHIVED = life(Archived("ar", 0), job=ARCHIVING, now=DUE)
HOURS = timedelta(hours=4)
THAWING = life(ThawStarted(LEASE, HOURS), job=ARCHIVED, now=DUE)
RESTORED = life(
    ThawRequested("ar", "th", HOURS),
    RestoreStarted("ar", LEASE),
    Restored(0),
    job=THAWING,
    now=DUE,
)


def test_whole_life_leads_back_to_completed() -> None:
    restored = life(ArchiveRemoved("ar"), job=RESTORED, now=DUE)

    assert restored.status is Status.COMPLETED
    assert restored.result == RESULT
    assert restored.archive_id is None
    assert restored.archive_due is None
    assert restored.lease_until is None
    assert (restored.thaw_id, restored.thaw_expected) == (None, None)
    assert (restored.generation, restored.result_stored) == (1, True)
    assert restored.version == 10


def test_each_change_raises_the_version_by_one() -> None:
    assert [JOB.version, RUNNING.version, COMPLETED.version] == [0, 2, 3]


def test_second_worker_waits_for_the_lease() -> None:
    with pytest.raises(BusyError):
        advance(RUNNING, Started(LEASE), NOW + LEASE - timedelta(seconds=1))

    assert advance(RUNNING, Started(LEASE), NOW + LEASE).attempt == 2


def test_released_job_can_be_taken_at_once() -> None:
    released = life(Released(1), job=RUNNING)

    assert advance(released, Started(LEASE), NOW).attempt == 2


@pytest.mark.parametrize(
    "event",
    [
        Progressed(1, LEASE, 5, 10),
        Released(1),
        Completed(1, RESULT, RETENTION),
        Failed(1, "because"),
    ],
)
def test_late_worker_changes_nothing(event: Event) -> None:
    taken_over = advance(RUNNING, Started(LEASE), NOW + LEASE)

    with pytest.raises(BusyError):
        advance(taken_over, event, NOW + LEASE)


def test_progress_extends_the_lease() -> None:
    later = NOW + timedelta(seconds=30)
    job = advance(RUNNING, Progressed(1, LEASE, 5, 10), later)

    assert (job.done, job.total, job.lease_until) == (5, 10, later + LEASE)


def test_heartbeat_of_a_cancelled_job_is_refused() -> None:
    with pytest.raises(IllegalTransitionError, match="cancelled"):
        advance(life(Cancelled(), job=RUNNING), Progressed(1, LEASE, 5, 10), NOW)


def test_result_of_a_cancelled_job_is_dropped() -> None:
    cancelled = life(Cancelled(), job=RUNNING)

    assert advance(cancelled, Completed(1, RESULT, RETENTION), NOW) is cancelled


def test_job_is_not_given_up_while_a_worker_holds_it() -> None:
    with pytest.raises(BusyError):
        advance(RUNNING, Abandoned("tries used up"), NOW)

    given_up = advance(RUNNING, Abandoned("tries used up"), NOW + LEASE)
    assert (given_up.status, given_up.failure) == (Status.FAILED, "tries used up")


def test_failure_keeps_its_reason_and_log() -> None:
    failed = life(Failed(1, "Line 3 has 7 columns.", LOG), job=RUNNING)

    assert (failed.failure, failed.log) == ("Line 3 has 7 columns.", LOG)
    assert failed.log_stored
    assert not life(Failed(1, "Tried 5 times."), job=RUNNING).log_stored


def test_completed_job_cannot_be_cancelled() -> None:
    with pytest.raises(IllegalTransitionError):
        advance(COMPLETED, Cancelled(), NOW)


def test_one_mail_at_a_time_and_one_in_all() -> None:
    sending = life(MailStarted(LEASE), job=COMPLETED)
    with pytest.raises(BusyError):
        advance(sending, MailStarted(LEASE), NOW)
    assert advance(sending, MailStarted(LEASE), NOW + LEASE).mail_lease_until == NOW + 2 * LEASE

    mailed = life(Mailed(), job=sending)
    assert mailed.mailed_at == NOW
    assert advance(mailed, Mailed(), NOW) is mailed
    with pytest.raises(BusyError):
        advance(mailed, MailStarted(LEASE), NOW + LEASE)


def test_result_is_not_archived_before_it_is_due() -> None:
    assert advance(COMPLETED, ArchiveStarted(LEASE), DUE - timedelta(seconds=1)) is COMPLETED


def test_archiver_that_died_is_followed_by_another() -> None:
    with pytest.raises(BusyError):
        advance(ARCHIVING, ArchiveStarted(LEASE), DUE)

    assert advance(ARCHIVING, ArchiveStarted(LEASE), DUE + LEASE).status is Status.ARCHIVING


def test_upgrade_that_meets_an_archiving_waits() -> None:
    for event in (Kept(), ThawStarted(LEASE, HOURS)):
        with pytest.raises(BusyError):
            advance(ARCHIVING, event, DUE)


def test_premium_result_stays_until_a_downgrade() -> None:
    kept = life(Kept(), job=COMPLETED)
    assert kept.archive_due is None
    assert advance(kept, Kept(), NOW) is kept

    due = advance(kept, RetentionStarted(RETENTION), DUE)
    assert due.archive_due == DUE + RETENTION
    assert advance(due, RetentionStarted(RETENTION), DUE) is due


def test_end_of_the_premium_plan_gives_a_fresh_result_the_longer_time_once() -> None:
    longer = RetentionStarted(10 * RETENTION, extends=True)

    extended = advance(COMPLETED, longer, NOW + LEASE)

    assert extended.archive_due == NOW + LEASE + 10 * RETENTION
    assert advance(extended, longer, NOW + 2 * LEASE) is extended
    assert advance(COMPLETED, RetentionStarted(10 * RETENTION), NOW) is COMPLETED


def test_job_is_not_deleted_while_its_result_is_moved() -> None:
    with pytest.raises(BusyError):
        advance(ARCHIVING, Discarded(), DUE)

    deleting = advance(ARCHIVED, Discarded(), DUE)
    assert deleting.status is Status.DELETING
    assert advance(deleting, Discarded(), DUE) is deleting


def test_archive_is_forgotten_once() -> None:
    completed = life(ArchiveRemoved("ar"), job=RESTORED, now=DUE)

    assert advance(completed, ArchiveRemoved("ar"), DUE) is completed
    assert advance(RESTORED, ArchiveRemoved("another"), DUE) is RESTORED


def test_copy_that_comes_second_changes_nothing() -> None:
    assert advance(ARCHIVED, Archived("second", 0), DUE) is ARCHIVED


def test_copy_of_a_former_generation_changes_nothing() -> None:
    due = life(RetentionStarted(RETENTION), job=RESTORED, now=DUE)
    archiving = life(ArchiveStarted(LEASE), job=due, now=DUE + RETENTION)

    assert advance(archiving, Archived("late", 0), DUE + RETENTION) is archiving
    assert advance(archiving, Archived("ours", 1), DUE + RETENTION).archive_id == "ours"


def test_bucket_is_cleared_once_and_of_the_archived_generation_only() -> None:
    cleared = advance(ARCHIVED, Cleared(0), DUE)

    assert not cleared.result_stored
    assert advance(cleared, Cleared(0), DUE) is cleared
    assert advance(ARCHIVED, Cleared(1), DUE) is ARCHIVED
    assert advance(RESTORED, Cleared(0), DUE) is RESTORED


def test_request_to_the_archive_ends_the_lease_for_asking() -> None:
    assert THAWING.lease_until == DUE + LEASE

    asked = advance(THAWING, ThawRequested("ar", "th", HOURS), DUE)

    assert (asked.thaw_id, asked.lease_until) == ("th", None)
    assert asked.thaw_expected == DUE + HOURS
    assert advance(asked, ThawRequested("ar", "th", HOURS), DUE) is asked
    assert advance(asked, ThawRequested("other", "th2", HOURS), DUE) is asked


def test_asking_again_leaves_the_lease_of_who_brings_the_result_back() -> None:
    asked = advance(THAWING, ThawRequested("ar", "th", HOURS), DUE)
    held = advance(asked, RestoreStarted("ar", LEASE), DUE)

    again = advance(held, ThawRequested("ar", "th2", HOURS), DUE)

    assert (again.thaw_id, again.lease_until) == ("th2", DUE + LEASE)


def test_reminder_moves_the_date_while_nobody_brings_the_result_back() -> None:
    asked = advance(THAWING, ThawRequested("ar", "th", HOURS), DUE)

    later = advance(asked, Reminded("th", LEASE), DUE + HOURS)

    assert later.thaw_expected == DUE + HOURS + LEASE
    assert advance(asked, Reminded("other", LEASE), DUE) is asked
    held = advance(asked, RestoreStarted("ar", LEASE), DUE)
    assert advance(held, Reminded("th", LEASE), DUE) is held


def test_one_at_a_time_brings_the_result_back() -> None:
    asked = advance(THAWING, ThawRequested("ar", "th", HOURS), DUE)
    held = advance(asked, RestoreStarted("ar", LEASE), DUE)

    with pytest.raises(BusyError):
        advance(held, RestoreStarted("ar", LEASE), DUE)
    with pytest.raises(BusyError):
        advance(held, Discarded(), DUE)
    assert advance(held, RestoreStarted("ar", LEASE), DUE + LEASE).version == held.version + 1


def test_result_comes_back_once_a_generation() -> None:
    assert advance(RESTORED, Restored(0), DUE) is RESTORED
    with pytest.raises(BusyError):
        advance(THAWING, RestoreStarted("another", LEASE), DUE)


def test_base_event_says_nothing_by_itself() -> None:
    with pytest.raises(NotImplementedError):
        Event().apply(JOB, NOW)


def test_every_event_is_in_the_list() -> None:
    public = {
        value
        for name, value in vars(events).items()
        if isinstance(value, type) and issubclass(value, Event) and not name.startswith("_")
    }

    assert public - {Event} == set(EVENTS)


class TestDownload:
    def test_free_result_can_be_downloaded_until_it_is_due(self) -> None:
        assert COMPLETED.download_left(NOW, RETENTION) == RETENTION
        assert COMPLETED.download_left(DUE, RETENTION) == timedelta(0)
        assert COMPLETED.download_left(DUE + LEASE, RETENTION) == timedelta(0)

    def test_premium_result_can_be_downloaded_for_ever(self) -> None:
        assert COMPLETED.download_left(DUE + LEASE, None) is None

    def test_downgraded_result_has_no_end_until_one_is_set(self) -> None:
        kept = replace(COMPLETED, archive_due=None)

        assert kept.download_left(NOW, RETENTION) is None

    def test_nothing_else_can_be_downloaded(self) -> None:
        for job in (JOB, RUNNING, ARCHIVING, ARCHIVED, THAWING):
            assert job.download_left(NOW, None) == timedelta(0)


durations = st.timedeltas(timedelta(seconds=1), timedelta(hours=1))
attempts = st.integers(1, 4)
archives = st.sampled_from(["ar", "ar2"])
generations = st.integers(0, 1)
anything = st.one_of(
    st.just(Submitted()),
    st.builds(Started, durations),
    st.builds(Progressed, attempts, durations, st.just(1), st.just(2)),
    st.builds(Released, attempts),
    st.builds(Completed, attempts, st.just(RESULT), durations, st.sampled_from([None, LOG])),
    st.builds(Failed, attempts, st.just("reason"), st.sampled_from([None, LOG])),
    st.just(Abandoned("reason")),
    st.just(Cancelled()),
    st.builds(MailStarted, durations),
    st.just(Mailed()),
    st.builds(ArchiveStarted, durations),
    st.builds(Archived, archives, generations),
    st.builds(Cleared, generations),
    st.just(Kept()),
    st.builds(RetentionStarted, durations, st.booleans()),
    st.builds(ThawStarted, durations, durations),
    st.builds(ThawRequested, archives, st.sampled_from(["th", "th2"]), durations),
    st.builds(Reminded, st.sampled_from(["th", "th2"]), durations),
    st.builds(RestoreStarted, archives, durations),
    st.builds(Restored, generations),
    st.builds(ArchiveRemoved, archives),
    st.just(Discarded()),
)
happenings = st.lists(st.tuples(anything, st.timedeltas(timedelta(0), timedelta(hours=2))))


def promises_hold(job: Job) -> None:
    """Check what a status promises."""
    if job.status is Status.RUNNING:
        assert job.attempt > 0
    if job.status in {Status.COMPLETED, Status.ARCHIVING, Status.ARCHIVED, Status.THAWING}:
        assert job.result is not None
        assert job.finished_at is not None
    if job.status in {Status.ARCHIVED, Status.THAWING}:
        assert job.archive_id is not None
        assert job.archive_due is None
        assert job.archived_at is not None
    assert (job.restored_at is not None) is (job.generation > 0)
    assert job.log is None or job.log_stored
    if job.status is Status.FAILED:
        assert job.failure
    if job.status is Status.ARCHIVING:
        assert job.lease_until is not None


@given(happenings)
def test_promises_hold_whatever_happens(script: list[tuple[Event, timedelta]]) -> None:
    """In any order and with any repetition, a job changes by one version or not at all."""
    job, now = JOB, NOW
    for event, pause in script:
        now += pause
        try:
            after = advance(job, event, now)
        except ConflictError:
            continue
        assert after is job or after.version == job.version + 1
        assert after is job or job.status in event.sources
        promises_hold(after)
        job = after


@given(happenings, anything)
def test_event_that_was_taken_can_be_told_again(
    script: list[tuple[Event, timedelta]], last: Event
) -> None:
    """A repetition right afterwards changes nothing that matters, or is refused as busy."""
    job, now = JOB, NOW
    for event, pause in [*script, (last, timedelta(0))]:
        now += pause
        try:
            job = advance(job, event, now)
        except ConflictError:
            continue
        try:
            again = advance(job, event, now)
        except ConflictError:
            continue
        assert again.status is job.status
