"""Records as columns: a piece of a VCF file with the places of its first columns.

Nothing of a line is copied. The bytes stay as they came, and what is known of them are arrays of
offsets, one value a line, so that the work on a record costs no Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray

LAST_POSITION = (1 << 29) - 1
"""The last position that a tabix index can hold; every human chromosome ends before it."""

_TAB = 9
_NEWLINE = 10
_ZERO = ord("0")
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
    ends = np.flatnonzero(data == _NEWLINE)
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else np.empty(0, dtype=np.int64)
    tabs = (
        _all_tabs(data, starts, ends, width)
        if width <= _NARROW
        else _first_tabs(text, starts, ends, width)
    )
    if isinstance(tabs, int):
        return tabs
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
    numbers = np.zeros(len(starts), dtype=np.int64)
    wrong = (lengths < 1) | (lengths > _POSITION_DIGITS)
    for at in range(min(_POSITION_DIGITS, int(lengths.max(initial=0)))):
        here = np.flatnonzero(lengths > at)
        digits = data[starts[here] + at].astype(np.int64) - _ZERO
        numbers[here] = numbers[here] * 10 + digits
        wrong[here] |= (digits < 0) | (digits > 9)  # noqa: PLR2004 - a digit
    numbers[wrong] = -1
    return numbers


def _all_tabs(
    data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64], width: int
) -> NDArray[np.int64] | int:
    """The first tabs of lines with few columns: all tabs are found at once."""
    tabs = np.flatnonzero(data == _TAB)
    if len(tabs) == len(ends) * (width - 1):
        found = tabs.reshape(len(ends), width - 1)
        wrong = (found[:, 0] < starts) | (found[:, -1] > ends)
        if not wrong.any():
            return found[:, :_TABS]
    counts = np.diff(np.searchsorted(tabs, ends), prepend=0)
    return int(np.flatnonzero(counts != width - 1)[0])


def _first_tabs(
    text: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64], width: int
) -> NDArray[np.int64] | int:
    """The first tabs of lines with many columns, line by line: there are few such lines a piece."""
    found = np.empty((len(starts), _TABS), dtype=np.int64)
    for index, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        if text.count(b"\t", start, end) != width - 1:
            return index
        at = start - 1
        for tab in range(_TABS):
            at = text.index(b"\t", at + 1)
            found[index, tab] = at
    return found


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
