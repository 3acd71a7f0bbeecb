"""Writing the rows of a table that fit a selection."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from annotator.export.filtering import conditions, wanted_columns
from annotator.export.tsv import TsvFile
from annotator.export.workbook import SHEET_ROWS, Workbook
from annotator.table.columns import RUN_KEY, SOURCES_KEY
from annotator.table.header import attributes
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annotator.export.selection import Selection
    from annotator.ticking import Progress

_STEP_ROWS = 4096
"""Rows between two ticks: an Excel row takes a tenth of a millisecond."""


class _Target(Protocol):
    """A file of rows."""

    def begin(self, names: list[str]) -> None:
        """Write the column names."""

    def write(self, rows: pa.Table) -> None:
        """Append rows."""


def export(
    table: Path,
    target: Path,
    selection: Selection,
    tick: Progress,
    *,
    sheet_rows: int = SHEET_ROWS,
) -> int:
    """Write the rows of *table* that fit *selection* into *target*; return how many.

    The rows keep their order. Memory does not grow with the table. The same table and selection
    give the same bytes. *target* appears when it is complete; an earlier file stays until then.
    If no row fits, *target* has the column names only.

    Args:
        table: Parquet, as ``annotator.table.write_table`` writes it.
        target: ends in ``.tsv`` or ``.xlsx``.
        selection: rows and columns.
        tick: told how many rows of the table are done; may raise to stop.
        sheet_rows: rows of an Excel sheet, the column names among them; further rows go on
            further sheets.

    Raises:
        RejectedError: *table* is no table of ours, or *target* or *selection* cannot be made.
    """
    make = {".tsv": _export_tsv, ".xlsx": _export_workbook}.get(target.suffix.lower())
    if make is None:
        raise RejectedError(f"{target.name} should end in .tsv or .xlsx, which says the format.")
    with _open(table) as file:
        rows = _Rows(file, selection, tick)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".gas-") as folder:
            part = Path(folder) / f"export{target.suffix.lower()}"
            make(rows, part, sheet_rows)
            part.replace(target)
    return rows.written


class _Rows:
    """The rows that fit, read a row group at a time.

    Attributes:
        names: the columns, in order.
        written: rows so far.
    """

    def __init__(self, file: pq.ParquetFile, selection: Selection, tick: Progress) -> None:
        self._file = file
        self._tick = tick
        self.selection = selection
        names = file.schema_arrow.names
        self.names = wanted_columns(selection, names)
        self._conditions = conditions(selection, names)
        self.written = 0

    def send(self, target: _Target) -> None:
        """Write all of them to *target*."""
        target.begin(self.names)
        for rows in self._steps():
            target.write(rows)
            self.written += rows.num_rows

    def metadata(self) -> dict[str, str]:
        """What the table was made with."""
        found = self._file.schema_arrow.metadata or {}
        return {key.decode(): value.decode() for key, value in found.items()}

    def _steps(self) -> Iterator[pa.Table]:
        """The rows in tables of a few thousand."""
        done, total = 0, self._file.metadata.num_rows
        for group in range(self._file.num_row_groups):
            self._tick(done, total)
            rows = self._fitting(group)
            for start in range(0, rows.num_rows, _STEP_ROWS):
                self._tick(done, total)
                yield rows.slice(start, _STEP_ROWS)
            done += self._file.metadata.row_group(group).num_rows
        self._tick(done, total)

    def _fitting(self, group: int) -> pa.Table:
        """The rows of a row group that fit; other columns are read only if there are any."""
        mask = None
        for condition in self._conditions:
            fits = condition.fits(self._read(group, condition.columns))
            mask = fits if mask is None else mask & fits
            if not mask.any():
                return self._file.schema_arrow.empty_table().select(self.names)
        rows = self._read(group, self.names)
        return rows if mask is None else rows.filter(pa.array(mask))

    def _read(self, group: int, columns: Sequence[str]) -> pa.Table:
        """Columns of a row group, in the order asked for."""
        rows = self._file.read_row_group(group, columns=list(columns), use_threads=False)
        return rows.select(list(columns))


def _export_tsv(rows: _Rows, part: Path, _sheet_rows: int) -> None:
    """Write tab-separated text."""
    with TsvFile(part) as target:
        rows.send(target)


def _export_workbook(rows: _Rows, part: Path, sheet_rows: int) -> None:
    """Write an Excel workbook, with a sheet that says what the rows are."""
    with Workbook(part, part.parent, sheet_rows) as target:
        rows.send(target)
        target.describe(_facts(rows))


def _facts(rows: _Rows) -> Iterator[tuple[str, str]]:
    """What the rows are, and what they were made with."""
    yield "Rows", f"{rows.written:,}"
    wanted = list(rows.selection.describe())
    yield from wanted or [("Selection", "all rows")]
    yield "Order of rows", "as in the annotated file; a row an allele and consequence"
    for name, value in attributes(rows.metadata().get(RUN_KEY, "")).items():
        yield f"Annotation: {name}", value
    for line in rows.metadata().get(SOURCES_KEY, "").splitlines():
        source = attributes(line)
        rest = (f"{name} {value}" for name, value in source.items() if name != "Name")
        yield f"Source: {source.get('Name', '')}", ", ".join(rest)


def _open(table: Path) -> pq.ParquetFile:
    """A table of ours."""
    try:
        file = pq.ParquetFile(table)
    except FileNotFoundError as error:
        raise RejectedError(f"There is no file {table}.") from error
    except (pa.ArrowInvalid, OSError) as error:
        raise RejectedError(_strange(table)) from error
    if RUN_KEY.encode() not in (file.schema_arrow.metadata or {}):
        file.close()
        raise RejectedError(_strange(table))
    return file


def _strange(table: Path) -> str:
    """Why a file cannot be exported from."""
    return f"{table.name} is not a table of this service; give the .parquet of an annotation."
