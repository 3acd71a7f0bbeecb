"""The stand-in's state, in one SQLite file that survives a kill."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SCHEMA = """
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS object (
  place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  customer TEXT, due INTEGER, state TEXT NOT NULL, hidden TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS object_by_kind ON object (kind, customer, place);
CREATE INDEX IF NOT EXISTS object_by_due ON object (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS delivery (
  place INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, state TEXT NOT NULL,
  due REAL NOT NULL, tries INTEGER NOT NULL, outcome TEXT);
CREATE INDEX IF NOT EXISTS delivery_by_due ON delivery (due) WHERE state = 'pending';
CREATE TABLE IF NOT EXISTS answer (
  key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
  at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class DataInUseError(Exception):
    """The data folder belongs to a stand-in that runs."""


class Database:
    """One connection, for one thread at a time; what a transaction has committed is kept.

    Attributes:
        committed: called after each commit.
    """

    def __init__(self, path: Path) -> None:
        self.committed: Callable[[], None] = _nothing
        path.touch(mode=0o600)
        self._connection = sqlite3.connect(
            path, timeout=1, check_same_thread=False, isolation_level=None
        )
        try:
            self._connection.executescript(_SCHEMA)
        except sqlite3.OperationalError as error:
            self._connection.close()
            raise DataInUseError(f"another local Stripe has its state in {path.parent}") from error

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all that the block writes, or nothing of it where it raises."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
        self.committed()

    def write(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run a statement within a transaction."""
        self._connection.execute(sql, values)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return what a query finds."""
        return self._connection.execute(sql, values).fetchall()

    def note(self, name: str, otherwise: str) -> str:
        """Return the setting of that name."""
        rows = self.rows("SELECT value FROM note WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else otherwise

    def keep_note(self, name: str, value: str) -> None:
        """Keep a setting, within a transaction."""
        self.write("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))


def _nothing() -> None:
    """Be told of a commit that nobody waits for."""
