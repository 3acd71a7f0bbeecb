"""Where a bundle's genes and their coding parts lie, as merged spans."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from annotator.reference.bundle import Bundle

Spans = tuple["NDArray[np.int64]", "NDArray[np.int64]"]
"""Starts and ends, 1-based and inclusive, ascending and apart from each other."""

_COLUMNS = ["start", "end", "cds_start", "cds_end", "exons"]
_KEPT = 64


def gene_spans(bundle: Bundle, contig: str) -> Spans:
    """What the transcripts of a contig cover from their first base to their last.

    The arrays are kept as long as the process and not to be written to.
    """
    return _read(str(_table(bundle, contig)))[0]


def coding_spans(bundle: Bundle, contig: str) -> Spans:
    """The bases of a contig that a transcript translates, stop codons included; see above."""
    return _read(str(_table(bundle, contig)))[1]


def merged(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Spans:
    """Ranges that overlap or touch, put together; in any order."""
    if not len(starts):
        return starts, ends
    order = np.lexsort((ends, starts))
    starts, ends = starts[order], ends[order]
    is_new = np.ones(len(starts), dtype=np.bool_)
    is_new[1:] = starts[1:] > np.maximum.accumulate(ends)[:-1] + 1
    begins = np.flatnonzero(is_new)
    return starts[begins], np.maximum.reduceat(ends, begins)


def _table(bundle: Bundle, contig: str) -> Path:
    """The transcripts of a contig as the engine reads them; absent where it has none."""
    return bundle.tables / "transcript" / f"chr{contig}.parquet"


@lru_cache(maxsize=_KEPT)
def _read(file: str) -> tuple[Spans, Spans]:
    """Spans of the transcripts in a table, and of the coding parts of their exons."""
    if not Path(file).is_file():
        nothing = np.empty(0, dtype=np.int64)
        return (nothing, nothing), (nothing, nothing)
    table = pq.read_table(file, columns=_COLUMNS)
    whole = merged(_numbers(table.column("start")), _numbers(table.column("end")))
    coding = table.filter(pc.is_valid(table.column("cds_start")))
    exons = coding.column("exons").combine_chunks()
    owners = pc.list_parent_indices(exons)
    parts = pc.list_flatten(exons)
    first = _numbers(coding.column("cds_start").take(owners))
    last = _numbers(coding.column("cds_end").take(owners))
    starts = np.maximum(first, _numbers(pc.struct_field(parts, "start")))
    ends = np.minimum(last, _numbers(pc.struct_field(parts, "end")))
    is_coding = starts <= ends
    return whole, merged(starts[is_coding], ends[is_coding])


def _numbers(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """A column without nulls as numbers."""
    numbers: NDArray[np.int64] = column.to_numpy()
    return numbers
