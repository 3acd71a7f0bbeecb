"""Where a bundle's genes and their coding parts lie, as merged spans."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from annotator.reference.bundle import Bundle

Spans = tuple["NDArray[np.int64]", "NDArray[np.int64]"]
"""Starts and ends, 1-based and inclusive, ascending and apart from each other."""

_COLUMNS = ["start", "end", "cds_start", "cds_end", "exons"]


def gene_spans(bundle: Bundle, contig: str) -> Spans:
    """What the transcripts of a contig cover from their first base to their last."""
    return _merged(_pairs(bundle, contig)[0])


def coding_spans(bundle: Bundle, contig: str) -> Spans:
    """The bases of a contig that a transcript translates, stop codons included."""
    return _merged(_pairs(bundle, contig)[1])


@lru_cache(maxsize=64)
def _read(file: str) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """Spans of the transcripts in a table, and of their coding exons."""
    rows: list[dict[str, Any]] = pq.read_table(  # type: ignore[no-untyped-call]
        file, columns=_COLUMNS
    ).to_pylist()
    whole = tuple((row["start"], row["end"]) for row in rows)
    coding = tuple(
        (max(exon["start"], row["cds_start"]), min(exon["end"], row["cds_end"]))
        for row in rows
        if row["cds_start"] is not None
        for exon in row["exons"]
        if exon["start"] <= row["cds_end"] and exon["end"] >= row["cds_start"]
    )
    return whole, coding


def _pairs(
    bundle: Bundle, contig: str
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """The spans of a contig; none where it has no genes."""
    file = bundle.tables / "transcript" / f"chr{contig}.parquet"
    return _read(str(file)) if file.exists() else ((), ())


def _merged(pairs: Iterable[tuple[int, int]]) -> Spans:
    """Spans that overlap or touch, put together."""
    found: list[list[int]] = []
    for start, end in sorted(pairs):
        if found and start <= found[-1][1] + 1:
            found[-1][1] = max(end, found[-1][1])
        else:
            found.append([start, end])
    starts, ends = zip(*found, strict=True) if found else ((), ())
    return np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64)
