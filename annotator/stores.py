"""Alleles and what is known of them, on disk: one Parquet file a contig, sorted by number.

Only the row groups that a lookup touches are read, and of those only the columns it asks for, so
memory depends on the batch and not on the size of the source.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from annotator.alleles import LONG

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from annotator.alleles import Alleles

KEY = "key"
"""The column of the alleles' numbers: uint64, ascending, each once."""

LONG_FORM = "long_form"
"""The column of ``Alleles.long_form``: binary, null where the number says everything."""

_GROUP_ROWS = 1 << 15
_KEPT_GROUPS = 4


def write_store(file: Path, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
    """Write *batches*, sorted by ``KEY`` as a whole, into the new *file*.

    The same rows give the same bytes, however they are cut into batches.
    """
    with pq.ParquetWriter(
        file,
        schema,
        compression="zstd",
        use_dictionary=[name for name in schema.names if name not in {KEY, LONG_FORM}],
        column_encoding={KEY: "DELTA_BINARY_PACKED"},
        write_statistics=[KEY],
    ) as writer:
        rest = schema.empty_table()
        for batch in batches:
            rest = pa.concat_tables([rest, pa.Table.from_batches([batch], schema)])
            while rest.num_rows >= _GROUP_ROWS:
                writer.write_table(rest.slice(0, _GROUP_ROWS), row_group_size=_GROUP_ROWS)
                rest = rest.slice(_GROUP_ROWS)
        writer.write_table(rest, row_group_size=_GROUP_ROWS)


class AlleleStore:
    """A file of ``write_store`` to look alleles up in.

    Args:
        file: the store of one contig.
        columns: those to return, by name.
    """

    def __init__(self, file: Path, columns: Sequence[str]) -> None:
        self._file = pq.ParquetFile(file, memory_map=True)
        self._columns = list(columns)
        self._empty = pa.schema([self._file.schema_arrow.field(name) for name in columns])
        self._first, self._last = _bounds(self._file)
        self._keys: OrderedDict[int, NDArray[np.uint64]] = OrderedDict()
        self._groups: OrderedDict[int, pa.Table] = OrderedDict()

    def find(self, alleles: Alleles, keys: NDArray[np.uint64]) -> pa.Table:
        """A row for each of *alleles*, in their order; of nulls where the store has it not.

        Args:
            alleles: on the store's contig.
            keys: ``alleles.keys()``.
        """
        found, pieces, rows = [], [], 0
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        for group in self._touched(ordered):
            inside, at = self._match(group, alleles, ordered, order)
            if len(inside):
                table = self._group(group).take(pa.array(at))
                found.append(np.column_stack((inside, np.arange(rows, rows + len(inside)))))
                pieces.append(table)
                rows += len(inside)
        return self._in_order(len(keys), found, pieces)

    def _in_order(
        self, count: int, found: list[NDArray[np.int64]], pieces: list[pa.Table]
    ) -> pa.Table:
        """The rows found, each at the place of its allele."""
        places = np.full(count, -1, dtype=np.int64)
        for pairs in found:
            places[pairs[:, 0]] = pairs[:, 1]
        table = pa.concat_tables(pieces or [self._empty.empty_table()]).combine_chunks()
        return table.take(pa.array(places, mask=places < 0))

    def _touched(self, ordered: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The row groups that may hold one of the numbers *ordered*."""
        if not len(ordered) or not len(self._first):
            return np.empty(0, dtype=np.int64)
        begins = np.searchsorted(ordered, self._first, side="left")
        ends = np.searchsorted(ordered, self._last, side="right")
        return np.flatnonzero(ends > begins)

    def _match(
        self,
        group: int,
        alleles: Alleles,
        ordered: NDArray[np.uint64],
        order: NDArray[np.int64],
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which alleles a row group has (by their index), and at which of its rows."""
        begin = np.searchsorted(ordered, self._first[group], side="left")
        end = np.searchsorted(ordered, self._last[group], side="right")
        wanted, indices = ordered[begin:end], order[begin:end]
        keys = self._group_keys(group)
        at = np.searchsorted(keys, wanted)
        same = keys[np.minimum(at, len(keys) - 1)] == wanted
        for index in np.flatnonzero(same & ((wanted & LONG) != 0)):
            form = self._group(group).column(LONG_FORM)[int(at[index])].as_py()
            same[index] = form == alleles.long_form(int(indices[index]))
        return indices[same], at[same]

    def _group_keys(self, group: int) -> NDArray[np.uint64]:
        """The numbers of a row group; the last few are kept."""
        if group not in self._keys:
            table = self._file.read_row_group(group, columns=[KEY], use_threads=False)
            self._keys[group] = table.column(KEY).to_numpy()
            if len(self._keys) > _KEPT_GROUPS:
                self._keys.popitem(last=False)
        return self._keys[group]

    def _group(self, group: int) -> pa.Table:
        """The columns of a row group; the last few are kept."""
        if group not in self._groups:
            columns = [*self._columns, LONG_FORM]
            table = self._file.read_row_group(group, columns=columns, use_threads=False)
            self._groups[group] = table
            if len(self._groups) > _KEPT_GROUPS:
                self._groups.popitem(last=False)
        return self._groups[group]


def _bounds(file: pq.ParquetFile) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The first and the last number of each row group, from the file's statistics."""
    at = file.schema_arrow.get_field_index(KEY)
    found = []
    for group in range(file.metadata.num_row_groups):
        statistics = file.metadata.row_group(group).column(at).statistics
        if statistics is not None and statistics.has_min_max:
            found.append((statistics.min, statistics.max))
    first, last = zip(*found, strict=True) if found else ((), ())
    return np.array(first, dtype=np.uint64), np.array(last, dtype=np.uint64)
