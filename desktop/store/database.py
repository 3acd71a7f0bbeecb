"""The app's own database: a cache of the jobs seen last, and a few notes.

Losing it loses nothing, so a damaged one is thrown away and begun anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from backend.wire import JobView
from desktop.ports import FIRST_JOBS

SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE job (id TEXT PRIMARY KEY, created_at TEXT NOT NULL, version INTEGER NOT NULL,
  view TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX job_created ON job (created_at DESC);
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_SAVE = """
INSERT INTO job VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
SET version = excluded.version, view = excluded.view WHERE excluded.version > version
"""

_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_PRIMARY_CODE = 0xFF
_Result = TypeVar("_Result")


class Database:
    """One connection; every method must be called from the thread that opened it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> Database:
        """Open the database at *path*, making it where it is missing, old or damaged."""
        return cls(open_or_begin_anew(path, _connect))

    def close(self) -> None:
        """Close the database; what was saved is on the disk."""
        self._connection.close()

    def jobs(self) -> list[JobView]:
        """Return the latest jobs, newest first; those of an older app's form are left out."""
        query = "SELECT view FROM job ORDER BY created_at DESC LIMIT ?"
        with closing(self._connection.execute(query, (FIRST_JOBS,))) as rows:
            return [job for (view,) in rows if (job := _read(view)) is not None]

    def save_jobs(self, jobs: Iterable[JobView]) -> None:
        """Save jobs; a newer version that is there already stays."""
        rows = [
            (job.id, job.created_at.isoformat(), job.version, job.model_dump_json()) for job in jobs
        ]
        with self._connection:
            self._connection.executemany(_SAVE, rows)

    def keep_only(self, ids: Sequence[str]) -> None:
        """Forget all jobs but these."""
        # It is outside of any transaction, so a try that failed has left it behind.
        self._connection.execute("CREATE TEMP TABLE IF NOT EXISTS kept (id TEXT PRIMARY KEY)")
        with self._connection:
            self._connection.execute("DELETE FROM kept")
            self._connection.executemany(
                "INSERT OR IGNORE INTO kept VALUES (?)", [(job_id,) for job_id in ids]
            )
            self._connection.execute("DELETE FROM job WHERE id NOT IN (SELECT id FROM kept)")
            self._connection.execute("DELETE FROM kept")

    def remove_job(self, job_id: str) -> None:
        """Forget one job."""
        with self._connection:
            self._connection.execute("DELETE FROM job WHERE id = ?", (job_id,))

    def note(self, name: str) -> str | None:
        """Return a note, or None if there is none of that name."""
        found = self._connection.execute("SELECT value FROM note WHERE name = ?", (name,))
        row = found.fetchone()
        return None if row is None else str(row[0])

    def write_note(self, name: str, value: str) -> None:
        """Write a note in place of the one of that name."""
        with self._connection:
            self._connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))

    def clear_jobs(self) -> None:
        """Forget all jobs."""
        with self._connection:
            self._connection.execute("DELETE FROM job")


def open_or_begin_anew(
    path: Path, connect: Callable[[Path], sqlite3.Connection]
) -> sqlite3.Connection:
    """Return what *connect* opens at *path*; a file that it cannot use is thrown away first."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        return connect(path)
    except sqlite3.DatabaseError:
        throw_away(path)
        return connect(path)


def throw_away(path: Path) -> None:
    """Delete the database at *path*, which nobody has open, or empty it where that fails.

    Raises:
        OSError: it can be neither deleted nor emptied.
    """
    for file in database_files(path):
        try:
            file.unlink(missing_ok=True)
        except OSError:
            # A folder that takes no change may hold files that do.
            with file.open("r+b") as opened:
                opened.truncate()


def or_anew(work: Callable[[], _Result], begin_anew: Callable[[], object]) -> _Result:
    """Return what *work* does; where it finds the file damaged, it is done again on a new one.

    A file that could be opened may be damaged further on, as after a loss of power.

    Args:
        work: uses the file, and opens it where it is not open.
        begin_anew: closes the file, and takes it out of the way.
    """
    try:
        return work()
    except sqlite3.DatabaseError as error:
        # What Python itself finds wrong has no code.
        if getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE not in _DAMAGE:
            raise
    begin_anew()
    return work()


def set_up(
    connection: sqlite3.Connection,
    schema: str,
    version: int,
    upgrades: Mapping[int, str] | None = None,
) -> None:
    """Make the tables of *schema*, all or none, in an empty database; *version* is its form.

    For each older form that is kept, *upgrades* has what makes the next one of it.

    Raises:
        sqlite3.DatabaseError: the file is none, or has a form that is not kept.
    """
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found == version:
        return
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    steps = [schema]
    if found or tables:
        known = upgrades or {}
        steps = [known[form] for form in range(found, version) if form in known]
        if not steps or len(steps) < version - found:
            raise sqlite3.DatabaseError(f"The database has form {found}, not {version}.")
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        for statement in ";".join(steps).split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {int(version)}")


def database_files(path: Path) -> list[Path]:
    """Return what a database at *path* consists of: itself, its log, and the log's index."""
    return [path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm")]


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        set_up(connection, _SCHEMA, SCHEMA_VERSION)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _read(view: str) -> JobView | None:
    try:
        return JobView.model_validate_json(view)
    except ValidationError:
        return None
