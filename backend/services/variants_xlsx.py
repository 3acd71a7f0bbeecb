"""Rows as an Excel workbook (ECMA-376), written as they come: nothing waits, in memory or on disk.

Text stays text and numbers stay numbers.  What does not fit on a sheet goes on the next.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO
from xml.sax.saxutils import escape

from backend.services.variants_ports import Row, Value

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Values = Sequence[Value]

SHEET_ROWS = 1_048_576
"""Rows of a sheet in Excel, the column names among them."""

LONGEST_TEXT = 32_767
"""Letters of a cell in Excel; of what is longer, the end gives way to an ellipsis."""

# A part of a zip file that is written as it comes has to stay below 2 GiB.
_SHEET_BYTES = 1_800_000_000
_PIECE_BYTES = 1 << 16
# In the place of a row that is looked for when the sheet is begun.
_LATER: Values = ()
# Whole numbers that Excel holds exactly are smaller.
_EXACT = 10**15
_SPECIAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BEGIN = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><sheetData>"
)
_FONT = '<sz val="11"/><name val="Calibri"/>'
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}">'
    f'<fonts count="2"><font>{_FONT}</font><font><b/>{_FONT}</font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    "</styleSheet>"
)


class _Written:
    """Takes what a zip file writes, and gives it on."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def write(self, data: bytes, /) -> int:
        """Keep *data*."""
        self._pieces.append(bytes(data))
        self._size += len(data)
        return len(data)

    def flush(self) -> None:
        """There is nothing behind this."""

    def close(self) -> None:
        """There is nothing to let go of."""

    def take(self, least: int = 1) -> Iterator[bytes]:
        """Yield what was written since the last time, if it is *least* bytes or more."""
        if self._size >= least:
            yield b"".join(self._pieces)
            self._pieces.clear()
            self._size = 0


def xlsx(
    names: Sequence[str], batches: Iterable[list[Row]], *, sheet_rows: int = SHEET_ROWS
) -> Iterator[bytes]:
    """Yield the workbook as it grows; there are *sheet_rows* rows on a sheet at most."""
    task = _Task(names, (row.values for rows in batches for row in rows), _Written(), sheet_rows)
    with zipfile.ZipFile(task.written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        sheets = 0
        row: Values | None = _LATER
        while row is not None:
            sheets += 1
            with book.open(f"xl/worksheets/sheet{sheets}.xml", "w") as sheet:
                row = yield from _sheet(sheet, task, row)
        for part, text in _other_parts(sheets):
            book.writestr(part, text)
    yield from task.written.take()


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be written; on a sheet there are *most* rows, with that of the names."""

    names: Sequence[str]
    rows: Iterator[Values]
    written: _Written
    most: int


def _sheet(
    sheet: IO[bytes], task: _Task, row: Values | None
) -> Generator[bytes, None, Values | None]:
    """Write a sheet from *row* on; return what the next one begins with, if there is one."""
    letters = [_letters(column) for column in range(1, len(task.names) + 1)]
    size = sheet.write((_BEGIN + _line(task.names, letters, 1, ' s="1"')).encode())
    # Whoever waits sees a beginning, however long it takes to find a row.
    yield from task.written.take()
    number, row = 1, row or next(task.rows, None)
    while row is not None and number < task.most and size < _SHEET_BYTES:
        number += 1
        size += sheet.write(_line(row, letters, number).encode())
        yield from task.written.take(_PIECE_BYTES)
        row = next(task.rows, None)
    end = f'</sheetData><autoFilter ref="A1:{letters[-1]}{number}"/></worksheet>'
    sheet.write(end.encode())
    return row


def _line(values: Values, letters: Sequence[str], number: int, style: str = "") -> str:
    cells = (
        _cell(value, f'<c r="{letter}{number}"{style}')
        for value, letter in zip(values, letters, strict=True)
        if value is not None
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(value: Value, begin: str) -> str:
    if isinstance(value, bool):
        return f'{begin} t="b"><v>{value:d}</v></c>'
    if isinstance(value, (int, float)) and abs(value) < _EXACT:
        return f"{begin}><v>{value}</v></c>"
    text = escape(_SPECIAL.sub(_code, _fitting(str(value))))
    return f'{begin} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _code(found: re.Match[str]) -> str:
    """A letter that XML has not, or that would look like one, as Excel writes it."""
    letter = found[0] if not "\ud800" <= found[0] <= "\udfff" else "\ufffd"
    return "\ufffd" if letter == "\ufffd" else f"_x{ord(letter):04X}_"


def _letters(column: int) -> str:
    """The name of a column, from 1: A, …, Z, AA, …."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _other_parts(sheets: int) -> Iterator[tuple[str, str]]:
    """The parts that hold the sheets together."""
    numbers = range(1, sheets + 1)
    overrides = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for name, kind in (
            ("workbook", "sheet.main"),
            ("styles", "styles"),
            *((f"worksheets/sheet{number}", "worksheet") for number in numbers),
        )
    )
    yield (
        "[Content_Types].xml",
        (
            f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f"{overrides}</Types>"
        ),
    )
    yield "_rels/.rels", _relations([("rId1", "officeDocument", "xl/workbook.xml")])
    yield (
        "xl/_rels/workbook.xml.rels",
        _relations(
            [
                *((f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers),
                (f"rId{sheets + 1}", "styles", "styles.xml"),
            ]
        ),
    )
    entries = "".join(
        f'<sheet name="Variants{"" if n == 1 else f" {n}"}" sheetId="{n}" r:id="rId{n}"/>'
        for n in numbers
    )
    yield (
        "xl/workbook.xml",
        (
            f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
            f"<sheets>{entries}</sheets></workbook>"
        ),
    )
    yield "xl/styles.xml", _STYLES


def _relations(relations: Iterable[tuple[str, str, str]]) -> str:
    entries = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for name, kind, target in relations
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'
