"""What the utility node does: live events, the projection of accounts, looking after the stuck."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from backend.domain.errors import ConflictError, NotFoundError
from backend.domain.events import Abandoned, Cancelled
from backend.domain.job import Job, Status
from backend.domain.messages import JobMessage
from backend.services.lifecycle import transition
from backend.services.ports import Clock, Contacts, Jobs, LiveEvents, Outbox, Topics
from backend.services.results import Results

_BATCH = 100
GAVE_UP = (
    "The annotation was tried several times and did not come to an end. "
    "Submit the file again; if it fails again, send us the request ID."
)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Follows the changes of jobs and accounts.

    Attributes:
        max_attempts: how often workers may take a job before it is given up.
    """

    jobs: Jobs
    topics: Topics
    live: LiveEvents
    outbox: Outbox
    contacts: Contacts
    results: Results
    clock: Clock
    max_attempts: int

    def follow(self, message: JobMessage) -> None:
        """Tell the owner's apps how the job is now, and erase it if they discarded it."""
        try:
            job = self.jobs.get(message.job_id)
        except NotFoundError:
            return
        self.live.publish(job)
        if job.status is Status.DELETING:
            self.results.erase(job.id)

    def project(self) -> int:
        """Send changed accounts on to where workers read them; return how many."""
        return self.outbox.send_on(self.contacts.put, limit=_BATCH)

    def sweep(self) -> int:
        """Look after jobs that ought to have moved on by themselves; return how many."""
        cures: dict[Status, Callable[[Job], None]] = {
            Status.AWAITING_UPLOAD: self._forget,
            Status.PENDING: self._request,
            Status.RUNNING: self._retry_or_abandon,
            Status.DELETING: lambda job: self.results.erase(job.id),
        }
        return sum(self._sweep_status(status, cure) for status, cure in cures.items())

    def _sweep_status(self, status: Status, cure: Callable[[Job], None]) -> int:
        found = self.jobs.needing_attention(status, before=self.clock(), limit=_BATCH)
        return sum(self._look_after(job_id, status, cure) for job_id in found)

    def _look_after(self, job_id: str, status: Status, cure: Callable[[Job], None]) -> bool:
        try:
            job = self.jobs.get(job_id)
            if job.status is not status:
                return False
            cure(job)
        except (ConflictError, NotFoundError):
            return False
        return True

    def _forget(self, job: Job) -> None:
        transition(self.jobs, job, Cancelled(), self.clock)

    def _request(self, job: Job) -> None:
        self.topics.request(JobMessage(job.id, job.owner, job.status, job.version))

    def _retry_or_abandon(self, job: Job) -> None:
        if job.attempt >= self.max_attempts:
            transition(self.jobs, job, Abandoned(GAVE_UP), self.clock)
            self.results.forget_work(job)
        else:
            self._request(job)


# Between two sweeps; jobs become due minutes after they should have moved.
SWEEP_EVERY = timedelta(minutes=1)
