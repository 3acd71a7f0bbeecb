"""Ask the archive for the results of people who became premium."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from backend.domain.archive import EXPEDITED_MAX_BYTES, ThawState, Tier
from backend.domain.errors import NoCapacityError
from backend.domain.events import ThawRequested, ThawStarted
from backend.domain.job import Job, Status
from backend.domain.messages import ThawMessage
from backend.domain.plans import Plan
from backend.services.lifecycle import transition
from backend.services.ports import Archive, Clock, Contacts, Jobs, Queue

# Asking takes moments: whoever has not done it by then is gone.
REQUEST_LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Thaws:
    """Asks for archived results, and looks after what was asked.

    Attributes:
        thawed: the queue of what the archive has at hand.
    """

    jobs: Jobs
    contacts: Contacts
    archive: Archive
    thawed: Queue
    clock: Clock

    def start(self, job: Job) -> None:
        """Ask for the job's result if it is archived and its owner is premium.

        Raises:
            BusyError: it is on its way into the archive; ask again when it has arrived.
            UnavailableError: the archive takes no requests at the moment.
        """
        if job.status not in {Status.ARCHIVED, Status.ARCHIVING}:
            return
        if self.contacts.get(job.owner).plan is not Plan.PREMIUM:
            return
        expected = self.archive.expected(_first_tier(job))
        job = transition(self.jobs, job, ThawStarted(REQUEST_LEASE, expected), self.clock)
        if job.status is Status.THAWING and job.thaw_id is None:
            self._request(job)

    def look(self, job: Job) -> None:
        """Move on a result that should have been back by now."""
        if job.status is not Status.THAWING or job.archive_id is None or job.is_held(self.clock()):
            return
        state = ThawState.LOST
        if job.thaw_id is not None:
            state = self.archive.state(job.archive_id, job.thaw_id)
        match state:
            case ThawState.LOST:
                self._request(job)
            case ThawState.READY if job.thaw_id is not None:
                message = ThawMessage(job.id, job.archive_id, job.thaw_id)
                self.thawed.send(message.to_json())
            case _:
                pass

    def _request(self, job: Job) -> None:
        if job.archive_id is None:
            return
        tier = _first_tier(job)
        try:
            thaw_id = self.archive.request(job.archive_id, job.id, tier)
        except NoCapacityError:
            if tier is Tier.STANDARD:
                raise
            tier = Tier.STANDARD
            thaw_id = self.archive.request(job.archive_id, job.id, tier)
        expected = self.archive.expected(tier)
        requested = ThawRequested(job.archive_id, thaw_id, expected)
        transition(self.jobs, job, requested, self.clock)


def _first_tier(job: Job) -> Tier:
    large = job.result is not None and job.result.size > EXPEDITED_MAX_BYTES
    return Tier.STANDARD if large else Tier.EXPEDITED
