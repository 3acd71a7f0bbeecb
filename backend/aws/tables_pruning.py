"""Which row groups cannot have a row that fits, by what the file says of their values."""

from __future__ import annotations

from backend.aws.tables_file import ParquetTable
from backend.domain.variant_columns import CONTIG, POSITION, REF_END
from backend.domain.variant_conditions import (
    All,
    AnyOf,
    Compares,
    Condition,
    IsTrue,
    Missing,
    Not,
    Region,
    contig_name,
)


def may_fit(condition: Condition, table: ParquetTable, group: int) -> bool:
    """Whether some row of the group may fit; True where the file does not say."""
    match condition:
        case All(several):
            return all(may_fit(each, table, group) for each in several)
        case AnyOf(several):
            return any(may_fit(each, table, group) for each in several)
        case Not():
            return True
        case Region():
            return _may_overlap(condition, table, group)
    return _may_hold(condition.column, condition, table, group)


def _may_hold(name: str, condition: Condition, table: ParquetTable, group: int) -> bool:
    column = table.columns.get(name)
    known = None if column is None or column.call else table.statistics(group, name)
    if known is None:
        return True
    if isinstance(condition, Missing):
        return not known.has_null_count or bool(known.null_count)
    if known.has_null_count and known.null_count == table.rows(group):
        return False
    return not known.has_min_max or _may_be_between(condition, known.min, known.max)


def _may_be_between(condition: Condition, least: object, most: object) -> bool:
    if isinstance(condition, IsTrue):
        return bool(most)
    if isinstance(condition, Compares) and isinstance(least, (int, float)):
        assert isinstance(most, (int, float))  # noqa: S101 - they are of one type
        return _may_compare(condition, least, most)
    return True


def _may_compare(condition: Compares, least: float, most: float) -> bool:
    number = condition.number
    return {
        "=": least <= number <= most,
        "<": least < number,
        "<=": least <= number,
        ">": most > number,
        ">=": most >= number,
    }[condition.relation]


def _may_overlap(region: Region, table: ParquetTable, group: int) -> bool:
    contigs = table.statistics(group, CONTIG)
    if contigs is None or not contigs.has_min_max or contigs.min != contigs.max:
        return True
    if contig_name(str(contigs.min)) != contig_name(region.contig):
        return False
    begins_in_time = _may_hold(POSITION, Compares(POSITION, "<=", region.end), table, group)
    # Earlier tables do not tell how far REF reaches.
    return begins_in_time and _may_hold(
        REF_END, Compares(REF_END, ">=", region.start), table, group
    )
