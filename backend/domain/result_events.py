"""What happens to a job that has ended: the mail and the deletion."""

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
