from __future__ import annotations

import pytest

from annotator.reference.assemblies import (
    aliases,
    assembly_of_length,
    assembly_of_text,
    chromosome_length,
    plain_name,
)


@pytest.mark.parametrize(
    ("length", "assembly"),
    [(63_025_520, "GRCh37"), (64_444_167, "GRCh38"), (62_435_964, "NCBI36"), (1, None)],
)
def test_the_length_of_a_chromosome_tells_the_assembly(length: int, assembly: str | None) -> None:
    assert assembly_of_length("chr20", length) == assembly


@pytest.mark.parametrize(
    ("text", "assembly"),
    [
        ("1000GenomesPilot-NCBI36", "NCBI36"),
        ("human_b36_both.fasta", "NCBI36"),
        ("file:///data/human_g1k_v37.fasta", "GRCh37"),
        ("hs37d5", "GRCh37"),
        ("ucsc.hg19.fasta", "GRCh37"),
        ("GRCh38.p14", "GRCh38"),
        ("chm13v2.0", "T2T-CHM13"),
        ("rCRS", None),
        ("hg19-lifted-to-hg38.fa", None),
    ],
)
def test_the_name_of_a_reference_tells_the_assembly(text: str, assembly: str | None) -> None:
    assert assembly_of_text(text) == assembly


def test_contigs_go_by_the_names_of_ensembl_ucsc_and_refseq() -> None:
    assert aliases("GRCh37", "20") == ("chr20", "NC_000020.10")
    assert aliases("GRCh38", "20") == ("chr20", "NC_000020.11")
    assert set(aliases("GRCh38", "MT")) == {"M", "chrM", "chrMT", "NC_012920.1"}
    assert [plain_name(name) for name in ("chr1", "chrM", "X", "GL000211")] == [
        "1",
        "MT",
        "X",
        "GL000211",
    ]


def test_the_mitochondrion_is_as_long_in_every_assembly() -> None:
    assert chromosome_length("GRCh37", "chrM") == chromosome_length("GRCh38", "MT") == 16_569
