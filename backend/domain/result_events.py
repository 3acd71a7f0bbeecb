"""What happens to a job that has ended: the mail, the archive and back, the deletion."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from backend.domain.job import FINISHED, RESULT_EXISTS, Event, Job, Status

_SETTLED = FINISHED | {Status.DELETING}


@dataclass(frozen=True, slots=True)
class MailStarted(Event):
    """Somebody is about to mail the owner, and has *lease* to do it."""

    lease: timedelta
    meaning = "The mail is about to be sent: a second delivery of the message waits."
    sources = RESULT_EXISTS | {Status.FAILED}
    done = frozenset({Status.CANCELLED, Status.DELETING})

    def permits(self, job: Job, now: datetime) -> bool:
        """One at a time."""
        held = job.mail_lease_until is not None and now < job.mail_lease_until
        return job.mailed_at is None and not held

    def apply(self, job: Job, now: datetime) -> Job:
        """Start the lease."""
        return replace(job, mail_lease_until=now + self.lease)


@dataclass(frozen=True, slots=True)
class Mailed(Event):
    """The owner was mailed how the job ended."""

    meaning = "The mail is handed to the mail service."
    sources = RESULT_EXISTS | {Status.FAILED}
    done = _SETTLED

    def permits(self, job: Job, now: datetime) -> bool:  # noqa: ARG002
        """Once."""
        return job.mailed_at is None

    def apply(self, job: Job, now: datetime) -> Job:
        """Note when."""
        return replace(job, mailed_at=now, mail_lease_until=None)


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
    """A verified copy of the result is in the archive as *archive_id*."""

    archive_id: str
    meaning = "A verified copy is in the archive; the download area may forget it."
    sources = frozenset({Status.ARCHIVING})
    target = Status.ARCHIVED
    done = RESULT_EXISTS - {Status.ARCHIVING} | {Status.DELETING}

    def apply(self, job: Job, now: datetime) -> Job:  # noqa: ARG002
        """Note where it is."""
        return replace(job, archive_due=None, lease_until=None, archive_id=self.archive_id)


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
    """The owner is on the free plan again: the result can be downloaded for *retention*."""

    retention: timedelta
    meaning = "The owner is on the free plan again: the result falls due later."
    sources = frozenset({Status.COMPLETED})
    done = RESULT_EXISTS | {Status.DELETING}

    def permits(self, job: Job, now: datetime) -> bool:  # noqa: ARG002
        """A date that is set stays."""
        return job.archive_due is None

    def apply(self, job: Job, now: datetime) -> Job:
        """Set the date."""
        return replace(job, archive_due=now + self.retention)


@dataclass(frozen=True, slots=True)
class ThawStarted(Event):
    """The owner is premium: the archived result is asked for, and *expected* in so much time."""

    expected: timedelta
    meaning = "The owner is premium: the archived result is asked back."
    sources = frozenset({Status.ARCHIVED, Status.ARCHIVING})
    target = Status.THAWING
    done = frozenset({Status.THAWING, Status.COMPLETED, Status.DELETING})

    def permits(self, job: Job, now: datetime) -> bool:  # noqa: ARG002
        """A result that is on its way out has to arrive before it can come back."""
        return job.status is Status.ARCHIVED

    def apply(self, job: Job, now: datetime) -> Job:
        """Note when it should be back."""
        return replace(job, thaw_expected=now + self.expected)


@dataclass(frozen=True, slots=True)
class Restored(Event):
    """The result is back in the results bucket, checked."""

    meaning = "The result is back and verified; the archive's copy may go."
    sources = frozenset({Status.THAWING})
    target = Status.COMPLETED
    done = frozenset({Status.COMPLETED, Status.DELETING})

    def apply(self, job: Job, now: datetime) -> Job:  # noqa: ARG002
        """It stays until the plan says otherwise."""
        return replace(job, thaw_expected=None, archive_due=None)


@dataclass(frozen=True, slots=True)
class ArchiveRemoved(Event):
    """The archive's copy of a restored result is deleted."""

    meaning = "The archive's copy of a restored result is deleted."
    sources = frozenset({Status.COMPLETED, Status.DELETING})
    done = RESULT_EXISTS

    def permits(self, job: Job, now: datetime) -> bool:  # noqa: ARG002
        """Only while there is one to forget."""
        return job.archive_id is not None

    def apply(self, job: Job, now: datetime) -> Job:  # noqa: ARG002
        """Forget where it was."""
        return replace(job, archive_id=None)


@dataclass(frozen=True, slots=True)
class Discarded(Event):
    """The owner wants the job and all its files gone."""

    meaning = "The owner deleted the job: to people it is gone, its files follow."
    sources = FINISHED | {Status.AWAITING_UPLOAD}
    target = Status.DELETING
    done = frozenset({Status.DELETING})

    def permits(self, job: Job, now: datetime) -> bool:
        """Not while somebody moves the result."""
        return not job.is_held(now)

    def apply(self, job: Job, now: datetime) -> Job:  # noqa: ARG002
        """Nothing else is asked of the job."""
        return replace(job, lease_until=None, archive_due=None)
