"""Records as columns: a piece of a VCF file with the places of its first columns.

Nothing of a line is copied. The bytes stay as they came, and what is known of them are arrays of
offsets, one value a line, so that the work on a record costs no Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

LAST_POSITION = (1 << 29) - 1
"""The last position that a tabix index can hold; every human chromosome ends before it."""

_TAB = 9
_NEWLINE = 10
_ZERO = np.uint8(ord("0"))
_TABS = 8
"""As many tabs of a line are looked up: those behind CHROM to INFO."""

_NARROW = 128
_POSITION_DIGITS = len(str(LAST_POSITION))


@dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines of records.

    Attributes:
        text: the lines with their ends, which are single line feeds.
        data: the same as numbers.
        number: of the first line in the file, 1-based.
        starts: offset of each line in *text*.
        ends: offset of each line's end, which is that of its line feed.
        tabs: offsets of each line's first tabs, seven or eight of them.
        width: columns of each line.
        positions: POS; -1 where it is not a whole number of at most nine digits.
        contigs: the names in CHROM, in order of appearance.
        codes: of each line the index of its name.
    """

    text: bytes
    data: NDArray[np.uint8]
    number: int
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    tabs: NDArray[np.int64]
    width: int
    positions: NDArray[np.int64]
    contigs: list[bytes]
    codes: NDArray[np.int64]

    def __len__(self) -> int:
        """How many records."""
        return len(self.starts)

    def line(self, index: int) -> bytes:
        """One line without its end."""
        return self.text[self.starts[index] : self.ends[index]]

    def column(self, at: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Offsets of the first byte of column *at* (CHROM is 0, INFO 7), and of the byte behind."""
        starts = self.starts if at == 0 else self.tabs[:, at - 1] + 1
        ends = self.tabs[:, at] if at < self.tabs.shape[1] else self.ends
        return starts, ends

    def values(self, at: int) -> pa.BinaryArray:
        """Column *at* as Arrow binary."""
        starts, ends = self.column(at)
        return gather(self.data, starts, ends - starts)


def parse_lines(text: bytes, number: int, width: int) -> Lines | int:
    """The lines of *text*, or the index of the first that has not *width* columns.

    Args:
        text: whole lines, each with a line feed at its end.
        number: of the first line in the file, 1-based.
        width: columns of a line, at least eight.
    """
    data = np.frombuffer(text, dtype=np.uint8)
    found = _all_marks(data, width) if width <= _NARROW else _first_marks(text, data, width)
    if isinstance(found, int):
        return found
    tabs, ends = found
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else np.empty(0, dtype=np.int64)
    positions = _numbers(data, tabs[:, 0] + 1, tabs[:, 1])
    contigs, codes = _contigs(text, data, starts, tabs[:, 0])
    return Lines(text, data, number, starts, ends, tabs, width, positions, contigs, codes)


def gather(
    data: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> pa.BinaryArray:
    """Pieces of *data* as Arrow binary, copied one behind the other."""
    offsets = np.zeros(len(starts) + 1, dtype=np.int32)
    np.cumsum(lengths, out=offsets[1:])
    if (lengths == 1).all():
        copied = data[starts]
    else:
        places = np.arange(offsets[-1], dtype=np.int64)
        places += np.repeat(starts - offsets[:-1], lengths)
        copied = data[places]
    return binary(offsets, copied)


def cut_out(
    data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> pa.BinaryArray:
    """What ``gather`` gives, for pieces that ascend and do not overlap; faster if they are long."""
    bounds = np.ravel(np.column_stack((starts, ends)).astype(np.int32))
    pieces = binary(bounds, data) if len(bounds) else pa.array([], pa.binary())
    return pieces.take(pa.array(np.arange(0, len(bounds), 2)))


def numerals(numbers: NDArray[np.integer]) -> pa.BinaryArray:
    """Whole numbers as they are written."""
    return pc.cast(pc.cast(pa.array(numbers), pa.string()), pa.binary())


def in_one(column: pa.ChunkedArray) -> pa.Array:
    """The values of a table's column as one array; where they are that, without a copy."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def text_of(array: pa.BinaryArray) -> pa.Buffer:
    """All values of *array*, one behind the other, without a copy."""
    _, offset_buffer, data = array.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int32)
    start, end = int(offsets[array.offset]), int(offsets[array.offset + len(array)])
    return (data or pa.py_buffer(b"")).slice(start, end - start)


def binary(offsets: NDArray[np.int32], data: NDArray[np.uint8]) -> pa.BinaryArray:
    """Arrow binary over *data*, whose values lie between *offsets*."""
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(data))]
    return pa.BinaryArray.from_buffers(pa.binary(), len(offsets) - 1, buffers)


def _contigs(
    text: bytes, data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[list[bytes], NDArray[np.int64]]:
    """The names between *starts* and *ends*, and of each line the index of its name."""
    if not len(starts):
        return [], np.empty(0, dtype=np.int64)
    firsts = np.flatnonzero(_changes(data, starts, ends - starts))
    names: dict[bytes, int] = {}
    codes = [names.setdefault(text[starts[at] : ends[at]], len(names)) for at in firsts.tolist()]
    counts = np.diff(np.append(firsts, len(starts)))
    return list(names), np.repeat(np.array(codes, dtype=np.int64), counts)


def _numbers(
    data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Whole numbers as written; -1 for what is none or is longer than a position."""
    lengths = ends - starts
    numbers = np.full(len(starts), -1, dtype=np.int64)
    for length in range(1, _POSITION_DIGITS + 1):
        here = np.flatnonzero(lengths == length)
        if not len(here):
            continue
        begins, found = starts[here], np.zeros(len(here), dtype=np.int64)
        wrong = np.zeros(len(here), dtype=np.bool_)
        for at in range(length):
            digits = data[begins + at] - _ZERO
            wrong |= digits > 9  # noqa: PLR2004 - a digit
            found = found * 10 + digits
        numbers[here] = np.where(wrong, -1, found)
    return numbers


def _all_marks(
    data: NDArray[np.uint8], width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | int:
    """The first tabs and the ends of lines with few columns: all are found at once."""
    is_end = data == _NEWLINE
    marks = np.flatnonzero(is_end | (data == _TAB))
    if len(marks) == np.count_nonzero(is_end) * width:
        found = marks.reshape(-1, width)
        if is_end[found[:, -1]].all():
            return found[:, : min(_TABS, width - 1)], found[:, -1].copy()
    widths = np.diff(np.flatnonzero(is_end[marks]), prepend=-1)
    return int(np.flatnonzero(widths != width)[0])


def _first_marks(
    text: bytes, data: NDArray[np.uint8], width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | int:
    """The first tabs and the ends of lines with many columns: there are few such lines a piece."""
    ends = np.flatnonzero(data == _NEWLINE)
    found = np.empty((len(ends), _TABS), dtype=np.int64)
    start = 0
    for index, end in enumerate(ends.tolist()):
        if text.count(b"\t", start, end) != width - 1:
            return index
        at = start - 1
        for tab in range(_TABS):
            at = text.index(b"\t", at + 1)
            found[index, tab] = at
        start = end + 1
    return found, ends


def _changes(
    data: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which values differ from the one before them; the first always does."""
    changes = np.ones(len(starts), dtype=np.bool_)
    changes[1:] = lengths[1:] != lengths[:-1]
    for at in range(int(lengths.max())):
        same = np.flatnonzero(~changes[1:] & (lengths[1:] > at)) + 1
        changes[same] = data[starts[same] + at] != data[starts[same - 1] + at]
    return changes
