"""Results as a plain reading finds them, row by row."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotator.consequence import BESIDE, LEAST, SEVERITY, worst
from annotator.guard import vep_names
from annotator.table import write_table
from annotator.table.header import MOST_GENOTYPES

FIELDS = ("Allele", "Consequence", "BIOTYPE", "HGVSp", "CDS_position", "STRAND", "CANONICAL",
          "MANE_SELECT")  # fmt: skip

SOURCES = {
    "clinvar_CLNSIG": ("A", "String"),
    "gnomad_AF": ("A", "Float"),
    "gnomad_AC": ("A", "Integer"),
    "cytoband_NAME": (".", "String"),
    "lab_SCORE": ("1", "Float"),
    "lab_DEPTHS": (".", "Integer"),
    "cpg_ISLAND": ("0", "Flag"),
}

RUN = f'##GAS=<Version="1",Engine="x",Keys="CSQ,GAS_STATUS,{",".join(SOURCES)}">'
MADE_WITH = ('##GAS_source=<Name="A",Release="1">', '##GAS_source=<Name="B",Release="2">')

STARTS = {"cDNA_position": "cdna_start", "CDS_position": "cds_start",
          "Protein_position": "protein_start"}  # fmt: skip

ENCODED = {"%3A": ":", "%3B": ";", "%3D": "=", "%2C": ",", "%09": "\t", "%25": "%"}
NUMBERS: dict[str, Callable[[str], object]] = {"Integer": int, "Float": float}


def header_of(*samples: str, fields: tuple[str, ...] = FIELDS, run: str = RUN) -> list[str]:
    """The header of a result with the sources above."""
    columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]
    return [
        "##fileformat=VCFv4.2",
        '##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth, of \\"reads\\"">',
        (
            '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from x. '
            f'Format: {"|".join(fields)}">'
        ),
        '##INFO=<ID=GAS_STATUS,Number=.,Type=String,Description="Why not">',
        *(
            f'##INFO=<ID={key},Number={number},Type={kind},Description="A, b">'
            for key, (number, kind) in SOURCES.items()
        ),
        run,
        *MADE_WITH,
        "\t".join([*columns, *(["FORMAT", *samples] if samples else [])]),
    ]


def table_of(folder: Path, lines: list[str]) -> pa.Table:
    """The table of a result with these lines."""
    result = folder / "result.vcf.gz"
    result.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode()))
    write_table(result, folder / "table.parquet", lambda: None)
    return pq.read_table(folder / "table.parquet")


def plain_rows(lines: list[str]) -> list[dict[str, Any]]:
    """What the table should hold, by a plain reading of the result's *lines*."""
    meta = [line for line in lines if line.startswith("##")]
    names = next(line for line in lines if line.startswith("#CHROM")).split("\t")
    fields = next(re.findall(r"annotations from .* Format: ([^ \"]+)", line)
                  for line in meta if line.startswith("##INFO=<ID=CSQ,"))[0].split("|")  # fmt: skip
    listed = re.findall(r'Keys="CSQ,GAS_STATUS,?([^"]*)"', "\n".join(meta))
    keys = [key for key in (listed[0].split(",") if listed else []) if key]
    rows = []
    records = [line.split("\t") for line in lines if not line.startswith("#")]
    for number, columns in enumerate(records, 1):
        rows += record_rows(number, columns, fields, keys, names[9:])
    return rows


def record_rows(
    number: int, columns: list[str], fields: list[str], keys: list[str], samples: list[str]
) -> list[dict[str, Any]]:
    """The rows of one record."""
    chrom, pos, name, ref, alt, qual, passed, info = columns[:8]
    values = {item.partition("=")[0]: item.partition("=")[2] for item in reversed(info.split(";"))}
    entries = [each.split("|") for each in values.get("CSQ", "").split(",") if each]
    alts = alt.split(",")
    vep = vep_names(ref.upper(), [each.upper() for each in alts])
    rows = []
    for at, allele in enumerate(alts):
        mine = [entry for entry in entries if entry[0] == vep[at]]
        share = len(mine) // vep.count(vep[at])
        mine = mine[vep[:at].count(vep[at]) * share :][:share]
        of_allele = []
        for entry in mine or [[""] * len(fields)]:
            row = {
                "record": number, "chrom": chrom, "pos": int(pos), "id": text(name), "ref": ref,
                "ref_end": int(pos) + len(ref) - 1,
                "alt": text(allele), "allele_number": at + 1 if text(allele) else None,
                "qual": float(qual) if text(qual) else None, "filter": text(passed),
                "gas_status": None if mine else values.get("GAS_STATUS"), "picked": False,
            }  # fmt: skip
            row |= entry_cells(dict(zip(fields, entry, strict=True)))
            row |= {key: source_cell(key, values, at) for key in keys}
            row |= genotypes(columns[8:], samples)
            of_allele.append(row)
        min(of_allele, key=lateness)["picked"] = True
        rows += of_allele
    return rows


