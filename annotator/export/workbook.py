"""Writing rows as an Excel workbook: text stays text, and no row is cut off at a sheet's limit."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from types import TracebackType

SHEET_ROWS = 1_048_576
"""Rows of a sheet in Excel, the column names among them."""

_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - Excel's times have no zone
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NARROWEST, _WIDEST = 8, 40
_FILTER_BUTTON = 4
"""Room for the button of the filter, in letters."""

_WIDTH_ROWS = 200
_SMALLEST, _LARGEST = 2.3e-308, 9.99e307
"""Sizes of numbers in Excel, which has neither infinity nor NaN."""

_EXACT = 10**15
"""Whole numbers that Excel holds exactly are smaller."""


class Workbook:
    """A workbook while it is written; it is complete only when it is left without an error.

    Args:
        file: the workbook.
        folder: for temporary files; it is the caller's to clean.
        sheet_rows: rows a sheet, the column names among them; what does not fit goes on the next.
    """

    def __init__(self, file: Path, folder: Path, sheet_rows: int = SHEET_ROWS) -> None:
        self._book = xlsxwriter.Workbook(str(file), {**_OPTIONS, "tmpdir": str(folder)})
        self._book.use_zip64()
        self._book.set_properties({"created": _CREATED})
        self._bold = self._book.add_format({"bold": True, "bottom": 1})
        self._sheet_rows = sheet_rows
        self._names: list[str] = []
        self._widths: list[int] = []
        self._wrote = False
        self._sheets = [self._book.add_worksheet("Variants")]
        self._about = self._book.add_worksheet("About")
        self._row = 0

    def __enter__(self) -> Self:
        """The workbook, open for writing."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put the workbook together; after an error, only let go of its temporary files."""
        if kind is None:
            self._end_sheet()
            self._book.close()
            return
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()

    def begin(self, names: list[str]) -> None:
        """Begin the first sheet with the column names."""
        self._names = names
        self._widths = [len(name) + _FILTER_BUTTON for name in names]
        self._begin_sheet()

    def write(self, rows: pa.Table) -> None:
        """Append *rows*."""
        if not self._wrote:
            self._wrote = True
            found = (_width(column) for column in rows.slice(0, _WIDTH_ROWS).columns)
            self._widths = list(map(max, self._widths, found))
        columns = [(self._writer(column.type), column.to_pylist()) for column in rows.columns]
        for at in range(rows.num_rows):
            if self._row == self._sheet_rows:
                self._end_sheet()
                self._sheets.append(self._book.add_worksheet(f"Variants {len(self._sheets) + 1}"))
                self._begin_sheet()
            sheet, row = self._sheets[-1], self._row
            for place, (put, values) in enumerate(columns):
                value = values[at]
                if value is not None:
                    put(sheet, row, place, value)
            self._row += 1

    def describe(self, facts: Iterable[tuple[str, str]]) -> None:
        """Write the sheet that says what the rows are."""
        self._about.set_column(0, 0, 24)
        self._about.set_column(1, 1, 100)
        for row, (name, value) in enumerate(facts):
            self._about.write_string(row, 0, _text(name), self._bold)
            self._about.write_string(row, 1, _text(value))

    def _begin_sheet(self) -> None:
        """Write the column names on a new sheet."""
        for place, name in enumerate(self._names):
            self._sheets[-1].write_string(0, place, _text(name), self._bold)
        self._sheets[-1].freeze_panes(1, 0)
        self._row = 1

    def _end_sheet(self) -> None:
        """Set what depends on the rows of a sheet."""
        sheet = self._sheets[-1]
        sheet.autofilter(0, 0, self._row - 1, len(self._names) - 1)
        for place, width in enumerate(self._widths):
            sheet.set_column(place, place, min(max(width, _NARROWEST), _WIDEST))

    @staticmethod
    def _writer(kind: pa.DataType) -> Callable[[Any, int, int, Any], None]:
        """What puts a value of this type into a cell."""
        if pa.types.is_boolean(kind):
            return lambda sheet, row, column, value: sheet.write_boolean(row, column, value)
        if pa.types.is_integer(kind):
            return _put_integer
        if pa.types.is_floating(kind):
            return _put_float
        return lambda sheet, row, column, value: sheet.write_string(row, column, _text(value))


def _put_integer(sheet: Any, row: int, column: int, value: int) -> None:  # noqa: ANN401
    """A whole number, as text where Excel would round it."""
    if abs(value) < _EXACT:
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))


def _put_float(sheet: Any, row: int, column: int, value: float) -> None:  # noqa: ANN401
    """A number, as text where Excel knows none such."""
    if value == 0 or _SMALLEST <= abs(value) <= _LARGEST:
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))


def _text(value: str) -> str:
    """Text that xlsxwriter does not take for markup of its own, which it would not escape."""
    return f"'{value}" if value.startswith("<r>") and value.endswith("</r>") else value


def _width(column: pa.ChunkedArray) -> int:
    """Letters of the longest value, with room."""
    return max(
        (len(str(value)) + 2 for value in column.to_pylist() if value is not None), default=0
    )
