"""The rows of a source's intervals, sorted and written a file a contig."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from annotator.guard import Reason
from annotator.intervals import END, ENTRIES, INFO, START, write_intervals
from annotator.reference.account import Account
from annotator.reference.assemblies import plain_name
from annotator.reference.runs import Runs
from annotator.stores import KEY
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from annotator.reference.bundle import Contig
    from annotator.reference.interval_sources import Entry

_ROWS = pa.schema([(KEY, pa.uint64()), (INFO, pa.binary())])
_BATCH = 1 << 16
_HALF = 32


class IntervalRows:
    """Takes entries in any order.

    Args:
        source: its name begins each key.
        names: the bundle's contigs by every name that the file may use for them.
        scratch: an empty folder; whoever made it removes it.

    Attributes:
        account: of the entries taken so far.
    """

    def __init__(self, source: str, names: dict[str, Contig], scratch: Path) -> None:
        self.account = Account()
        self._source = source
        self._names = names
        self._runs = Runs(scratch, _ROWS)
        self._waiting: dict[str, list[tuple[int, bytes]]] = {}
        self._count = 0
        self._unplaced = 0
        self._reach: dict[str, int] = {}

    def add(self, entry: Entry) -> None:
        """Take an entry, or count why it cannot be used."""
        self.account.records += 1
        contig = self._names.get(entry.contig)
        if not entry.contig or entry.start > entry.end:
            self._unplaced += 1
        elif contig is None:
            self.account.leave_out(Reason.UNKNOWN_CONTIG)
        else:
            self._reach[contig.name] = max(self._reach.get(contig.name, 0), entry.end)
            if entry.start < 1 or entry.end > contig.length:
                self.account.leave_out(Reason.OUTSIDE_REFERENCE)
            else:
                self._keep(contig.name, entry)

    def require_agreement(self, *, is_tiling: bool) -> None:
        """Refuse intervals of another assembly.

        Args:
            is_tiling: whether the intervals cover each contig to its end.

        Raises:
            RejectedError: more lie beyond the ends of the contigs than on them, or, of a tiling,
                one ends elsewhere than its chromosome.
        """
        beyond = self.account.left_out[Reason.OUTSIDE_REFERENCE.value]
        if beyond > self._count:
            raise RejectedError(
                f"It is on another assembly: {beyond:,} of {self.account.records:,} entries lie "
                "beyond the end of their contig."
            )
        for name, reach in self._reach.items() if is_tiling else ():
            length = self._names[name].length
            if reach != length and plain_name(name) != "MT":
                raise RejectedError(
                    f"It is on another assembly: {name} ends at {reach:,} there, but at "
                    f"{length:,} in the FASTA file."
                )

    def write(self, folder: Path) -> None:
        """Write what was taken into *folder*."""
        self._flush()
        if self._unplaced:
            self.account.notes.append(
                f"{self._unplaced:,} of {self.account.records:,} entries have no place on the "
                "sequence and are left out."
            )
        for contig in self._runs.contigs():
            tables = (_entries(table) for table in self._runs.merged(contig))
            write_intervals(folder / f"{contig}.parquet", self._counted(tables))

    def _keep(self, contig: str, entry: Entry) -> None:
        """Take an entry on a known contig."""
        items = (
            f"{self._source}_{key}".encode() + (b"" if value is None else b"=" + value)
            for key, value in entry.items
        )
        number = entry.start << _HALF | entry.end
        self._waiting.setdefault(contig, []).append((number, b";".join(items)))
        self._count += 1
        if self._count % _BATCH == 0:
            self._flush()

    def _flush(self) -> None:
        """Hand what waits on to the sorting."""
        for contig, rows in self._waiting.items():
            keys, info = zip(*rows, strict=True)
            table = pa.table([pa.array(keys, pa.uint64()), pa.array(info, pa.binary())], _ROWS)
            self._runs.add(contig, table)
        self._waiting = {}

    def _counted(self, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        """*tables*, their rows counted."""
        for table in tables:
            self.account.entries += table.num_rows
            yield table


def _entries(table: pa.Table) -> pa.Table:
    """Sorted rows as entries, each once."""
    unique = table.group_by([KEY, INFO]).aggregate([])
    unique = unique.sort_by([(KEY, "ascending"), (INFO, "ascending")])
    keys = unique.column(KEY)
    starts = pc.shift_right(keys, pa.scalar(_HALF, pa.uint64())).cast(pa.uint32())
    ends = pc.bit_wise_and(keys, pa.scalar((1 << _HALF) - 1, pa.uint64())).cast(pa.uint32())
    return pa.table({START: starts, END: ends, INFO: unique.column(INFO)}, schema=ENTRIES)
