"""The port `Tables`: the fake and Parquet in S3 keep the same promises."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from backend.aws.tables import ParquetTables
from backend.aws.tables_copy import End, Ranges, S3Ranges
from backend.domain.errors import NotFoundError
from backend.domain.variant_columns import Column
from backend.domain.variant_conditions import All, Compares, FirstFitting, IsTrue, OneOf
from backend.domain.variant_order import Sort
from backend.services.variants_ports import Tables, Wanted
from tests.fakes.tables import FakeTables
from tests.variant_rows import COLUMNS, STORED, Cells, HeldRanges, a_row, parquet

ROWS = [
    a_row(record=1, pos=5, symbol="TP53", qual=float("inf"), **{"gt_S:1": "0/1"}),
    a_row(record=1, pos=5, symbol="WRAP53", picked=False, **{"gt_S:1": "0/1"}),
    a_row(record=2, pos=7, allele_number=1, gnomad_AF=0.2, **{"gt_S:1": "1/2"}),
    a_row(record=2, pos=7, allele_number=2, gnomad_AF=0.1, **{"gt_S:1": "1/2"}),
    a_row(record=3, pos=9, alt=None, allele_number=None),
]
EVERYTHING = All(())


@dataclass
class Subject:
    tables: Tables
    put: Callable[[str, list[Cells]], None]


@pytest.fixture(params=["fake", "s3"])
def subject(request: pytest.FixtureRequest) -> Subject:
    if request.param == "fake":
        fake = FakeTables()

        def hold(key: str, rows: list[Cells]) -> None:
            fake.stored[key] = (STORED, rows)

        return Subject(fake, hold)
    aws = request.getfixturevalue("aws")
    client, bucket = aws.client("s3"), aws.outputs["ResultsBucket"]

    def put(key: str, rows: list[Cells]) -> None:
        client.put_object(Bucket=bucket, Key=key, Body=parquet(rows, 2))

    ranges = S3Ranges(client, bucket)
    return Subject(ParquetTables(ranges, time.monotonic, lambda _seconds, _do: None), put)


@pytest.mark.parametrize("held", [True, False], ids=["held", "s3"])
@pytest.mark.parametrize("data", [b"", b"a", b"abcd", b"abcdefgh"])
def test_an_object_ends_where_it_ends(
    request: pytest.FixtureRequest, data: bytes, *, held: bool
) -> None:
    key = f"out/owner/{uuid.uuid4().hex}/result.parquet"
    ranges: Ranges = HeldRanges(**{key: data})
    if not held:
        aws = request.getfixturevalue("aws")
        client, bucket = aws.client("s3"), aws.outputs["ResultsBucket"]
        client.put_object(Bucket=bucket, Key=key, Body=data)
        ranges = S3Ranges(client, bucket)
    assert ranges.end(key, 4) == End(len(data), data[-4:])
    with pytest.raises(NotFoundError):
        ranges.end("no such key", 4)


@pytest.fixture
def key(subject: Subject) -> str:
    key = f"out/owner/{uuid.uuid4().hex}/result.parquet"
    subject.put(key, ROWS)
    return key


def names(*wanted: str) -> tuple[Column, ...]:
    return tuple(column for name in wanted for column in COLUMNS.all if column.name == name)


def test_columns_are_those_of_the_table(subject: Subject, key: str) -> None:
    assert subject.tables.columns(key) == COLUMNS


def test_a_page_ends_where_the_next_begins(subject: Subject, key: str) -> None:
    wanted = Wanted(IsTrue("picked"), names("symbol", "pos"), 3)
    first = subject.tables.page(key, wanted)
    assert [row.values for row in first.rows] == [("TP53", 5), (None, 7), (None, 7)]
    assert (first.count, first.is_exact) == (4, True)
    assert first.after is not None
    second = subject.tables.page(key, wanted, first.after)
    assert [(row.record, row.allele) for row in second.rows] == [(3, 0)]
    assert second.after is None


def test_a_page_is_sorted(subject: Subject, key: str) -> None:
    (frequency,) = names("gnomad_AF")
    wanted = Wanted(IsTrue("picked"), (frequency,), 9, Sort(frequency))
    found = subject.tables.page(key, wanted)
    assert [row.values for row in found.rows] == [(0.1,), (0.2,), (None,), (None,)]
    assert [(row.record, row.allele) for row in found.rows] == [(2, 2), (2, 1), (1, 1), (3, 0)]


def test_zygosity_follows_from_the_genotype(subject: Subject, key: str) -> None:
    condition = OneOf("zygosity_S:1", frozenset({"het"}))
    (rows,) = list(subject.tables.rows(key, condition, names("zygosity_S:1", "gt_S:1")))[-1:]
    assert rows[-1].values == ("het", "1/2")


def test_numbers_that_are_none_are_missing(subject: Subject, key: str) -> None:
    rows = subject.tables.variant(key, 1, 1, names("qual", "symbol"))
    assert [row.values for row in rows] == [(None, "TP53"), (None, "WRAP53")]


def test_an_allele_that_is_not_there_has_no_rows(subject: Subject, key: str) -> None:
    assert subject.tables.variant(key, 3, 1, names("pos")) == []
    assert subject.tables.variant(key, 9, 1, names("pos")) == []


def test_of_an_allele_the_first_row_that_fits_stands_for_it(subject: Subject, key: str) -> None:
    def found(*symbols: str) -> list[object]:
        wanted = FirstFitting(OneOf("symbol", frozenset(symbols)))
        page = subject.tables.page(key, Wanted(wanted, names("symbol"), 9))
        assert page.count == len(page.rows)
        rows = [row for rows in subject.tables.rows(key, wanted, names("symbol")) for row in rows]
        assert rows == list(page.rows)
        return [row.values[0] for row in rows]

    assert found("wrap53") == ["WRAP53"]
    assert found("wrap53", "tp53") == ["TP53"]
    assert found("brca1") == []


def test_rows_come_in_the_tables_order(subject: Subject, key: str) -> None:
    found = subject.tables.rows(key, Compares("pos", ">=", 7), names("pos"))
    assert [row.record for rows in found for row in rows] == [2, 2, 3]


def test_a_table_that_is_not_there_is_not_found(subject: Subject) -> None:
    key = f"out/owner/{uuid.uuid4().hex}/result.parquet"
    with pytest.raises(NotFoundError):
        subject.tables.columns(key)
    with pytest.raises(NotFoundError):
        subject.tables.page(key, Wanted(EVERYTHING, (), 1))
    with pytest.raises(NotFoundError):
        list(subject.tables.rows(key, EVERYTHING, ()))
