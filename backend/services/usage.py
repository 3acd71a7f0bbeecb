"""How much of the service an account uses, counted from its newest jobs; kept for some seconds."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.domain.job import AWAY, Job
from backend.domain.plans import Limits
from backend.services.ports import Clock, Jobs

KEPT_FOR = timedelta(seconds=10)
# More than a few queries of the index are not worth a number in a corner of the window.
PAGES = 5
_PAGE = 200
_MOST_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Usage:
    """What an account uses.

    Attributes:
        month_jobs: jobs made since the month began, in UTC.
        month_bytes: the sizes of their files.
        results_stored: results that can be downloaded.
        results_archived: results in the archive, or on their way there or back.
        complete: whether all jobs were counted, or the newest only.
    """

    month_jobs: int
    month_bytes: int
    results_stored: int
    results_archived: int
    complete: bool


class Usages:
    """Counts; for several threads.

    Args:
        jobs: the table of jobs.
        clock: the time.
    """

    def __init__(self, jobs: Jobs, clock: Clock) -> None:
        self._jobs = jobs
        self._clock = clock
        self._kept: OrderedDict[str, tuple[datetime, Usage]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, owner: str, limits: Limits) -> Usage:
        """Return what *owner* uses, at most `KEPT_FOR` old.

        Raises:
            UnavailableError: the jobs cannot be read at the moment.
        """
        now = self._clock()
        with self._lock:
            until, usage = self._kept.get(owner, (now, None))
        if usage is None or until <= now:
            usage = self._count(owner, limits, now)
            with self._lock:
                self._kept[owner] = (now + KEPT_FOR, usage)
                while len(self._kept) > _MOST_KEPT:
                    self._kept.popitem(last=False)
        return usage

    def _count(self, owner: str, limits: Limits, now: datetime) -> Usage:
        found: list[Job] = []
        after: str | None = None
        for _ in range(PAGES):
            page = self._jobs.by_owner(owner, limit=_PAGE, after=after)
            found += page.jobs
            after = page.after
            if after is None:
                break
        return _counted(found, limits, now, complete=after is None)


def _counted(jobs: list[Job], limits: Limits, now: datetime, *, complete: bool) -> Usage:
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    recent = [job for job in jobs if job.created_at >= month]
    return Usage(
        month_jobs=len(recent),
        month_bytes=sum(job.input.size for job in recent),
        results_stored=sum(_is_available(job, limits, now) for job in jobs),
        results_archived=sum(job.status in AWAY for job in jobs),
        complete=complete,
    )


def _is_available(job: Job, limits: Limits, now: datetime) -> bool:
    return job.download_left(now, limits.retention) != timedelta(0)
