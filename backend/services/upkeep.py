"""What the utility node does: live events, the projection of accounts, looking after the stuck."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from backend import logs
from backend.domain.accounts import Account, AccountChange, Change
from backend.domain.errors import ConflictError, NotFoundError, ServiceError
from backend.domain.events import Abandoned, Cancelled
from backend.domain.job import Job, Status
from backend.domain.messages import AccountMessage, JobMessage
from backend.domain.plans import Plan
from backend.services.archive_ports import Retention
from backend.services.lifecycle import transition
from backend.services.ports import Clock, Contacts, Jobs, LiveEvents, Outbox, Topics
from backend.services.results import Results
from backend.services.thaw import Thaws

LOGGER = logging.getLogger(__name__)
_BATCH = 100
# A status a sweep; more than can reasonably be stuck.
_MOST_SWEPT = 1_000
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
    retention: Retention
    thaws: Thaws
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
        return self.outbox.send_on(self.send_on, limit=_BATCH)

    def send_on(self, change: AccountChange) -> None:
        """Store the account for the workers first, so that whoever is told next finds it."""
        contact = change.contact
        self.contacts.put(contact)
        if change.kind is Change.UPGRADED:
            self.topics.start_thaw(AccountMessage(contact.account_id, upgrade=contact.version))
        elif change.kind is Change.DOWNGRADED:
            self.topics.start_thaw(AccountMessage(contact.account_id))

    def remind(self, account: Account) -> None:
        """Have the archived results of a premium owner asked for once more.

        The message of the upgrade may have been given up.  Where nothing is archived any more,
        reading this one costs a query that finds nothing.
        """
        if account.plan is Plan.PREMIUM:
            self.topics.start_thaw(AccountMessage(account.id))

    def sweep(self) -> int:
        """Look after jobs that ought to have moved on by themselves; return how many."""
        cures: dict[Status, Callable[[Job], object]] = {
            Status.AWAITING_UPLOAD: self._forget,
            Status.PENDING: self._request,
            Status.RUNNING: self._retry_or_abandon,
            Status.COMPLETED: self._settle,
            Status.ARCHIVING: self._settle,
            Status.ARCHIVED: self._settle,
            Status.THAWING: self.thaws.look,
            Status.DELETING: lambda job: self.results.erase(job.id),
        }
        return sum(self._sweep_status(status, cure) for status, cure in cures.items())

    def _sweep_status(self, status: Status, cure: Callable[[Job], object]) -> int:
        found = self.jobs.needing_attention(status, before=self.clock(), limit=_MOST_SWEPT)
        return sum(self._look_after(job_id, status, cure) for job_id in found)

    def _look_after(self, job_id: str, status: Status, cure: Callable[[Job], object]) -> bool:
        try:
            job = self.jobs.get(job_id)
            if job.status is not status:
                return False
            cure(job)
        except (ConflictError, NotFoundError):
            return False
        except ServiceError as error:
            # The others are looked after all the same.
            logs.event(LOGGER, "job not looked after", job_id=job_id, reason=str(error))
            return False
        except Exception as error:  # noqa: BLE001 - it would keep all others from being looked after
            logs.failure(LOGGER, "job not looked after", error, job_id=job_id)
            return False
        return True

    def _settle(self, job: Job) -> None:
        """Moving a result takes long: it is done where it is always done, not here.

        Asked for again within a quarter of an hour, it is asked for once.
        """
        now = self.clock()
        quarter = timedelta(minutes=now.minute % 15, seconds=now.second)
        self.retention.start(job.id, now.replace(microsecond=0) - quarter)

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
