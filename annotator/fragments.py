"""Pieces of INFO, such as ``k=v;flag``, that say what sources know of an allele."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotator.alleles import layout
from annotator.fields import PER_ALLELE
from annotator.lines import gather

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from annotator.keys import Keys

_BETWEEN = ord(";")
_SEVERAL = ord("&")


class Fragments:
    """The fragments of many alleles, searched as columns; an empty one says nothing."""

    def __init__(self, info: pa.BinaryArray) -> None:
        begins, lengths, self._data = layout(info)
        self._begins, self._ends = begins, begins + lengths
        first, last = (begins[0], self._ends[-1]) if len(begins) else (0, 0)
        self._marks = np.flatnonzero(self._data[first:last] == _BETWEEN) + first
        counts = np.diff(np.searchsorted(self._marks, self._ends), prepend=0)
        self._owners = np.repeat(np.arange(len(begins)), counts)

    def count(self, start: bytes) -> int:
        """How many have an item that begins with *start*."""
        return len(self._find(start)[0])

    def values(self, start: bytes, *, only_first: bool = False) -> pa.BinaryArray:
        """What stands behind *start*, a key with its ``=``, where an item begins so; in order.

        Args:
            start: of the items.
            only_first: of several values, which ``&`` separates, take the first.
        """
        here, items = self._find(start)
        begins = items + len(start)
        following = np.append(self._marks, len(self._data))[np.searchsorted(self._marks, begins)]
        lengths = np.minimum(following, self._ends[here]) - begins
        found = gather(self._data, begins, lengths)
        return _firsts(found) if only_first else found

    def _find(self, start: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which fragments have an item that begins with *start*, and where the first of them is."""
        places = np.full(len(self._begins), -1, dtype=np.int64)
        every = np.arange(len(self._begins))
        # Nearly all have it as their first item or not at all, so that few others are looked at.
        here = every[self._begin_with(start, self._begins, every)]
        places[here] = self._begins[here]
        rest = np.flatnonzero(places[self._owners] < 0)
        later = self._begin_with(start, self._marks[rest] + 1, self._owners[rest])
        owners, first = np.unique(self._owners[rest[later]], return_index=True)
        places[owners] = self._marks[rest[later[first]]] + 1
        found = np.flatnonzero(places >= 0)
        return found, places[found]

    def _begin_with(
        self, start: bytes, items: NDArray[np.int64], owners: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """The indices of those *items* that begin with *start*."""
        here = np.flatnonzero(items + len(start) <= self._ends[owners])
        for at, letter in enumerate(start):
            here = here[self._data[items[here] + at] == letter]
        return here


class Sources:
    """Writes fragments into records; ``keys`` are those to write."""

    def __init__(self, keys: Keys) -> None:
        new = dict(keys.renamed)
        self._renamed = keys.renamed
        self._fields = [
            (new.get(field.key, field.key).encode(), field.number == PER_ALLELE)
            for field in keys.fields
        ]

    def named(self, info: pa.BinaryArray) -> pa.BinaryArray:
        """Fragments under keys that the input has not."""
        for old, new in self._renamed:
            pattern = rf"(^|;){old}(=|;|$)".encode()
            info = pc.replace_substring_regex(info, pattern, rf"\1{new}\2".encode())
        return info

    def of_pairs(self, first: pa.BinaryArray, second: pa.BinaryArray) -> pa.BinaryArray:
        """What is said of records with two alleles, from the named fragments of both."""
        pairs = list(zip(first.to_pylist(), second.to_pylist(), strict=True))
        # The same is said of many, such as nothing or a flag.
        said = {
            pair: b";".join(self.of_several(enumerate(pair, 1), len(pair)))
            for pair in dict.fromkeys(pairs)
        }
        return pa.array([said[pair] for pair in pairs], pa.binary())

    def of_several(self, fragments: Iterable[tuple[int, bytes]], count: int) -> Iterator[bytes]:
        """The items that are said of a record with *count* alleles.

        Args:
            fragments: named, by their allele's number, from 1.
            count: of the record's alleles.
        """
        known = [(number, _items(each)) for number, each in fragments if each]
        present = {key for _, items in known for key in items}
        for key, per_allele in self._fields if present else ():
            if key not in present:
                continue
            values = {number: items[key] for number, items in known if key in items}
            if per_allele:
                listed = (values.get(number, b".") for number in range(1, count + 1))
                yield key + b"=" + b",".join(listed)
            elif any(values.values()):
                each = [value for joined in values.values() for value in joined.split(b",")]
                yield key + b"=" + b",".join(dict.fromkeys(each))
            else:
                yield key


def _items(fragment: bytes) -> dict[bytes, bytes]:
    """Keys with values; a flag's value is empty."""
    pairs = (item.partition(b"=") for item in fragment.split(b";"))
    return {key: value for key, _, value in pairs}


def _firsts(values: pa.BinaryArray) -> pa.BinaryArray:
    """The first of those that each of *values* lists."""
    begins, lengths, data = layout(values)
    marks = np.append(np.flatnonzero(data == _SEVERAL), len(data))
    ends = np.minimum(marks[np.searchsorted(marks, begins)], begins + lengths)
    return gather(data, begins, ends - begins)
