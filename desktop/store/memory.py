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
from desktop.store.database import Database, or_anew, throw_away

_OWNER, _ACCOUNT = "owner", "account "
_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class StoredMemory:
    """What the app remembers between starts; is `desktop.ports.Memory`.

    It is `desktop.auth.ports.Accounts`, too.

    One thread does all the work, so writes come in order and never block the window.  Jobs that the
    disk does not take or give back are logged and left out: the service has them.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._open: Database | None = None
        self._is_cleared = False

    async def load(self) -> tuple[str, Sequence[JobView]] | None:
        """Return whose jobs were shown last, and those jobs, newest first."""
        return None if self._is_cleared else await self._try(_load)

    async def save(self, owner: str, jobs: Sequence[JobView]) -> None:
        """Remember jobs of *owner*; those of anybody else are forgotten."""

        def work(database: Database) -> None:
            _save(database, owner, jobs)
            self._is_cleared = False

        await self._try(work)

    async def keep_only(self, ids: Sequence[str]) -> None:
        """Forget all jobs that the service does not list any more."""
        await self._try(lambda database: database.keep_only(ids))

    async def forget(self, job_id: str) -> None:
        """Forget one job."""
        await self._try(lambda database: database.remove_job(job_id))

    async def clear(self) -> None:
        """Forget everything about jobs, as at a sign-out.

        A full disk takes no change, so the file is thrown away then; what cannot be thrown away
        either is not given back until there are other jobs, or the app is started again.
        """
        try:
            await self._do(_clear)
        except (sqlite3.Error, OSError) as error:
            _log.warning("jobs could not be forgotten one by one: %s", error)
            await asyncio.get_running_loop().run_in_executor(self._thread, self._throw_away)

    async def account(self, server: str) -> str:
        """Return the ID of the account that was signed in at *server* last, "" for none."""
        return await self._try(lambda database: database.note(_ACCOUNT + server)) or ""

    async def note_account(self, server: str, account_id: str) -> None:
        """Remember it, or "" after a sign-out."""
        await self._try(lambda database: database.write_note(_ACCOUNT + server, account_id))

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

        def run_or_begin_anew() -> _Result:
            return or_anew(run, self._throw_away)

        return await asyncio.get_running_loop().run_in_executor(self._thread, run_or_begin_anew)

    def _throw_away(self) -> None:
        try:
            self._close_database()
        except sqlite3.Error as error:
            _log.warning("the database could not be closed: %s", error)
        try:
            throw_away(self._path)
        except OSError as error:
            _log.warning("the jobs could not be thrown away: %s", error)
            self._is_cleared = True

    def _close_database(self) -> None:
        database, self._open = self._open, None
        if database is not None:
            database.close()


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
