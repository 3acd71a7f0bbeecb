"""Changed jobs on their way into the app's memory: soon, and many at once."""

from __future__ import annotations

import asyncio
from typing import Any

from backend.wire import JobView
from desktop.ports import Memory
from desktop.ui.actions.session import SessionActions
from desktop.ui.aio import Tasks
from desktop.waits import Pause

SAVE_SECONDS = 2.0
MOST_UNSAVED = 200
"""So many jobs wait no longer: each takes ten times the memory of its row in the table."""


class UnsavedJobs:
    """Gathers changed jobs, and saves them as those of whoever is signed in.

    Args:
        pause: waits, in seconds.
    """

    def __init__(self, memory: Memory, session: SessionActions, tasks: Tasks, pause: Pause) -> None:
        self._memory, self._session = memory, session
        self._tasks, self._pause = tasks, pause
        self._jobs: dict[str, JobView] = {}
        self._saving: asyncio.Task[Any] | None = None

    def add(self, job: JobView) -> None:
        """Have *job* saved soon."""
        self._jobs[job.id] = job
        if len(self._jobs) >= MOST_UNSAVED:
            self._tasks.start(self._save(self._taken()), "saving many jobs")
        if self._saving is None or self._saving.done():
            self._saving = self._tasks.start(self._save_soon(), "saving the jobs")

    def forget(self, job_id: str) -> None:
        """Do not save a job that is deleted."""
        self._jobs.pop(job_id, None)

    def clear(self) -> None:
        """Save nothing of what was gathered."""
        self._jobs.clear()
        if self._saving is not None:
            self._saving.cancel()

    async def save(self) -> None:
        """Save what was gathered, now."""
        await self._save(self._taken())

    async def save_page(self, jobs: list[JobView]) -> None:
        """Save a page of the list, now; where that fails, the rest of the list can still be read.

        Gathered, its pages would take more memory than the table of all of them.
        """
        await asyncio.wait([self._tasks.start(self._save(jobs), "saving a page of jobs")])

    async def _save(self, jobs: list[JobView]) -> None:
        me = self._session.me
        if me is not None and jobs:
            await self._memory.save(me.id, jobs)

    async def _save_soon(self) -> None:
        try:
            # What changes while it is saved waits for the next round.
            while self._jobs:
                await self._pause(SAVE_SECONDS)
                await self.save()
        finally:
            await self.save()

    def _taken(self) -> list[JobView]:
        jobs = list(self._jobs.values())
        self._jobs.clear()
        return jobs
