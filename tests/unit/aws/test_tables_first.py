"""Of each variant one row is found: any of its consequences may fit, and the first that does shows.

What is found is what a plain reading of all rows finds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.consequence import BESIDE as ANNOTATORS
from backend.aws.tables import ParquetTables
from backend.domain.variant_columns import PICKED
from backend.domain.variant_conditions import BESIDE
from backend.domain.variant_filter import VariantFilter
from backend.services.variants import Choice, ResultTable
from backend.services.variants_places import Places
from tests.unit.annotator.plain_table import header_of, table_of
from tests.variant_rows import COLUMNS, Cells, HeldRanges, parquet, tables

FIELDS = ("Allele", "Consequence", "IMPACT", "SYMBOL", "Gene", "BIOTYPE", "MANE_SELECT")
ATP8 = "missense_variant|MODERATE|MT-ATP8|ENSG2|protein_coding|"
ATP6 = "frameshift_variant|HIGH|MT-ATP6|ENSG1|protein_coding|"
ND3 = "upstream_gene_variant|MODIFIER|MT-ND3|ENSG3|protein_coding|NM_3"
ND4 = "downstream_gene_variant|MODIFIER|MT-ND4|ENSG4|protein_coding|"


def line(position: int, *entries: str) -> str:
    csq = ",".join(f"C|{each}" for each in entries)
    return f"MT\t{position}\t.\tA\tC\t.\tPASS\tCSQ={csq}"


LINES = [
    *header_of(fields=FIELDS),
    line(1, ND3, ATP8.replace("missense", "stop_gained"), ATP6),
    line(2, ATP8, ATP6, ND3),
    line(3, ND4, ND3),
    line(4, ATP6),
]


def opened(table: bytes) -> ResultTable:
    tables = ParquetTables(HeldRanges(t=table), lambda: 0.0, lambda _seconds, _do: None)
    return ResultTable(tables, "t", "owner", Places(1, 1))


@pytest.fixture
def found(tmp_path: Path) -> Callable[..., list[tuple[Any, ...]]]:
    """Positions and genes of the rows that a filter finds."""
    table_of(tmp_path, LINES)
    table = opened((tmp_path / "table.parquet").read_bytes())

    def rows(**wanted: Any) -> list[tuple[Any, ...]]:
        page = table.page(VariantFilter(**wanted), Choice(columns=("pos", "symbol")))
        assert page.count == len(page.rows)
        return [row.values for row in page.rows]

    return rows


def test_a_variant_is_found_by_any_of_its_consequences(found: Callable[..., Any]) -> None:
    assert found() == [(1, "MT-ATP6"), (2, "MT-ATP6"), (3, "MT-ND3"), (4, "MT-ATP6")]
    assert found(genes=("MT-ATP8",)) == [(1, "MT-ATP8"), (2, "MT-ATP8")]
    assert found(impacts=("MODERATE",)) == [(1, "MT-ATP8"), (2, "MT-ATP8")]
    assert found(consequences=("missense_variant",)) == [(2, "MT-ATP8")]
    assert found(text="atp8") == [(1, "MT-ATP8"), (2, "MT-ATP8")]
    assert found(query="biotype ~ coding and symbol = MT-ATP8") == found(genes=("mt-atp8",))


def test_the_first_consequence_shows_if_it_fits(found: Callable[..., Any]) -> None:
    both = ("MT-ATP8", "MT-ATP6")
    assert found(genes=both) == [(1, "MT-ATP6"), (2, "MT-ATP6"), (4, "MT-ATP6")]


def test_everything_is_asked_of_one_consequence(found: Callable[..., Any]) -> None:
    assert found(genes=("MT-ATP8",), impacts=("HIGH",)) == []
    assert found(query='not symbol = "MT-ATP6"') == [
        (1, "MT-ATP8"), (2, "MT-ATP8"), (3, "MT-ND3"),
    ]  # fmt: skip


def test_what_lies_beside_a_gene_is_found_by_it_if_it_lies_in_none(
    found: Callable[..., Any],
) -> None:
    assert found(genes=("MT-ND3",)) == [(3, "MT-ND3")]
    assert found(genes=("MT-ND4",)) == [(3, "MT-ND4")]
    assert found(impacts=("MODIFIER",)) == [(3, "MT-ND3")]
    each = found(genes=("MT-ND3",), every_consequence=True)
    assert each == [(1, "MT-ND3"), (2, "MT-ND3"), (3, "MT-ND3")]


def test_what_lies_beside_is_so_to_the_annotation_too() -> None:
    assert BESIDE == ANNOTATORS


Check = Callable[[Cells], bool]

QUERIES: dict[str, Check] = {
    "impact = HIGH or gnomad_AF > 0.1": lambda row: (
        row["impact"] == "HIGH" or (row["gnomad_AF"] or 0) > 0.1
    ),
    "not symbol in (BRCA1)": lambda row: (row["symbol"] or "").lower() != "brca1",
    "symbol != TP53": lambda row: row["symbol"] not in {None, "TP53"},
    "picked = false": lambda row: not row["picked"],
    "strand is missing and pos < 20": lambda row: row["strand"] is None and row["pos"] < 20,
    "gnomad_AF > 0.001": lambda row: (row["gnomad_AF"] or 0) > 0.001,
    "consequence ~ upstream": lambda row: "upstream" in (row["consequence"] or ""),
}
SEARCHED = ("symbol", "gene", "id", "hgvsp", "consequence")


def checks_of(wanted: VariantFilter) -> list[Check]:
    """What a row has to pass, said plainly."""
    checks: list[Check] = []
    if wanted.genes:
        checks.append(lambda row: (row["symbol"] or "").lower() in wanted.genes)
    if wanted.impacts:
        checks.append(lambda row: row["impact"] in wanted.impacts)
    if wanted.consequences:
        terms = set(wanted.consequences)
        checks.append(lambda row: not terms.isdisjoint((row["consequence"] or "").split("&")))
    if wanted.max_frequency is not None:
        most = wanted.max_frequency
        checks.append(lambda row: not (row["gnomad_AF"] or 0) > most)
    if wanted.pass_only:
        checks.append(lambda row: row["filter"] == "PASS")
    if wanted.text is not None:
        text = wanted.text
        checks.append(lambda row: any(text in (row[name] or "").lower() for name in SEARCHED))
    if wanted.query is not None:
        checks.append(QUERIES[wanted.query])
    return checks


def plainly(rows: Sequence[Cells], wanted: VariantFilter) -> list[int]:
    """The numbers of the rows that are to be found, by looking at all of them."""
    checks = checks_of(wanted)
    chosen = []
    for _, each in groupby(range(len(rows)), lambda at: allele_of(rows[at])):
        mine = list(each)
        lies_in_one = any(rows[at]["consequence"] not in ANNOTATORS for at in mine)
        fit = [at for at in mine if all(check(rows[at]) for check in checks)]
        if not wanted.every_consequence:
            fit = [
                at
                for at in fit
                if rows[at][PICKED] or not lies_in_one or rows[at]["consequence"] not in ANNOTATORS
            ]
            fit = [at for at in fit if rows[at][PICKED]][:1] or fit[:1]
        chosen += fit
    return chosen


def allele_of(row: Cells) -> tuple[int, int]:
    return row["record"], row["allele_number"] or 0


OF_ALLELE = ("id", "qual", "filter", "gnomad_AF", "clinvar_CLNSIG", "cpg_ISLAND", "pos")


def as_written(rows: list[Cells]) -> list[Cells]:
    """*rows* as the annotation writes them: one of an allele is picked; it is alike in all."""
    found: list[Cells] = []
    for _, each in groupby(rows, allele_of):
        mine = list(each)
        picked = next((at for at, row in enumerate(mine) if row[PICKED]), 0)
        same = {name: mine[0][name] for name in OF_ALLELE}
        found += [{**row, **same, PICKED: at == picked} for at, row in enumerate(mine)]
    return found


filters = st.builds(
    VariantFilter,
    genes=st.sampled_from([(), (), ("brca1",), ("tp53", "brca1")]),
    impacts=st.sampled_from([(), (), ("HIGH",), ("MODIFIER", "LOW")]),
    consequences=st.sampled_from([(), (), ("missense_variant",), ("upstream_gene_variant",)]),
    max_frequency=st.sampled_from([None, None, 0.0, 0.1]),
    text=st.sampled_from([None, None, None, "brca", "stop", "rs1"]),
    query=st.none() | st.sampled_from(sorted(QUERIES)),
    pass_only=st.booleans(),
    every_consequence=st.booleans(),
)


@settings(max_examples=300)
@given(rows=tables().map(as_written), wanted=filters, group=st.integers(1, 6))
def test_what_is_found_is_what_a_plain_reading_finds(
    rows: list[Cells], wanted: VariantFilter, group: int
) -> None:
    table = opened(parquet(rows, group))
    expected = [(allele_of(rows[at]), rows[at]["consequence"]) for at in plainly(rows, wanted)]
    pages = [table.page(wanted, Choice(columns=("consequence",), limit=2))]
    while pages[-1].after is not None:
        choice = Choice(columns=("consequence",), limit=2, after=pages[-1].after)
        pages.append(table.page(wanted, choice))
    shown = [((row.record, row.allele), row.values[0]) for page in pages for row in page.rows]
    assert shown == expected
    assert [page.count for page in pages] == [len(expected)] * len(pages)
    # An export has the rows of the pages.
    columns = (COLUMNS.get("consequence"),)
    batches = table.tables.rows("t", wanted.condition(COLUMNS), columns)  # type: ignore[arg-type]
    assert [((r.record, r.allele), r.values[0]) for rows in batches for r in rows] == expected
