"""Sources that are known by place: BED files and the tables of UCSC and EBI."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from annotator.reference.sources import SourceFiles
from backend.domain.errors import RejectedError
from tests.unit.annotator.lab import (
    SEQUENCE,
    kinds,
    known,
    lab_bundle,
)


def bed_bundle(folder: Path, text: str, name: str = "panel", said: list[str] | None = None):  # noqa: ANN201
    file = folder / f"{name}.bed"
    file.write_text(text)
    return lab_bundle(folder, SourceFiles(name, (file,)), said=said)


def test_a_bed_file_adds_the_names_of_its_intervals(tmp_path: Path) -> None:
    bundle = bed_bundle(
        tmp_path,
        "track name=x\n#note\nchr1\t9\t20\tA\t0\t+\n1\t0\t30\tB\n1\t14\t15\t.\n1\t0\t30\tB\n",
    )
    assert kinds(bundle) == ["panel_NAME:.:String"]
    assert known(bundle, (9, 1, "A"), (10, 1, "A"), (15, 1, "T"), (30, 1, "A"), (31, 1, "C")) == [
        "panel_NAME=B",
        "panel_NAME=B,A",
        "panel_NAME=B,A,unnamed",
        "panel_NAME=B",
        "",
    ]


def test_a_bed_file_without_names_adds_a_flag(tmp_path: Path) -> None:
    bundle = bed_bundle(tmp_path, "chr1 9 20\nchr1 15 25\n")
    assert kinds(bundle) == ["panel_OVERLAP:.:Flag"]
    assert known(bundle, (9, 1, "A"), (18, 1, "C")) == ["", "panel_OVERLAP"]


def test_intervals_off_the_sequence_are_counted_and_said(tmp_path: Path) -> None:
    said: list[str] = []
    text = "1\t0\t30\tA\n1\t0\t31\tB\n1\t50\t99\tC\n7\t1\t2\tD\n1\t5\t5\tE\n"
    bundle = bed_bundle(tmp_path, text, said=said)
    assert known(bundle, (30, 1, "A"), (55, 1, "G")) == ["panel_NAME=A,B", ""]
    assert sorted(said) == [
        "panel: 1 of 5 entries have no place on the sequence and are left out.",
        (
            "panel: 1 of 5 records cannot be used: the position lies outside of what the reference "
            "covers."
        ),
        "panel: 1 of 5 records cannot be used: the reference has no such contig.",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1\t3\n", r"Line 1 of panel\.bed is not BED"),
        ("1\t0\t9\n1\tx\t9\n", r"Line 2 of panel\.bed has no whole numbers"),
        ("1\t0\t90\n1\t0\t91\n1\t1\t9\n", "2 of 3 entries lie beyond the end"),
    ],
)
def test_a_bed_file_that_is_wrong_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(RejectedError, match=reason):
        bed_bundle(tmp_path, text)


def table(folder: Path, name: str, *rows: str, packed: bool = True) -> SourceFiles:
    """A table of UCSC, of rows whose columns are separated by ``|``."""
    text = "".join(row.replace("|", "\t") + "\n" for row in rows)
    file = folder / f"{name}.txt.gz"
    file.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    return SourceFiles(name, (file,))


def test_cytobands_are_named_with_their_chromosome(tmp_path: Path) -> None:
    rows = ("chr1|0|30|p36.33|gneg", f"chr1|30|{len(SEQUENCE)}|q44|gpos25")
    bundle = lab_bundle(tmp_path, table(tmp_path, "cytoband", *rows, packed=False))
    assert known(bundle, (30, 1, "A"), (31, 1, "C")) == [
        "cytoband_BAND=1p36.33",
        "cytoband_BAND=1q44",
    ]


def test_cytobands_of_another_assembly_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RejectedError, match="1 ends at 50 there, but at 61 in the FASTA file"):
        lab_bundle(tmp_path, table(tmp_path, "cytoband", "chr1|0|50|p36.33|gneg"))


def test_cpg_islands_bring_putative_promoters(tmp_path: Path) -> None:
    # The gene begins at 21 on the forward strand; the island has what lies 11 to 25.
    rows = ("585|chr1|10|25|CpG: 116|15|116|9|30.5|60.1|0.8",)
    bundle = lab_bundle(tmp_path, table(tmp_path, "cpg", *rows))
    assert [each.name for each in bundle.annotations] == ["cpg", "promoter"]
    assert known(bundle, (10, 1, "T"), (11, 1, "A"), (20, 1, "C"), (21, 1, "C"), (26, 1, "C")) == [
        "",
        "cpg_ISLAND=CpG:_116;promoter_GENE=ONE",
        "cpg_ISLAND=CpG:_116;promoter_GENE=ONE",
        "cpg_ISLAND=CpG:_116",
        "",
    ]


@pytest.mark.parametrize(("assembly", "found"), [("GRCh37", ""), ("GRCh38", "cpg_ISLAND=CpG:_1")])
def test_ucscs_hg19_has_another_mitochondrion(tmp_path: Path, assembly: str, found: str) -> None:
    said: list[str] = []
    source = table(tmp_path, "cpg", "585|chrM|0|9|CpG: 1", "585|chr1|0|9|CpG: 1")
    bundle = lab_bundle(tmp_path, source, said=said, assembly=assembly)
    assert known(bundle, (3, 1, "A"), contig="MT") == [found]
    left_out = "cpg: 1 entries on chrM left out: UCSC's hg19 has the Yoruba sequence there."
    assert said == ([] if found else [left_out])


def test_segmental_duplications_name_the_other_copy(tmp_path: Path) -> None:
    columns = ["585", "chr1", "10", "30", "chr9:5-25", "0", "+", "chr9", "5", "25", "20", "1", "1"]
    columns += ["N/A"] * 4 + ["align/x"] + ["20"] * 3 + ["20", "19", "1", "1", "0", "0.95", "0.94"]
    columns += ["0.05", "0.05"]
    bundle = lab_bundle(tmp_path, table(tmp_path, "segdup", "|".join(columns)))
    assert known(bundle, (10, 1, "G"), (11, 1, "T")) == ["", "segdup_LOCUS=9:6-25|0.95"]


def test_ucscs_gwas_catalogue_names_traits(tmp_path: Path) -> None:
    def row(trait: str, pubmed: str, value: str) -> str:
        before = f"585|chr1|2|3|rs5|{pubmed}|Author A|2020-01-01|Nature|Title"
        return f"{before}|{trait}|init|repl|1p36|GENE|rs5-A|0.1|{value}|desc|1.2|ci|platform|N"

    rows = (row("Body mass, index", "111", "2E-10"), row("Height", "222", "5e-9"))
    bundle = lab_bundle(tmp_path, table(tmp_path, "gwas", *rows))
    assert known(bundle, (3, 1, "A")) == [
        (
            "gwas_TRAIT=Body_mass%2C_index,Height;"
            "gwas_ASSOCIATION=Body_mass%2C_index|111|2E-10,Height|222|5e-9"
        )
    ]


def test_ebis_gwas_catalogue_says_the_same(tmp_path: Path) -> None:
    rows = (
        "DATE ADDED TO CATALOG|PUBMEDID|DISEASE/TRAIT|CHR_ID|CHR_POS|P-VALUE",
        "2020-01-01|111|Height|1|3|2E-10",
        "2020-01-01|222|Gout|1;1|4;9|1E-8",
        "2020-01-01|333|Lost||",
    )
    said: list[str] = []
    bundle = lab_bundle(tmp_path, table(tmp_path, "gwas", *rows), said=said)
    assert known(bundle, (3, 1, "A"), (4, 1, "C"), (9, 1, "G")) == [
        "gwas_TRAIT=Height;gwas_ASSOCIATION=Height|111|2E-10",
        "gwas_TRAIT=Gout;gwas_ASSOCIATION=Gout|222|1E-8",
        "gwas_TRAIT=Gout;gwas_ASSOCIATION=Gout|222|1E-8",
    ]
    assert said == ["gwas: 1 of 4 entries have no place on the sequence and are left out."]


def test_a_table_with_too_few_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RejectedError, match=r"Line 1 of segdup\.txt\.gz has 4 columns; UCSC's"):
        lab_bundle(tmp_path, table(tmp_path, "segdup", "585|chr1|1|2|x"))
