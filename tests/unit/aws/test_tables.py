"""Tables in Parquet: they are searched as a plain filter would, and kept for a while."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.aws.tables import Bounds, ParquetTables
from backend.aws.tables_copy import BLOCK
from backend.domain.errors import DamagedError, NotFoundError, RejectedError
from backend.domain.variant_conditions import (
    All,
    Compares,
    Condition,
    FirstFitting,
    OneOf,
    Selection,
)
from backend.domain.variant_order import Sort
from backend.services.variants_ports import Found, Row, Tables, Wanted
from tests.fakes.tables import FakeTables
from tests.variant_rows import (
    COLUMNS,
    STORED,
    Cells,
    HeldRanges,
    a_row,
    conditions,
    parquet,
    selections,
    tables,
)

EVERYTHING = All(())
ALL_COLUMNS = COLUMNS.all
IDLE = timedelta(minutes=10).total_seconds()


class Later:
    """Remembers what is to be done later."""

    def __init__(self) -> None:
        self.waiting: list[tuple[float, Callable[[], None]]] = []

    def __call__(self, seconds: float, do: Callable[[], None]) -> None:
        self.waiting.append((seconds, do))

    def pass_by(self) -> None:
        """Do what is waiting now."""
        waiting, self.waiting = self.waiting, []
        for _, do in waiting:
            do()


class Time:
    """A clock that goes on by *step* seconds whenever it is looked at."""

    def __init__(self, step: float = 0.0) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def opened(ranges: HeldRanges, time: Time | None = None, **bounds: Any) -> ParquetTables:
    return ParquetTables(ranges, time or Time(), Later(), Bounds(**bounds))


def both(rows: list[Cells], group: int) -> tuple[ParquetTables, FakeTables]:
    fake = FakeTables()
    fake.stored["t"] = (STORED, rows)
    return opened(HeldRanges(t=parquet(rows, group))), fake


def pages(subject: Tables, condition: Selection, limit: int, sort: Sort | None) -> list[Found]:
    """Return all pages, one after the other."""
    wanted = Wanted(condition, ALL_COLUMNS, limit, sort)
    found = [subject.page("t", wanted)]
    while (place := found[-1].after) is not None:
        found.append(subject.page("t", wanted, place))
    return found


sorts = st.none() | st.builds(Sort, st.sampled_from(ALL_COLUMNS), st.booleans())


@settings(max_examples=200)
@given(
    rows=tables(),
    condition=selections,
    group=st.integers(1, 5),
    limit=st.integers(1, 4),
    sort=sorts,
)
def test_pages_are_those_of_a_plain_filter(
    rows: list[Cells], condition: Selection, group: int, limit: int, sort: Sort | None
) -> None:
    real, fake = both(rows, group)
    assert pages(real, condition, limit, sort) == pages(fake, condition, limit, sort)


@settings(max_examples=60)
@given(rows=tables(), condition=selections, group=st.integers(1, 5), sort=sorts)
def test_each_row_comes_once_however_small_the_pages(
    rows: list[Cells], condition: Selection, group: int, sort: Sort | None
) -> None:
    real, _ = both(rows, group)
    (whole,) = pages(real, condition, 500, sort)
    in_pieces = [row for page in pages(real, condition, 1, sort) for row in page.rows]
    assert in_pieces == list(whole.rows)
    if sort is None:
        assert in_pieces == everything(real, condition)


def everything(subject: Tables, condition: Selection) -> list[Row]:
    return [row for rows in subject.rows("t", condition, ALL_COLUMNS) for row in rows]


@settings(max_examples=50)
@given(rows=tables(), group=st.integers(1, 5))
def test_an_allele_has_all_its_rows(rows: list[Cells], group: int) -> None:
    real, fake = both(rows, group)
    for record in range(11):
        for allele in range(4):
            found = real.variant("t", record, allele, ALL_COLUMNS)
            assert found == fake.variant("t", record, allele, ALL_COLUMNS)


@settings(max_examples=200)
@given(rows=tables(), condition=conditions, group=st.integers(1, 3))
def test_an_allele_whose_rows_are_in_several_groups_has_one_that_stands_for_it(
    rows: list[Cells], condition: Condition, group: int
) -> None:
    real, fake = both(rows, group)
    wanted = FirstFitting(condition)
    assert everything(real, wanted) == everything(fake, wanted)


def many(count: int) -> list[Cells]:
    return [a_row(record=n, pos=n, symbol=f"G{n % 7}") for n in range(1, count + 1)]


def test_when_time_is_up_a_page_is_short_and_the_next_goes_on() -> None:
    # Each look at the clock takes a second, which is all that there is.
    subject = opened(HeldRanges(t=parquet(many(60), 5)), Time(1.0), soon=0.5, late=0.5)
    rare = OneOf("symbol", frozenset({"g3"}))
    found = pages(subject, rare, 100, None)
    assert len(found) > 1
    assert not found[0].is_exact
    assert [row.record for page in found for row in page.rows] == list(range(3, 61, 7))
    assert found[-1].is_exact
    assert found[-1].count == len(range(3, 61, 7))


def test_a_full_page_is_answered_before_all_is_counted() -> None:
    subject = opened(HeldRanges(t=parquet(many(60), 5)), Time(1.0), soon=0.5, late=100.0)
    wanted = Wanted(EVERYTHING, ALL_COLUMNS, 2)
    counts = [subject.page("t", wanted) for _ in range(12)]
    assert [row.record for row in counts[0].rows] == [1, 2]
    assert not counts[0].is_exact
    # Each request goes on with the counting.
    assert [found.count for found in counts] == sorted(found.count for found in counts)
    assert counts[-1].is_exact
    assert counts[-1].count == 60


def test_what_cannot_fit_is_not_read() -> None:
    rows = [a_row(record=n, id="x" * 50_000 + str(n)) for n in range(100)]
    ranges = HeldRanges(t=parquet(rows, 10))
    subject = opened(ranges)
    subject.columns("t")
    before = len(ranges.reads)
    assert everything(subject, Compares("record", ">", 99)) == []
    assert len(ranges.reads) == before


def test_a_part_is_fetched_once() -> None:
    ranges = HeldRanges(t=parquet(many(60), 5))
    subject = opened(ranges)
    first = pages(subject, EVERYTHING, 10, None)
    before = len(ranges.reads)
    assert pages(subject, EVERYTHING, 10, None) == first
    assert len(ranges.reads) == before


def test_the_first_page_of_a_large_table_takes_few_requests() -> None:
    letters = random.Random(1)
    rows = [a_row(record=n, id=letters.randbytes(40_000).hex()) for n in range(60)]
    ranges = HeldRanges(t=parquet(rows, 10))
    subject = opened(ranges, Time(1.0), soon=0.0, late=0.0)
    assert len(subject.page("t", Wanted(EVERYTHING, ALL_COLUMNS, 2)).rows) == 2
    # The end of the file, and the row group with what is shown of it.
    assert len(ranges.reads) == 2


def test_a_missing_table_is_not_found() -> None:
    subject = opened(HeldRanges())
    with pytest.raises(NotFoundError):
        subject.columns("t")


@pytest.mark.parametrize(
    "data", [b"", b"PAR1", b"no table at all", b"x" * 100 + b"\xff\xff\xff\x7fPAR1"]
)
def test_what_is_no_table_is_damaged(data: bytes) -> None:
    subject = opened(HeldRanges(t=data))
    with pytest.raises(DamagedError):
        subject.columns("t")


def test_a_copy_has_no_name_on_the_disk(tmp_path: Path) -> None:
    subject = opened(HeldRanges(t=parquet(many(9))), folder=tmp_path)
    assert subject.columns("t") == COLUMNS
    assert list(tmp_path.iterdir()) == []


def test_what_nobody_looks_at_is_forgotten() -> None:
    ranges, time, later = HeldRanges(t=parquet(many(9))), Time(), Later()
    subject = ParquetTables(ranges, time, later)
    subject.columns("t")
    assert [seconds for seconds, _ in later.waiting] == [IDLE]
    time.now = IDLE - 1
    subject.columns("t")
    later.pass_by()
    before = len(ranges.reads)
    subject.columns("t")
    assert len(ranges.reads) == before
    time.now += IDLE
    later.pass_by()
    assert later.waiting == []
    subject.columns("t")
    assert len(ranges.reads) > before


def test_what_somebody_reads_is_kept_until_they_are_done() -> None:
    time, later = Time(), Later()
    subject = ParquetTables(HeldRanges(t=parquet(many(9))), time, later)
    reading = subject.rows("t", EVERYTHING, ALL_COLUMNS)
    first = next(reading)
    time.now = 2 * IDLE
    later.pass_by()
    assert len(first) + sum(map(len, reading)) == 9


def test_the_disk_that_copies_take_is_bounded() -> None:
    small = parquet(many(9))
    ranges = HeldRanges(a=small, b=small, c=small)
    assert len(small) < BLOCK
    subject = opened(ranges, disk=2 * BLOCK)
    for key in ("a", "b", "a", "c", "a", "b"):
        subject.columns(key)
    # When the third was opened, the one that was used longest ago had to go.
    assert [key for key, _, _ in ranges.reads] == ["a", "b", "c", "b"]


def test_the_number_of_copies_is_bounded() -> None:
    small = parquet(many(9))
    ranges = HeldRanges(a=small, b=small)
    subject = opened(ranges, tables=1)
    for key in ("a", "b", "b", "a"):
        subject.columns(key)
    assert [key for key, _, _ in ranges.reads] == ["a", "b", "a"]


def test_sorted_pages_go_on_where_rows_were_read_together() -> None:
    rows = [a_row(record=n, pos=7 * n % 2503) for n in range(1, 2502)]
    real, fake = both(rows, 300)
    sort = Sort(ALL_COLUMNS[2])
    assert sort.column.name == "pos"
    for limit in (500, 499):
        assert pages(real, EVERYTHING, limit, sort) == pages(fake, EVERYTHING, limit, sort)


def test_more_rows_than_can_be_sorted_are_refused() -> None:
    sort = Sort(ALL_COLUMNS[2])
    real = opened(HeldRanges(t=parquet(many(9), 2)), sorted=8)
    with pytest.raises(RejectedError, match="More rows fit than can be sorted"):
        real.page("t", Wanted(EVERYTHING, ALL_COLUMNS, 5, sort))
    found = real.page("t", Wanted(Compares("pos", "<", 9), ALL_COLUMNS, 5, sort))
    assert found.count == 8


def test_what_takes_too_long_to_sort_is_refused() -> None:
    subject = opened(HeldRanges(t=parquet(many(60), 5)), Time(1.0), sorting=3.5)
    with pytest.raises(RejectedError, match="takes too long; narrow the filter"):
        subject.page("t", Wanted(EVERYTHING, ALL_COLUMNS, 5, Sort(ALL_COLUMNS[2])))


def test_orders_by_a_rank_are_not_those_of_letters() -> None:
    contigs = ["chr10", "GL1", "X", "2", "chrM", "1", "22"]
    impacts = ["MODIFIER", "HIGH", None, "LOW", "MODERATE", "HIGH", "LOW"]
    rows = [
        a_row(record=n, chrom=chrom, impact=impact)
        for n, (chrom, impact) in enumerate(zip(contigs, impacts, strict=True), 1)
    ]
    real, _ = both(rows, 2)

    def ordered(name: str, *, descending: bool = False) -> list[object]:
        column = COLUMNS.get(name)
        assert column is not None
        wanted = Wanted(EVERYTHING, (column,), 10, Sort(column, descending))
        return [row.values[0] for row in real.page("t", wanted).rows]

    assert ordered("chrom") == ["1", "2", "chr10", "22", "X", "chrM", "GL1"]
    high_first = ["HIGH", "HIGH", "MODERATE", "LOW", "LOW", "MODIFIER", None]
    assert ordered("impact") == high_first
    assert ordered("impact", descending=True) == [*high_first[-2::-1], None]
