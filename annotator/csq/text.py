"""The text of lines taken apart and put together without touching each byte in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from annotator.alleles import layout
from annotator.lines import binary, parse_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from annotator.lines import Lines

FIXED = 9
"""Columns of a line before those of the samples."""

_FORMAT = 8
_TAB = ord("\t")
_MOST_GENOTYPES = 1 << 19


def sample_fields(lines: Lines) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Offsets of each sample's column in each line, and of the byte behind it."""
    tabs = np.flatnonzero(lines.data == _TAB).reshape(len(lines), lines.width - 1)
    ends = np.column_stack((tabs[:, FIXED:], lines.ends))
    return tabs[:, _FORMAT:] + 1, ends


def subset(lines: Lines, indices: NDArray[np.int64]) -> Lines:
    """The lines at *indices* of a whole text, in that order, as a text of their own."""
    if len(indices) == len(lines) and (np.diff(indices) == 1).all():
        return lines
    each = views(lines.data, lines.starts).take(pa.array(indices))
    return _parsed(text_of(each).to_pybytes(), lines.width)


def text_of(values: pa.BinaryArray) -> pa.Buffer:
    """All *values*, one behind the other, without a copy."""
    starts, lengths, _ = layout(values)
    start, end = (int(starts[0]), int(starts[-1] + lengths[-1])) if len(values) else (0, 0)
    return (values.buffers()[2] or pa.py_buffer(b"")).slice(start, end - start)


def in_pieces(lines: Lines) -> Iterator[Lines]:
    """The lines of a whole text in order, as many at a time as have so many genotypes."""
    most = max(1, _MOST_GENOTYPES // max(1, lines.width - FIXED))
    if len(lines) <= most:
        yield lines
        return
    for start in range(0, len(lines), most):
        end = min(start + most, len(lines)) - 1
        yield _parsed(lines.text[lines.starts[start] : lines.ends[end] + 1], lines.width)


def _parsed(text: bytes, width: int) -> Lines:
    """Lines that have been parsed before."""
    found = parse_lines(text, 1, width)
    if isinstance(found, int):
        raise TypeError(f"Line {found} of a text of records has not {width} columns.")
    return found


def views(data: NDArray[np.uint8], bounds: NDArray[np.int64]) -> pa.BinaryArray:
    """*data* cut at *bounds*, which ascend row by row, without a copy.

    A row has as many pieces as bounds; its last one reaches up to the next row's first bound.
    """
    return binary(np.append(bounds.ravel(), len(data)).astype(np.int32), data)
