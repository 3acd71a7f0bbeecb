"""Tables to export, what a plain filter finds in them, and exports read back."""

from __future__ import annotations

import math
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import strategies as st

from annotator.export import Region, Selection, export

SCHEMA = pa.schema(
    [
        ("record", pa.int64()), ("chrom", pa.dictionary(pa.int32(), pa.string())),
        ("pos", pa.int32()), ("ref", pa.string()), ("alt", pa.string()), ("qual", pa.float64()),
        ("filter", pa.string()), ("picked", pa.bool_()), ("consequence", pa.string()),
        ("impact", pa.string()), ("symbol", pa.string()), ("gene", pa.string()),
        ("strand", pa.int8()), ("clinvar_CLNSIG", pa.string()), ("gnomad_AF", pa.float64()),
    ],
    metadata={
        "gas": '##GAS=<Version="0.1.0",Engine="vepyr 0.10.0",Bundle="lab">',
        "gas_source": '##GAS_source=<Name="ClinVar",Release="2026-11",Licence="none">\n'
        '##GAS_source=<Name="MANE",Release="1.4",Licence="BSD">',
    },
)  # fmt: skip

RISKY = '=+-@\t\r\n"'
SHEETS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def nothing(done: int, total: int) -> None:
    """Whom progress is told, where nobody listens."""


def write(folder: Path, rows: list[dict[str, Any]], group: int = 3) -> Path:
    """A table of *rows* in row groups of *group*."""
    file = folder / "table.parquet"
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), file, row_group_size=group)
    return file


def tsv_of(table: Path, selection: Selection) -> list[list[str]]:
    """The cells of an export as TSV."""
    target = table.with_name("out.tsv")
    count = export(table, target, selection, nothing)
    text = target.read_bytes().decode()
    assert text.endswith("\n")
    lines = [line.split("\t") for line in text[:-1].split("\n")]
    assert count == len(lines) - 1
    return lines


def sheets_of(file: Path) -> dict[str, list[list[Any]]]:
    """The cells of a workbook by sheet: texts, numbers and truth values; None where empty."""
    with zipfile.ZipFile(file) as archive:
        book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - our own
        names = [sheet.attrib["name"] for sheet in book.iter(f"{SHEETS}sheet")]
        return {
            name: rows_of(archive.read(f"xl/worksheets/sheet{at}.xml").decode())
            for at, name in enumerate(names, 1)
        }


def rows_of(xml: str) -> list[list[Any]]:
    """The cells of a sheet; rows that are not written, as they have none, are there without any."""
    sheet = ET.fromstring(xml)  # noqa: S314 - our own
    assert not list(sheet.iter(f"{SHEETS}f")), "no cell is a formula"
    assert not list(sheet.iter(f"{SHEETS}hyperlink")), "no cell is a link"
    rows: list[list[Any]] = []
    for row in sheet.iter(f"{SHEETS}row"):
        # A row that does not say its number is the next one (ECMA-376, 18.3.1.73).
        number = int(row.attrib.get("r", len(rows) + 1))
        rows += [[]] * (number - 1 - len(rows))
        cells: dict[int, Any] = {}
        for cell in row.iter(f"{SHEETS}c"):
            cells[column_of(cell.attrib["r"])] = value_of(cell)
        rows.append([cells.get(at) for at in range(max(cells) + 1)])
    return rows


def column_of(reference: str) -> int:
    letters = re.sub(r"\d", "", reference)
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def value_of(cell: ET.Element) -> object:
    kind = cell.attrib.get("t")
    if kind == "inlineStr":
        return re.sub(
            r"_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), "".join(cell.itertext())
        )
    value = cell.findtext(f"{SHEETS}v")
    return value == "1" if kind == "b" else float(value or "")


