"""The samples' columns of records with csq's masks in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotator.csq.answers import TAG
from annotator.csq.text import FIXED, sample_fields, views

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotator.csq.answers import Calls
    from annotator.lines import Lines

_INFO = 7


def with_masks(lines: Lines, calls: Calls, key: bytes = TAG) -> pa.BinaryArray:
    """What follows INFO in each line up to and with its line feed, with a key of FORMAT added.

    It is added to records of which csq says what a sample has. Fields that a sample's column
    leaves out at its end are written as missing before it.

    Args:
        lines: a whole text, with samples.
        calls: on these lines.
        key: the new one.
    """
    samples = lines.width - FIXED
    is_said = pc.not_equal(calls.masks, b".").to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(is_said.reshape(len(lines), samples).any(axis=1))
    places = 2 * np.arange(len(lines)) + 1
    _, info_ends = lines.column(_INFO)
    halves = views(lines.data, np.column_stack((lines.starts, info_ends)))
    if not len(rows):
        return halves.take(pa.array(places))
    places[rows] = len(halves) + np.arange(len(rows))
    changed = _changed(lines, rows, calls.take(rows, samples).masks, key)
    return pa.concat_arrays([halves, changed]).take(pa.array(places))


def _changed(
    lines: Lines, rows: NDArray[np.int64], masks: pa.BinaryArray, key: bytes
) -> pa.BinaryArray:
    """The columns of *rows* with *masks* behind what each sample has."""
    starts, _ = sample_fields(lines)
    # A line's pieces: up to INFO, FORMAT, each sample (a tab before both), and the line feed.
    bounds = np.column_stack((lines.starts, lines.column(_INFO)[1], starts - 1, lines.ends))
    pieces = views(lines.data, bounds)
    count, samples = bounds.shape[1], starts.shape[1]
    formats = pieces.take(pa.array(rows * count + 1))
    at = rows[:, None] * count + np.arange(2, 2 + samples)
    values = pieces.take(pa.array(at.ravel()))
    filled = pc.binary_join_element_wise(values, _paddings(formats, values, samples), masks, b"")
    if samples > 1:
        offsets = pa.array(np.arange(len(rows) + 1, dtype=np.int32) * samples)
        filled = pc.binary_join(pa.ListArray.from_arrays(offsets, filled), b"")
    return pc.binary_join_element_wise(formats, b":" + key, filled, b"\n", b"")


def _paddings(formats: pa.BinaryArray, values: pa.BinaryArray, samples: int) -> pa.BinaryArray:
    """What stands between each of *values* and its mask: a colon, and fields that it lacks."""
    wanted = pc.count_substring(formats, b":").to_numpy().repeat(samples)
    missing = np.maximum(wanted - pc.count_substring(values, b":").to_numpy(), 0)
    kinds = [b":." * count + b":" for count in range(int(missing.max()) + 1)]
    return pa.array(kinds, pa.binary()).take(pa.array(missing))
