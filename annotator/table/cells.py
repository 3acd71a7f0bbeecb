"""What becomes of a VCF's values in cells: percent-encoding is undone, numbers are numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from annotator.fields import Field

NUMBERS = {"Integer": pa.int64(), "Float": pa.float64()}
SINGLE = frozenset({"1", "A"})
"""Values of Number for which a cell holds one value, so that it can be a number."""


def type_of(field: Field) -> pa.DataType:
    """The type of a source's column. Lists of values stay text, as the VCF writes them."""
    if field.type == "Flag" or field.number == "0":
        return pa.bool_()
    return NUMBERS.get(field.type, pa.string()) if field.number in SINGLE else pa.string()


def decoded(texts: pa.StringArray) -> pa.StringArray:
    """*texts* with percent-encoding undone (VCF specification 4.3, section 1.2)."""
    encoded = pc.fill_null(pc.match_substring(texts, "%"), fill_value=False)
    changed = [unquote(text) for text in texts.filter(encoded).to_pylist()]
    return (
        pc.replace_with_mask(texts, encoded, pa.array(changed, pa.string())) if changed else texts
    )


def as_numbers(texts: pa.StringArray, kind: pa.DataType) -> pa.Array:
    """*texts* as numbers, the first of several that ``&`` joins; null where one is none."""
    try:
        return texts.cast(kind)
    except pa.ArrowInvalid:
        # A user's QUAL may be anything; a value that is wrong costs only itself.
        return pa.array([_number(text, kind) for text in texts.to_pylist()], kind)


def _number(text: str | None, kind: pa.DataType) -> object:
    """A single text as a number."""
    try:
        return text and pa.scalar(text.partition("&")[0]).cast(kind).as_py()
    except pa.ArrowInvalid:
        return None


def first_numbers(texts: pa.StringArray) -> pa.Int32Array:
    """The number that each of VEP's positions begins with: 12 of ``12-14``; null of ``?-14``."""
    ranges = pc.fill_null(pc.match_substring(texts, "-"), fill_value=False)
    begins = [_begin(text) for text in texts.filter(ranges).to_pylist()]
    starts = pc.replace_with_mask(texts, ranges, pa.array(begins, pa.string()))
    return as_numbers(starts, pa.int32())


def _begin(text: str) -> str | None:
    """The beginning of a range, if it is known."""
    start = text.partition("-")[0]
    return start if start.isdigit() else None
