"""Real variants of chromosome 21 against what Ensembl VEP says of them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from annotator.consequence import FIELDS
from annotator.reference.build import build
from annotator.reference.bundle import Bundle
from tests.unit.annotator.annotated_text import Run


@pytest.fixture(scope="session")
def chromosome_21(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle of 1 Mb of GRCh38's chromosome 21 with Ensembl's transcripts."""
    data = test_data / "grch38_chr21"
    folder = tmp_path_factory.mktemp("chr21")
    lines = (data / "GRCh38.21_24985581-26000306.fa").read_text().splitlines()[1:]
    fasta = folder / "21.fa"
    fasta.write_text(f">21\n{'N' * 24_985_580}\n" + "\n".join(lines) + "\n")
    return build(
        name="chr21",
        assembly="GRCh38",
        fasta=fasta,
        genes=data / "Homo_sapiens.GRCh38.84.chromosome.21.gff3.gz",
        out=folder,
        lengths={"21": 46_709_983},
    )


def test_bad_records_are_passed_through_and_good_ones_annotated(
    chromosome_21: Bundle, test_data: Path, annotated: Run
) -> None:
    run = annotated(test_data / "malformed" / "records.vcf", chromosome_21)
    statuses = [
        next((x[11:] for x in line.split("\t")[7].split(";") if x.startswith("GAS_STATUS=")), "")
        for line in run.lines
    ]
    by_variant = {
        tuple(line.split("\t")[1:5]): status
        for line, status in zip(run.lines, statuses, strict=True)
        if status
    }
    assert by_variant == {
        ("25592836", ".", "G", "*"): "star",
        ("25592836", ".", "G", "<DEL>"): "symbolic",
        ("25592836", ".", "T", "A"): "ref_mismatch",
        ("25592837", ".", "N", "A"): "non_acgt",
        ("25592840", ".", "A", "."): "no_alt",
        ("46709990", ".", "A", "C"): "outside_reference",
        ("25606630", ".", "GGAGGAGGAGGA", "G"): "ref_mismatch",
    }
    (multi,) = (at for at, line in enumerate(run.lines) if "\tG,T\t" in line)
    assert {entry["Allele"] for entry in run.entries(multi)} == {"G", "T"}


EXPLAINED = {
    "SYMBOL_SOURCE": "VEP does not read the source of a gene's name from GFF; we do",
    "SOURCE": "the name of VEP's GFF file",
    "A.gff3.gz": "the name of VEP's GFF file",
    "Existing_variation": "empty in VEP's answer, which had no cache",
    "HGNC_ID": "empty in VEP's answer, which had no cache",
}
"""Fields of VEP's answer that are not compared, and why."""


@pytest.mark.slow
def test_every_entry_is_that_of_ensembl_vep(
    chromosome_21: Bundle, test_data: Path, annotated: Run
) -> None:
    run = annotated(test_data / "grch38_chr21" / "NA12878.split.vcf.gz", chromosome_21)
    ours = {
        (*line.split("\t")[1:5:2], line.split("\t")[4], entry["Feature"]): entry
        for at, line in enumerate(run.lines)
        for entry in run.entries(at)
    }
    theirs = by_vep(test_data / "grch38_chr21" / "NA12878.split.VEP115.2_gff84.vcf.gz")
    assert len(theirs) == 5_107
    assert ours.keys() == theirs.keys()
    compared = set(next(iter(theirs.values()))) - set(EXPLAINED)
    assert compared <= set(FIELDS)
    assert len(compared) == 21
    differing = [
        (place, field, ours[place][field], theirs[place][field])
        for place in theirs
        for field in compared
        if ours[place][field] != theirs[place][field]
    ]
    assert differing == []


def by_vep(file: Path) -> dict[tuple[str, ...], dict[str, str]]:
    """The entries of VEP's answer by position, REF, ALT and transcript (none: intergenic)."""
    found: dict[tuple[str, ...], dict[str, str]] = {}
    with gzip.open(file, "rt") as lines:
        for line in lines:
            if line.startswith("##INFO=<ID=CSQ"):
                fields = line.split("Format: ")[1].split('"')[0].split("|")
            columns = line.rstrip("\n").split("\t")
            for item in columns[7].split(";") if not line.startswith("#") else []:
                for csq in item[4:].split(",") if item.startswith("CSQ=") else []:
                    entry = dict(zip(fields, csq.split("|"), strict=True))
                    found[columns[1], columns[3], columns[4], entry["Feature"]] = entry
    return found
