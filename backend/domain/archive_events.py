"""What happens to a stored result: into the archive, and back.

Results and archives have names that are used once: a result's keys carry its job's generation, an
archive's id is made anew for each copy.  So a name that is over stays over, and whoever deletes by
it, however late, can only meet what was left behind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from backend.domain.job import RESULT_EXISTS, Event, Job, Status


@dataclass(frozen=True, slots=True)
class ArchiveStarted(Event):
    """The retention of a free owner's result is over; somebody moves it within *lease*."""

    lease: timedelta
    meaning = "The retention is over and the owner's plan is free: the result is being moved."
    sources = frozenset({Status.COMPLETED, Status.ARCHIVING})
    target = Status.ARCHIVING
    done = RESULT_EXISTS - {Status.ARCHIVING} | {Status.DELETING}

    def permits(self, job: Job, now: datetime) -> bool:
        """Only what is due, and only one at a time."""
        due = job.archive_due is not None and job.archive_due <= now
        return due and not job.is_held(now)

    def apply(self, job: Job, now: datetime) -> Job:
        """Start the lease."""
        return replace(job, lease_until=now + self.lease)


@dataclass(frozen=True, slots=True)
class Archived(Event):
    """A verified copy of the result of *generation* is in the archive as *archive_id*."""

    archive_id: str
    generation: int
    meaning = "A verified copy is in the archive; the download area may forget it."
    sources = frozenset({Status.ARCHIVING})
    target = Status.ARCHIVED
    done = RESULT_EXISTS | {Status.DELETING}

    def permits(self, job: Job, now: datetime) -> bool:  # noqa: ARG002
        """A copy of a former generation comes too late."""
        return job.generation == self.generation

    def apply(self, job: Job, now: datetime) -> Job:
        """Note where it is, and since when."""
        return replace(
            job,
            archive_due=None,
            lease_until=None,
            archive_id=self.archive_id,
            archived_at=now,
        )


@dataclass(frozen=True, slots=True)
class Cleared(Event):
    """The download area holds nothing of the archived result of *generation* any more."""

    generation: int
    meaning = "The download area's copy of an archived result is deleted."
    sources = frozenset({Status.ARCHIVED, Status.THAWING})
    done = RESULT_EXISTS | {Status.DELETING}

    def permits(self, job: Job, now: datetime) -> bool:  # noqa: ARG002
        """Once."""
        return job.result_stored and job.generation == self.generation

    def apply(self, job: Job, now: datetime) -> Job:  # noqa: ARG002
        """Nobody has to look after it any more."""
        return replace(job, result_stored=False)


@dataclass(frozen=True, slots=True)
class Kept(Event):
    """The owner is premium when the result falls due: it stays."""

    meaning = "The retention is over and the owner's plan is premium: the result stays."
    sources = frozenset({Status.COMPLETED, Status.ARCHIVING})
    done = RESULT_EXISTS - {Status.ARCHIVING} | {Status.DELETING}

    def permits(self, job: Job, now: datetime) -> bool:  # noqa: ARG002
        """A result that is on its way out has to arrive before it can come back."""
        return job.status is Status.COMPLETED and job.archive_due is not None

    def apply(self, job: Job, now: datetime) -> Job:  # noqa: ARG002
        """Forget the date."""
        return replace(job, archive_due=None)


@dataclass(frozen=True, slots=True)
class RetentionStarted(Event):
    """The owner is on the free plan again: the result can be downloaded for *retention*.

    Attributes:
        extends: whether a shorter time, which the result was given when it was completed, gives
            way: the premium plan ended before anybody had looked at it.
    """

    retention: timedelta
    extends: bool = False
    meaning = "The owner is on the free plan again: the result falls due later."
    sources = frozenset({Status.COMPLETED})
    done = RESULT_EXISTS | {Status.DELETING}

    def permits(self, job: Job, now: datetime) -> bool:  # noqa: ARG002
        """A date that was set for this reason stays."""
        return job.archive_due is None or (self.extends and self._is_shorter(job))

    def _is_shorter(self, job: Job) -> bool:
        due, since = job.archive_due, job.finished_at
        return due is not None and since is not None and due - since < self.retention

    def apply(self, job: Job, now: datetime) -> Job:
        """Set the date."""
        return replace(job, archive_due=now + self.retention)


