"""The rows of the vaults in the journal, and the files that their parts name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from backend.local.aws.durability.journal import Journal, Statement
from backend.local.aws.glacier.records import Archive, Job, JobStatus, Part, Upload, Vault

VAULTS = "select name, created, topic, events, inventoried from vault"
ARCHIVES = "select id, vault, description, size, tree_hash, created, upload from vault_archive"
UPLOADS = "select place, id, vault, description, part_size, created, touched from vault_upload"
PARTS = "select owner, begin, size, leaves, file from vault_part"
JOBS = (
    "select place, id, vault, archive, size, tree_hash, tier, topic, description, created, due, "
    "completed, status, told from vault_job"
)
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is wanted.

    Attributes:
        after: what the page begins behind, as the page before said; empty for the first.
        limit: the most that may be on it.
    """

    after: str
    limit: int


class Store:
    """Vaults and what is in them; each `write` is a transaction of its own.

    Attributes:
        folder: of the files; nothing else is in it.
    """

    def __init__(self, journal: Journal, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._journal = journal
        self._numbers = count()

    def write(self, *statements: Statement, without: Iterable[Part] = ()) -> None:
        """Commit *statements*; then remove the files of the parts that these let go."""
        with self._journal.unit():
            self._journal.change(("vaults", next(self._numbers)), lambda: statements)
            for part in without:
                self._journal.discard(self.path(part))

    def forget(self, statement: Statement, owner: str, *, held: bool) -> None:
        """Commit *statement*, and with it the end of the parts of *owner* unless they are held."""
        if held:
            self.write(statement)
            return
        gone = ("delete from vault_part where owner = ?", (owner,))
        self.write(statement, gone, without=self.parts(owner))

    def path(self, part: Part) -> Path:
        """Return where the bytes of a part are."""
        return self.folder / part.file

    def sweep(self) -> None:
        """Remove files that no part names: bytes that came while the process was being killed."""
        named = {file for (file,) in self._journal.rows("select file from vault_part")}
        for file in self.folder.iterdir():
            if file.name not in named:
                file.unlink()

    def vault(self, name: str) -> Vault | None:
        """Return a vault, None if there is none of that name."""
        rows = self._journal.rows(f"{VAULTS} where name = ?", (name,))
        return Vault(*rows[0]) if rows else None

    def vaults(self, page: Page) -> tuple[list[Vault], str]:
        """Return some vaults by name, and what the next page begins behind."""
        query = f"{VAULTS} where name > ? order by name limit ?"
        rows = self._journal.rows(query, (page.after, page.limit + 1))
        found = [Vault(*row) for row in rows[: page.limit]]
        return found, found[-1].name if len(rows) > page.limit else ""

    def filled(self, vault: str) -> tuple[int, int]:
        """Return the number of the archives of a vault, and their size in bytes."""
        query = "select count(*), coalesce(sum(size), 0) from vault_archive where vault = ?"
        number, size = self._journal.rows(query, (vault,))[0]
        return number, size

    def archives(self, vault: str) -> list[Archive]:
        """Return all archives of a vault, oldest first."""
        query = f"{ARCHIVES} where vault = ? order by place"
        return [Archive(*row) for row in self._journal.rows(query, (vault,))]

    def archive(self, archive_id: str) -> Archive | None:
        """Return an archive, None if there is none."""
        rows = self._journal.rows(f"{ARCHIVES} where id = ?", (archive_id,))
        return Archive(*rows[0]) if rows else None

    def archive_of(self, upload_id: str) -> Archive | None:
        """Return the archive that a completed upload became, None if there is none."""
        rows = self._journal.rows(f"{ARCHIVES} where upload = ?", (upload_id,))
        return Archive(*rows[0]) if rows else None

    def upload(self, upload_id: str) -> Upload | None:
        """Return an unfinished upload, None if there is none."""
        rows = self._journal.rows(f"{UPLOADS} where id = ?", (upload_id,))
        return Upload(*rows[0][1:]) if rows else None

    def uploads(self, vault: str, page: Page) -> tuple[list[Upload], str]:
        """Return some unfinished uploads, oldest first, and what the next page begins behind."""
        query = f"{UPLOADS} where vault = ? and place > ? order by place limit ?"
        rows, more = self._listed(query, (vault,), page)
        return [Upload(*row[1:]) for row in rows], more

    def uploads_before(self, touched: float) -> list[Upload]:
        """Return the unfinished uploads to which nothing came since *touched*."""
        rows = self._journal.rows(f"{UPLOADS} where touched < ?", (touched,))
        return [Upload(*row[1:]) for row in rows]

    def parts(self, owner: str) -> list[Part]:
        """Return all parts of something, in their order."""
        rows = self._journal.rows(f"{PARTS} where owner = ? order by begin", (owner,))
        return [Part(*row) for row in rows]

    def job(self, job_id: str) -> Job | None:
        """Return a job, None if there is none."""
        rows = self._journal.rows(f"{JOBS} where id = ?", (job_id,))
        return _job(rows[0]) if rows else None

    def jobs(self, vault: str, page: Page, *, status: str, ended: str) -> tuple[list[Job], str]:
        """Return some jobs, oldest first, and what the next page begins behind.

        They are of that *status*, and *ended* (true or false), where these are not empty.
        """
        query = (
            f"{JOBS} where vault = ? and ? in ('', status) "
            "and ? in ('', iif(completed is null, 'false', 'true')) "
            "and place > ? order by place limit ?"
        )
        rows, more = self._listed(query, (vault, status, ended), page)
        return [_job(row) for row in rows], more

    def jobs_untold(self) -> list[Job]:
        """Return the jobs whose end nobody was told of yet."""
        return [_job(row) for row in self._journal.rows(f"{JOBS} where not told")]

    def jobs_before(self, completed: float) -> list[Job]:
        """Return the jobs that ended before *completed* and were told of."""
        query = f"{JOBS} where completed < ? and told"
        return [_job(row) for row in self._journal.rows(query, (completed,))]

    def is_given_out(self, archive_id: str, *, but: str = "") -> bool:
        """Return whether a job that has succeeded, *but* that one, gives out an archive."""
        query = "select 1 from vault_job where archive = ? and status = ? and id <> ?"
        return bool(self._journal.rows(query, (archive_id, JobStatus.SUCCEEDED, but)))

    def _listed(self, query: str, given: Sequence[Any], page: Page) -> tuple[Rows, str]:
        after = int(page.after) if page.after.isdecimal() else 0
        rows = self._journal.rows(query, (*given, after, page.limit + 1))
        more = str(rows[page.limit - 1][0]) if len(rows) > page.limit else ""
        return rows[: page.limit], more


def _job(row: tuple[Any, ...]) -> Job:
    fields, (status, told) = row[1:-2], row[-2:]
    return replace(Job(*fields), status=JobStatus(status), told=bool(told))


def kept(record: Vault | Archive | Upload | Part | Job) -> Statement:
    """Return the statement that stores a record, or replaces what was stored of it."""
    match record:
        case Vault():
            sql = "insert or replace into vault values(?, ?, ?, ?, ?)"
        case Archive():
            sql = "insert into vault_archive values(null, ?, ?, ?, ?, ?, ?, ?)"
        case Upload():
            sql = "insert into vault_upload values(null, ?, ?, ?, ?, ?, ?)"
        case Part():
            sql = "insert or replace into vault_part values(?, ?, ?, ?, ?)"
        case Job():
            sql = "insert into vault_job values(null, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    return sql, astuple(record)
