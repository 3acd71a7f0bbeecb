"""The journal: units of work that become one SQLite transaction each."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

Statement = tuple[str, Sequence[Any]]
Statements = Callable[[], Sequence[Statement]]

SCHEMA = """
pragma locking_mode = exclusive;
pragma journal_mode = wal;
pragma synchronous = normal;
create table if not exists item(
  tab text, key text, attributes text, primary key(tab, key)) without rowid;
create table if not exists stream(
  seq integer primary key autoincrement, tab text, at real, record text);
create index if not exists stream_by_table on stream(tab, seq);
create table if not exists checkpoint(mapping text primary key, seq integer) without rowid;
create table if not exists message(
  id text primary key, queue text, place integer, state text) without rowid;
create table if not exists object(
  bucket text, key text, file text, state text, primary key(bucket, key)) without rowid;
create table if not exists upload(id text primary key, bucket text, state text) without rowid;
create table if not exists part(
  upload text, number integer, file text, state text, primary key(upload, number)) without rowid;
create table if not exists mail(
  id text primary key, place integer, state text) without rowid;
create table if not exists execution(
  arn text primary key, machine text, name text, input text, status text, started real,
  stopped real, output text, error text, cause text) without rowid;
create index if not exists execution_by_machine on execution(machine, started);
create table if not exists vault(
  name text primary key, created real, topic text, events text, inventoried real) without rowid;
create table if not exists vault_archive(
  place integer primary key, id text unique, vault text, description text, size integer,
  tree_hash text, created real, upload text);
create index if not exists archive_by_vault on vault_archive(vault);
create table if not exists vault_upload(
  place integer primary key, id text unique, vault text, description text, part_size integer,
  created real, touched real);
create table if not exists vault_part(
  owner text, begin integer, size integer, leaves blob, file text,
  primary key(owner, begin)) without rowid;
create table if not exists vault_job(
  place integer primary key, id text unique, vault text, archive text, size integer,
  tree_hash text, tier text, topic text, description text, created real, due real,
  completed real, status text, told integer);
create index if not exists job_by_vault on vault_job(vault);
create index if not exists job_by_archive on vault_job(archive);
create table if not exists http_subscription(
  arn text primary key, topic text, protocol text, endpoint text, token text,
  confirmed integer) without rowid;
create table if not exists http_delivery(id text primary key, state text) without rowid;
"""


class FolderInUseError(Exception):
    """The data folder belongs to a server that runs; two would overwrite each other."""


class _Unit(threading.local):
    """What the present thread has changed and not yet committed."""

    def __init__(self) -> None:
        self.depth = 0
        self.changes: dict[object, Statements] = {}
        self.discarded: list[Path] = []


class Journal:
    """The state of one data folder; safe to use from any thread.

    A unit of work collects changes by identity: of several changes to one thing only the last
    counts, and its rows are computed from the state at commit.  Outside of a unit a change is
    committed at once.

    Attributes:
        objects: the folder of the bytes of stored objects.
        written: notified after each commit that wrote stream records.
    """

    def __init__(self, folder: Path) -> None:
        self.objects = folder / "objects"
        self.objects.mkdir(parents=True, exist_ok=True)
        self.written = threading.Condition()
        self._database = sqlite3.connect(
            folder / "state.db", timeout=1, check_same_thread=False, isolation_level=None
        )
        self._prepare(folder)
        self._lock = threading.RLock()
        self._unit = _Unit()
        self._closed = False

    def _prepare(self, folder: Path) -> None:
        try:
            self._database.executescript(SCHEMA)
        except sqlite3.OperationalError as error:
            self._database.close()
            if "locked" in str(error):
                raise FolderInUseError(f"another local AWS has its state in {folder}") from error
            raise

    def close(self) -> None:
        """Release the database; changes after this are forgotten."""
        with self._lock:
            self._closed = True
            self._database.close()

    @contextlib.contextmanager
    def unit(self) -> Iterator[None]:
        """Commit all changes of the block together when the outermost unit ends."""
        self._unit.depth += 1
        try:
            yield
        finally:
            self._unit.depth -= 1
            if self._unit.depth == 0:
                self._commit()

    @contextlib.contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Forget what the block changed if it raises."""
        before = dict(self._unit.changes)
        with self.unit():
            try:
                yield
            except BaseException:
                self._unit.changes = before
                raise

    def change(self, identity: object, statements: Statements) -> None:
        """Note that the thing named by *identity* is now as *statements* will say."""
        with self.unit():
            self._unit.changes[identity] = statements

    def discard(self, file: Path) -> None:
        """Remove *file* once the present unit is committed: nothing names it any more."""
        with self.unit():
            self._unit.discarded.append(file)

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return what a query finds among the committed changes."""
        with self._lock:
            if self._closed:
                return []
            return self._database.execute(query, parameters).fetchall()

    def _commit(self) -> None:
        changes, self._unit.changes = self._unit.changes, {}
        discarded, self._unit.discarded = self._unit.discarded, []
        if changes and not self._write(changes.values()):
            # The rows that name these files are still there.
            return
        for file in discarded:
            file.unlink(missing_ok=True)

    def _write(self, changes: Iterable[Statements]) -> bool:
        """Write the changes; return whether they are written, which ends when it is closed."""
        streamed = False
        with self._lock:
            if self._closed:
                return False
            statements = [statement for change in changes for statement in change()]
            with self._transaction():
                for sql, parameters in statements:
                    self._database.execute(sql, parameters)
                    streamed = streamed or sql.startswith("insert into stream")
        if streamed:
            with self.written:
                self.written.notify_all()
        return True

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._database.execute("rollback")
            raise
        self._database.execute("commit")


class _Active:
    """The journal that the patches write to: moto's state is one a process, so is this."""

    journal: Journal | None = None


def activate(journal: Journal | None) -> None:
    """Let the patches write to *journal*, or to none while state is loaded."""
    _Active.journal = journal


def active() -> Journal | None:
    """Return the journal to write to, None while nothing is to be written."""
    return _Active.journal
