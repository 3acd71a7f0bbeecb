"""Exports: the rows are those a plain filter finds, and no text becomes a formula."""

from __future__ import annotations

import argparse
import math
import re
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given

from annotator.consequence import SEVERITY
from annotator.export import Region, Selection, export
from annotator.reference.bundle import demo_folder
from annotator.table import write_table
from backend.commands.export import add
from backend.domain.errors import RejectedError
from tests.unit.annotator.annotated_text import Run
from tests.unit.annotator.exported import (
    HOSTILE,
    RISKY,
    ROWS,
    SCHEMA,
    SELECTIONS,
    fits,
    nothing,
    rows_of,
    same,
    same_in_workbook,
    sheets_of,
    tsv_of,
    write,
)

ROW: dict[str, Any] = {
    "record": 1, "chrom": "20", "pos": 100, "ref": "A", "alt": "C", "qual": 50.5, "filter": "PASS",
    "picked": True, "consequence": "missense_variant&splice_region_variant", "impact": "MODERATE",
    "symbol": "MARCH1", "gene": "ENSG1", "strand": -1, "clinvar_CLNSIG": "Benign",
    "gnomad_AF": 1.5e-05,
}  # fmt: skip


@given(ROWS, SELECTIONS)
def test_rows_of_a_tsv_are_those_that_a_plain_filter_finds(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], selection: Selection
) -> None:
    lines = tsv_of(write(tmp_path_factory.mktemp("t"), rows), selection)
    names = list(dict.fromkeys(selection.columns)) or SCHEMA.names
    wanted = [row for row in rows if fits(row, selection)]
    assert lines[0] == names
    assert len(lines) - 1 == len(wanted)
    for line, row in zip(lines[1:], wanted, strict=True):
        assert len(line) == len(names)
        assert all(same(cell, row[name]) for cell, name in zip(line, names, strict=True)), line


@given(ROWS, SELECTIONS)
@example([ROW, ROW | {"symbol": None}, ROW], Selection(columns=("symbol",)))
def test_rows_of_a_workbook_are_those_of_the_tsv(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], selection: Selection
) -> None:
    table = write(tmp_path_factory.mktemp("t"), rows)
    target = table.with_name("out.xlsx")
    count = export(table, target, selection, nothing)
    names = list(dict.fromkeys(selection.columns)) or SCHEMA.names
    wanted = [[row[name] for name in names] for row in rows if fits(row, selection)]
    head, *found = sheets_of(target)["Variants"]
    assert head == names
    assert count == len(wanted)
    # A row of nothing but nulls is not written at the end of a sheet.
    found += [[]] * (count - len(found))
    for cells, values in zip(found, wanted, strict=True):
        padded = [*cells, *[None] * (len(values) - len(cells))]
        assert all(map(same_in_workbook, padded, values)), (padded, values)


