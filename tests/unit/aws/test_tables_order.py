"""Sorted pages: by contig and position, by HGVS names; each row once, however small the pages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.variant_conditions import AnyOf, Condition, OneOf, Region
from backend.domain.variant_order import Sort, hgvs_sort
from tests.unit.aws.test_tables import EVERYTHING, both, everything, opened, pages
from tests.variant_rows import COLUMNS, Cells, HeldRanges, a_row, parquet, tables

CONTIG = COLUMNS.get("chrom")
assert CONTIG is not None
PLACES = [("20", 300), ("20", 7), ("chr2", 50), ("20", 90), ("X", 1), ("chr2", 8), ("20", 7)]
SPELLINGS = ["chrM", "MT", "chrMT", "M", "CHRM", "mt", "ChrMt"]
names = hgvs_sort(COLUMNS)
assert names is not None


def table_of(places: list[tuple[str, int]]) -> list[Cells]:
    return [a_row(record=n, chrom=chrom, pos=pos) for n, (chrom, pos) in enumerate(places, 1)]


def records(rows: list[Cells], sort: Sort, *, group: int, limit: int) -> list[int]:
    subject, _ = both(rows, group)
    return [row.record for page in pages(subject, EVERYTHING, limit, sort) for row in page.rows]


@pytest.mark.parametrize("limit", [1, 2, 500])
def test_rows_on_one_contig_are_sorted_by_position_in_either_direction(limit: int) -> None:
    rows, down = table_of(PLACES), Sort(CONTIG, descending=True)
    assert records(rows, Sort(CONTIG), group=2, limit=limit) == [6, 3, 2, 7, 4, 1, 5]
    # Those at one place keep the order of the file.
    assert records(rows, down, group=2, limit=limit) == [5, 1, 4, 2, 7, 3, 6]


@settings(max_examples=100)
@given(
    rows=tables(),
    sort=st.sampled_from([Sort(CONTIG), names]),
    descending=st.booleans(),
    group=st.integers(1, 5),
    limit=st.integers(1, 4),
)
def test_sorted_pages_are_those_of_a_plain_order(
    rows: list[Cells], sort: Sort, group: int, limit: int, *, descending: bool
) -> None:
    real, fake = both(rows, group)
    sort = replace(sort, descending=descending)
    assert pages(real, EVERYTHING, limit, sort) == pages(fake, EVERYTHING, limit, sort)


def test_names_are_sorted_as_they_are_shown() -> None:
    rows = [
        a_row(record=1, hgvsp="ENSP9:p.Arg1Ter", hgvsc="ENST1:c.9A>T"),
        a_row(record=2, hgvsc="ENST1:c.50A>T"),
        a_row(record=3),
        a_row(record=4, hgvsp="ENSP1:p.Trp2Ter", hgvsc="ENST1:c.1A>T"),
        a_row(record=5, hgvsc="ENST2:c.4A>T"),
    ]
    assert names is not None
    assert records(rows, names, group=2, limit=2) == [5, 2, 1, 4, 3]
    down = replace(names, descending=True)
    assert records(rows, down, group=2, limit=2) == [4, 1, 2, 5, 3]


@pytest.mark.parametrize("written", SPELLINGS)
@pytest.mark.parametrize("asked", SPELLINGS)
def test_the_mitochondrion_is_found_however_it_is_written(written: str, asked: str) -> None:
    rows = table_of([("20", 3308), ("20", 3309), (written, 3308), (written, 4000)])
    # Each group holds one contig, so that what cannot fit is not read.
    subject = opened(HeldRanges(t=parquet(rows, 2)))
    for condition, found in ((Region(asked), [3, 4]), (Region(asked, 3308, 3308), [3])):
        assert [row.record for row in everything(subject, condition)] == found


def test_chr_is_left_out_whatever_its_case() -> None:
    rows = table_of([("20", 5), ("chr20", 5), ("Chr20", 5), ("CHRX", 5), ("x", 5)])
    subject, fake = both(rows, 1)

    def found(condition: Condition) -> list[int]:
        assert everything(subject, condition) == everything(fake, condition)
        return [row.record for row in everything(subject, condition)]

    assert found(Region("CHR20", 1, 5)) == [1, 2, 3]
    assert found(Region("X")) == [4, 5]
    assert found(AnyOf((Region("chrx"), OneOf("chrom", frozenset({"20"}))))) == [1, 4, 5]
