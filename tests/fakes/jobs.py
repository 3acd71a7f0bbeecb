"""A table of jobs in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from backend.domain.attention import attention_due
from backend.domain.errors import NotFoundError, RejectedError, StaleJobError
from backend.domain.job import AWAY, Job, Status
from backend.services.ports import JobIds, JobPage

Watcher = Callable[[Job | None, Job], None]


class FakeJobs:
    """The port `Jobs`.

    Attributes:
        watchers: told of each write as the table's stream would tell: the job before and after.
    """

    def __init__(self) -> None:
        self.watchers: list[Watcher] = []
        self._jobs: dict[str, Job] = {}
        self._lock = threading.RLock()

    def add(self, job: Job) -> None:
        with self._lock:
            if job.id in self._jobs:
                raise StaleJobError(self._jobs[job.id])
            self._jobs[job.id] = job
        self._tell(None, job)

    def get(self, job_id: str) -> Job:
        with self._lock:
            if job_id not in self._jobs:
                raise NotFoundError(f"There is no job {job_id}.")
            return self._jobs[job_id]

    def replace(self, job: Job, *, expected: int) -> None:
        with self._lock:
            stored = self.get(job.id)
            if stored.version != expected:
                raise StaleJobError(stored)
            self._jobs[job.id] = job
        self._tell(stored, job)

    def remove(self, job_id: str) -> None:
        with self._lock:
            self._jobs.pop(job_id, None)

    def by_owner(self, owner: str, *, limit: int, after: str | None = None) -> JobPage:
        before = None if after is None else _named_place(after)
        with self._lock:
            jobs = [job for job in self._jobs.values() if job.owner == owner]
        mine = [job for job in jobs if job.status is not Status.DELETING]
        mine.sort(key=_place, reverse=True)
        if before is not None:
            mine = [job for job in mine if _place(job) < before]
        page = tuple(mine[:limit])
        more = len(mine) > limit
        return JobPage(page, _name(*_place(page[-1])) if more else None)

    def archived_by(self, owner: str, *, limit: int, after: str | None = None) -> JobIds:
        before = None if after is None else _named_place(after)
        with self._lock:
            jobs = [job for job in self._jobs.values() if job.owner == owner]
        places = sorted(_end(job) for job in jobs if job.status in AWAY)
        left = [place for place in places if before is None or place > before]
        ids = tuple(job_id for _, job_id in left[:limit])
        return JobIds(ids, _name(*left[limit - 1]) if len(left) > limit else None)

    def needing_attention(self, status: Status, *, before: datetime, limit: int) -> Sequence[str]:
        with self._lock:
            waiting = [job for job in self._jobs.values() if job.status is status]
        due = [(attention_due(job), job.id) for job in waiting]
        return [job_id for when, job_id in due if when is not None and when <= before][:limit]

    def _tell(self, before: Job | None, after: Job) -> None:
        for watcher in self.watchers:
            watcher(before, after)


def _place(job: Job) -> tuple[datetime, str]:
    return (job.created_at, job.id)


def _end(job: Job) -> tuple[datetime, str]:
    assert job.finished_at is not None
    return (job.finished_at, job.id)


def _name(moment: datetime, job_id: str) -> str:
    return f"{moment.isoformat()}_{job_id}"


def _named_place(text: str) -> tuple[datetime, str]:
    created, _, job_id = text.rpartition("_")
    try:
        return (datetime.fromisoformat(created).astimezone(UTC), job_id)
    except ValueError as error:
        raise RejectedError("That page does not exist; begin at the first.") from error