@dataclass(frozen=True, slots=True)
class ThawStarted(Event):
    """The owner is premium: somebody asks for the archived result within *lease*.

    Attributes:
        expected: how long it is going to take, as far as one can tell before asking.
    """

    lease: timedelta
    expected: timedelta
    meaning = "The owner is premium: the archived result is asked back."
    sources = frozenset({Status.ARCHIVED, Status.ARCHIVING})
    target = Status.THAWING
    done = frozenset({Status.THAWING, Status.COMPLETED, Status.DELETING})

    def permits(self, job: Job, now: datetime) -> bool:  # noqa: ARG002
        """A result that is on its way out has to arrive before it can come back."""
        return job.status is Status.ARCHIVED

    def apply(self, job: Job, now: datetime) -> Job:
        """Start the lease."""
        return replace(
            job,
            lease_until=now + self.lease,
            thaw_id=None,
            thaw_expected=now + self.expected,
        )


@dataclass(frozen=True, slots=True)
class ThawRequested(Event):
    """The archive took the request for *archive_id* as *thaw_id*, and needs *expected* for it."""

    archive_id: str
    thaw_id: str
    expected: timedelta
    meaning = "The archive took the request, and said how long it needs."
    sources = frozenset({Status.THAWING})
    done = RESULT_EXISTS | {Status.DELETING}

    def permits(self, job: Job, now: datetime) -> bool:  # noqa: ARG002
        """For this copy; asking again replaces what was asked before."""
        return job.archive_id == self.archive_id and job.thaw_id != self.thaw_id

    def apply(self, job: Job, now: datetime) -> Job:
        """Note when it should be back."""
        # The lease for asking ends here; one for bringing the result back is somebody else's.
        lease = None if job.thaw_id is None else job.lease_until
        return replace(
            job, lease_until=lease, thaw_id=self.thaw_id, thaw_expected=now + self.expected
        )


@dataclass(frozen=True, slots=True)
class Reminded(Event):
    """Somebody was told anew that *thaw_id* is at hand, and has *patience* to bring it back."""

    thaw_id: str
    patience: timedelta
    meaning = "What the archive has at hand was not fetched: somebody is told once more."
    sources = frozenset({Status.THAWING})
    done = RESULT_EXISTS | {Status.DELETING}

    def permits(self, job: Job, now: datetime) -> bool:
        """For the request that stands, and while nobody is at it."""
        return job.thaw_id == self.thaw_id and not job.is_held(now)

    def apply(self, job: Job, now: datetime) -> Job:
        """Look again later."""
        return replace(job, thaw_expected=now + self.patience)


@dataclass(frozen=True, slots=True)
class RestoreStarted(Event):
    """Somebody brings the result back from *archive_id* within *lease*."""

    archive_id: str
    lease: timedelta
    meaning = "The archive has the result at hand: it is being brought back."
    sources = frozenset({Status.THAWING})
    done = frozenset({Status.COMPLETED, Status.DELETING})

    def permits(self, job: Job, now: datetime) -> bool:
        """One at a time."""
        return job.archive_id == self.archive_id and not job.is_held(now)

    def apply(self, job: Job, now: datetime) -> Job:
        """Start the lease."""
        return replace(job, lease_until=now + self.lease)


@dataclass(frozen=True, slots=True)
class Restored(Event):
    """What was archived of *generation* is in the results bucket as the next one, checked."""

    generation: int
    meaning = "The result is back and verified; the archive's copy may go."
    sources = frozenset({Status.THAWING})
    target = Status.COMPLETED
    done = RESULT_EXISTS | {Status.DELETING}

    def permits(self, job: Job, now: datetime) -> bool:  # noqa: ARG002
        """Once a generation."""
        return job.generation == self.generation

    def apply(self, job: Job, now: datetime) -> Job:
        """It stays until the plan says otherwise."""
        return replace(
            job,
            generation=job.generation + 1,
            result_stored=True,
            lease_until=None,
            thaw_id=None,
            thaw_expected=None,
            archive_due=None,
            restored_at=now,
        )


@dataclass(frozen=True, slots=True)
class ArchiveRemoved(Event):
    """The archive's copy *archive_id* of a restored result is deleted."""

    archive_id: str
    meaning = "The archive's copy of a restored result is deleted."
    sources = frozenset({Status.COMPLETED, Status.DELETING})
    done = RESULT_EXISTS

    def permits(self, job: Job, now: datetime) -> bool:  # noqa: ARG002
        """Only while it is the one to forget."""
        return job.archive_id == self.archive_id

    def apply(self, job: Job, now: datetime) -> Job:  # noqa: ARG002
        """Forget where it was."""
        return replace(job, archive_id=None)
