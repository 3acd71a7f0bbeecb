"""What the app remembers: the newest versions, of one person, whatever state the file is in."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from backend.wire import JobView
from desktop.store.book import JobBook
from desktop.store.database import Database, throw_away
from desktop.store.memory import StoredMemory
from desktop.ui.sample import sample_jobs

JOBS = sample_jobs()


def at_version(job: JobView, version: int) -> JobView:
    return job.model_copy(update={"version": version})


def test_jobs_come_back_newest_first(tmp_path: Path) -> None:
    with closing(Database.open(tmp_path / "deep" / "app.sqlite")) as database:
        database.save_jobs(reversed(JOBS))
    with closing(Database.open(tmp_path / "deep" / "app.sqlite")) as database:
        assert database.jobs() == JOBS


def test_a_newer_version_that_is_saved_already_stays(tmp_path: Path) -> None:
    with closing(Database.open(tmp_path / "app.sqlite")) as database:
        database.save_jobs([at_version(JOBS[0], 9)])
        database.save_jobs([at_version(JOBS[0], 8)])
        assert [job.version for job in database.jobs()] == [9]


def test_what_the_service_no_longer_lists_is_forgotten(tmp_path: Path) -> None:
    with closing(Database.open(tmp_path / "app.sqlite")) as database:
        database.save_jobs(JOBS)
        database.keep_only([JOBS[1].id, JOBS[2].id, "f" * 32])
        database.remove_job(JOBS[2].id)
        assert database.jobs() == [JOBS[1]]


def test_what_a_full_disk_refused_can_be_forgotten_later(tmp_path: Path) -> None:
    path = tmp_path / "app.sqlite"
    full = "CREATE TRIGGER full BEFORE DELETE ON job BEGIN SELECT RAISE(ABORT, 'full'); END"
    with closing(Database.open(path)) as database, closing(sqlite3.connect(path)) as other:
        database.save_jobs(JOBS)
        other.execute(full)
        with pytest.raises(sqlite3.Error, match="full"):
            database.keep_only([JOBS[0].id])
        other.execute("DROP TRIGGER full")
        database.keep_only([JOBS[1].id])
        assert database.jobs() == [JOBS[1]]


def test_jobs_that_cannot_be_remembered_keep_nobody_from_the_list(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with closing(StoredMemory(tmp_path / "file" / "app.sqlite")) as memory:

        async def use() -> object:
            await memory.save("ada", JOBS)
            await memory.keep_only([])
            await memory.forget(JOBS[0].id)
            return await memory.load()

        assert asyncio.run(use()) is None


def test_a_sign_out_forgets_the_jobs_also_on_a_full_disk(tmp_path: Path) -> None:
    async def use(memory: StoredMemory) -> None:
        await memory.save("ada", JOBS)
        await memory._do(lambda database: database._connection.execute("PRAGMA query_only = 1"))
        await memory.clear()
        assert await memory.load() is None

    with closing(StoredMemory(tmp_path / "app.sqlite")) as memory:
        asyncio.run(use(memory))
    with closing(Database.open(tmp_path / "app.sqlite")) as database:
        assert database.jobs() == []


def test_a_sign_out_succeeds_also_on_a_disk_that_nothing_can_be_deleted_from(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()

    async def use(memory: StoredMemory) -> object:
        await memory.clear()
        return await memory.load()

    with closing(StoredMemory(tmp_path / "file" / "app.sqlite")) as memory:
        assert asyncio.run(use(memory)) is None


class HeldPath(type(Path())):  # type: ignore[misc]
    """A file that cannot be deleted, as where its folder takes no change."""

    @override
    def unlink(self, missing_ok: bool = False) -> None:
        if self.exists() or not missing_ok:
            raise PermissionError("the folder is read only")


def test_jobs_that_cannot_be_deleted_are_overwritten(tmp_path: Path) -> None:
    path = HeldPath(tmp_path / "app.sqlite")
    with closing(Database.open(path)) as database:
        database.save_jobs(JOBS)
    throw_away(path)
    assert path.read_bytes() == b""
    with closing(Database.open(path)) as database:
        assert database.jobs() == []


class FailingDatabase(Database):
    """Can neither be changed nor closed, as on a disk that fails."""

    @override
    def clear_jobs(self) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    @override
    def close(self) -> None:
        super().close()
        raise sqlite3.OperationalError("disk I/O error")


def test_a_sign_out_succeeds_also_where_the_database_cannot_be_closed(tmp_path: Path) -> None:
    path = tmp_path / "app.sqlite"

    async def use(memory: StoredMemory) -> object:
        await memory.save("ada", JOBS)
        memory._open = await memory._do(lambda opened: FailingDatabase(opened._connection))
        await memory.clear()
        return await memory.load()

    with closing(StoredMemory(path)) as memory:
        assert asyncio.run(use(memory)) is None


@pytest.mark.parametrize("content", [b"no database at all, and longer than its header" * 9])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "app.sqlite"
    path.write_bytes(content)
    with closing(Database.open(path)) as database:
        assert database.jobs() == []


def test_a_file_of_another_form_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "app.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with closing(Database.open(path)) as database:
        assert database.jobs() == []


def test_jobs_of_another_form_are_left_out(tmp_path: Path) -> None:
    with closing(Database.open(tmp_path / "app.sqlite")) as database:
        database.save_jobs(JOBS[:2])
    with closing(sqlite3.connect(tmp_path / "app.sqlite")) as connection, connection:
        connection.execute("UPDATE job SET view = '{}' WHERE id = ?", (JOBS[0].id,))
    with closing(Database.open(tmp_path / "app.sqlite")) as database:
        assert database.jobs() == [JOBS[1]]


def test_one_person_s_jobs_are_never_shown_to_another(tmp_path: Path) -> None:
    async def life() -> None:
        memory = StoredMemory(tmp_path / "app.sqlite")
        assert await memory.load() is None
        await memory.save("ada", JOBS[:2])
        assert await memory.load() == ("ada", JOBS[:2])
        await memory.save("bob", JOBS[2:3])
        assert await memory.load() == ("bob", JOBS[2:3])
        await memory.write_note("config", "text")
        await memory.clear()
        assert await memory.load() is None
        assert await memory.note("config") == "text"
        await asyncio.to_thread(memory.close)

    asyncio.run(life())


@given(st.permutations([1, 2, 3, 4, 5]))
def test_the_newest_version_wins_in_any_order(versions: list[int]) -> None:
    book = JobBook()
    news = [book.put(at_version(JOBS[0], version)) for version in versions]
    known = book.get(JOBS[0].id)
    assert known is not None
    assert known.version == 5
    assert news == [version == max(versions[: at + 1]) for at, version in enumerate(versions)]
