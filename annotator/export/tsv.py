r"""Writing rows as tab-separated text, safe to open in a spreadsheet.

UTF-8, one line a row, column names first. Nothing is written for null. In text, a backslash, tab,
line feed and carriage return are written as ``\\``, ``\t``, ``\n`` and ``\r``. Text that a
spreadsheet might take for a formula, as it begins with = + - @, a tab or a line end, or for a
quotation that ends somewhere behind it, as it begins with ", gets an apostrophe before it; a dash
alone, VEP's name of a deletion, is no formula and stays. Numbers stay numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pyarrow as pa
import pyarrow.compute as pc

from backend.domain.variant_numbers import number_text

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))
_RISKY = r'^[=+\-@\t\r\n"]'
_ALONE = "-"
# Arrow writes numbers from here to there as `number_text` does, and much faster.
_FROM, _TO = 1e-4, 1e10


class TsvFile:
    """A TSV file while it is written."""

    def __init__(self, file: Path) -> None:
        self._stream = file.open("wb")

    def __enter__(self) -> Self:
        """The file, open for writing."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._stream.close()

    def begin(self, names: list[str]) -> None:
        """Write the line of column names."""
        escaped = _text(pa.array(names, pa.string())).to_pylist()
        self._stream.write(("\t".join(escaped) + "\n").encode())

    def write(self, rows: pa.Table) -> None:
        """Append *rows*."""
        if rows.num_rows:
            cells = [_cells(column.combine_chunks()) for column in rows.columns]
            lines = pc.binary_join_element_wise(*cells, "\t")
            self._stream.write(("\n".join(lines.to_pylist()) + "\n").encode())


def _cells(column: pa.Array) -> pa.StringArray:
    """A column as text, empty for null."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_string(column.type):
        texts = _text(column)
    else:
        is_float = pa.types.is_floating(column.type)
        texts = _numbers(column) if is_float else column.cast(pa.string())
    return pc.fill_null(texts, "")


def _numbers(column: pa.Array) -> pa.StringArray:
    """Numbers as text."""
    sizes = pc.abs(column)
    others = pc.or_(pc.less(sizes, _FROM), pc.greater_equal(sizes, _TO))
    others = pc.fill_null(others, fill_value=False)
    changed = [number_text(number) for number in column.filter(others).to_pylist()]
    return pc.replace_with_mask(column.cast(pa.string()), others, pa.array(changed, pa.string()))


def _text(column: pa.StringArray) -> pa.StringArray:
    """Text on one line that no spreadsheet takes for a formula."""
    risky = pc.and_(pc.match_substring_regex(column, _RISKY), pc.not_equal(column, _ALONE))
    for letter, escape in _ESCAPES:
        column = pc.replace_substring(column, letter, escape)
    return pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)
