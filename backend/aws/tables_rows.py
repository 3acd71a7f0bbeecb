"""Rows of a table as plain values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from backend.aws.tables_file import ParquetTable
from backend.aws.tables_filter import Cells
from backend.domain.variant_columns import ALLELE, RECORD, Column, Kind
from backend.services.variants_ports import Row, Value

if TYPE_CHECKING:
    from numpy.typing import NDArray


def rows_of(
    table: ParquetTable, group: int, rows: NDArray[np.int64], columns: Sequence[Column]
) -> list[Row]:
    """Return *rows* of a row group, numbered from 0, with the values of *columns*."""
    if not len(rows):
        return []
    return _rows(_cells(table, group, rows, columns), columns)


def batches_of(
    table: ParquetTable,
    group: int,
    rows: NDArray[np.int64],
    columns: Sequence[Column],
    most: int,
) -> Iterator[list[Row]]:
    """Yield *rows* of a row group, *most* at a time; each column is decoded once."""
    if not len(rows):
        return
    cells = _cells(table, group, rows, columns)
    for start in range(0, len(rows), most):
        yield _rows(cells.taken(np.arange(start, min(start + most, len(rows)))), columns)


def _cells(
    table: ParquetTable, group: int, rows: NDArray[np.int64], columns: Sequence[Column]
) -> Cells:
    """The cells of *rows* in *columns*, all of them read."""
    names = [RECORD, ALLELE, *(column.name for column in columns)]
    table.require((group,), table.stored_names(names))
    cells = Cells(table, group, rows)
    for name in names:
        cells.column(name)
    return cells


def _rows(cells: Cells, columns: Sequence[Column]) -> list[Row]:
    values = [_values(cells.column(column.name), column.kind) for column in columns]
    return [
        Row(record, allele or 0, each)
        for record, allele, each in zip(
            cells.column(RECORD).to_pylist(),
            cells.column(ALLELE).to_pylist(),
            _tuples(values, len(cells)),
            strict=True,
        )
    ]


def _values(column: Any, kind: Kind) -> list[Value]:  # noqa: ANN401 - pyarrow has no types
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    values: list[Value] = column.to_pylist()
    if kind is Kind.NUMBER:
        return [each if _is_finite(each) else None for each in values]
    return values


def _is_finite(value: Value) -> bool:
    return isinstance(value, float) and math.isfinite(value)


def _tuples(columns: list[list[Value]], count: int) -> Iterable[tuple[Value, ...]]:
    return zip(*columns, strict=True) if columns else [()] * count
