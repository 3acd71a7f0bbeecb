"""When a result went into the archive, and when it came back, is noted: the latest of each."""

from __future__ import annotations

from datetime import timedelta

from backend.domain.events import (
    Archived,
    ArchiveStarted,
    Cleared,
    Restored,
    RestoreStarted,
    RetentionStarted,
    ThawRequested,
    ThawStarted,
)
from backend.domain.job import advance
from tests.unit.domain.test_life import (
    ARCHIVED,
    ARCHIVING,
    COMPLETED,
    DUE,
    HOURS,
    LEASE,
    RETENTION,
    THAWING,
    life,
)

ASKED = ThawRequested("ar", "th", HOURS)


def test_nothing_is_noted_before_it_is_true() -> None:
    for job in (COMPLETED, ARCHIVING):
        assert (job.archived_at, job.restored_at) == (None, None)
    assert (ARCHIVED.archived_at, ARCHIVED.restored_at) == (DUE, None)
    for event in (Cleared(0), ThawStarted(LEASE, HOURS)):
        assert advance(ARCHIVED, event, DUE + LEASE).archived_at == DUE
    held = life(ASKED, RestoreStarted("ar", LEASE), job=THAWING, now=DUE + HOURS)
    assert (held.archived_at, held.restored_at) == (DUE, None)


def test_what_is_told_again_later_keeps_its_time() -> None:
    assert advance(ARCHIVED, Archived("ar", 0), DUE + LEASE) is ARCHIVED
    back = life(ASKED, RestoreStarted("ar", LEASE), Restored(0), job=THAWING, now=DUE + HOURS)
    assert back.restored_at == DUE + HOURS
    assert advance(back, Restored(0), DUE + 2 * HOURS) is back


def test_a_second_way_there_and_back_has_times_of_its_own() -> None:
    back = life(ASKED, RestoreStarted("ar", LEASE), Restored(0), job=THAWING, now=DUE + HOURS)
    due = life(RetentionStarted(RETENTION), job=back, now=DUE + HOURS)
    later = DUE + timedelta(days=1)
    again = life(ArchiveStarted(LEASE), Archived("ar2", 1), job=due, now=later)
    assert (again.archived_at, again.restored_at) == (later, DUE + HOURS)

    asked = (ThawStarted(LEASE, HOURS), ThawRequested("ar2", "th", HOURS))
    end = life(*asked, RestoreStarted("ar2", LEASE), Restored(1), job=again, now=later + HOURS)
    assert (end.archived_at, end.restored_at) == (later, later + HOURS)
