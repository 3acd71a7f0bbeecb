"""A file in batches, which are worked on by themselves and in any order.

Where batches end depends on the text of the file and the bundle alone, never on how many processes
there are or how the file is compressed, so the result is the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from annotator.gaps import Gaps
    from annotator.intake import Header, Piece

MOST_RECORDS = 250_000
MOST_BYTES = 32 << 20
_SMALL = 10
"""A file of a tenth of what a batch may hold is not worth a second process."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some of a file's records.

    Attributes:
        index: of the batch in the file, from 0.
        line: number in the file of its first line, from 1.
        text: its lines with line feeds.
        is_whole: whether no gene goes on in the next batch.
    """

    index: int
    line: int
    text: bytes
    is_whole: bool


def batch_records(records: int, most: int = MOST_RECORDS) -> int:
    """How many of a file's *records*, at *most*, make a batch; an even number of batches if any."""
    if records * _SMALL <= most:
        return max(1, records)
    return math.ceil(records / (2 * math.ceil(records / (2 * most))))


def in_batches(
    pieces: Iterable[Piece],
    header: Header,
    *,
    records: int,
    gaps: Gaps,
    most_bytes: int = MOST_BYTES,
) -> Iterator[Batch]:
    """The lines of *pieces* in batches.

    Args:
        pieces: of the file.
        header: of the file.
        records: the most in a batch; fewer where a batch ends before a gene.
        gaps: where the file may be cut.
        most_bytes: the most in a batch, unless it is a single line.
    """
    line, index = len(header.meta) + 2, 0
    held: list[bytes] = []
    count = size = 0
    for piece in pieces:
        held.append(piece.text)
        count, size = count + piece.lines, size + len(piece.text)
        while count > records or (size > most_bytes and count > 1):
            text = b"".join(held)
            ends = _line_ends(text)
            most = min(records, max(1, int(np.searchsorted(ends, most_bytes))), count - 1)
            cut, is_whole = gaps.cut(text, ends, most, header.width)
            end = int(ends[cut - 1]) + 1
            yield Batch(index, line, text[:end], is_whole)
            index, line, held = index + 1, line + cut, [text[end:]]
            count, size = count - cut, size - end
    if count:
        yield Batch(index, line, b"".join(held), is_whole=True)


def _line_ends(text: bytes) -> NDArray[np.int64]:
    """Offsets of the line feeds."""
    return np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord("\n"))
