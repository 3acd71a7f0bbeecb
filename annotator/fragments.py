"""Pieces of INFO, such as ``k=v;flag``, searched as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from annotator.alleles import layout
from annotator.lines import gather

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


class Fragments:
    """The fragments of many alleles; an empty one says nothing."""

    def __init__(self, info: pa.BinaryArray) -> None:
        self._info = info

    def count(self, start: bytes) -> int:
        """How many have an item that begins with *start*."""
        found = pc.or_(
            pc.starts_with(self._info, start), pc.match_substring(self._info, b";" + start)
        )
        return pc.sum(found).as_py() or 0

    def values(self, start: bytes, end: bytes = b";") -> pa.BinaryArray:
        """What stands behind *start*, a key with its ``=``, where an item begins so; in order.

        Args:
            start: of the items.
            end: letters that end a value: ``;``, and ``&`` for the first of several.
        """
        starts, lengths, data = layout(self._info)
        first = pc.starts_with(self._info, start).to_numpy(zero_copy_only=False)
        later = pc.find_substring(self._info, b";" + start).to_numpy()
        here = np.flatnonzero(first | (later >= 0))
        offsets = np.where(first[here], 0, later[here] + 1) + len(start)
        begins, ends = starts[here] + offsets, (starts + lengths)[here]
        return gather(data, begins, _until(data, begins, ends, end) - begins)


def _until(
    data: NDArray[np.uint8], begins: NDArray[np.int64], ends: NDArray[np.int64], marks_of: bytes
) -> NDArray[np.int64]:
    """Where what begins at each of *begins* ends: at a mark, or at one of *ends*."""
    is_mark = np.isin(data, np.frombuffer(marks_of, dtype=np.uint8))
    marks = np.append(np.flatnonzero(is_mark), len(data))
    found: NDArray[np.int64] = np.minimum(marks[np.searchsorted(marks, begins)], ends)
    return found
