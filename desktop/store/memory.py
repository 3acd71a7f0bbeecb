"""The database for the window: the same, but awaited, in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from backend.wire import JobView
from desktop.store.database import Database

_OWNER = "owner"
_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class StoredMemory:
    """What the app remembers between starts; is `desktop.ports.Memory`.

    One thread does all the work, so writes come in order and never block the window.  Jobs that the
    disk does not take or give back are logged and left out: the service has them.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._open: Database | None = None

    async def load(self) -> tuple[str, Sequence[JobView]] | None:
        """Return whose jobs were shown last, and those jobs, newest first."""
        return await self._try(_load)

    async def save(self, owner: str, jobs: Sequence[JobView]) -> None:
        """Remember jobs of *owner*; those of anybody else are forgotten."""
        await self._try(lambda database: _save(database, owner, jobs))

    async def keep_only(self, ids: Sequence[str]) -> None:
        """Forget all jobs that the service does not list any more."""
        await self._try(lambda database: database.keep_only(ids))

    async def forget(self, job_id: str) -> None:
        """Forget one job."""
        await self._try(lambda database: database.remove_job(job_id))

    async def clear(self) -> None:
        """Forget everything about jobs, as at a sign-out."""
        await self._do(_clear)

    async def note(self, name: str) -> str | None:
        """Return a note, or None if there is none of that name."""
        return await self._do(lambda database: database.note(name))

    async def write_note(self, name: str, value: str) -> None:
        """Write a note in place of the one of that name."""
        await self._do(lambda database: database.write_note(name, value))

    def close(self) -> None:
        """Finish what was begun, and close the database."""
        self._thread.submit(self._close_database)
        self._thread.shutdown(wait=True)

    async def _try(self, work: Callable[[Database], _Result]) -> _Result | None:
        try:
            return await self._do(work)
        except (sqlite3.Error, OSError) as error:
            _log.warning("jobs are not remembered: %s", error)
            return None

    async def _do(self, work: Callable[[Database], _Result]) -> _Result:
        def run() -> _Result:
            if self._open is None:
                self._open = Database.open(self._path)
            return work(self._open)

        return await asyncio.get_running_loop().run_in_executor(self._thread, run)

    def _close_database(self) -> None:
        if self._open is not None:
            self._open.close()


def _load(database: Database) -> tuple[str, Sequence[JobView]] | None:
    owner = database.note(_OWNER)
    return None if not owner else (owner, database.jobs())


def _save(database: Database, owner: str, jobs: Sequence[JobView]) -> None:
    if database.note(_OWNER) != owner:
        _clear(database)
        database.write_note(_OWNER, owner)
    database.save_jobs(jobs)


def _clear(database: Database) -> None:
    database.clear_jobs()
    database.write_note(_OWNER, "")
