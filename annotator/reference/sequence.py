"""Bases of a reference, read in windows so that memory stays small whatever the contig's length."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self

import pysam

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

_WINDOW = 1 << 20
_KNOWN = re.compile("[^N]+")
_SHORT_GAP = 1_000


class Sequence:
    """An indexed FASTA file (plain or bgzip), upper case; positions are 1-based and inclusive.

    Close it, or use it as a context manager. Reading along a sorted file touches each base once.
    """

    def __init__(self, fasta: Path) -> None:
        self._file = pysam.FastaFile(str(fasta))
        self._lengths = dict(zip(self._file.references, self._file.lengths, strict=True))
        self._contig = ""
        self._start = 1
        self._bases = ""

    def __enter__(self) -> Self:
        """The sequence itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Release the file."""
        self.close()

    def close(self) -> None:
        """Release the file."""
        self._file.close()

    def contigs(self) -> dict[str, int]:
        """Names and lengths (bases) of the sequences in the file, in its order."""
        return dict(self._lengths)

    def bases(self, contig: str, start: int, end: int) -> str:
        """Bases *start* to *end*; shorter where the file's sequence ends, empty before its start.

        Raises:
            KeyError: the file has no such contig.
        """
        offset = start - self._start
        if contig != self._contig or offset < 0 or end - self._start >= len(self._bases):
            offset = self._load(contig, start, end)
        return self._bases[offset : offset + max(0, end - start + 1)]

    def _load(self, contig: str, start: int, end: int) -> int:
        """Read the window around a range and return where the range begins in it.

        It reaches back a little because left-aligning an indel looks to the left.
        """
        length = self._lengths[contig]
        first = max(1, min(start, length) - _WINDOW // 16)
        last = min(length, max(end, first + _WINDOW))
        self._bases = self._file.fetch(contig, first - 1, last).upper()
        self._contig, self._start = contig, first
        return max(0, start - first)


def covered_regions(sequence: Sequence, contig: str, length: int) -> tuple[tuple[int, int], ...]:
    """Where *contig* has known bases: 1-based inclusive ranges between its long runs of N.

    Runs of N shorter than 1,000 bases (rCRS has one of a single base) do not split a range.
    """
    merged: list[tuple[int, int]] = []
    for start, end in _known_runs(sequence, contig, length):
        if merged and start - merged[-1][1] <= _SHORT_GAP:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def _known_runs(sequence: Sequence, contig: str, length: int) -> Iterator[tuple[int, int]]:
    """Runs of bases other than N, cut at the windows' ends."""
    for start in range(1, length + 1, _WINDOW):
        bases = sequence.bases(contig, start, min(length, start + _WINDOW - 1))
        for run in _KNOWN.finditer(bases):
            yield start + run.start(), start + run.end() - 1
