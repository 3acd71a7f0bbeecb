"""By what the rows of a result's table are sorted."""

from __future__ import annotations

from dataclasses import dataclass

from backend.domain.variant_columns import CONTIG, IMPACT, Column
from backend.domain.variant_conditions import contig_name

_IMPACTS = ("HIGH", "MODERATE", "LOW", "MODIFIER")
_LETTERS = ("X", "Y", "M", "MT")


@dataclass(frozen=True, slots=True)
class Sort:
    """The rows by the values of *column*: equal ones in the table's order, missing ones last."""

    column: Column
    descending: bool = False


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
