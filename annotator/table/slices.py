"""Columns of text that lie inside a larger text, handled without an object for each piece.

A piece is two numbers, where it starts and where it ends; Arrow copies the pieces that are wanted
into a column of its own in one go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST = 32_767
"""Bytes of the longest text in a cell; what Excel takes. The rest is cut off and marked."""

CUT = "..."
"""What stands at the end of a text that was cut off."""

_DOT = ord(".")
_CONTINUATION, _CONTINUATION_MASK = 0b1000_0000, 0b1100_0000


@dataclass(frozen=True, slots=True)
class Slices:
    """Pieces of *text* in ascending order, none overlapping the next.

    Attributes:
        text: UTF-8.
        starts, ends: of each piece, 0-based, the end exclusive.
    """

    text: NDArray[np.uint8]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def __len__(self) -> int:
        """How many pieces there are."""
        return len(self.starts)

    def lengths(self) -> NDArray[np.int64]:
        """Bytes of each piece."""
        return self.ends - self.starts

    def sizes(self) -> NDArray[np.int64]:
        """Bytes of each piece as a cell holds it."""
        sizes: NDArray[np.int64] = np.minimum(self.lengths(), LONGEST)
        return sizes

    def are_missing(self) -> NDArray[np.bool_]:
        """Which pieces are empty or a dot, as VCF writes a value that is not there."""
        lengths = self.ends - self.starts
        missing: NDArray[np.bool_] = lengths == 0
        single = np.flatnonzero(lengths == 1)
        missing[single] = self.text[self.starts[single]] == _DOT
        return missing

    def find(self, word: bytes) -> NDArray[np.int64]:
        """The indices of the pieces that are *word*."""
        left = np.flatnonzero(self.ends - self.starts == len(word))
        # Names that differ tend to differ at their ends.
        for at in reversed(range(len(word))):
            left = left[self.text[self.starts[left] + at] == word[at]]
        return left

    def cells(self, indices: NDArray[np.int64]) -> pa.StringArray:
        """The pieces at *indices*; null for an index of -1 and for a piece that is missing."""
        missing = indices < 0
        if not len(self):
            return pa.nulls(len(indices), pa.string())
        missing |= self.are_missing()[indices]
        ends = self.ends
        too_long = ends - self.starts > LONGEST
        if not too_long.any():
            return _take(self.text, self.starts, ends, indices, missing)
        ends = np.where(too_long, self.starts + LONGEST - len(CUT), ends)
        while (inside := too_long & _are_continuations(self.text[ends % len(self.text)])).any():
            ends = ends - inside
        cells = _take(self.text, self.starts, ends, indices, missing)
        marked = pc.binary_join_element_wise(cells, CUT, "")
        return pc.if_else(pa.array(too_long[indices]), marked, cells)

    def texts(self, indices: NDArray[np.int64]) -> list[str]:
        """The pieces at *indices*, whole and as they are; for few."""
        if not len(indices):
            return []
        none = np.zeros(len(indices), dtype=bool)
        found: list[str] = _take(self.text, self.starts, self.ends, indices, none).to_pylist()
        return found

    def split(self, separator: bytes) -> Split:
        """The parts of the pieces, at least one each; *separator* is the byte between."""
        text, bounds = self._joined()
        at = np.flatnonzero(text == ord(separator))
        starts = np.sort(np.concatenate((bounds[:-1], at + 1)), kind="stable")
        ends = np.sort(np.concatenate((at, bounds[1:])), kind="stable")
        first = np.arange(len(bounds)) + np.searchsorted(at, bounds)
        return Split(Slices(text, starts, ends), first)

    def _joined(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """The pieces one behind the other, and the bounds between them."""
        bounds = np.zeros(len(self) + 1, dtype=np.int64)
        if not len(self):
            return np.empty(0, dtype=np.uint8), bounds
        np.cumsum(self.ends - self.starts, out=bounds[1:])
        everything = np.arange(len(self))
        column = _take(self.text, self.starts, self.ends, everything, np.zeros(len(self), bool))
        return np.frombuffer(column.buffers()[2] or b"", dtype=np.uint8), bounds


@dataclass(frozen=True, slots=True)
class Split:
    """Pieces taken apart.

    Attributes:
        parts: of all pieces, in order.
        first: of each piece, which part is its first; and behind the last, how many there are.
    """

    parts: Slices
    first: NDArray[np.int64]

    def owners(self) -> NDArray[np.int64]:
        """Of each part, which piece it belongs to."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))


def _take(
    text: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    indices: NDArray[np.int64],
    missing: NDArray[np.bool_],
) -> pa.StringArray:
    """The pieces at *indices* as a column.

    To Arrow the text is a column of pieces and the gaps between them by turns, of which the even
    ones are taken; that copies nothing twice.
    """
    offsets = np.empty(2 * len(starts), dtype=np.int32)
    offsets[0::2], offsets[1::2] = starts, ends
    turns = pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(text))
    wanted = pa.array(np.where(missing, 0, 2 * indices), mask=missing)
    return pc.take(turns, wanted, boundscheck=False)


def _are_continuations(letters: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which bytes of UTF-8 do not begin a character."""
    found: NDArray[np.bool_] = (letters & _CONTINUATION_MASK) == _CONTINUATION
    return found
