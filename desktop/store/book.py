"""The jobs that are known, by ID: the newest version of each wins, whatever order they come in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backend.wire import JobStatus, JobView
from desktop.store.row import JobRow, new_pack


class JobBook:
    """Every known job once, in its newest version.

    A job that was thrown away, here or elsewhere, stays away: a late event does not bring it back.
    """

    def __init__(self) -> None:
        self._rows: dict[str, JobRow] = {}
        self._gone: set[str] = set()
        self._pack = new_pack()

    def __len__(self) -> int:
        """Return how many jobs are known."""
        return len(self._rows)

    def __iter__(self) -> Iterator[JobView]:
        """Yield every job, in no order that means anything; each is unpacked for it."""
        return (row.view() for row in self._rows.values())

    def rows(self) -> Iterable[JobRow]:
        """Return what a table needs of every job, in no order that means anything."""
        return self._rows.values()

    def row(self, job_id: str) -> JobRow | None:
        """Return what a table needs of a job, or None."""
        return self._rows.get(job_id)

    def get(self, job_id: str) -> JobView | None:
        """Return the job as it is known, or None."""
        row = self._rows.get(job_id)
        return None if row is None else row.view()

    def put(self, job: JobView) -> bool:
        """Take *job* in, or out where it is being deleted; return False if it is no news."""
        if job.status is JobStatus.DELETING:
            return self.remove(job.id)
        known = self._rows.get(job.id)
        if job.id in self._gone or (known is not None and known.version >= job.version):
            return False
        if known is None:
            if self._pack.is_full:
                self._pack = new_pack()
            self._rows[job.id] = JobRow.of(job, self._pack)
        else:
            known.take(job)
        return True

    def remove(self, job_id: str) -> bool:
        """Take a job out for good; return whether it was known."""
        self._gone.add(job_id)
        return self._rows.pop(job_id, None) is not None

    def keep_only(self, ids: Iterable[str]) -> list[str]:
        """Drop what the service no longer lists, and return what was dropped."""
        wanted = set(ids)
        dropped = [job_id for job_id in self._rows if job_id not in wanted]
        for job_id in dropped:
            del self._rows[job_id]
        return dropped

    def clear(self) -> None:
        """Forget every job."""
        self._rows.clear()
        self._gone.clear()
        self._pack = new_pack()
