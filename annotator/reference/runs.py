"""Sorting of rows that do not fit in memory, a contig at a time, by merging sorted runs in files.

Sources are nearly sorted already, so only few runs of a contig overlap: a run is opened when the
merge comes to its first row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from annotator.stores import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

RUN_BYTES = 1 << 26
_CHUNK_ROWS = 1 << 13


class Runs:
    """Rows by contig, to be had back in the order of ``KEY``.

    Args:
        folder: empty, for the runs; whoever made it removes it.
        schema: of the rows; it has ``KEY``, which is uint64.
        run_bytes: how much is kept in memory.
    """

    def __init__(self, folder: Path, schema: pa.Schema, run_bytes: int = RUN_BYTES) -> None:
        self._folder = folder
        self._schema = schema
        self._most = run_bytes
        self._bytes = 0
        self._pending: dict[str, list[pa.Table]] = {}
        self._runs: dict[str, list[_Run]] = {}
        self._count = 0

    def add(self, contig: str, table: pa.Table) -> None:
        """Take rows of *contig* in any order."""
        if not table.num_rows:
            return
        self._pending.setdefault(contig, []).append(table)
        self._bytes += table.nbytes
        if self._bytes >= self._most:
            self._spill()

    def contigs(self) -> list[str]:
        """The contigs that have rows."""
        return list(dict.fromkeys([*self._runs, *self._pending]))

    def merged(self, contig: str) -> Iterator[pa.Table]:
        """The rows of *contig*, sorted; rows with the same key are in one table, as they came.

        To be called when all rows have been added.
        """
        self._spill()
        yield from _merge(self._runs.get(contig, []))

    def _spill(self) -> None:
        """Write what is in memory to files, a run a contig."""
        for contig, tables in self._pending.items():
            file = self._folder / f"run-{self._count}.arrow"
            self._count += 1
            table = _sorted(tables)
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            with pa.ipc.new_file(file, self._schema, options=options) as writer:
                writer.write_table(table, max_chunksize=_CHUNK_ROWS)
            self._runs.setdefault(contig, []).append(_Run(int(table.column(KEY)[0].as_py()), file))
        self._pending, self._bytes = {}, 0


@dataclass(frozen=True, slots=True)
class _Run:
    """A file of sorted rows with its first key."""

    first: int
    file: Path


class _Head:
    """The rows of a run that are read and not yet merged."""

    def __init__(self, run: _Run) -> None:
        self._reader = pa.ipc.open_file(pa.memory_map(str(run.file)))
        self._next = 0
        self.table = self._reader.schema.empty_table()
        self.extend()

    @property
    def has_more(self) -> bool:
        """Whether the run has rows that are not read."""
        return self._next < int(self._reader.num_record_batches)

    @property
    def last(self) -> int:
        """The last key at hand."""
        return int(self.table.column(KEY)[-1].as_py())

    def extend(self) -> None:
        """Read the next rows."""
        batch = self._reader.get_batch(self._next)
        self._next += 1
        self.table = pa.concat_tables([self.table, pa.Table.from_batches([batch])])

    def take(self, bound: int | None) -> pa.Table:
        """Rows whose key is below *bound*; all if there is none."""
        count = self.table.num_rows
        if bound is not None:
            keys = self.table.column(KEY).to_numpy()
            count = int(np.searchsorted(keys, np.uint64(bound), side="left"))
        taken, self.table = self.table.slice(0, count), self.table.slice(count)
        return taken


def _merge(runs: list[_Run]) -> Iterator[pa.Table]:
    """The rows of all runs. What is given out lies below every key that is still to come."""
    waiting = sorted(runs, key=lambda run: run.first)
    heads: list[_Head] = []
    while waiting or heads:
        limit = min((head.last for head in heads), default=waiting[0].first if waiting else 0)
        while waiting and waiting[0].first <= limit:
            heads.append(_Head(waiting.pop(0)))
        bounds = [head.last for head in heads if head.has_more]
        bounds += [run.first for run in waiting[:1]]
        bound = min(bounds, default=None)
        taken = [head.take(bound) for head in heads]
        if any(table.num_rows for table in taken):
            yield _sorted([table for table in taken if table.num_rows])
        for head in heads:
            if head.has_more and (not head.table.num_rows or head.last == bound):
                head.extend()
        heads = [head for head in heads if head.table.num_rows]


def _sorted(tables: list[pa.Table]) -> pa.Table:
    """The rows of *tables* by key; those with the same key keep their order."""
    table = pa.concat_tables(tables).combine_chunks()
    keys: NDArray[np.uint64] = table.column(KEY).to_numpy()
    if (keys[1:] >= keys[:-1]).all():
        return table
    return table.take(pa.array(np.argsort(keys, kind="stable")))
