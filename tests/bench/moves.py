"""Results that move into the archive and back, as the event stream tells it.

No job says when its result moved, so the bench writes these changes itself, as the archive's
functions write them, and knows the time.  Nothing is really moved.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from backend.domain.events import (
    Archived,
    ArchiveRemoved,
    ArchiveStarted,
    Restored,
    ThawRequested,
    ThawStarted,
)
from backend.domain.job import Event, Job
from backend.services.lifecycle import transition
from backend.services.ports import Clock, Jobs
from tests.bench.arrivals import Arrival, Follower
from tests.bench.delays import ARCHIVED, ARCHIVING, RESTORED, THAWING, Delay
from tests.stack import until

_LEASE = timedelta(minutes=1)
_ARCHIVE_ID = "bench"
# What is written in this order, and what it is called in the report, if it is there.
_STEPS: tuple[tuple[str | None, Callable[[Job], Event]], ...] = (
    (ARCHIVING, lambda _job: ArchiveStarted(_LEASE)),
    (ARCHIVED, lambda job: Archived(_ARCHIVE_ID, job.generation)),
    (THAWING, lambda _job: ThawStarted(_LEASE, _LEASE)),
    (None, lambda _job: ThawRequested(_ARCHIVE_ID, "thaw", _LEASE)),
    (RESTORED, lambda job: Restored(job.generation)),
    (None, lambda _job: ArchiveRemoved(_ARCHIVE_ID)),
)


@dataclass(frozen=True, slots=True)
class Moves:
    """Writes what happens to results.

    Attributes:
        follower: reads the events of the results' owner.
        clock: runs ahead by the retention, so that every result is due.
    """

    jobs: Jobs
    follower: Follower
    clock: Clock

    def measure(self, job_id: str) -> list[Delay]:
        """Move a completed result away and back; return how long each change was on its way."""
        job, delays = self.jobs.get(job_id), []
        for kind, event in _STEPS:
            begun = time.time()
            job = transition(self.jobs, job, event(job), self.clock)
            arrived = self._arrival(job).at
            if kind is not None:
                delays.append(Delay(kind, job_id, arrived - begun))
        return delays

    def _arrival(self, job: Job) -> Arrival:
        """Wait for the first event that knows of the job as it is."""

        def told() -> Arrival | None:
            arrivals = self.follower.arrivals()
            return next((each for each in arrivals if each.knows(job.id, job.version)), None)

        found: Arrival = until(told, f"the event of job {job.id} being {job.status}")
        return found
