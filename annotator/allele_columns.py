"""REF and ALT of many records as columns of bases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotator.alleles import Alleles, layout
from annotator.bases import UPPER
from annotator.lines import binary

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from annotator.lines import Lines
    from annotator.reference.bundle import Contig

_PAIR = 3
"""Length of an ALT of two single bases."""

_KNOWN = np.zeros(256, dtype=np.bool_)
_KNOWN[np.frombuffer(b"ACGT", dtype=np.uint8)] = True


@dataclass(frozen=True, slots=True)
class Columns:
    """REF and an ALT of records, as bytes in upper case between offsets.

    A record with two single bases in ALT has a row for each. All others have one.
    """

    records: NDArray[np.int64]
    numbers: NDArray[np.int64]
    positions: NDArray[np.int64]
    ref_starts: NDArray[np.int64]
    ref_lengths: NDArray[np.int64]
    refs: NDArray[np.uint8]
    alt_starts: NDArray[np.int64]
    alt_lengths: NDArray[np.int64]
    alts: NDArray[np.uint8]


def read_columns(lines: Lines) -> Columns:
    """REF and ALT of *lines* in upper case."""
    ref_starts, ref_lengths, refs = layout(lines.values(3))
    alt_starts, alt_lengths, alts = layout(lines.values(4))
    pair = (ref_lengths == 1) & (alt_lengths == _PAIR)
    pair[pair] = alts[alt_starts[pair] + 1] == ord(",")
    second = np.flatnonzero(pair)
    records = np.concatenate((np.arange(len(lines)), second))
    alt_starts = np.concatenate((alt_starts, alt_starts[second] + _PAIR - 1))
    return Columns(
        records=records,
        numbers=np.repeat([1, 2], [len(lines), len(second)]),
        positions=lines.positions[records],
        ref_starts=ref_starts[records],
        ref_lengths=ref_lengths[records],
        refs=UPPER[refs],
        alt_starts=alt_starts,
        alt_lengths=np.where(pair, 1, alt_lengths)[records],
        alts=UPPER[alts],
    )


def only_known(columns: Columns) -> NDArray[np.bool_]:
    """Which rows have but A, C, G and T in REF and ALT; so their ALT is a single allele."""
    return _all_known(columns.refs, columns.ref_starts, columns.ref_lengths) & _all_known(
        columns.alts, columns.alt_starts, columns.alt_lengths
    )


def _all_known(
    data: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which values have but known bases."""
    unknown = np.zeros(len(data) + 1, dtype=np.int64)
    np.cumsum(~_KNOWN[data], out=unknown[1:])
    found: NDArray[np.bool_] = unknown[starts + lengths] == unknown[starts]
    return found


def whole_records(records: NDArray[np.int64], here: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Of which rows *here* all rows of the record are here."""
    rows = np.bincount(records)
    found: NDArray[np.bool_] = (
        np.bincount(records[here], minlength=len(rows))[records[here]] == (rows[records[here]])
    )
    return found


def last_bases(
    data: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """The last byte of each value."""
    found: NDArray[np.uint8] = data[starts + lengths - 1]
    return found


def as_is(contig: Contig, columns: Columns, here: NDArray[np.int64]) -> Alleles:
    """Alleles in normal form already."""
    lengths = columns.alt_lengths[here]
    nothing = np.zeros(len(here), dtype=np.int64)
    anchors = columns.alts[columns.alt_starts[here]]
    alts = turned(columns.alts, columns.alt_starts[here] + 1, lengths - 1, nothing, anchors)
    return Alleles(
        contig.name,
        columns.positions[here].astype(np.uint32),
        columns.ref_lengths[here].astype(np.uint32),
        alts,
    )


def turned(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    steps: NDArray[np.int64],
    anchors: NDArray[np.uint8],
) -> pa.BinaryArray:
    """A first base and, behind it, bytes of *data* that are turned right by *steps*."""
    offsets = np.zeros(len(lengths) + 1, dtype=np.int32)
    np.cumsum(lengths + 1, out=offsets[1:])
    out = np.empty(offsets[-1], dtype=np.uint8)
    out[offsets[:-1]] = anchors
    longer = np.flatnonzero(lengths)
    counts = lengths[longer]
    total = np.cumsum(counts)
    within = np.arange(total[-1] if len(total) else 0) - np.repeat(total - counts, counts)
    source = (within - np.repeat(steps[longer], counts)) % np.repeat(counts, counts)
    out[np.repeat(offsets[longer] + 1, counts) + within] = data[
        np.repeat(starts[longer], counts) + source
    ]
    return binary(offsets, out)
