"""Values of INFO for many records at once: one pass finds all items, one more each key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotator.alleles import layout
from annotator.lines import gather

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotator.lines import Lines

_INFO = 7
_SEMICOLON, _EQUALS = ord(";"), ord("=")
_MISSING = b"."
_WORD = 8


class InfoColumns:
    """The items in INFO of *lines*, of which there is at least one."""

    def __init__(self, lines: Lines) -> None:
        self._data = lines.data
        begins, ends = lines.column(_INFO)
        self._count = len(begins)
        marks = np.flatnonzero(lines.data == _SEMICOLON)
        owners = np.searchsorted(begins, marks, side="right") - 1
        marks = marks[(owners >= 0) & (marks < ends[owners])]
        self._starts = np.sort(np.concatenate((begins, marks + 1)))
        self._owners = np.searchsorted(begins, self._starts, side="right") - 1
        self._ends = np.append(self._starts[1:] - 1, ends[-1:])
        self._words = _words(lines.data, self._starts)
        is_last = np.append(self._owners[1:] != self._owners[:-1], [True])
        self._ends[is_last] = ends

    def has(self, key: bytes) -> NDArray[np.bool_]:
        """Which records have the flag *key*, or a value for it."""
        found = np.zeros(self._count, dtype=np.bool_)
        items = self._find(key)
        follow = self._starts[items] + len(key)
        bare = follow == self._ends[items]
        valued = ~bare & (self._data[np.minimum(follow, len(self._data) - 1)] == _EQUALS)
        found[self._owners[items[bare | valued]]] = True
        return found

    def values(self, key: bytes) -> pa.BinaryArray:
        """Each record's text behind *key* and ``=``; null where there is none, or a dot."""
        items = self._find(key + b"=")
        owners, first = np.unique(self._owners[items], return_index=True)
        starts = np.zeros(self._count, dtype=np.int64)
        lengths = np.zeros(self._count, dtype=np.int64)
        starts[owners] = self._starts[items[first]] + len(key) + 1
        lengths[owners] = self._ends[items[first]] - starts[owners]
        texts = gather(self._data, starts, lengths)
        return without_missing(texts)

    def _find(self, begin: bytes) -> NDArray[np.int64]:
        """The items that begin with *begin*."""
        word, rest = begin[:_WORD], begin[_WORD:]
        mask = np.uint64((1 << 8 * len(word)) - 1)
        wanted = np.uint64(int.from_bytes(word, "little"))
        items = np.flatnonzero((self._words & mask) == wanted)
        items = items[self._ends[items] - self._starts[items] >= len(begin)]
        for at, letter in enumerate(rest, _WORD):
            items = items[self._data[self._starts[items] + at] == letter]
        return items


def _words(data: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The first eight bytes of each item, the first one lowest, whatever they belong to."""
    padded = np.append(data, np.zeros(_WORD, dtype=np.uint8))
    every: NDArray[np.uint64] = np.ndarray(len(data), "<u8", padded.tobytes(), strides=(1,))
    return every[starts]


def without_missing(texts: pa.BinaryArray) -> pa.BinaryArray:
    """*texts* with null for those that say nothing: empty, or a dot."""
    nothing = pc.or_(pc.equal(pc.binary_length(texts), 0), pc.equal(texts, _MISSING))
    return pc.if_else(nothing, pa.scalar(None, pa.binary()), texts)


def pieces(
    texts: pa.BinaryArray, records: NDArray[np.int64], numbers: NDArray[np.int64]
) -> pa.BinaryArray:
    """Of the list (with commas) in *texts* at each of *records*, the value at *numbers*, from 0.

    Null where the list is shorter, or has a dot there.
    """
    chosen = texts.take(pa.array(records))
    _, _, data = layout(chosen)
    if not (data == ord(",")).any() and not numbers.any():
        return chosen
    lists = pc.split_pattern(chosen, b",")
    offsets = lists.offsets.to_numpy().astype(np.int64)
    places = offsets[:-1] + numbers
    is_there = places < offsets[1:]
    return without_missing(lists.values.take(pa.array(places, mask=~is_there)))
