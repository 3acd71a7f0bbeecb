"""What happens to a job until it has ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from backend.domain.job import (
    FINISHED,
    RESULT_EXISTS,
    UNFINISHED,
    Event,
    Job,
    Result,
    Status,
    Stored,
)

_SETTLED = FINISHED | {Status.DELETING}


@dataclass(frozen=True, slots=True)
class Submitted(Event):
    """The owner's file is in the inputs bucket."""

    meaning = "The file is uploaded and checked; the job waits for a worker."
    sources = frozenset({Status.AWAITING_UPLOAD})
    target = Status.PENDING
    done = frozenset({Status.PENDING, Status.RUNNING, Status.FAILED}) | RESULT_EXISTS

    def apply(self, job: Job, now: datetime) -> Job:
        """Note when; the multipart upload is no more."""
        return replace(job, submitted_at=now, upload_id=None)


@dataclass(frozen=True, slots=True)
class Started(Event):
    """A worker took the job, and holds it for *lease*."""

    lease: timedelta
    meaning = "A worker took the job, or took it over from one whose lease ran out."
    sources = frozenset({Status.PENDING, Status.RUNNING})
    target = Status.RUNNING
    done = _SETTLED

    def permits(self, job: Job, now: datetime) -> bool:
        """Only one worker at a time."""
        return not job.is_held(now)

    def apply(self, job: Job, now: datetime) -> Job:
        """Count the attempt and start the lease."""
        return replace(
            job,
            attempt=job.attempt + 1,
            lease_until=now + self.lease,
            started_at=job.started_at or now,
            done=0,
            total=0,
        )


@dataclass(frozen=True, slots=True)
class _OfAttempt(Event):
    """Something that only the worker of the job's latest *attempt* may say."""

    attempt: int

    def permits(self, job: Job, now: datetime) -> bool:  # noqa: ARG002
        """A worker that lost the job to another may change nothing."""
        return job.attempt == self.attempt


@dataclass(frozen=True, slots=True)
class Progressed(_OfAttempt):
    """The worker is alive, has annotated *done* of *total* variants, and holds on for *lease*."""

    lease: timedelta
    done_variants: int
    total_variants: int
    meaning = "The worker is alive: its lease is longer and its count higher."
    sources = frozenset({Status.RUNNING})

    def apply(self, job: Job, now: datetime) -> Job:
        """Extend the lease and note how far the work is."""
        return replace(
            job, lease_until=now + self.lease, done=self.done_variants, total=self.total_variants
        )


@dataclass(frozen=True, slots=True)
class Released(_OfAttempt):
    """The worker stops and lets another have the job at once."""

    meaning = "The worker is shut down and hands the job back; another may take it at once."
    sources = frozenset({Status.RUNNING})
    done = _SETTLED

    def apply(self, job: Job, now: datetime) -> Job:  # noqa: ARG002
        """End the lease."""
        return replace(job, lease_until=None)


@dataclass(frozen=True, slots=True)
class Completed(_OfAttempt):
    """The worker stored *result*, which a free owner may download for *retention*, and *log*."""

    result: Result
    retention: timedelta
    log: Stored | None = None
    meaning = "Result and log are stored; the owner is told."
    sources = frozenset({Status.RUNNING})
    target = Status.COMPLETED
    done = _SETTLED

    def apply(self, job: Job, now: datetime) -> Job:
        """Note the result; when it falls due, the plan is read as it is then."""
        return replace(
            job,
            lease_until=None,
            finished_at=now,
            result=self.result,
            log_stored=True,
            log=self.log,
            done=self.result.counts.variants_in,
            total=self.result.counts.variants_in,
            archive_due=now + self.retention,
            result_stored=True,
        )


@dataclass(frozen=True, slots=True)
class Failed(_OfAttempt):
    """The worker gave up for good, for a *reason* that the owner can act on; *log* is stored."""

    reason: str
    log: Stored | None = None
    meaning = "The file cannot be annotated; the owner is told why."
    sources = frozenset({Status.RUNNING})
    target = Status.FAILED
    done = _SETTLED

    def apply(self, job: Job, now: datetime) -> Job:
        """Note the reason."""
        return replace(
            job,
            lease_until=None,
            finished_at=now,
            failure=self.reason,
            log_stored=self.log is not None,
            log=self.log,
        )


@dataclass(frozen=True, slots=True)
class Abandoned(Event):
    """Nobody could finish the job: its messages are used up and no worker holds it."""

    reason: str
    meaning = "Every try was used up and no worker holds the job; the owner is told."
    sources = frozenset({Status.PENDING, Status.RUNNING})
    target = Status.FAILED
    done = _SETTLED

    def permits(self, job: Job, now: datetime) -> bool:
        """A worker that still holds the job may yet finish it."""
        return not job.is_held(now)

    def apply(self, job: Job, now: datetime) -> Job:
        """Note the reason."""
        return replace(job, lease_until=None, finished_at=now, failure=self.reason)


@dataclass(frozen=True, slots=True)
class Cancelled(Event):
    """The owner does not want the job any more, or never uploaded the file."""

    meaning = "The owner called the job off, or the file never came."
    sources = UNFINISHED
    target = Status.CANCELLED
    done = frozenset({Status.CANCELLED, Status.DELETING})

    def apply(self, job: Job, now: datetime) -> Job:
        """End the lease: the worker learns of it at its next heartbeat."""
        return replace(job, lease_until=None, finished_at=now)
