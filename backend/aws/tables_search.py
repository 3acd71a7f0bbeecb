"""Finding rows of a table: row groups are looked through side by side, for a bounded time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from backend.aws.tables_file import ParquetTable
from backend.aws.tables_first import columns_for, condition_of, found
from backend.aws.tables_pruning import may_fit
from backend.aws.tables_rows import rows_of
from backend.domain.variant_columns import ALLELE, RECORD
from backend.domain.variant_conditions import Selection
from backend.services.variants_ports import Found, Row, Wanted

if TYPE_CHECKING:
    from numpy.typing import NDArray

_UNKNOWN = -1
_T = TypeVar("_T")

SIDE_BY_SIDE = 2
"""Row groups that are looked through at once."""

# Row groups that are fetched at once: few at first, as they may be enough.
_WINDOWS = (1, 3, 8)


class Search:
    """The rows of *table* that fit *condition*, and what is known of their number.

    Args:
        workers: look through the row groups.
        monotonic: gives the time, in seconds.
    """

    def __init__(
        self,
        table: ParquetTable,
        condition: Selection,
        workers: Executor,
        monotonic: Callable[[], float],
    ) -> None:
        self._table = table
        self._condition = condition
        self._workers = workers
        self._monotonic = monotonic
        self._names = table.stored_names(columns_for(condition))
        of_row = condition_of(condition)
        self._counts = np.array(
            [_UNKNOWN if may_fit(of_row, table, group) else 0 for group in range(len(table))],
            dtype=np.int64,
        )

    @property
    def count(self) -> int:
        """How many rows fit, as far as they are counted."""
        return int(self._counts[self._counts > 0].sum())

    @property
    def is_exact(self) -> bool:
        """Whether all are counted."""
        return not (self._counts == _UNKNOWN).any()

    def page(self, wanted: Wanted, place: int, *, soon: float, late: float) -> Found:
        """Return a page of rows in order from the row *place* on.

        The search ends after *late* seconds, or after *soon* seconds once the page is full;
        what is counted by then is remembered.
        """
        begun = self._monotonic()
        page, after = self._page(wanted, place, begun + late)
        self._count_on(begun + soon)
        return Found(tuple(page), self.count, self.is_exact, after)

    def _page(self, wanted: Wanted, place: int, until: float) -> tuple[list[Row], int | None]:
        page: list[Row] = []
        self._have_first(wanted, place)
        for group, matching in self.matches(self._from(place)):
            rows = matching[matching + self._table.starts[group] >= place]
            missing = wanted.limit - len(page)
            page += rows_of(self._table, group, rows[:missing], wanted.columns)
            if len(rows) > missing:
                return page, self._table.starts[group] + int(rows[missing])
            if self._monotonic() > until and group + 1 < len(self._table):
                return page, self._table.starts[group + 1]
        return page, None

    def _from(self, place: int) -> Iterator[int]:
        """The row groups from a row on that may have rows."""
        first = int(np.searchsorted(self._table.starts, place, "right")) - 1
        return (group for group in range(first, len(self._table)) if self._counts[group])

    def _have_first(self, wanted: Wanted, place: int) -> None:
        """Fetch what is shown of the first row group together with what decides which rows fit."""
        first = list(islice(self._from(place), 1))
        shown = self._table.stored_names([RECORD, ALLELE, *(each.name for each in wanted.columns)])
        self._table.require(first, [*self._names, *shown])

    def _count_on(self, until: float) -> None:
        unknown = [int(group) for group in np.flatnonzero(self._counts == _UNKNOWN)]
        for _ in self.matches(iter(unknown)):
            if self._monotonic() > until:
                return

    def matches(
        self, groups: Iterator[int], also: Sequence[str] = ()
    ) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Yield each row group with its rows that fit, numbered from 0.

        Stored columns that the caller *also* reads are at hand then.
        """
        for window in at_hand(self._table, groups, [*self._names, *also]):
            yield from ahead(self._workers, self._look, window)

    def all_groups(self) -> Iterator[int]:
        """The row groups that may have rows."""
        return self._from(0)

    def _look(self, group: int) -> tuple[int, NDArray[np.int64]]:
        rows = found(self._condition, self._table, group)
        self._counts[group] = len(rows)
        return group, rows


def at_hand(
    table: ParquetTable, groups: Iterator[int], names: Sequence[str]
) -> Iterator[list[int]]:
    """Yield *groups*, some at a time, whose stored columns *names* are at hand.

    Those that come next are on their way meanwhile.
    """
    sizes = chain(_WINDOWS, repeat(_WINDOWS[-1]))
    coming = list(islice(groups, next(sizes)))
    fetch = table.fetch(coming, names)
    try:
        while coming:
            fetch.wait()
            here, coming = coming, list(islice(groups, next(sizes)))
            fetch = table.fetch(coming, names)
            yield here
    finally:
        fetch.drop()


def ahead(workers: Executor, work: Callable[[int], _T], items: Sequence[int]) -> Iterator[_T]:
    """Yield what *work* makes of each item, in order, being a few items ahead."""
    waiting = [workers.submit(work, item) for item in items[:SIDE_BY_SIDE]]
    for item in items[SIDE_BY_SIDE:]:
        yield waiting.pop(0).result()
        waiting.append(workers.submit(work, item))
    for each in waiting:
        yield each.result()