@given(HOSTILE)
def test_no_text_in_a_tsv_begins_like_a_formula(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    lines = tsv_of(
        write(tmp_path_factory.mktemp("t"), [ROW | {"symbol": text}]),
        Selection(columns=("symbol",)),
    )
    assert len(lines) == 2
    (cell,) = lines[1]
    assert cell == "-" or cell[:1] not in set(RISKY)


def test_numbers_of_a_tsv_stay_numbers(tmp_path: Path) -> None:
    row = ROW | {"strand": -1, "qual": -0.5, "alt": "-", "symbol": "-1"}
    lines = tsv_of(write(tmp_path, [row]), Selection(columns=("strand", "qual", "alt", "symbol")))
    assert lines[1] == ["-1", "-0.5", "-", "'-1"]


def test_genes_named_like_dates_and_links_stay_text_in_a_workbook(tmp_path: Path) -> None:
    names = ["MARCH1", "SEPT2", "1-Mar", "=1+1", "http://x.org", "mailto:x", "007", "TRUE", " x ",
             "internal:A1", "{=1}", "_x0041_"]  # fmt: skip
    table = write(tmp_path, [ROW | {"symbol": name} for name in names])
    export(table, tmp_path / "out.xlsx", Selection(columns=("symbol",)), nothing)
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    cells = re.findall(r'<c r="A\d+"(?: s="\d+")? t="(\w+)">', xml)
    assert cells == ["inlineStr"] * (len(names) + 1)
    found = rows_of(xml)
    assert [cell for (cell,) in found[1:-1]] == names[:-1]
    assert "_x005F_x0041_" in xml, "text that looks like Excel's escapes is escaped"


@pytest.mark.parametrize("text", ["<r><f>1</f></r>", "<r></r>"])
def test_text_that_looks_like_markup_stays_text_in_a_workbook(tmp_path: Path, text: str) -> None:
    table = write(tmp_path, [ROW | {"symbol": text}])
    export(table, tmp_path / "out.xlsx", Selection(columns=("symbol",)), nothing)
    assert sheets_of(tmp_path / "out.xlsx")["Variants"] == [["symbol"], [f"'{text}"]]


def test_rows_beyond_a_sheets_limit_go_on_further_sheets(tmp_path: Path) -> None:
    table = write(tmp_path, [ROW | {"record": at} for at in range(1, 6)])
    selection = Selection(columns=("record",))
    count = export(table, tmp_path / "out.xlsx", selection, nothing, sheet_rows=3)
    sheets = sheets_of(tmp_path / "out.xlsx")
    assert count == 5
    assert list(sheets) == ["Variants", "About", "Variants 2", "Variants 3"]
    assert sheets["Variants"] == [["record"], [1], [2]]
    assert sheets["Variants 2"] == [["record"], [3], [4]]
    assert sheets["Variants 3"] == [["record"], [5]]


def test_rows_that_just_fill_a_sheet_need_no_further_one(tmp_path: Path) -> None:
    table = write(tmp_path, [ROW, ROW])
    export(table, tmp_path / "out.xlsx", Selection(), nothing, sheet_rows=3)
    assert list(sheets_of(tmp_path / "out.xlsx")) == ["Variants", "About"]


def test_sheets_have_fixed_heads_and_filters(tmp_path: Path) -> None:
    table = write(tmp_path, [ROW, ROW, ROW])
    export(table, tmp_path / "out.xlsx", Selection(columns=("pos", "alt")), nothing, sheet_rows=3)
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        sheets = [archive.read(f"xl/worksheets/sheet{at}.xml").decode() for at in (1, 3)]
    for xml, area in zip(sheets, ("A1:B3", "A1:B2"), strict=True):
        assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in xml
        assert f'<autoFilter ref="{area}"/>' in xml
        assert "<cols><col " in xml


def test_a_workbook_says_what_its_rows_are(tmp_path: Path) -> None:
    selection = Selection(
        genes=("MARCH1", "SEPT2"), impacts=("MODERATE",), consequences=("missense_variant",),
        regions=(Region("20", 1, 1000), Region("21", 5), Region("X")), most_frequency=0.01,
        significances=("benign",), pass_only=True, picked=True, columns=("pos",),
    )  # fmt: skip
    export(write(tmp_path, [ROW]), tmp_path / "out.xlsx", selection, nothing)
    assert sheets_of(tmp_path / "out.xlsx")["About"] == [
        ["Rows", "1"],
        ["Genes", "MARCH1 or SEPT2"],
        ["Impact", "MODERATE"],
        ["Consequence", "missense_variant"],
        ["Region", "20:1-1000 or 21:5- or X"],
        ["ClinVar significance", "benign"],
        ["Frequency in gnomAD", "at most 0.01, or not listed"],
        ["FILTER", "PASS"],
        ["Consequences", "the first of each allele"],
        ["Columns", "pos"],
        ["Order of rows", "as in the annotated file; a row an allele and consequence"],
        ["Annotation: Version", "0.1.0"],
        ["Annotation: Engine", "vepyr 0.10.0"],
        ["Annotation: Bundle", "lab"],
        ["Source: ClinVar", "Release 2026-11, Licence none"],
        ["Source: MANE", "Release 1.4, Licence BSD"],
    ]


@pytest.mark.parametrize("suffix", [".tsv", ".xlsx", ".TSV"])
def test_the_same_table_and_selection_give_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    table = write(tmp_path, [ROW, ROW | {"symbol": "SEPT2"}])
    made = []
    for name in "ab":
        (tmp_path / name).mkdir()
        export(table, tmp_path / name / f"out{suffix}", Selection(picked=True), nothing)
        made.append((tmp_path / name / f"out{suffix}").read_bytes())
    assert made[0] == made[1]


def test_a_workbook_says_no_time(tmp_path: Path) -> None:
    export(write(tmp_path, [ROW]), tmp_path / "out.xlsx", Selection(), nothing)
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        core = archive.read("docProps/core.xml").decode()
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 31, 0, 0, 0)}
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2000-01-01T00:00:00Z"}


