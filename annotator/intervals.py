"""Intervals on a contig, and what is said of those that hold a range of bases.

The entries that overlap a range are known by two counts: how many begin no later than the range
ends, and how many end before it begins. Ranges with the same two counts have the same entries,
however these are nested, so only one range of each such group is looked at.

On disk the entries are sorted by start and end and dealt out to layers, in each of which the ends
ascend as well. What overlaps a range is then one run of entries a layer.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from annotator.alleles import layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from annotator.alleles import Alleles

START, END, LAYER, INFO = "start", "end", "layer", "info"
ENTRIES = pa.schema([(START, pa.uint32()), (END, pa.uint32()), (INFO, pa.binary())])
"""The columns of entries: first and last base (1-based), and a finished piece of INFO."""

_STORED = ENTRIES.insert(2, pa.field(LAYER, pa.uint32()))
_GROUP_ROWS = 1 << 16
_HALF = np.uint64(32)


def write_intervals(file: Path, tables: Iterable[pa.Table]) -> None:
    """Write entries into the new *file*.

    Args:
        file: for one contig.
        tables: of ``ENTRIES``, sorted as a whole by start and end.
    """
    tops: list[int] = []
    with pq.ParquetWriter(
        file, _STORED, compression="zstd", use_dictionary=[LAYER, INFO], write_statistics=False
    ) as writer:
        for table in tables:
            layers = [_layer(tops, end) for end in table.column(END).to_pylist()]
            stored = table.add_column(2, _STORED.field(LAYER), pa.array(layers, pa.uint32()))
            writer.write_table(stored, row_group_size=_GROUP_ROWS)


def _layer(tops: list[int], end: int) -> int:
    """The layer of the next entry: the one whose last end is the nearest that is not beyond it.

    Args:
        tops: the last end of each layer, negated; they ascend.
        end: of the entry.
    """
    # The first layer has the farthest end, so the negated ones are in order.
    at = bisect_left(tops, -end)
    if at == len(tops):
        tops.append(-end)
    else:
        tops[at] = -end
    return at


@dataclass(frozen=True, slots=True)
class _Layer:
    """Entries whose starts and ends both ascend.

    Attributes:
        rows: of each entry, its number in the file.
    """

    starts: NDArray[np.uint32]
    ends: NDArray[np.uint32]
    rows: NDArray[np.int64]


class Intervals:
    """A file of ``write_intervals``, in memory.

    Args:
        file: the entries of one contig.
        merge: makes one piece of INFO from those of several entries.
    """

    def __init__(self, file: Path, merge: Callable[[list[bytes]], bytes]) -> None:
        table = pq.read_table(file, read_dictionary=[INFO]).combine_chunks()
        self._merge = merge
        self._starts: NDArray[np.uint32] = table.column(START).to_numpy()
        ends: NDArray[np.uint32] = table.column(END).to_numpy()
        self._ends = np.sort(ends)
        self._layers = _layers(self._starts, ends, table.column(LAYER).to_numpy())
        info = table.column(INFO).unify_dictionaries().combine_chunks()
        self._pieces = info.dictionary.to_pylist()
        self._codes = info.indices.to_numpy().astype(np.int64)

    def has_end_at(self, positions: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Whether an entry's last base is at each of *positions*."""
        at = np.searchsorted(self._ends, positions)
        found: NDArray[np.bool_] = self._ends[np.minimum(at, len(self._ends) - 1)] == positions
        return found

    def fragments(self, starts: NDArray[np.uint32], ends: NDArray[np.uint32]) -> pa.BinaryArray:
        """What the entries that hold a base of each range say together; empty where none does.

        Args:
            starts: first base of each range, 1-based.
            ends: last base; one before the first stands for the place between the two, which
                an entry holds if it has both of these bases.
        """
        begun = np.searchsorted(self._starts, ends, side="right").astype(np.uint64)
        over = np.searchsorted(self._ends, starts, side="left").astype(np.uint64)
        pairs, first, groups = np.unique(
            begun << _HALF | over, return_index=True, return_inverse=True
        )
        counts = ((pairs >> _HALF) - (pairs & np.uint64(0xFFFFFFFF))).astype(np.int64)
        touched = np.flatnonzero(counts)
        rows = self._rows(starts[first[touched]], ends[first[touched]])
        codes = np.zeros(len(pairs), dtype=np.int64)
        pieces = [b"", *self._pieces]
        begins = np.cumsum(counts[touched]) - counts[touched]
        codes[touched] = self._codes[rows[begins]] + 1
        for at in np.flatnonzero(counts[touched] > 1).tolist():
            group = int(touched[at])
            here = self._codes[rows[begins[at] : begins[at] + counts[group]]].tolist()
            codes[group] = len(pieces)
            pieces.append(self._merge([self._pieces[code] for code in here]))
        return pa.array(pieces, pa.binary()).take(pa.array(codes[groups]))

    def _rows(self, starts: NDArray[np.uint32], ends: NDArray[np.uint32]) -> NDArray[np.int64]:
        """The entries of each range, range by range and ascending, one behind the other."""
        owners, rows = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for layer in self._layers if len(starts) else ():
            if layer.starts[0] > ends.max() or layer.ends[-1] < starts.min():
                continue
            begins = np.searchsorted(layer.ends, starts, side="left")
            counts = np.searchsorted(layer.starts, ends, side="right") - begins
            owner = np.repeat(np.arange(len(starts)), counts)
            within = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
            owners.append(owner)
            rows.append(layer.rows[np.repeat(begins, counts) + within])
        joined = np.concatenate(rows)
        return joined[np.lexsort((joined, np.concatenate(owners)))]


def _layers(
    starts: NDArray[np.uint32], ends: NDArray[np.uint32], layers: NDArray[np.uint32]
) -> list[_Layer]:
    """The entries by layer."""
    order = np.argsort(layers, kind="stable")
    cuts = np.flatnonzero(np.diff(layers[order])) + 1
    return [_Layer(starts[rows], ends[rows], rows) for rows in np.split(order, cuts)]


def touched(
    alleles: Alleles, is_replaced: Callable[[NDArray[np.int64]], NDArray[np.bool_]]
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """First and last base that each of *alleles* changes, 1-based.

    An insertion lies between two bases: the first is then the one behind it, the last the one
    before it.

    Args:
        alleles: in normal form.
        is_replaced: whether the first base of REF is changed, of alleles at some indices. It is
            asked of insertions and deletions, whose first base is another in ALT only rarely.
    """
    _, lengths, _ = layout(alleles.alts)
    starts = alleles.positions.copy()
    anchored = np.flatnonzero(
        (lengths != alleles.ref_lengths) & (np.minimum(lengths, alleles.ref_lengths) == 1)
    )
    starts[anchored] += ~is_replaced(anchored)
    return starts, alleles.positions + alleles.ref_lengths - np.uint32(1)
