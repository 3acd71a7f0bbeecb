"""By what the rows of a result's table are sorted."""

from __future__ import annotations

from dataclasses import dataclass

from backend.domain.variant_columns import CONTIG, IMPACT, POSITION, Column, Columns
from backend.domain.variant_conditions import contig_name

HGVS = "hgvs"
"""Sorts, in the place of a column, by the change's name in the protein, or else the transcript."""

_HGVS_NAMES = ("hgvsp", "hgvsc")
_NEXT = {CONTIG: POSITION}
_IMPACTS = ("HIGH", "MODERATE", "LOW", "MODIFIER")
_LETTERS = ("X", "Y", "MT")


@dataclass(frozen=True, slots=True)
class Sort:
    """The rows by the values of *column*: equal ones in the table's order, missing ones last.

    Rows on one contig are sorted by their position, in the same direction.

    Attributes:
        instead: whose value counts where *column* has none. Then both have HGVS names, which are
            compared without the sequence before their colon.
    """

    column: Column
    descending: bool = False
    instead: Column | None = None


def hgvs_sort(columns: Columns, *, descending: bool = False) -> Sort | None:
    """Return the order by HGVS names of a table with these *columns*, None if it has none."""
    found = tuple(filter(None, map(columns.get, _HGVS_NAMES)))
    return Sort(found[0], descending, found[-1]) if found else None


def next_sorted(column: Column) -> str | None:
    """Return by which other column rows are sorted that are equal in *column*."""
    return _NEXT.get(column.name)


def is_ranked(column: Column) -> bool:
    """Whether the texts of *column* are sorted by `rank`; all others are by their characters."""
    return column.name in {CONTIG, IMPACT}


def rank(column: Column, text: str) -> tuple[int, int, str]:
    """Return the place of *text*: contigs by number, impacts the severest first."""
    if column.name == IMPACT:
        return (_IMPACTS.index(text), 0, "") if text in _IMPACTS else (len(_IMPACTS), 0, text)
    name = contig_name(text)
    if name.isascii() and name.isdigit():
        return (0, int(name[:9]), text)
    if name in _LETTERS:
        return (1, _LETTERS.index(name), text)
    return (2, 0, text)
