"""Who is served at once, and who waits, when many look at tables."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Semaphore
from typing import Any

import numpy as np
import pytest

from backend.aws.tables import Bounds, ParquetTables
from backend.aws.tables_copy import TableCopy
from backend.aws.tables_file import ParquetTable
from backend.aws.tables_memory import Remembered
from backend.aws.tables_rows import batches_of, rows_of
from backend.domain.errors import RejectedError, UnavailableError
from backend.domain.variant_conditions import All
from backend.domain.variant_order import Sort
from backend.services.variants_ports import Found, Wanted
from tests.variant_rows import COLUMNS, HeldRanges, a_row, parquet

LONG = 10.0


def a_table() -> bytes:
    """Return a table that is too large to be fetched with its end."""
    letters = random.Random(1)
    rows = [a_row(record=n, pos=-n, id=letters.randbytes(8000).hex()) for n in range(1, 91)]
    return parquet(rows, 10)


TABLE = a_table()
EVERYTHING = All(())
(POS, SYMBOL, RECORD) = (
    column for name in ("pos", "symbol", "record") for column in COLUMNS.all if column.name == name
)


class HaltingRanges(HeldRanges):
    """Of the tables *slow*, what is behind their ends is read when *go* is set."""

    def __init__(self, *slow: str, **objects: bytes) -> None:
        super().__init__(**objects)
        self.slow, self.go, self.begun = slow, Event(), Semaphore(0)

    def read(self, key: str, start: int, end: int) -> bytes:
        if key in self.slow and end < len(self.objects[key]):
            self.begun.release()
            assert self.go.wait(LONG)
        return super().read(key, start, end)


class World:
    """Tables of which *slow* ones are sorted when `go` is called, and people who ask."""

    def __init__(self, *slow: str, wait: float = LONG) -> None:
        self.ranges = HaltingRanges(*slow, a=TABLE, b=TABLE, c=TABLE, d=TABLE, e=TABLE)
        bounds = Bounds(wait=wait)
        self.tables = ParquetTables(self.ranges, lambda: 0.0, lambda _seconds, _do: None, bounds)
        self._people = ThreadPoolExecutor(8)
        self._asked: list[Future[Found]] = []

    def page(self, key: str, sort: Sort | None, owner: str) -> Found:
        return self.tables.page(key, Wanted(EVERYTHING, (RECORD,), 3, sort, owner))

    def ask(self, key: str, sort: Sort | None, owner: str) -> Future[Found]:
        self._asked.append(self._people.submit(self.page, key, sort, owner))
        return self._asked[-1]

    def until_sorting(self, count: int) -> None:
        """Wait until so many orders are being made."""
        for _ in range(count):
            assert self.ranges.begun.acquire(timeout=LONG)

    def end(self) -> None:
        self.ranges.go.set()
        self._people.shutdown()


@pytest.fixture
def make() -> Iterator[Callable[..., World]]:
    worlds: list[World] = []

    def made(*slow: str, **options: float) -> World:
        worlds.append(World(*slow, **options))
        return worlds[-1]

    yield made
    for world in worlds:
        world.end()


def records(found: Found) -> list[object]:
    return [row.values[0] for row in found.rows]


def test_who_pages_does_not_wait_for_those_who_sort(make: Callable[..., World]) -> None:
    world = make(*"abcd", wait=LONG)
    sorting = [world.ask(key, Sort(POS), f"owner of {key}") for key in "abcd"]
    world.until_sorting(2)
    assert records(world.page("e", None, "another")) == [1, 2, 3]
    # Two are sorted at once.
    assert not world.ranges.begun.acquire(blocking=False)
    world.ranges.go.set()
    assert [records(each.result(LONG)) for each in sorting] == [[90, 89, 88]] * 4


def test_of_an_account_one_order_is_made_at_a_time(make: Callable[..., World]) -> None:
    world = make("a", wait=0.0)
    sorting = world.ask("a", Sort(POS), "one")
    world.until_sorting(1)
    for key, column in (("a", SYMBOL), ("b", POS)):
        with pytest.raises(UnavailableError, match="Earlier requests of yours"):
            world.page(key, Sort(column), "one")
    assert records(world.page("b", Sort(POS), "other")) == [90, 89, 88]
    world.ranges.go.set()
    assert records(sorting.result(LONG)) == [90, 89, 88]
    assert records(world.page("a", Sort(SYMBOL), "one")) == [1, 2, 3]


def test_who_asks_for_an_order_that_is_being_made_gets_it(make: Callable[..., World]) -> None:
    world = make("a", wait=0.0)
    sorting = world.ask("a", Sort(POS), "one")
    world.until_sorting(1)
    again = world.ask("a", Sort(POS), "one")
    world.ranges.go.set()
    assert sorting.result(LONG) == again.result(LONG)


def test_what_is_being_made_is_made_once() -> None:
    remembered: Remembered[int] = Remembered(2)
    made, go = Semaphore(0), Event()

    def make() -> int:
        made.release()
        assert go.wait(LONG)
        return 7

    with ThreadPoolExecutor(4) as people:
        first = people.submit(remembered.get, "t", "x", make)
        assert made.acquire(timeout=LONG)
        others = [people.submit(remembered.get, "t", "x", make) for _ in range(3)]
        assert remembered.get("t", "y", lambda: 8) == 8
        go.set()
        assert [each.result(LONG) for each in (first, *others)] == [7] * 4
    assert not made.acquire(blocking=False)


def test_what_cannot_be_made_is_tried_anew_by_who_asks_later() -> None:
    remembered: Remembered[int] = Remembered(2)

    def refuse() -> int:
        raise RejectedError("There are too many rows.")

    for _ in range(2):
        with pytest.raises(RejectedError, match="too many rows"):
            remembered.get("t", "x", refuse)
    assert remembered.get("t", "x", lambda: 7) == 7


class CountingTable(ParquetTable):
    """A table that knows what was decoded."""

    def __init__(self, copy: TableCopy) -> None:
        super().__init__(copy)
        self.decoded: list[tuple[int, str]] = []

    def read(self, group: int, names: Sequence[str]) -> Any:
        self.decoded += [(group, name) for name in names]
        return super().read(group, names)


def test_a_row_group_is_decoded_once_however_many_batches_it_makes() -> None:
    held = HeldRanges(t=parquet([a_row(record=n, pos=n) for n in range(1, 51)], 50))
    with ThreadPoolExecutor(1) as fetchers:
        table = CountingTable(TableCopy(held, "t", fetchers))
        rows = np.arange(1, 50, 2)
        batches = list(batches_of(table, 0, rows, (POS, SYMBOL), 10))
        assert [len(batch) for batch in batches] == [10, 10, 5]
        assert sorted(table.decoded) == [
            (0, name) for name in ("allele_number", "pos", "record", "symbol")
        ]
        whole = rows_of(table, 0, rows, (POS, SYMBOL))
        assert [row for batch in batches for row in batch] == whole
        assert [row.record for row in whole] == list(range(2, 51, 2))
        table.close()
