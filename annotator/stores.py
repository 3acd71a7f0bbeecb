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
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from annotator.alleles import Alleles

KEY = "key"
"""The column of the alleles' numbers: uint64, ascending, each once."""

LONG_FORM = "long_form"
"""The column of ``Alleles.long_form``: binary, null where the number says everything."""

_GROUP_ROWS = 1 << 13
_KEPT_GROUPS = 2


def write_store(file: Path, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
    """Write *batches*, sorted by ``KEY`` as a whole, into the new *file*.

    No allele may come twice; two long ones may share a number and then stand side by side.

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
        self._numbers: OrderedDict[int, tuple[NDArray[np.uint64], pa.ChunkedArray]] = OrderedDict()
        self._groups: OrderedDict[int, pa.Table] = OrderedDict()

    def find(self, alleles: Alleles, keys: NDArray[np.uint64]) -> pa.Table:
        """A row for each of *alleles*, in their order; of nulls where the store has it not.

        Args:
            alleles: on the store's contig.
            keys: ``alleles.keys()``.
        """
        return self.fetch(self.locate(alleles, keys))

    def locate(self, alleles: Alleles, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The row of each of *alleles*, to be fetched; -1 where the store has it not."""
        rows = np.full(len(keys), -1, dtype=np.int64)
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        for group in self._touched(ordered):
            begin = np.searchsorted(ordered, self._first[group], side="left")
            end = np.searchsorted(ordered, self._last[group], side="right")
            here = order[begin:end]
            at = self._match(group, alleles, here, ordered[begin:end])
            rows[here[at >= 0]] = group * _GROUP_ROWS + at[at >= 0]
        return rows

    def fetch(self, rows: NDArray[np.int64]) -> pa.Table:
        """The columns at *rows*, in their order; nulls for -1."""
        groups = rows // _GROUP_ROWS
        places = np.full(len(rows), -1, dtype=np.int64)
        pieces, count = [], 0
        for group in np.unique(groups[rows >= 0]).tolist():
            here = np.flatnonzero(groups == group)
            at = rows[here] - group * _GROUP_ROWS
            pieces.append(self._group(group).take(pa.array(at)))
            places[here] = np.arange(count, count + len(here))
            count += len(here)
        table = pa.concat_tables(pieces or [self._empty.empty_table()])
        if (places == np.arange(len(places))).all():
            return table
        return table.combine_chunks().take(pa.array(places, mask=places < 0))

    def tables(self, rows: int) -> Iterator[pa.Table]:
        """The whole store in its order, about *rows* rows at a time, with the alleles' numbers."""
        columns = [KEY, LONG_FORM, *self._columns]
        groups = max(1, rows // _GROUP_ROWS)
        count = self._file.metadata.num_row_groups
        for start in range(0, count, groups):
            wanted = range(start, min(start + groups, count))
            yield self._file.read_row_groups(wanted, columns=columns, use_threads=False)

    def _touched(self, ordered: NDArray[np.uint64]) -> list[int]:
        """The row groups that may hold one of the numbers *ordered*."""
        begins = np.searchsorted(ordered, self._first, side="left")
        ends = np.searchsorted(ordered, self._last, side="right")
        return np.flatnonzero(ends > begins).tolist()

    def _match(
        self,
        group: int,
        alleles: Alleles,
        indices: NDArray[np.int64],
        wanted: NDArray[np.uint64],
    ) -> NDArray[np.int64]:
        """At which row of a row group each of *wanted* is; -1 where at none."""
        keys, _ = self._group_numbers(group)
        at = np.searchsorted(keys, wanted)
        at[keys[np.minimum(at, len(keys) - 1)] != wanted] = -1
        for index in np.flatnonzero((at >= 0) & ((wanted & LONG) != 0)):
            at[index] = self._long_match(group, int(at[index]), alleles, int(indices[index]))
        return at

    def _long_match(self, group: int, at: int, alleles: Alleles, index: int) -> int:
        """The row, from *at* on, whose long form is that of an allele; -1 if there is none."""
        keys, forms = self._group_numbers(group)
        number, form = keys[at], alleles.long_form(index)
        while at < len(keys) and keys[at] == number:
            if forms[at].as_py() == form:
                return at
            at += 1
        return -1

    def _group_numbers(self, group: int) -> tuple[NDArray[np.uint64], pa.ChunkedArray]:
        """The numbers of a row group and the long forms; the last few are kept."""
        if group not in self._numbers:
            table = self._read(group, [KEY, LONG_FORM])
            self._numbers[group] = table.column(KEY).to_numpy(), table.column(LONG_FORM)
            if len(self._numbers) > _KEPT_GROUPS:
                self._numbers.popitem(last=False)
        return self._numbers[group]

    def _group(self, group: int) -> pa.Table:
        """The columns of a row group; the last few are kept."""
        if group not in self._groups:
            self._groups[group] = self._read(group, self._columns)
            if len(self._groups) > _KEPT_GROUPS:
                self._groups.popitem(last=False)
        return self._groups[group]

    def _read(self, group: int, columns: list[str]) -> pa.Table:
        """Columns of a row group."""
        return self._file.read_row_group(group, columns=columns, use_threads=False)


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
