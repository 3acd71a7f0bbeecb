"""The journal of transfers: what was taken so far outlives the process, and a loss of power.

Unlike the cache of jobs it cannot be had anew: losing it means sending files again. So it is a
database of its own, each part that was taken is on the disk before the next one is begun, and a
damaged one, or that of a newer app, is set aside and not thrown away.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from backend.wire import SentPart
from desktop.errors import ForbiddenError
from desktop.sentences import said
from desktop.store.database import set_up
from desktop.store.forms import item_of, kept_item, kept_path, path_of
from desktop.store.kept import KeptDatabase, Lost, unheard
from desktop.transfer.items import Item
from desktop.transfer.ledger import BegunDownload, BegunUpload
from desktop.transfer.source import Fingerprint, Source

SCHEMA_VERSION = 2
KEPT_SECONDS = 30 * 24 * 3600.0
"""How long the transfers of somebody who does not come back are kept."""

DAY = 24 * 3600.0
"""A clock is believed, in seconds of its own, if it said the same that long ago."""

_OWNER = """
CREATE TABLE owner (id TEXT PRIMARY KEY, seen REAL NOT NULL, old_since REAL, ahead_since REAL)
  WITHOUT ROWID
"""
_UPGRADES = {1: _OWNER}
_SCHEMA = f"""
{_OWNER};
CREATE TABLE item (id TEXT PRIMARY KEY, owner TEXT NOT NULL, place INTEGER NOT NULL,
  view TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE upload (key TEXT PRIMARY KEY, job_id TEXT NOT NULL, path TEXT NOT NULL,
  size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode TEXT NOT NULL, sha256 TEXT NOT NULL,
  part_sha256 TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE part (key TEXT NOT NULL REFERENCES upload ON DELETE CASCADE, number INTEGER NOT NULL,
  etag TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE TABLE download (key TEXT PRIMARY KEY, part TEXT NOT NULL, version TEXT NOT NULL)
  WITHOUT ROWID;
"""
_BEGIN = """
INSERT INTO upload VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE
SET job_id = excluded.job_id, path = excluded.path, size = excluded.size,
  mtime_ns = excluded.mtime_ns, inode = excluded.inode, sha256 = excluded.sha256,
  part_sha256 = excluded.part_sha256
"""
# A thread that learns late that its upload was given up must not leave anything behind.
_NOTE_PART = """
INSERT OR REPLACE INTO part SELECT ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM upload WHERE key = ?)
"""
# A clock that was wrong for a while does not make anybody's last visit earlier.
_SEE = """
INSERT INTO owner (id, seen) VALUES (?, ?)
ON CONFLICT (id) DO UPDATE SET seen = max(seen, excluded.seen), old_since = NULL
"""
# One that is wrong today throws nothing away: a visit notes what looks too old, or is yet to come,
# and only another at least a day later, which finds the same, acts on it.
_DOUBT = """
UPDATE owner SET
  old_since = CASE WHEN seen < :now - :kept THEN min(coalesce(old_since, :now), :now) END,
  ahead_since = CASE WHEN seen > :now THEN min(coalesce(ahead_since, :now), :now) END
"""
_CORRECT = """
UPDATE owner SET seen = :now, ahead_since = NULL WHERE ahead_since <= :now - :day
"""
_Result = TypeVar("_Result")


class Journal:
    """The database of transfers; is `desktop.transfer.ledger.Ledger`.

    It is opened when it is first asked, and every method may be called from any thread.

    Args:
        now: gives the time, in seconds since 1970.

    Attributes:
        lost: told where a journal is kept that could not be read, in the thread that found it so.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self.lost: Lost = unheard
        self._path, self._now = path, now
        self._lock = threading.Lock()
        self._database = KeptDatabase(path, _connect, self._lose)
        self._closed = False
        self._taken: deque[tuple[str, int, str, str, str]] = deque()

    def upload(self, key: str) -> BegunUpload | None:
        """Return an upload that has begun, or None."""
        query = (
            "SELECT job_id, path, size, mtime_ns, inode, sha256, part_sha256 FROM upload "
            "WHERE key = ?"
        )
        row = self._do(lambda database: database.execute(query, (key,)).fetchone())
        if row is None:
            return None
        job_id, path, size, mtime_ns, inode, sha256, part_sha256 = row
        mark = Fingerprint(size, mtime_ns, int(inode))
        source = Source(path_of(path), mark, sha256, tuple(json.loads(part_sha256)))
        return BegunUpload(source, job_id)

    def jobs(self) -> dict[str, str]:
        """Return the job of each upload that has begun, by its key."""
        query = "SELECT key, job_id FROM upload"
        return dict(self._do(lambda database: database.execute(query).fetchall()))

    def begin_upload(self, key: str, begun: BegunUpload) -> None:
        """Remember an upload; the parts that are noted stay."""
        source, mark = begun.source, begun.source.fingerprint
        row = (
            key,
            begun.job_id,
            kept_path(source.path),
            mark.size,
            mark.mtime_ns,
            # Some file systems number their files beyond what SQLite takes for a number.
            str(mark.inode),
            source.sha256,
            json.dumps(source.part_sha256),
        )
        self._do_at_once(lambda database: database.execute(_BEGIN, row))

    def parts(self, key: str) -> Sequence[SentPart]:
        """Return the parts of an upload that were taken, in order."""
        query = "SELECT number, etag, sha256 FROM part WHERE key = ? ORDER BY number"
        rows = self._do(lambda database: database.execute(query, (key,)).fetchall())
        return [SentPart(number=n, etag=etag, sha256=sha256) for n, etag, sha256 in rows]

    def note_part(self, key: str, part: SentPart) -> None:
        """Remember a part that was taken; of an upload that is forgotten, nothing is.

        The disk may take longer for it than the network for the part, so whoever has the database
        writes for all who wait for it.
        """
        self._taken.append((key, part.number, part.etag, part.sha256, key))
        self._do(self._note_taken)

    def _note_taken(self, database: sqlite3.Connection) -> None:
        rows = [self._taken.popleft() for _ in range(len(self._taken))]
        if not rows:
            return
        try:
            with database:
                database.executemany(_NOTE_PART, rows)
        except sqlite3.Error:
            # Those who wait try for themselves.
            self._taken.extendleft(reversed(rows))
            raise

    def download(self, key: str) -> BegunDownload | None:
        """Return a download that has begun, or None."""
        query = "SELECT part, version FROM download WHERE key = ?"
        row = self._do(lambda database: database.execute(query, (key,)).fetchone())
        return None if row is None else BegunDownload(path_of(row[0]), row[1])

    def begin_download(self, key: str, begun: BegunDownload) -> None:
        """Remember a download."""
        change = "INSERT OR REPLACE INTO download VALUES (?, ?, ?)"
        row = (key, kept_path(begun.part), begun.version)
        self._do_at_once(lambda database: database.execute(change, row))

    def forget(self, key: str) -> None:
        """Forget whatever has this key, but for its place in the queue."""
        self._do_at_once(lambda database: _forget(database, [(key,)]))

    def items(self, owner: str) -> list[Item]:
        """Return *owner*'s items in order; those of an older app's form are left out."""
        query = "SELECT view FROM item WHERE owner = ? ORDER BY place"
        rows = self._do(lambda database: database.execute(query, (owner,)).fetchall())
        return [item for (view,) in rows if (item := item_of(view)) is not None]

    def save_items(self, owner: str, items: Sequence[Item], done: Sequence[str] = ()) -> None:
        """Remember *items*, in this order, as all that *owner* has.

        What is known of transfers that are *done* is forgotten with it, all at once or not at all:
        one that was forgotten first would be taken up as one that has not begun.
        """
        rows = [(item.id, owner, place, kept_item(item)) for place, item in enumerate(items)]

        def save(database: sqlite3.Connection) -> None:
            database.execute(_SEE, (owner, self._now()))
            database.execute("DELETE FROM item WHERE owner = ?", (owner,))
            database.executemany("INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?)", rows)
            _forget(database, [(key,) for key in done])

        self._do_at_once(save)

    def sent(self, keys: Sequence[str]) -> bool:
        """Whether a part was taken of any upload among *keys*."""
        query = "SELECT EXISTS (SELECT 1 FROM part WHERE key = ?)"
        return self._do(
            lambda database: any(database.execute(query, (key,)).fetchone()[0] for key in keys)
        )

    def see(self, owner: str) -> list[BegunDownload]:
        """Note that *owner* is here; return downloads that are left over and known no more.

        What others left open stays for 30 days since they were here last, and until two visits at
        least a day apart have found that so.
        """
        now = self._now()
        rows = self._do_at_once(lambda database: _see(database, owner, now))
        return [BegunDownload(path_of(part), version) for part, version in rows]

    def close(self) -> None:
        """Close the database for good; what it was told is on the disk."""
        with self._lock:
            self._closed = True
            self._database.close()

    def _lose(self, kept: Path) -> None:
        self.lost(kept)

    def _do_at_once(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """Do *work* as `_do` does, all of it or nothing."""

        def in_one(database: sqlite3.Connection) -> _Result:
            with database:
                return work(database)

        return self._do(in_one)

    def _do(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """Give the open database to *work*, one thread at a time, and return what it returns.

        Raises:
            ForbiddenError: the disk does not take it, or no longer gives it back.
        """
        try:
            with self._lock:
                if self._closed:
                    # A thread that ends after the app must not open it again.
                    raise sqlite3.ProgrammingError("the app has ended")
                return self._database.do(work)
        except (sqlite3.Error, OSError) as error:
            raise ForbiddenError(
                said(
                    "What was sent cannot be noted in {folder} ({reason}). Make room there, or let "
                    "the app write there.",
                    folder=str(self._path.parent),
                    reason=str(error),
                )
            ) from error


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        set_up(connection, _SCHEMA, SCHEMA_VERSION, _UPGRADES)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _forget(database: sqlite3.Connection, keys: Sequence[tuple[str]]) -> None:
    database.executemany("DELETE FROM upload WHERE key = ?", keys)
    database.executemany("DELETE FROM download WHERE key = ?", keys)


def _see(database: sqlite3.Connection, owner: str, now: float) -> list[tuple[str | bytes, str]]:
    """Note a visit; return parts and versions of the downloads that nobody has any more."""
    times = {"now": now, "kept": KEPT_SECONDS, "day": DAY}
    database.execute(_SEE, (owner, now))
    # An older app did not note when it saw whom.
    database.execute(
        "INSERT OR IGNORE INTO owner (id, seen) SELECT DISTINCT owner, ? FROM item", (now,)
    )
    database.execute(_DOUBT, times)
    database.execute(_CORRECT, times)
    database.execute("DELETE FROM owner WHERE old_since <= :now - :day", times)
    database.execute("DELETE FROM item WHERE owner NOT IN (SELECT id FROM owner)")
    database.execute("DELETE FROM upload WHERE key NOT IN (SELECT id FROM item)")
    left = "DELETE FROM download WHERE key NOT IN (SELECT id FROM item) RETURNING part, version"
    return database.execute(left).fetchall()
