"""Bases of the reference for many places at once, straight from the mapped file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

UPPER = np.arange(256, dtype=np.uint8)
UPPER[ord("a") : ord("z") + 1] -= ord("a") - ord("A")
"""Each byte's upper case."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a sequence lies in the file: length, first byte, bases and bytes of a line."""

    length: int
    offset: int
    line_bases: int
    line_bytes: int


class Bases:
    """A plain FASTA file with its index, mapped into memory; it takes no memory of its own."""

    def __init__(self, fasta: Path) -> None:
        self._data = np.memmap(fasta, dtype=np.uint8, mode="r")
        index = fasta.with_name(fasta.name + ".fai").read_text("ascii")
        rows = (line.split("\t") for line in index.splitlines())
        self._places = {row[0]: _Place(*map(int, row[1:5])) for row in rows}

    def at(self, contig: str, positions: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The base at each of *positions* (1-based) in upper case; N where the file has none."""
        place = self._places[contig]
        inside = (positions >= 1) & (positions <= place.length)
        zero_based = np.where(inside, positions - 1, 0)
        offsets = zero_based + (zero_based // place.line_bases) * (
            place.line_bytes - place.line_bases
        )
        found: NDArray[np.uint8] = UPPER[self._data[offsets + place.offset]]
        found[~inside] = ord("N")
        return found
