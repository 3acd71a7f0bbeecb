"""The tables that the annotation writes are those that the viewer reads."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from annotator.consequence import FIELDS
from annotator.table.columns import MOST_SEVERE, STARTS
from backend.aws.tables import ParquetTables
from backend.aws.tables_copy import TableCopy
from backend.aws.tables_file import ParquetTable
from backend.aws.tables_pruning import may_fit
from backend.domain.variant_columns import Columns, Group, Kind, Stored
from backend.domain.variant_conditions import Region
from backend.domain.variant_filter import VariantFilter
from backend.services.variants import Choice, ResultTable
from backend.services.variants_places import Places
from tests.unit.annotator.plain_table import header_of, table_of
from tests.variant_rows import HeldRanges

CSQ = (
    "CSQ=T|missense_variant|protein_coding|P:p.Ala1%3D|1-2|1||,"
    "T|intron_variant|lncRNA|||-1|YES|NM_1,G|stop_gained|protein_coding||7|1||"
)
SOURCES = "gnomad_AF=0.25,0.001;clinvar_CLNSIG=Benign,."
LINES = [
    *header_of("S1", "S2"),
    f"20\t100\trs1\tA\tT,G\t50\tPASS\t{CSQ};{SOURCES}\tGT:DP\t1/2:3\t0/0:4",
    "20\t200\t.\tC\t<DEL>\t.\tq10\tGAS_STATUS=symbolic;cpg_ISLAND\tGT\t./.\t0/1",
]


@pytest.fixture
def table(tmp_path: Path) -> ResultTable:
    table_of(tmp_path, LINES)
    ranges = HeldRanges(t=(tmp_path / "table.parquet").read_bytes())
    tables = ParquetTables(ranges, time.monotonic, lambda _seconds, _do: None)
    return ResultTable(tables, "t", "owner", Places(1, 1))


def test_a_page_shows_the_first_consequence_of_each_allele(table: ResultTable) -> None:
    names = ("pos", "alt", "most_severe", "gnomad_AF", "clinvar_CLNSIG", "zygosity_S1")
    page = table.page(VariantFilter(), Choice(columns=names))
    assert [(row.record, row.allele, row.values) for row in page.rows] == [
        (1, 1, (100, "T", "intron_variant", 0.25, "Benign", "het")),
        (1, 2, (100, "G", "stop_gained", 0.001, None, "het")),
        (2, 1, (200, "<DEL>", None, None, None, "missing")),
    ]


def test_filters_know_the_columns(table: ResultTable) -> None:
    def found(**wanted: object) -> list[tuple[int, int]]:
        page = table.page(VariantFilter(**wanted), Choice())  # type: ignore[arg-type]
        return [(row.record, row.allele) for row in page.rows]

    assert found(max_frequency=0.01) == [(1, 2), (2, 1)]
    assert found(significances=("benign",)) == [(1, 1)]
    assert found(consequences=("stop_gained",)) == [(1, 2)]
    assert found(consequences=("missense_variant",)) == [(1, 1)]
    assert found(consequences=("missense_variant",), query="not biotype = protein_coding") == []
    assert found(consequences=("missense_variant",), every_consequence=True) == [(1, 1)]
    assert found(zygosity=("S2:het",)) == [(2, 1)]
    assert found(text="P:p.Ala1=", every_consequence=True) == [(1, 1)]
    assert found(pass_only=True) == [(1, 1), (1, 2)]
    assert found(query="cpg_ISLAND = true and gas_status = symbolic") == [(2, 1)]


def test_a_deletion_is_found_to_its_end_however_long(tmp_path: Path) -> None:
    lines = [*header_of(), f"20\t11\t.\t{'A' * 40_000}\tA\t.\t.\t.", "20\t50000\t.\tA\tC\t.\t.\t."]
    table_of(tmp_path, lines)
    ranges = HeldRanges(t=(tmp_path / "table.parquet").read_bytes())
    tables = ParquetTables(ranges, time.monotonic, lambda _seconds, _do: None)
    table = ResultTable(tables, "t", "owner", Places(1, 1))

    def found(region: str) -> list[int]:
        return [row.record for row in table.page(VariantFilter(regions=(region,)), Choice()).rows]

    assert found("20:40010") == [1]
    assert found("20:40011") == []
    assert found("20:40000-50000") == [1, 2]


def test_what_ends_before_a_region_is_not_read(tmp_path: Path) -> None:
    lines = [*header_of(), *(f"20\t{at}\t.\tAC\tA\t.\t.\t." for at in range(1, 40))]
    rows = table_of(tmp_path, lines)
    pq.write_table(rows, tmp_path / "table.parquet", row_group_size=10)
    ranges = HeldRanges(t=(tmp_path / "table.parquet").read_bytes())
    with ThreadPoolExecutor(1) as fetchers:
        table = ParquetTable(TableCopy(ranges, "t", fetchers))
        read = [may_fit(Region("20", 12, 20), table, group) for group in range(len(table))]
        table.close()
    assert read == [False, True, False, False]


def test_details_have_every_transcript(table: ResultTable) -> None:
    details = table.details(1, 1)
    assert [each["biotype"] for each in details.consequences] == ["lncRNA", "protein_coding"]
    assert details.consequences[1]["hgvsp"] == "P:p.Ala1="
    assert details.values["lab_DEPTHS"] is None
    assert [(each.sample, each.call) for each in details.calls] == [("S1", "1/2"), ("S2", "0/0")]
    assert table.details(2, 1).consequences == []


def test_every_field_of_veps_is_known() -> None:
    fields = [name.lower() for name in FIELDS]
    stored = [Stored(name, Kind.TEXT) for name in [*fields, *STARTS.values(), MOST_SEVERE]]
    assert {column.group for column in Columns.of(stored).all} == {Group.CONSEQUENCE}


def test_every_column_of_the_annotation_is_in_its_group(table: ResultTable) -> None:
    groups = {column.name: column.group for column in table.columns().all}
    assert groups["gas_status"] is Group.VARIANT
    assert groups["cds_start"] is Group.CONSEQUENCE
    sources = [name for name, group in groups.items() if group is Group.SOURCE]
    assert sources == [
        "clinvar_CLNSIG", "gnomad_AF", "gnomad_AC", "cytoband_NAME", "lab_SCORE", "lab_DEPTHS",
        "cpg_ISLAND",
    ]  # fmt: skip
