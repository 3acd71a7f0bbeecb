"""A file in batches, which are worked on by themselves and in any order.

Where batches end depends on the text of the file and the bundle alone, never on how many processes
there are or how the file is compressed, so the result is the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotator.intake import Piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from annotator.gaps import Gaps
    from annotator.intake import Header

MOST_RECORDS = 125_000
MOST_BYTES = 24 << 20
_SHARE = 4
_NEAR_LINES = 2_000
"""So many lines before the place where a batch may end are searched first."""

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
    held: list[Piece] = []
    count = size = 0
    for piece in pieces:
        held.append(piece)
        count, size = count + piece.lines, size + len(piece.text)
        while count > records or (size > most_bytes and count > 1):
            most = min(records, count - 1)
            whole, before, offset = _whole_pieces(held, most, most_bytes)
            text = b"".join(each.text for each in held[whole:])
            lines, end, is_whole = _cut(
                text, before, gaps, header.width, most=most - before, most_bytes=most_bytes - offset
            )
            parts: list[bytes | memoryview] = [each.text for each in held[:whole]]
            parts.append(memoryview(text)[:end])
            yield Batch(index, line, b"".join(parts), is_whole)
            lines, size = before + lines, size - offset - end
            index, line, count = index + 1, line + lines, count - lines
            held = [Piece(text[end:], count)]
    if count:
        yield Batch(index, line, b"".join(each.text for each in held), is_whole=True)


def _whole_pieces(held: list[Piece], most: int, most_bytes: int) -> tuple[int, int, int]:
    """How many pieces lie in a batch for sure, with their lines and bytes.

    A batch ends in its last quarter, and only the pieces from there on are looked at.
    """
    whole, before, offset = 0, held[0].lines, len(held[0].text)
    while before < most - most // _SHARE and offset <= most_bytes:
        whole += 1
        before, offset = before + held[whole].lines, offset + len(held[whole].text)
    return whole, before - held[whole].lines, offset - len(held[whole].text)


def _cut(
    text: bytes, before: int, gaps: Gaps, width: int, *, most: int, most_bytes: int
) -> tuple[int, int, bool]:
    """How many lines of *text*, at *most*, end a batch, where they end, and whether between genes.

    Args:
        text: what follows on the lines that the batch has for sure.
        before: how many these are.
        gaps: where the file may be cut.
        width: columns of a line.
        most: how many of the lines of *text* may be taken; one less than there are, or fewer.
        most_bytes: of them.
    """
    ends = _line_ends(text)
    fitting = int(np.searchsorted(ends, most_bytes))
    if before and not fitting:
        return 0, 0, False
    here = min(most, max(1, fitting), len(ends) - 1)
    least = max(1, here - (before + here) // _SHARE)
    for first in sorted({0, max(0, here - _NEAR_LINES)}, reverse=True):
        start = int(ends[first - 1]) + 1 if first else 0
        lines = text[start : ends[here] + 1]
        cut, is_whole = gaps.cut(lines, max(1, least - first), here - first, width)
        if is_whole:
            break
    return first + cut, int(ends[first + cut - 1]) + 1, is_whole


def _line_ends(text: bytes) -> NDArray[np.int64]:
    """Offsets of the line feeds."""
    return np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord("\n"))
