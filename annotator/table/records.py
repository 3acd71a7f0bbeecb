"""The records of a result, some whole lines at a time: their columns, and the keys of INFO."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from annotator.table.header import FIXED
from annotator.table.slices import Slices
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from annotator.table.header import ResultHeader

CHUNK_BYTES = 1 << 23
CHROM, POS, ID, REF, ALT, QUAL, FILTER, INFO, FORMAT = range(FIXED + 1)
_TAB, _NEWLINE = ord("\t"), ord("\n")


def whole_lines(stream: BinaryIO, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """The rest of *stream* in pieces of about *size* bytes, each of whole lines in UTF-8.

    Bytes that are not UTF-8 become U+FFFD; tabs, line ends and ASCII are kept.
    """
    rest: list[bytes] = []
    while block := stream.read(size):
        cut = block.rfind(b"\n") + 1
        if cut:
            yield _as_utf8(b"".join((*rest, block[:cut])))
            rest = []
        rest.append(block[cut:])
    if any(rest):
        yield _as_utf8(b"".join((*rest, b"\n")))


def _as_utf8(text: bytes) -> bytes:
    """*text* as UTF-8."""
    return text if text.isascii() else text.decode("utf-8", "replace").encode()


@dataclass(frozen=True, slots=True)
class Found:
    """The values of one key of INFO.

    Attributes:
        values: of the records that have the key, in their order.
        at: of each record, which of *values* is its own; -1 without.
    """

    values: Slices
    at: NDArray[np.int64]


class Records:
    """Some whole lines of a result, by column.

    Args:
        text: the lines, in UTF-8.
        header: whose columns they have.

    Raises:
        RejectedError: a line has another number of columns.
    """

    def __init__(self, text: bytes, header: ResultHeader) -> None:
        self._text = np.frombuffer(text, dtype=np.uint8)
        self._line_ends = np.flatnonzero(self._text == _NEWLINE)
        tabs = np.flatnonzero(self._text == _TAB)
        per_line = header.width - 1
        if len(tabs) != len(self) * per_line:
            raise RejectedError(_DAMAGED)
        self._tabs = tabs.reshape(len(self), per_line)
        self._line_starts = np.concatenate(([0], self._line_ends[:-1] + 1))
        is_inside = (self._tabs[:, 0] >= self._line_starts) & (self._tabs[:, -1] < self._line_ends)
        if not is_inside.all():
            raise RejectedError(_DAMAGED)
        self._items = self.column(INFO).split(b";")
        items = self._items.parts
        self._keys = Slices(items.text, items.starts, _firsts(items, _places(items.text, b"=")))
        self._owners = self._items.owners()

    def __len__(self) -> int:
        """How many records there are."""
        return len(self._line_ends)

    def column(self, index: int) -> Slices:
        """A column of the VCF, by its 0-based index."""
        starts = self._tabs[:, index - 1] + 1 if index else self._line_starts
        ends = self._tabs[:, index] if index < self._tabs.shape[1] else self._line_ends
        return Slices(self._text, starts, ends)

    def genotypes(self, samples: int) -> Iterator[Found]:
        """GT of each of the first *samples*, of the records that have it."""
        colons = _places(self._text, b":")
        formats = self.column(FORMAT)
        has_gt = Slices(self._text, formats.starts, _firsts(formats, colons)).find(b"GT")
        at = np.full(len(self), -1, dtype=np.int64)
        at[has_gt] = has_gt
        for sample in range(samples):
            calls = self.column(FORMAT + 1 + sample)
            yield Found(Slices(self._text, calls.starts, _firsts(calls, colons)), at)

    def info(self, key: str) -> Found:
        """The values of a key of INFO; empty for a flag. Of a key given twice, the first."""
        found = self._keys.find(key.encode())
        owners, first = np.unique(self._owners[found], return_index=True)
        ends = self._items.parts.ends[found[first]]
        starts = np.minimum(self._keys.ends[found[first]] + 1, ends)
        at = np.full(len(self), -1, dtype=np.int64)
        at[owners] = np.arange(len(owners))
        return Found(Slices(self._keys.text, starts, ends), at)


_DAMAGED = "The result has lines with a wrong number of columns; annotate the file again."


def _places(text: NDArray[np.uint8], letter: bytes) -> NDArray[np.int64]:
    """Where *letter* stands in *text*, and the text's end."""
    return np.append(np.flatnonzero(text == ord(letter)), len(text))


def _firsts(slices: Slices, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first of *places* in each piece; the piece's end where there is none."""
    return np.minimum(places[np.searchsorted(places, slices.starts)], slices.ends)