def text(value: str) -> str | None:
    return None if value in {"", "."} else value


def plain(value: str) -> str:
    for code, letter in ENCODED.items():
        value = value.replace(code, letter)
    return value


def entry_cells(entry: dict[str, str]) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for field, value in entry.items():
        cells[field.lower()] = text(plain(value))
        if field in {"DISTANCE", "STRAND", "HGVS_OFFSET"}:
            cells[field.lower()] = int(value) if value else None
        if field == "Consequence":
            cells["most_severe"] = worst(value) if value else None
        if field in STARTS:
            start = value.partition("-")[0]
            cells[STARTS[field]] = int(start) if start.isdigit() else None
    return cells


def source_cell(key: str, values: dict[str, str], at: int) -> object:
    number, kind = SOURCES[key]
    if kind == "Flag":
        return key in values
    value = values.get(key, "")
    if number == "A":
        value = dict(enumerate(value.split(","))).get(at, "")
    shown = text(plain(value))
    if shown is None or number == ".":
        return shown
    return NUMBERS.get(kind, str)(shown)


def genotypes(columns: list[str], samples: list[str]) -> dict[str, str | None]:
    if not samples or len(samples) > MOST_GENOTYPES:
        return {}
    has = columns[0].split(":")[0] == "GT"
    calls = [text(call.split(":")[0]) if has else None for call in columns[1:]]
    return {f"gt_{sample}": call for sample, call in zip(samples, calls, strict=True)}


def lateness(row: dict[str, Any]) -> tuple[bool, bool, bool, bool, bool, int]:
    return (
        not row["consequence"] or set(row["consequence"].split("&")) <= BESIDE,
        not row.get("mane_select"),
        not row.get("mane_plus_clinical"),
        not row.get("canonical"),
        row.get("biotype") != "protein_coding",
        SEVERITY.get(row["most_severe"], LEAST),
    )


SMALL = [
    (
        "20\t100\trs1;rs2\tA\tG\t50.5\tPASS\tDP=3;CSQ=G|missense_variant&splice_region_variant|"
        "protein_coding|NP_1:p.Ala117%3D|12-14|1|YES|NM_1.2;clinvar_CLNSIG=Benign%2C_old;"
        "gnomad_AF=1.5e-05;gnomad_AC=7;cytoband_NAME=20p13,20p12;lab_SCORE=2;lab_DEPTHS=1,2;"
        "cpg_ISLAND\tGT:DP\t0/1:3\t./."
    ),
    (
        "20\t100\t.\tAT\tA,ATT,*\t.\t.\tGAS_STATUS=star;CSQ=-|frameshift_variant|"
        "lncRNA|||-1||,-|intron_variant|protein_coding|||1||,TT|stop_gained|protein_coding||?-3|1||;"
        "clinvar_CLNSIG=.,Pathogenic;gnomad_AF=0.25,.,0.5\tGT\t0|1\t2"
    ),
    "chr21\t5\t.\tc\t.\t.\tq10;s50\tGAS_STATUS=no_alt\tDP:GT\t3:0/1\t4:1/1",
    "chr21\t6\t.\tc\tt\t1e3\t.\t.\tGT\t1\t.",
]
"""Records of each kind: one allele, several, none, and one that nothing is said of."""


NO_ENTRY = dict.fromkeys(
    ("allele", "consequence", "most_severe", "biotype", "hgvsp", "cds_position", "cds_start",
     "strand", "canonical", "mane_select")
)  # fmt: skip

NO_SOURCE = {**dict.fromkeys(SOURCES), "cpg_ISLAND": False}
