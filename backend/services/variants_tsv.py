r"""Rows as tab-separated text, safe to open in a spreadsheet.

UTF-8, one line a row, column names first; the same form as `gas export` writes.  Nothing is written
for what is missing.  In text, a backslash, tab, line feed and carriage return are written as
``\\``, ``\t``, ``\n`` and ``\r``, and what a spreadsheet might take for a formula, or for a
quotation that ends somewhere behind it, gets an apostrophe before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from backend.domain.variant_numbers import number_text
from backend.services.variants_ports import Row, Value

MEDIA_TYPE = "text/tab-separated-values"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", '"')
# VEP's name of a deletion is no formula.
_ALONE = "-"


def tsv(names: Sequence[str], batches: Iterable[list[Row]]) -> Iterator[bytes]:
    """Yield the text of all rows, a batch at a time."""
    yield _line(names)
    for rows in batches:
        yield b"".join(_line(row.values) for row in rows)


def _line(values: Iterable[Value]) -> bytes:
    return ("\t".join(map(_cell, values)) + "\n").encode("utf-8", "replace")


def _cell(value: Value) -> str:
    if isinstance(value, str):
        text = value.translate(_ESCAPES)
        return f"'{text}" if value.startswith(_RISKY) and value != _ALONE else text
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    return "" if value is None else str(value)
