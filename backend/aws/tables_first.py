"""Of each allele the one row that stands for it among those that fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from backend.aws.tables_file import ParquetTable
from backend.aws.tables_filter import Cells, fitting, needed
from backend.aws.tables_pruning import may_fit
from backend.domain.variant_columns import ALLELE, CONSEQUENCE, PICKED, RECORD
from backend.domain.variant_conditions import (
    BESIDE,
    Compares,
    Condition,
    FirstFitting,
    IsTrue,
    OneOf,
    Selection,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

_IS_BESIDE = OneOf(CONSEQUENCE, BESIDE)
_IS_PICKED = IsTrue(PICKED)
_ALLELE_BITS = 24
_NONE = np.iinfo(np.int64).max


def condition_of(selection: Selection) -> Condition:
    """Return what each row has to fit that is wanted."""
    return selection.condition if isinstance(selection, FirstFitting) else selection


def columns_for(selection: Selection) -> list[str]:
    """Return the columns that `found` looks at."""
    names = needed(condition_of(selection))
    if isinstance(selection, FirstFitting):
        names += [RECORD, ALLELE, PICKED, CONSEQUENCE]
    return list(dict.fromkeys(names))


def found(selection: Selection, table: ParquetTable, group: int) -> NDArray[np.int64]:
    """Return the wanted rows of a row group, numbered from 0."""
    cells = Cells(table, group)
    fits = fitting(condition_of(selection), cells)
    if not isinstance(selection, FirstFitting) or not fits.any():
        return np.flatnonzero(fits)
    return _whole(selection.condition, table, group, _Rows.of(cells, fits))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Some rows that follow each other in a table; those of an allele do.

    Attributes:
        alleles: a number for each allele.
        fits, picked, beside: what is true of each row.
    """

    alleles: NDArray[np.int64]
    fits: NDArray[np.bool_]
    picked: NDArray[np.bool_]
    beside: NDArray[np.bool_]

    @classmethod
    def of(cls, cells: Cells, fits: NDArray[np.bool_]) -> _Rows:
        """Return the rows in *cells*, of which some *fits*."""
        records, numbers = (
            cells.column(name).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
            for name in (RECORD, ALLELE)
        )
        alleles = records << _ALLELE_BITS | numbers
        return cls(alleles, fits, fitting(_IS_PICKED, cells), fitting(_IS_BESIDE, cells))

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.alleles)

    def first(self) -> NDArray[np.int64]:
        """Return the rows that stand for their alleles, numbered from 0."""
        begins = np.flatnonzero(np.diff(self.alleles, prepend=-1))
        counts = np.diff(np.append(begins, len(self)))
        is_inside = np.repeat(np.logical_or.reduceat(~self.beside, begins), counts)
        counted = self.fits & (self.picked | ~self.beside | ~is_inside)
        # The picked one is before all others.
        late = (~self.picked).astype(np.int64) << 32 | np.arange(len(self))
        first = np.minimum.reduceat(np.where(counted, late, _NONE), begins)
        rows: NDArray[np.int64] = first[first != _NONE] & 0xFFFF_FFFF
        return rows


def _whole(condition: Condition, table: ParquetTable, group: int, rows: _Rows) -> NDArray[np.int64]:
    """Choose among *rows*, a row group, and what other groups have of its first and last allele."""
    before: list[_Rows] = []
    behind: list[_Rows] = []
    if _fits_of(rows, rows.alleles[0]):
        earlier = range(group - 1, -1, -1)
        before = _rest(condition, table, earlier, int(rows.alleles[0]))[::-1]
    if _fits_of(rows, rows.alleles[-1]):
        later = range(group + 1, len(table))
        behind = _rest(condition, table, later, int(rows.alleles[-1]))
    first = _joined([*before, rows, *behind]).first() - sum(map(len, before))
    return first[(first >= 0) & (first < len(rows))]


def _fits_of(rows: _Rows, allele: int) -> bool:
    return bool(rows.fits[rows.alleles == allele].any())


def _rest(
    condition: Condition, table: ParquetTable, groups: Iterable[int], allele: int
) -> list[_Rows]:
    """Return what *groups*, each next to the one before, have of an allele."""
    found: list[_Rows] = []
    of_record = Compares(RECORD, "=", allele >> _ALLELE_BITS)
    for group in groups:
        if not may_fit(of_record, table, group):
            break
        cells = Cells(table, group)
        chosen = cells.taken(np.flatnonzero(fitting(of_record, cells)))
        rows = _Rows.of(chosen, fitting(condition, chosen))
        mine = rows.alleles == allele
        if mine.any():
            found.append(_Rows(*(getattr(rows, each.name)[mine] for each in fields(rows))))
        if np.count_nonzero(mine) < table.rows(group):
            break
    return found


def _joined(pieces: list[_Rows]) -> _Rows:
    if len(pieces) == 1:
        return pieces[0]
    columns = ([getattr(piece, each.name) for piece in pieces] for each in fields(_Rows))
    return _Rows(*map(np.concatenate, columns))