def fits(row: dict[str, Any], selection: Selection) -> bool:
    """Whether a row fits, said plainly."""
    terms = (row["consequence"] or "").split("&")
    known = {each.strip().lower().replace("_", " ")
             for each in re.split(r"[/|,&]", row["clinvar_CLNSIG"] or "")}  # fmt: skip
    names = {(row[key] or "").upper() for key in ("symbol", "gene")}
    last = row["pos"] + len(row["ref"] or "A") - 1
    return all([
        not selection.genes or any(gene.upper() in names for gene in selection.genes),
        not selection.impacts or row["impact"] in selection.impacts,
        not selection.consequences or any(term in terms for term in selection.consequences),
        not selection.significances
        or any(each.lower().replace("_", " ") in known for each in selection.significances),
        not selection.regions
        or any(row["chrom"].removeprefix("chr") == region.contig.removeprefix("chr")
               and row["pos"] <= region.end and last >= region.start
               for region in selection.regions),
        selection.most_frequency is None or row["gnomad_AF"] is None
        or math.isnan(row["gnomad_AF"]) or row["gnomad_AF"] <= selection.most_frequency,
        not selection.pass_only or row["filter"] == "PASS",
        not selection.picked or row["picked"],
    ])  # fmt: skip


def as_tsv(value: object) -> str:
    """A value as a cell of TSV, said plainly."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    escaped = value
    for letter, escape in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        escaped = escaped.replace(letter, escape)
    return f"'{escaped}" if value[:1] and value[0] in RISKY and value != "-" else escaped


def same(cell: str, value: object) -> bool:
    """Whether a cell of TSV holds *value*; of a number, however it is spelled."""
    if isinstance(value, float):
        return float(cell) == value or (math.isnan(value) and math.isnan(float(cell)))
    return cell == as_tsv(value)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)

HOSTILE = st.one_of(TEXT, st.sampled_from(["=1+1", "+A", "-A", "-", "@x", "\tx", "\r", "'=x", "\\t",
                                           '"=1', '"', "http://x.org", "1/2", "007"]))  # fmt: skip

ROWS = st.lists(
    st.fixed_dictionaries({
        "record": st.integers(1, 2**62),
        "chrom": st.sampled_from(["20", "chr20", "21", "X"]),
        "pos": st.integers(1, 30),
        "ref": st.text("ACGT", min_size=1, max_size=9),
        "alt": st.one_of(st.none(), HOSTILE),
        "qual": st.one_of(st.none(), st.floats(allow_subnormal=False)),
        "filter": st.sampled_from([None, "PASS", "q10", "q10;PASS"]),
        "picked": st.booleans(),
        "consequence": st.sampled_from([
            None, "stop_gained", "intron_variant", "stop_gained&intron_variant", "made_up",
        ]),
        "impact": st.sampled_from([None, "HIGH", "MODIFIER"]),
        "symbol": st.one_of(st.none(), st.sampled_from(["MARCH1", "march1", "SEPT2"]), HOSTILE),
        "gene": st.sampled_from([None, "ENSG1", "ENSG2"]),
        "strand": st.sampled_from([None, 1, -1]),
        "clinvar_CLNSIG": st.sampled_from([
            None, "Pathogenic", "Likely_pathogenic", "Pathogenic/Likely_pathogenic|risk_factor",
            "Conflicting_classifications_of_pathogenicity",
        ]),
        "gnomad_AF": st.sampled_from([None, 0.0, 0.01, 0.5, math.nan]),
    }),
    max_size=12,
)  # fmt: skip


def some(*values: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(values), max_size=2).map(tuple)


SELECTIONS = st.builds(
    Selection,
    genes=some("MARCH1", "Sept2", "ensg1"),
    impacts=some("HIGH", "MODIFIER"),
    consequences=some("stop_gained", "intron_variant"),
    regions=some(Region("20", 5, 12), Region("chr21"), Region("X", 9), Region("chr20", 7, 7)),
    most_frequency=st.sampled_from([None, 0.0, 0.01, 1.0]),
    significances=some("pathogenic", "Likely_Pathogenic", "risk factor"),
    pass_only=st.booleans(),
    picked=st.booleans(),
    columns=some(*SCHEMA.names),
)


def same_in_workbook(cell: object, value: object) -> bool:
    """Whether a cell of a workbook holds *value*, with its type."""
    if isinstance(value, str):
        return cell == value
    if isinstance(value, bool) or value is None:
        return cell is value
    if isinstance(value, float) and value and not 2.3e-308 <= abs(value) <= 9.99e307:
        return cell == str(value)
    if isinstance(value, int) and abs(value) >= 10**15:
        return cell == str(value)
    return isinstance(cell, float) and cell == pytest.approx(value, rel=1e-15, abs=0)
