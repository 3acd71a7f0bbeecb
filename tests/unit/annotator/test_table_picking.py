"""Which of an allele's rows stands for it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from annotator.export import Selection, export
from annotator.reference.bundle import demo_folder
from annotator.table import write_table
from tests.unit.annotator import annotated_text
from tests.unit.annotator.annotated_text import Run
from tests.unit.annotator.plain_table import header_of, plain_rows, table_of


def test_each_allele_has_one_row_that_comes_first(annotated: Run, tmp_path: Path) -> None:
    outcome = annotated(demo_folder() / "demo.vcf").outcome
    write_table(outcome.result, tmp_path / "table.parquet", lambda: None)
    rows = pq.read_table(tmp_path / "table.parquet").to_pylist()
    alleles = {(row["record"], row["allele_number"]) for row in rows}
    first = Counter((row["record"], row["allele_number"]) for row in rows if row["picked"])
    assert first == Counter(alleles)


MITOCHONDRIAL = {
    ("C", 1494, "T"): "MT-RNR1", ("A", 1555, "G"): "MT-RNR1", ("A", 3243, "G"): "MT-TL1",
    ("A", 4300, "G"): "MT-TI", ("G", 5650, "A"): "MT-TA", ("A", 7445, "G"): "MT-CO1",
    ("A", 8344, "G"): "MT-TK", ("T", 8993, "G"): "MT-ATP6",
}  # fmt: skip
"""Variants of known diseases, and the genes that they lie in."""


def test_the_gene_that_a_variant_lies_in_comes_before_those_beside(
    annotated: Run, tmp_path: Path
) -> None:
    source = annotated_text.records(
        *(("MT", position, ref, alt) for ref, position, alt in MITOCHONDRIAL)
    )
    write_table(annotated(source).outcome.result, tmp_path / "table.parquet", lambda: None)
    rows = pq.read_table(tmp_path / "table.parquet").to_pylist()
    first = {(r["ref"], r["pos"], r["alt"]): r["symbol"] for r in rows if r["picked"]}
    assert first == MITOCHONDRIAL
    assert any(row["symbol"] == "MT-ND1" and row["pos"] == 3243 for row in rows)
    export(tmp_path / "table.parquet", tmp_path / "a.tsv",
           Selection(genes=("MT-TL1",), picked=True, columns=("pos", "symbol", "most_severe")),
           lambda _done, _total: None)  # fmt: skip
    assert (tmp_path / "a.tsv").read_text() == (
        "pos\tsymbol\tmost_severe\n3243\tMT-TL1\tnon_coding_transcript_exon_variant\n"
    )


@pytest.mark.parametrize(
    ("entries", "first"),
    [
        ("C|upstream_gene_variant|protein_coding||||YES|NM_1,C|intron_variant|lncRNA|||||", 1),
        ("C|intron_variant|lncRNA|||||,C|downstream_gene_variant|protein_coding||||YES|NM_1", 0),
        # Beside two, it is as everywhere.
        ("C|upstream_gene_variant|lncRNA|||||,C|downstream_gene_variant|protein_coding|||||", 1),
        # In part of it is in it.
        (
            "C|stop_lost|lncRNA|||||,C|intron_variant&downstream_gene_variant|protein_coding|||||",
            1,
        ),
        ("C||protein_coding||||YES|NM_1,C|intron_variant|lncRNA|||||", 1),
    ],
)
def test_what_lies_in_a_transcript_comes_before_what_lies_beside(
    tmp_path: Path, entries: str, first: int
) -> None:
    lines = [*header_of(), f"20\t1\t.\tA\tC\t.\t.\tCSQ={entries}"]
    picked = table_of(tmp_path, lines)["picked"].to_pylist()
    assert picked == [at == first for at in (0, 1)]
    assert [row["picked"] for row in plain_rows(lines)] == picked
