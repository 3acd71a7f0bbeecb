"""The rows of a table that fit a condition, sorted by a column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backend.aws.tables_file import ParquetTable
from backend.aws.tables_filter import Cells
from backend.aws.tables_memory import Remembered
from backend.aws.tables_rows import rows_of
from backend.aws.tables_search import Search, ahead, at_hand
from backend.domain.errors import RejectedError
from backend.domain.variant_columns import ALLELE, RECORD, Column, Kind
from backend.domain.variant_order import Sort, is_ranked, next_sorted, rank
from backend.services.variants_places import Places
from backend.services.variants_ports import Found, Row, Wanted

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from numpy.typing import NDArray

MOST_BYTES = 1 << 28
"""Of the values that are sorted."""

_LARGEST = np.iinfo(np.int32).max
_NARROW = "narrow the filter, for example to a region, or keep the order of the file."
_BLOCK = 1000
_MOST_ORDERS, _MOST_BLOCKS = 8, 16
# Orders that are made at once, of one account and of all: each keeps the readers busy for long.
_EACH, _TOTAL = 1, 2


@dataclass(frozen=True, slots=True)
class SortLimit:
    """How much is sorted: so many *rows*, if they are found within so many *seconds*.

    Attributes:
        wait: seconds that an order waits for others to be made.
    """

    rows: int
    seconds: float
    wait: float
    monotonic: Callable[[], float]


class SortedRows:
    """Pages of sorted rows: orders are remembered, and rows of several pages.

    Args:
        workers: read the row groups.
        limit: how much is sorted.
    """

    def __init__(self, workers: Executor, limit: SortLimit) -> None:
        self._workers = workers
        self._limit = limit
        self._places = Places(_EACH, _TOTAL)
        self._orders: Remembered[NDArray[np.int64]] = Remembered(_MOST_ORDERS)
        self._blocks: Remembered[list[Row]] = Remembered(_MOST_BLOCKS)

    def order(
        self, key: str, table: ParquetTable, search: Search, wanted: Wanted
    ) -> NDArray[np.int64]:
        """Return the numbers of all rows that *search* finds in the table of this *key*, sorted.

        Raises:
            RejectedError: there are too many rows to sort.
            UnavailableError: others are being sorted.
        """
        sort = wanted.sort
        assert sort is not None  # noqa: S101 - it is asked for sorted rows

        def make() -> NDArray[np.int64]:
            with self._places.taken(wanted.owner, wait=self._limit.wait):
                return sorted_rows(table, search, sort, self._limit)

        return self._orders.get(key, (wanted.condition, sort), make)

    def page(
        self, key: str, table: ParquetTable, order: NDArray[np.int64], wanted: Wanted, place: int
    ) -> Found:
        """Return a page of the rows in this *order* from *place* on."""
        end = min(place + wanted.limit, len(order))
        rows: list[Row] = []
        for block in range(place // _BLOCK, -(-end // _BLOCK)):
            places = order[block * _BLOCK : (block + 1) * _BLOCK]
            # They are all over the table, so those of several pages are read together.
            rows += self._blocks.get(
                key,
                (wanted.condition, wanted.sort, wanted.columns, block),
                partial(rows_at, table, places, wanted.columns, self._workers),
            )
        begin = place % _BLOCK
        page = tuple(rows[begin : begin + end - place])
        return Found(page, len(order), is_exact=True, after=end if end < len(order) else None)

    def forget(self, key: str) -> None:
        """Forget everything of one table."""
        self._orders.forget(key)
        self._blocks.forget(key)


def sorted_rows(
    table: ParquetTable, search: Search, sort: Sort, limit: SortLimit
) -> NDArray[np.int64]:
    """Return the numbers of all rows that *search* finds, from 0, in the order of *sort*.

    Raises:
        RejectedError: there are more than *limit* allows.
    """
    places: list[NDArray[np.int64]] = []
    values: list[list[Any]] = []
    size, until = 0, limit.monotonic() + limit.seconds
    compared = _compared(table, sort)
    read = [*compared, *([sort.instead] if sort.instead else [])]
    stored = table.stored_names(column.name for column in read)
    for group, rows in search.matches(search.all_groups(), stored):
        if limit.monotonic() > until:
            raise RejectedError(f"Sorting so large a result takes too long; {_NARROW}")
        if not len(rows):
            continue
        cells = Cells(table, group, rows)
        places.append(rows + table.starts[group])
        values.append(
            [_named(cells, sort)]
            if sort.instead
            else [_decoded(cells.column(column.name)) for column in compared]
        )
        size += sum(each.nbytes for each in values[-1])
        if search.count > limit.rows or size > MOST_BYTES:
            raise RejectedError(f"More rows fit than can be sorted; {_NARROW}")
    if not places:
        return np.empty(0, dtype=np.int64)
    keys = [
        _keys(pa.chunked_array(each).combine_chunks(), column)
        for each, column in zip(zip(*values, strict=True), compared, strict=True)
    ]
    # Its last key counts first; it keeps the order of equal rows, and NaN comes last.
    order = np.lexsort([-each if sort.descending else each for each in reversed(keys)])
    numbers: NDArray[np.int64] = np.concatenate(places)[order]
    return numbers.astype(np.int32) if table.starts[-1] <= _LARGEST else numbers


def _compared(table: ParquetTable, sort: Sort) -> list[Column]:
    """The columns whose values are compared, one after the other."""
    other = table.columns.get(next_sorted(sort.column) or "")
    return [sort.column, *([other] if other else [])]


def _named(cells: Cells, sort: Sort) -> Any:  # noqa: ANN401 - pyarrow has no types
    """The HGVS names of rows, without the sequences that they are on."""
    assert sort.instead is not None  # noqa: S101 - it is asked for names
    columns = (sort.column, sort.instead)
    names = pc.coalesce(*(_decoded(cells.column(each.name)) for each in columns))
    return pc.replace_substring_regex(names, "(?s)^.*:", "")


def _decoded(column: Any) -> Any:  # noqa: ANN401
    """A column without a dictionary."""
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _keys(values: Any, column: Column) -> NDArray[np.float64]:  # noqa: ANN401 - no types
    """Numbers in the order of *values*; NaN, which comes last in either direction, for missing."""
    if column.kind is not Kind.TEXT:
        keys = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False).copy()
        keys[np.isinf(keys)] = np.nan
        return np.asarray(keys, dtype=np.float64)
    encoded = values.dictionary_encode()
    ranks = np.append(_ranks(encoded.dictionary, column), [np.nan])
    codes = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy(zero_copy_only=False)
    keys_of_text: NDArray[np.float64] = ranks[codes]
    return keys_of_text


def _ranks(texts: Any, column: Column) -> NDArray[np.float64]:  # noqa: ANN401
    """Of each of some different texts, its place among them."""
    if is_ranked(column):
        known = texts.to_pylist()
        order = np.array(sorted(range(len(known)), key=lambda at: rank(column, known[at])))
    else:
        order = pc.sort_indices(texts).to_numpy()
    ranks = np.empty(len(texts))
    ranks[order.astype(np.int64)] = np.arange(len(texts))
    return ranks


def rows_at(
    table: ParquetTable, places: NDArray[np.int64], columns: tuple[Column, ...], workers: Executor
) -> list[Row]:
    """Return the rows with these numbers, in this order."""
    groups = np.searchsorted(table.starts, places, "right") - 1
    different = [int(group) for group in np.unique(groups)]
    names = table.stored_names([RECORD, ALLELE, *(each.name for each in columns)])

    def read(group: int) -> Iterator[tuple[int, Row]]:
        at = np.flatnonzero(groups == group)
        rows = rows_of(table, group, places[at] - table.starts[group], columns)
        return zip(at.tolist(), rows, strict=True)

    found = dict(
        pair
        for window in at_hand(table, iter(different), names)
        for pairs in ahead(workers, read, window)
        for pair in pairs
    )
    return [found[at] for at in range(len(places))]
