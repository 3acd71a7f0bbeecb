"""Ask the archive for the results of people who became premium."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from backend.domain.archive import EXPEDITED_MAX_BYTES, ThawState, Tier
from backend.domain.errors import BusyError, DamagedError, NoCapacityError, NotFoundError
from backend.domain.events import Reminded, ThawRequested, ThawStarted
from backend.domain.job import Job, Status
from backend.domain.messages import ThawMessage
from backend.domain.plans import Plan
from backend.services.archive_ports import Archive
from backend.services.lifecycle import transition
from backend.services.ports import Clock, Contacts, Jobs, Queue

# Asking takes moments: whoever has not done it by then is gone.
REQUEST_LEASE = timedelta(seconds=60)
# Thousands may be at hand at the same time, and a few are fetched at once.
REMINDER_PATIENCE = timedelta(minutes=30)


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
            BusyError: it is on its way into the archive, or somebody is about to ask for it; ask
                again later.
            DamagedError: the archive has lost it.
            UnavailableError: the archive takes no requests at the moment.
        """
        if job.status is Status.THAWING and job.archive_id is not None and job.thaw_id is None:
            # Whoever was about to ask may have been killed, or told to come back later.
            if job.is_held(self.clock()):
                raise BusyError(job.status, "asking the archive")
            self._request(job, job.archive_id)
            return
        if job.status not in {Status.ARCHIVED, Status.ARCHIVING}:
            return
        if self.contacts.get(job.owner).plan is not Plan.PREMIUM:
            return
        expected = self.archive.expected(_first_tier(job))
        job = transition(self.jobs, job, ThawStarted(REQUEST_LEASE, expected), self.clock)
        if job.status is Status.THAWING and job.archive_id is not None and job.thaw_id is None:
            self._request(job, job.archive_id)

    def look(self, job: Job) -> None:
        """Move on a result that should have been back by now.

        Raises:
            DamagedError: the archive has lost it.
            UnavailableError: the archive does not answer, or takes no requests at the moment.
        """
        if job.status is not Status.THAWING or job.archive_id is None or job.is_held(self.clock()):
            return
        state = self._state(job)
        if state is ThawState.LOST:
            job = self._request(job, job.archive_id)
            # The archive says nothing of what it has at hand since a request that nobody noted.
            state = self._state(job)
        if state is ThawState.READY and job.archive_id is not None and job.thaw_id is not None:
            self._remind(job, ThawMessage(job.id, job.archive_id, job.thaw_id))

    def _remind(self, job: Job, message: ThawMessage) -> None:
        """Noted first: what waits for its turn is not told of again at every sweep."""
        reminded = Reminded(message.thaw_id, REMINDER_PATIENCE)
        if transition(self.jobs, job, reminded, self.clock).status is Status.THAWING:
            self.thawed.send(message.to_json())

    def _state(self, job: Job) -> ThawState:
        if job.archive_id is None or job.thaw_id is None:
            return ThawState.LOST
        return self.archive.state(job.archive_id, job.thaw_id)

    def _request(self, job: Job, archive_id: str) -> Job:
        """Return the job as it is afterwards."""
        try:
            thaw_id, tier = self._asked(archive_id, job)
        except NotFoundError as error:
            return self._came_back(job, error)
        requested = ThawRequested(archive_id, thaw_id, self.archive.expected(tier))
        return transition(self.jobs, job, requested, self.clock)

    def _asked(self, archive_id: str, job: Job) -> tuple[str, Tier]:
        """Return what the request is called, and the tier that took it."""
        tier = _first_tier(job)
        try:
            return self.archive.request(archive_id, job.id, tier), tier
        except NoCapacityError:
            if tier is Tier.STANDARD:
                raise
            return self.archive.request(archive_id, job.id, Tier.STANDARD), Tier.STANDARD

    def _came_back(self, job: Job, error: NotFoundError) -> Job:
        """Return the job that came back meanwhile, so that its copy had to go.

        Raises:
            DamagedError: it did not.
        """
        current = self.jobs.get(job.id)
        if current.status is Status.THAWING and current.archive_id == job.archive_id:
            raise DamagedError(f"The archive has lost the result of job {job.id}.") from error
        return current


def _first_tier(job: Job) -> Tier:
    large = job.result is not None and job.result.size > EXPEDITED_MAX_BYTES
    return Tier.STANDARD if large else Tier.EXPEDITED