@pytest.mark.parametrize("suffix", [".tsv", ".xlsx"])
def test_an_empty_selection_is_written_with_the_column_names(tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"out{suffix}"
    selection = Selection(genes=("TP53",), columns=("pos", "symbol"))
    assert export(write(tmp_path, [ROW]), target, selection, nothing) == 0
    if suffix == ".tsv":
        assert target.read_bytes() == b"pos\tsymbol\n"
    else:
        assert sheets_of(target)["Variants"] == [["pos", "symbol"]]


@pytest.mark.parametrize("suffix", [".tsv", ".xlsx"])
def test_stopping_leaves_the_earlier_file_and_nothing_else(tmp_path: Path, suffix: str) -> None:
    table, target = write(tmp_path, [ROW] * 9), tmp_path / f"out{suffix}"
    target.write_bytes(b"earlier")

    def stop_later(done: int, total: int) -> None:
        if done >= 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(table, target, Selection(), stop_later)
    assert target.read_bytes() == b"earlier"
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([target.name, table.name])


def test_progress_is_told_up_to_the_last_row(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    export(write(tmp_path, [ROW] * 7), tmp_path / "out.tsv", Selection(genes=("TP53",)),
           lambda done, total: told.append((done, total)))  # fmt: skip
    assert told == [(0, 7), (3, 7), (6, 7), (7, 7)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20", Region("20")), ("20:100", Region("20", 100, 100)), ("20:100-", Region("20", 100)),
        ("chr20:1,000-2,000", Region("chr20", 1000, 2000)), (" X:5-5 ", Region("X", 5, 5)),
    ],
)  # fmt: skip
def test_regions_are_read(text: str, expected: Region) -> None:
    assert Region.parse(text) == expected
    assert Region.parse(str(expected)) == expected


@pytest.mark.parametrize(
    "text", ["", ":5", "20:", "20:x", "20:0-5", "20:9-5", "20:-5", "20:1-2-3", "20:,", "20:1-9e9"]
)
def test_what_is_no_region_is_refused(text: str) -> None:
    with pytest.raises(RejectedError, match=r"is not a region; write 20, 20:100-2000"):
        Region.parse(text)


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (Selection(columns=("chrm",)), "The table has no column 'chrm'. Did you mean chrom?"),
        (Selection(impacts=("severe",)),
         "There is no impact 'severe'; use HIGH, MODERATE, LOW, MODIFIER."),
        (Selection(consequences=("stop_gain",)),
         ("There is no consequence 'stop_gain'; use a term of the Sequence Ontology such as "
          "missense_variant. Did you mean stop_gained?")),
        (Selection(most_frequency=5), "5 is not a frequency; use a number from 0 to 1."),
        (Selection(most_frequency=math.nan), "nan is not a frequency; use a number from 0 to 1."),
    ],
)  # fmt: skip
def test_a_selection_that_cannot_be_made_is_refused(
    tmp_path: Path, selection: Selection, message: str
) -> None:
    with pytest.raises(RejectedError) as refused:
        export(write(tmp_path, [ROW]), tmp_path / "out.tsv", selection, nothing)
    assert str(refused.value) == message
    assert not (tmp_path / "out.tsv").exists()


@pytest.mark.parametrize(
    ("column", "selection", "message"),
    [
        ("gnomad_AF", Selection(most_frequency=0.1),
         "The table has no frequencies: annotate with a reference bundle that has gnomAD."),
        ("clinvar_CLNSIG", Selection(significances=("benign",)),
         ("The table has no clinical significance: annotate with a reference bundle that has "
          "ClinVar.")),
        ("symbol", Selection(genes=("A",)), "The table has no column symbol: make it anew."),
    ],
)  # fmt: skip
def test_a_table_without_the_source_is_refused(
    tmp_path: Path, column: str, selection: Selection, message: str
) -> None:
    table = pa.Table.from_pylist([ROW], SCHEMA).drop_columns([column])
    pq.write_table(table, tmp_path / "table.parquet")
    with pytest.raises(RejectedError) as refused:
        export(tmp_path / "table.parquet", tmp_path / "out.tsv", selection, nothing)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("region", "found"),
    [("20", "12"), ("chr20", "12"), ("20:100-101", "12"), ("20:102", "2"), ("20:104-", ""),
     ("chrX:1-100", "3"), ("CHRx", "3"), ("MT", "4"), ("M", "4"), ("chrm", "4"), ("21", "")],
)  # fmt: skip
def test_a_region_is_found_with_or_without_chr_and_by_all_of_ref(
    tmp_path: Path, region: str, found: str
) -> None:
    table = write(tmp_path, [
        ROW | {"record": 1, "ref": "A"}, ROW | {"record": 2, "chrom": "chr20", "ref": "ACGT"},
        ROW | {"record": 3, "chrom": "X"}, ROW | {"record": 4, "chrom": "chrM"},
    ])  # fmt: skip
    lines = tsv_of(table, Selection(regions=(Region.parse(region),), columns=("record",)))
    assert "".join(record for (record,) in lines[1:]) == found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("pathogenic", "13"), ("Likely_pathogenic", "23"), ("risk factor", "3"), ("benign", "")],
)
def test_a_significance_is_found_whole(tmp_path: Path, wanted: str, found: str) -> None:
    values = ["Pathogenic", "Likely_pathogenic", "Pathogenic/Likely_pathogenic|risk_factor",
              "Conflicting_classifications_of_pathogenicity", None]  # fmt: skip
    table = write(tmp_path, [
        ROW | {"record": at, "clinvar_CLNSIG": value} for at, value in enumerate(values, 1)
    ])  # fmt: skip
    lines = tsv_of(table, Selection(significances=(wanted,), columns=("record",)))
    assert "".join(record for (record,) in lines[1:]) == found


