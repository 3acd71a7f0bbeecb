"""Where a sorted file may be cut: between two records that no gene holds both of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annotator.lines import parse_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from annotator.reference.bundle import Contig

Spans = tuple["NDArray[np.int64]", "NDArray[np.int64]"]


class Gaps:
    """Finds a place between genes.

    Args:
        names: the bundle's contigs by every name that the file may use for them.
        spans: starts and ends (1-based, inclusive) of a contig's genes, merged and ascending.
    """

    def __init__(self, names: dict[str, Contig], spans: Callable[[str], Spans]) -> None:
        self._names = {name.encode(): contig.name for name, contig in names.items()}
        self._spans = spans

    def cut(self, text: bytes, least: int, most: int, width: int) -> tuple[int, bool]:
        """How many lines of *text* to take without cutting a gene, and whether that is possible.

        Args:
            text: whole lines, one more than *most*.
            least: the fewest to take.
            most: the most, and what is taken if there is no gap.
            width: columns of a line.
        """
        lines = parse_lines(text, 1, width)
        if isinstance(lines, int):
            return most, False
        names, codes = lines.contigs, lines.codes
        positions = lines.positions
        ref_starts, ref_ends = lines.column(3)
        reach = positions + ref_ends - ref_starts - 1
        free = codes[1:] != codes[:-1]
        for code, name in enumerate(names):
            here = np.flatnonzero((codes[1:] == code) & (codes[:-1] == code))
            free[here] = self._apart(name, reach[here], positions[here + 1])
        counts = np.flatnonzero(free) + 1
        counts = counts[counts >= least]
        return (int(counts[-1]), True) if len(counts) else (most, False)

    def _apart(
        self, name: bytes, left: NDArray[np.int64], right: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Between which neighbours a gene ends or none is."""
        contig = self._names.get(name)
        if contig is None:
            return np.ones(len(left), dtype=np.bool_)
        starts, ends = self._spans(contig)
        at = np.searchsorted(starts, left, side="right") - 1
        inside = (at >= 0) & (np.append(ends, 0)[at] >= right)
        apart: NDArray[np.bool_] = ~inside & (left <= right)
        return apart
