"""Which consequence of an allele a table shows first.

Order: in the transcript before beside it, MANE Select, MANE Plus Clinical, canonical,
protein-coding, severity, and the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from annotator.table.alleles import Rows
    from annotator.table.slices import Slices

_MARKS = ("MANE_SELECT", "MANE_PLUS_CLINICAL", "CANONICAL")
_BIOTYPE, _CODING = "BIOTYPE", b"protein_coding"
_SEVERITY_BITS = 8


def ranks(
    fields: Mapping[str, Slices], severity: NDArray[np.int64], beside: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Of each consequence, how late it comes; equal ones come in the order of the file.

    Args:
        fields: VEP's fields by name; those that a result lacks tell nothing.
        severity: rank of each consequence's most severe term; 0 is the worst.
        beside: whether the allele lies beside what the consequence is about, and not in it.
    """
    rank = beside.astype(np.int64)
    for name in _MARKS:
        rank <<= 1
        if name in fields:
            rank |= fields[name].are_missing()
    rank = (rank << 1) | 1
    if _BIOTYPE in fields:
        rank[fields[_BIOTYPE].find(_CODING)] &= ~np.int64(1)
    return (rank << _SEVERITY_BITS) | severity


def picked(rows: Rows, rank: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which row of each allele comes first: one row an allele."""
    order = np.arange(len(rows), dtype=np.int64)
    of_row = np.zeros(len(rows), dtype=np.int64)
    has_entry = rows.entry >= 0
    of_row[has_entry] = rank[rows.entry[has_entry]]
    begins = np.flatnonzero(np.diff(rows.allele, prepend=-1))
    best = np.minimum.reduceat(of_row << np.int64(32) | order, begins) if len(rows) else order
    chosen = np.zeros(len(rows), dtype=bool)
    chosen[best & np.int64(0xFFFF_FFFF)] = True
    return chosen
