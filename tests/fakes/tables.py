"""Tables of results in memory, row by row: what a condition and an order mean, said plainly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cmp_to_key
from itertools import groupby
from typing import Any

from backend.domain.errors import NotFoundError
from backend.domain.variant_columns import ALLELE, RECORD, Column, Columns, Kind, Stored
from backend.domain.variant_conditions import (
    NUMBER,
    All,
    AnyOf,
    Compares,
    Condition,
    Contains,
    FirstFitting,
    HasTerm,
    IsTrue,
    Missing,
    Not,
    OneOf,
    Region,
    Selection,
    as_term,
    folded,
)
from backend.domain.variant_order import Sort, is_ranked, next_sorted, rank
from backend.domain.variant_zygosity import zygosity
from backend.services.variants_ports import Found, Row, Value, Wanted

Cells = Mapping[str, Any]


class FakeTables:
    """The port `Tables`; what it finds is always counted to the end.

    Attributes:
        stored: the columns and rows of each table, by its key.
    """

    def __init__(self) -> None:
        self.stored: dict[str, tuple[tuple[Stored, ...], list[Cells]]] = {}

    def columns(self, key: str) -> Columns:
        return Columns.of(self._stored(key)[0])

    def page(self, key: str, wanted: Wanted, place: int = 0) -> Found:
        fitting = selected(wanted.condition, self._stored(key)[1])
        count = len(fitting)
        if wanted.sort is not None:
            rows = in_order([row for _, row in fitting], wanted.sort)
            fitting = list(enumerate(rows))
        rest = [(at, row) for at, row in fitting if at >= place]
        page, more = rest[: wanted.limit], rest[wanted.limit :]
        found = tuple(_row(row, wanted.columns) for _, row in page)
        return Found(found, count, is_exact=True, after=more[0][0] if more else None)

    def variant(self, key: str, record: int, allele: int, columns: Sequence[Column]) -> list[Row]:
        return [
            _row(row, columns)
            for row in self._stored(key)[1]
            if row[RECORD] == record and (row[ALLELE] or 0) == allele
        ]

    def rows(
        self, key: str, condition: Selection, columns: Sequence[Column]
    ) -> Iterator[list[Row]]:
        rows = [_row(row, columns) for _, row in selected(condition, self._stored(key)[1])]
        for start in range(0, len(rows), 3):
            yield rows[start : start + 3]

    def _stored(self, key: str) -> tuple[tuple[Stored, ...], list[Cells]]:
        if key not in self.stored:
            raise NotFoundError("There is no such table.")
        return self.stored[key]


def _row(row: Cells, columns: Sequence[Column]) -> Row:
    values = tuple(_shown(cell(row, column.name), column.kind) for column in columns)
    return Row(row[RECORD], row[ALLELE] or 0, values)


def _shown(value: Value, kind: Kind) -> Value:
    if kind is Kind.NUMBER and value is not None and not -1e308 < float(value) < 1e308:
        return None
    return value


def cell(row: Cells, name: str) -> Any:
    """Return a value, also of the columns that are not stored."""
    if name in row or not name.startswith("zygosity_"):
        return row[name]
    return str(zygosity(row["gt_" + name.removeprefix("zygosity_")], row[ALLELE]))


def selected(selection: Selection, rows: Sequence[Cells]) -> list[tuple[int, Cells]]:
    """Return the rows that are wanted, with their numbers from 0."""
    numbered = list(enumerate(rows))
    if not isinstance(selection, FirstFitting):
        return [(number, row) for number, row in numbered if fits(selection, row)]
    found = []
    for _, each in groupby(numbered, key=lambda pair: (pair[1][RECORD], pair[1][ALLELE] or 0)):
        of_allele = list(each)
        in_none = all(_is_beside(row) for _, row in of_allele)
        fitting = [
            (number, row)
            for number, row in of_allele
            if fits(selection.condition, row) and (row["picked"] or in_none or not _is_beside(row))
        ]
        found += sorted(fitting, key=lambda pair: not pair[1]["picked"])[:1]
    return found


def _is_beside(row: Cells) -> bool:
    term = row["consequence"] or ""
    return term in {"upstream_gene_variant", "downstream_gene_variant", "intergenic_variant"}


def fits(condition: Condition, row: Cells) -> bool:
    """Whether *row* fits *condition*."""
    match condition:
        case All(several):
            return all(fits(each, row) for each in several)
        case AnyOf(several):
            return any(fits(each, row) for each in several)
        case Not(inner):
            return not fits(inner, row)
        case Region():
            return _overlaps(condition, row)
        case Missing(column):
            return cell(row, column) is None
    value = cell(row, condition.column)
    return value is not None and _fits(condition, value)


def _fits(condition: Condition, value: Any) -> bool:
    match condition:
        case IsTrue():
            return value is True
        case OneOf(_, values):
            return folded(value) in values
        case Contains(_, text):
            return text in folded(value)
        case HasTerm(_, terms, separators):
            return any(as_term(each) in terms for each in re.split(f"[{separators}]", value))
        case Compares(_, relation, number):
            return _compares(value, relation, number)
    raise AssertionError(condition)


def _compares(value: Any, relation: str, number: float) -> bool:
    if isinstance(value, str):
        if not re.fullmatch(NUMBER, value):
            return False
        value = float(value)
    return {
        "=": value == number,
        "<": value < number,
        "<=": value <= number,
        ">": value > number,
        ">=": value >= number,
    }[relation]


def _overlaps(region: Region, row: Cells) -> bool:
    start = row["pos"]
    if row["chrom"] is None or start is None:
        return False
    same = _contig(row["chrom"]) == _contig(region.contig)
    return same and start <= region.end and start + len(row["ref"] or ".") - 1 >= region.start


def _contig(name: str) -> str:
    plain = name.lower().removeprefix("chr")
    return {"m": "mt"}.get(plain, plain)


def in_order(rows: Sequence[Cells], sort: Sort) -> list[Cells]:
    """Return *rows* sorted: equal ones stay in order, missing ones come last."""

    def compare(one: Any, other: Any) -> int:
        if one is None or other is None:
            return (one is None) - (other is None)
        return ((one > other) - (one < other)) * (-1 if sort.descending else 1)

    def compare_rows(one: Cells, other: Cells) -> int:
        return next(filter(None, map(compare, _keys(one, sort), _keys(other, sort))), 0)

    return sorted(rows, key=cmp_to_key(compare_rows))


def _keys(row: Cells, sort: Sort) -> list[Any]:
    """What is compared, one after the other."""
    value = _shown(cell(row, sort.column.name), sort.column.kind)
    if sort.instead is not None:
        name = cell(row, sort.instead.name) if value is None else value
        return [None if name is None else name.rpartition(":")[2]]
    ranked = value is not None and is_ranked(sort.column)
    other = next_sorted(sort.column)
    return [rank(sort.column, value) if ranked else value, *([cell(row, other)] if other else [])]