def test_alleles_that_no_one_has_counted_are_rare(tmp_path: Path) -> None:
    values = [None, math.nan, 0.0, 0.01, 0.02]
    table = write(tmp_path, [
        ROW | {"record": at, "gnomad_AF": value} for at, value in enumerate(values, 1)
    ])  # fmt: skip
    lines = tsv_of(table, Selection(most_frequency=0.01, columns=("record",)))
    assert "".join(record for (record,) in lines[1:]) == "1234"


def test_columns_whose_names_were_taken_are_found(tmp_path: Path) -> None:
    names = {"gnomad_AF": "GAS_gnomad_AF", "clinvar_CLNSIG": "GAS_clinvar_CLNSIG"}
    table = pa.Table.from_pylist([ROW, ROW | {"gnomad_AF": 0.5}], SCHEMA)
    renamed = table.rename_columns([names.get(name, name) for name in table.column_names])
    renamed = renamed.replace_schema_metadata(SCHEMA.metadata)
    pq.write_table(renamed, tmp_path / "table.parquet")
    selection = Selection(most_frequency=0.1, significances=("benign",), columns=("record",))
    assert tsv_of(tmp_path / "table.parquet", selection) == [["record"], ["1"]]


def test_frequencies_that_are_text_are_numbers_all_the_same(tmp_path: Path) -> None:
    table = pa.Table.from_pylist([ROW] * 4, SCHEMA)
    at = table.column_names.index("gnomad_AF")
    texts = pa.array(["0.01", "0.5", None, "0.02&0.9"])
    pq.write_table(table.set_column(at, "gnomad_AF", texts), tmp_path / "table.parquet")
    selection = Selection(most_frequency=0.1, columns=("gnomad_AF",))
    lines = tsv_of(tmp_path / "table.parquet", selection)
    assert lines == [["gnomad_AF"], ["0.01"], [""], ["0.02&0.9"]]


def test_terms_and_impacts_are_taken_in_any_case_and_with_spaces(tmp_path: Path) -> None:
    selection = Selection(impacts=("moderate",), consequences=("missense variant",))
    assert export(write(tmp_path, [ROW]), tmp_path / "out.tsv", selection, nothing) == 1
    assert "missense_variant" in SEVERITY


def test_what_is_no_table_of_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.parquet").write_text("chrom\tpos\n")
    pq.write_table(pa.table({"chrom": ["20"]}), tmp_path / "other.parquet")
    for name in ("text.parquet", "other.parquet"):
        with pytest.raises(RejectedError, match=rf"^{name} is not a table of this service"):
            export(tmp_path / name, tmp_path / "out.tsv", Selection(), nothing)
    with pytest.raises(RejectedError, match="There is no file"):
        export(tmp_path / "none.parquet", tmp_path / "out.tsv", Selection(), nothing)
    with pytest.raises(RejectedError, match=r"out\.csv should end in \.tsv or \.xlsx"):
        export(tmp_path / "other.parquet", tmp_path / "out.csv", Selection(), nothing)


def run(*words: str) -> None:
    """Run `gas export`."""
    parser = argparse.ArgumentParser()
    add(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["export", *words])
    arguments.run(arguments)


def test_the_command_exports_the_demo(
    annotated: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = annotated(demo_folder() / "demo.vcf").outcome
    table = tmp_path / "demo.parquet"
    write_table(outcome.result, table, lambda: None)
    target = tmp_path / "new" / "out.tsv"
    run(str(table), "-o", str(target), "--gene", "PRNP", "--gene", "ITPA", "--impact", "HIGH",
        "--region", "20:1-5,000,000", "--picked",
        "--columns", "chrom,pos,alt,symbol,hgvsp")  # fmt: skip
    assert capsys.readouterr().out == f"2 rows written to {target}\n"
    assert target.read_text() == (
        "chrom\tpos\talt\tsymbol\thgvsp\n"
        "20\t3193870\tA\tITPA\t\n"
        "20\t4680301\tG\tPRNP\tENSP00000368752.4:p.Tyr145Ter\n"
    )
    run(str(table), "-o", str(target), "--consequence", "stop_lost", "--pass-only")
    assert capsys.readouterr().out == (
        f"0 rows written to {target}: no row fits the selection, so it has the column names only\n"
    )
