"""Change jobs, one conditional write at a time."""

from __future__ import annotations

from backend.domain.errors import ConflictError, NotFoundError, StaleJobError, UnavailableError
from backend.domain.job import FINISHED, Event, Job, Status, advance
from backend.services.ports import Clock, Jobs

_TRIES = 5


def transition(jobs: Jobs, job: Job, event: Event, clock: Clock) -> Job:
    """Apply *event*, store the outcome, and return the job as it is stored.

    *job* may be an old copy.  Its yes is safe, since the write is refused if the copy is old, and
    the refusal carries the current job.  Its no is not: jobs go round in a circle, and an old copy
    may look like a job that has seen the event.  So a no is asked of the table once more.

    Raises:
        ConflictError: the job's status does not allow the event.
        NotFoundError: the job is gone.
        UnavailableError: others kept changing the job.
    """
    current = False
    for _ in range(_TRIES):
        try:
            after = advance(job, event, clock())
        except ConflictError:
            if current:
                raise
            after = job
        if after is job:
            if current:
                return job
            job, current = jobs.get(job.id), True
            continue
        try:
            jobs.replace(after, expected=job.version)
        except StaleJobError as stale:
            job, current = stale.current, True
        else:
            return after
    raise UnavailableError(f"Job {job.id} is being changed by many at once.")


def is_over(jobs: Jobs, job_id: str) -> bool:
    """Whether there is nothing more to annotate for the job, by whomever."""
    try:
        status = jobs.get(job_id).status
    except NotFoundError:
        return True
    return status in FINISHED or status is Status.DELETING
