"""The tables of results in S3, of which a bounded part is kept at hand for some minutes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from backend.aws.tables_copy import Ranges, TableCopy
from backend.aws.tables_file import ParquetTable
from backend.aws.tables_memory import Remembered
from backend.aws.tables_order import SortedRows, SortLimit
from backend.aws.tables_rows import batches_of
from backend.aws.tables_search import SIDE_BY_SIDE, Search
from backend.domain.errors import UnavailableError
from backend.domain.variant_columns import ALLELE, RECORD, Column, Columns
from backend.domain.variant_conditions import (
    All,
    AnyOf,
    Compares,
    Condition,
    Missing,
    Selection,
)
from backend.services.variants_ports import Found, Row, Wanted

Later = Callable[[float, Callable[[], None]], None]
"""Has something done after some seconds."""

_FETCHERS = 8
_MOST_AT_ONCE = 4
_BATCH = 4096
# Filters whose counts are remembered.
_MOST_SEARCHES = 256


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is kept at hand, and for how long a request is worked on.

    Attributes:
        folder: of the local copies; the system's folder for temporary files without.
        disk: bytes of local copies; what was used longest ago gives way.
        tables: copies; the same holds for them.
        sorted: rows that can be sorted, if they are found within *sorting* seconds.
        idle: after so long without a request a copy is forgotten.
        soon: seconds after which a page is answered when it is full, counted or not.
        late: seconds after which it is answered as it is.
        wait: seconds that a request waits for its turn.
    """

    folder: Path | None = None
    disk: int = 4 * 1024**3
    tables: int = 64
    sorted: int = 8_000_000
    sorting: float = 30.0
    idle: timedelta = timedelta(minutes=10)
    soon: float = 0.1
    late: float = 1.0
    wait: float = 10.0


@dataclass(slots=True)
class _Kept:
    """A table at hand; *users* are reading it."""

    table: ParquetTable
    used_at: float
    users: int = 0


class ParquetTables:
    """The port `Tables`.

    Args:
        ranges: where the tables are.
        monotonic: gives the time, in seconds.
        later: has copies that nobody uses forgotten.
        bounds: how much is kept at hand.
    """

    def __init__(
        self,
        ranges: Ranges,
        monotonic: Callable[[], float],
        later: Later,
        bounds: Bounds | None = None,
    ) -> None:
        self._ranges = ranges
        self._monotonic = monotonic
        self._later = later
        self._bounds = bounds or Bounds()
        self._fetchers = ThreadPoolExecutor(_FETCHERS, "tables-fetch")
        self._workers = ThreadPoolExecutor(SIDE_BY_SIDE, "tables-search")
        self._searching = threading.BoundedSemaphore(_MOST_AT_ONCE)
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._searches: Remembered[Search] = Remembered(_MOST_SEARCHES)
        self._sorted = SortedRows(
            self._workers,
            SortLimit(self._bounds.sorted, self._bounds.sorting, self._bounds.wait, monotonic),
        )

    def columns(self, key: str) -> Columns:
        """Return the columns of a table; raise NotFoundError if there is none."""
        with self._using(key) as kept:
            return kept.table.columns

    def page(self, key: str, wanted: Wanted, place: int = 0) -> Found:
        """Return a page from *place* on.

        Raises:
            NotFoundError: there is no such table.
            RejectedError: so many rows cannot be sorted.
            UnavailableError: too many are asking at the moment, or S3 is down.
        """
        with self._using(key) as kept:
            table, bounds = kept.table, self._bounds
            search = self._searches.get(
                key, wanted.condition, lambda: self._search(table, wanted.condition)
            )
            if wanted.sort is None:
                with self._turn():
                    return search.page(wanted, place, soon=bounds.soon, late=bounds.late)
            # Orders take long, so they are made in turns of their own.
            order = self._sorted.order(key, table, search, wanted)
            with self._turn():
                return self._sorted.page(key, table, order, wanted, place)

    def variant(self, key: str, record: int, allele: int, columns: Sequence[Column]) -> list[Row]:
        """Return the rows of one allele in order; none where there is no such allele."""
        number: Condition = Compares(ALLELE, "=", allele)
        if allele == 0:
            number = AnyOf((Missing(ALLELE), number))
        condition = All((Compares(RECORD, "=", record), number))
        return [row for rows in self.rows(key, condition, columns) for row in rows]

    def rows(
        self, key: str, condition: Selection, columns: Sequence[Column]
    ) -> Iterator[list[Row]]:
        """Yield all rows that fit, in the table's order, some thousands at a time."""
        with self._using(key) as kept:
            search = self._search(kept.table, condition)
            for group, rows in search.matches(search.all_groups()):
                yield from batches_of(kept.table, group, rows, columns, _BATCH)

    def forget_idle(self) -> None:
        """Give up the copies that nobody has used for a while."""
        with self._lock:
            oldest = self._monotonic() - self._bounds.idle.total_seconds()
            for key in [key for key, kept in self._kept.items() if kept.used_at <= oldest]:
                self._give_up(key)
            self._look_again()

    def _look_again(self) -> None:
        if self._kept:
            self._later(self._bounds.idle.total_seconds(), self.forget_idle)

    @contextmanager
    def _using(self, key: str) -> Iterator[_Kept]:
        kept = self._take(key)
        try:
            yield kept
        finally:
            with self._lock:
                kept.users -= 1
                kept.used_at = self._monotonic()
                self._make_room()

    def _take(self, key: str) -> _Kept:
        with self._lock:
            if (kept := self._kept.get(key)) is not None:
                kept.users += 1
                self._kept.move_to_end(key)
                return kept
        table = self._open(key)
        with self._lock:
            if (kept := self._kept.get(key)) is not None:
                # Somebody else was faster.
                table.close()
            else:
                is_first = not self._kept
                kept = self._kept[key] = _Kept(table, self._monotonic())
                if is_first:
                    self._look_again()
            kept.users += 1
            return kept

    def _open(self, key: str) -> ParquetTable:
        copy = TableCopy(self._ranges, key, self._fetchers, self._bounds.folder)
        try:
            return ParquetTable(copy)
        except BaseException:
            copy.close()
            raise

    def _make_room(self) -> None:
        total = sum(kept.table.disk_bytes for kept in self._kept.values())
        for key, kept in list(self._kept.items()):
            if total <= self._bounds.disk and len(self._kept) <= self._bounds.tables:
                return
            if not kept.users:
                total -= kept.table.disk_bytes
                self._give_up(key)

    def _give_up(self, key: str) -> None:
        if not self._kept[key].users:
            self._kept.pop(key).table.close()
            self._searches.forget(key)
            self._sorted.forget(key)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._searching.acquire(timeout=self._bounds.wait):
            raise UnavailableError("Too many results are being looked through; try again soon.")
        try:
            yield
        finally:
            self._searching.release()

    def _search(self, table: ParquetTable, condition: Selection) -> Search:
        return Search(table, condition, self._workers, self._monotonic)
