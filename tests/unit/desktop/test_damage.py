"""A database that is damaged behind its head is begun anew, and nothing of it is thrown away."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from backend.wire import VariantFilter
from desktop.errors import ForbiddenError
from desktop.store.database import Database
from desktop.store.filters import StoredFilters
from desktop.store.journal import Journal
from desktop.store.memory import StoredMemory
from desktop.store.queue import StoredQueue
from desktop.transfer.items import Item, Outgoing
from desktop.ui.sample import sample_jobs
from tests.desktop.damage import lose_page

ITEMS = [Item(f"{number:032x}", "a.vcf", Outgoing(Path("/a.vcf"))) for number in range(400)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "transfers.sqlite"
    with closing(Journal(made)) as journal:
        journal.save_items("ada", ITEMS)
    return made


@pytest.fixture
def lost(path: Path) -> list[Path]:
    """Where journals were set aside of which somebody was told."""
    return []


@pytest.fixture
def journal(path: Path, lost: list[Path]) -> Iterator[Journal]:
    with closing(Journal(path)) as made:
        made.lost = lost.append
        yield made


def test_a_journal_without_one_of_its_pages_is_kept_and_begun_anew(
    journal: Journal, path: Path, lost: list[Path]
) -> None:
    lose_page(path, "item")
    content = path.read_bytes()
    assert journal.items("ada") == []
    journal.save_items("ada", ITEMS[:2])
    assert journal.items("ada") == ITEMS[:2]
    assert lost == [path.with_name("transfers.sqlite.damaged")]
    assert lost[0].read_bytes() == content


def test_a_page_that_is_lost_while_the_app_runs_stops_no_save(
    journal: Journal, path: Path, lost: list[Path]
) -> None:
    assert journal.jobs() == {}
    lose_page(path, "item")
    journal.save_items("ada", ITEMS[:2])
    assert journal.items("ada") == ITEMS[:2]
    assert len(lost) == 1


def test_a_journal_that_is_damaged_at_its_head_is_told_too(
    journal: Journal, path: Path, lost: list[Path]
) -> None:
    path.write_bytes(os.urandom(20_000))
    assert journal.items("ada") == []
    assert lost == [path.with_name("transfers.sqlite.damaged")]


def test_a_disk_that_takes_nothing_is_no_damage(
    journal: Journal, path: Path, lost: list[Path]
) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON item BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    with pytest.raises(ForbiddenError, match="full"):
        journal.save_items("ada", ITEMS[:2])
    assert journal.items("ada") == ITEMS
    assert lost == []


def test_what_a_thread_finds_is_told_on_the_loop(path: Path) -> None:
    told: list[Path] = []

    async def life() -> None:
        loop, journal = asyncio.get_running_loop(), Journal(path)
        queue, heard = StoredQueue(journal), asyncio.Event()

        def hear(kept: Path) -> None:
            assert asyncio.get_running_loop() is loop
            told.append(kept)
            heard.set()

        queue.lost = hear
        assert not await queue.got_through([])
        lose_page(path, "upload")
        assert await asyncio.to_thread(journal.upload, "1") is None
        await heard.wait()
        await asyncio.to_thread(queue.close)

    asyncio.run(life())
    assert told == [path.with_name("transfers.sqlite.damaged")]


def test_jobs_that_the_disk_lost_are_remembered_anew(tmp_path: Path) -> None:
    path, jobs = tmp_path / "app.sqlite", sample_jobs()
    with closing(Database.open(path)) as database:
        database.save_jobs(jobs)
    lose_page(path, "job")

    async def use(memory: StoredMemory) -> object:
        await memory.save("ada", jobs[:1])
        await memory.write_note("config", "text")
        return await memory.load(), await memory.note("config")

    with closing(StoredMemory(path)) as memory:
        assert asyncio.run(use(memory)) == (("ada", jobs[:1]), "text")


def test_filters_that_the_disk_lost_are_kept_and_told(tmp_path: Path) -> None:
    path, told = tmp_path / "filters.sqlite", list[Path]()
    filters, rare = StoredFilters(path), VariantFilter(max_frequency=0.01)
    filters.lost = told.append
    asyncio.run(filters.save("ada", "rare", rare))
    lose_page(path, "filter")
    content = path.read_bytes()
    assert asyncio.run(filters.load("ada")) == {}
    asyncio.run(filters.save("ada", "rare", rare))
    assert asyncio.run(filters.load("ada")) == {"rare": rare}
    assert told == [path.with_name("filters.sqlite.damaged")]
    assert told[0].read_bytes() == content


def test_several_who_want_a_damaged_file_of_filters_take_turns(tmp_path: Path) -> None:
    path, told, met = tmp_path / "filters.sqlite", list[Path](), list[object]()
    busy, content = threading.Lock(), os.urandom(20_000)
    path.write_bytes(content)

    class Watched(StoredFilters):
        @override
        def _work(self, work: Any, lost: Any) -> Any:
            if not busy.acquire(blocking=False):
                met.append(work)
                busy.acquire()
            try:
                return super()._work(work, lost)
            finally:
                busy.release()

    async def load() -> None:
        filters = Watched(path)
        filters.lost = told.append
        several = [load("ada") for load in (filters.load, filters.load_columns) * 8]
        assert await asyncio.gather(*several) == [{}] * 16

    asyncio.run(load())
    assert met == []
    assert told == [path.with_name("filters.sqlite.damaged")]
    assert told[0].read_bytes() == content
