"""A laboratory's own small assembly: a contig with a repeat, a gene, and a mitochondrion."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa

from annotator.alleles import Alleles
from annotator.joins import Joins
from annotator.reference.build import build
from annotator.reference.bundle import Bundle
from annotator.reference.sources import SourceFiles

#            1        10        20        30        40        50        60
SEQUENCE = "TTGACCACACACATGGAAAAAACTGCATCGGTACCTGAAGCTTACGATCCGTTAGCCATGC"
MITOCHONDRION = "ACGTTGCAAT" * 4

GENES = """##gff-version 3
chr1\tlab\tgene\t21\t50\t.\t+\t.\tID=gene:G1;Name=ONE;biotype=protein_coding;gene_id=G1
chr1\tlab\tmRNA\t21\t50\t.\t+\t.\tID=transcript:T1;Parent=gene:G1;biotype=protein_coding
chr1\tlab\texon\t21\t50\t.\t+\t.\tParent=transcript:T1
chr1\tlab\tCDS\t24\t35\t.\t+\t0\tID=CDS:P1;Parent=transcript:T1;protein_id=P1
"""

HEADER = "##fileformat=VCFv4.2\n"
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


def lab_files(folder: Path) -> tuple[Path, Path]:
    """FASTA and gene models."""
    fasta, genes = folder / "lab.fa", folder / "lab.gff3"
    fasta.write_text(f">chr1\n{SEQUENCE}\n>chrM\n{MITOCHONDRION}\n")
    genes.write_text(GENES)
    return fasta, genes


def lab_bundle(
    folder: Path,
    *sources: SourceFiles,
    said: list[str] | None = None,
    assembly: str = "lab1",
) -> Bundle:
    """A bundle below *folder* with these sources; what is said of them goes into *said*."""
    fasta, genes = lab_files(folder)
    return build(
        name="lab",
        assembly=assembly,
        fasta=fasta,
        genes=genes,
        out=folder / "bundles",
        annotations=sources,
        say=(said if said is not None else []).append,
    )


def vcf(file: Path, *records: str, header: str = "") -> Path:
    """A VCF of records whose columns are separated by blanks; the last is INFO."""
    lines = ("\t".join(record.split()) + "\n" for record in records)
    file.write_text(HEADER + header + COLUMNS + "".join(lines))
    return file


def info(key: str, number: str, kind: str = "String", text: str = "a key") -> str:
    """The declaration of a key of INFO."""
    return f'##INFO=<ID={key},Number={number},Type={kind},Description="{text}">\n'


def alleles(*variants: tuple[int, int, str], contig: str = "1") -> Alleles:
    """Alleles by position, length of REF and ALT; they are in normal form."""
    return Alleles(
        contig,
        np.array([position for position, _, _ in variants], dtype=np.uint32),
        np.array([length for _, length, _ in variants], dtype=np.uint32),
        pa.array([alt.encode() for _, _, alt in variants], pa.binary()),
    )


def known(bundle: Bundle, *variants: tuple[int, int, str], contig: str = "1") -> list[str]:
    """What a bundle's sources say of alleles."""
    with Joins(bundle) as joins:
        found = joins.fragments(alleles(*variants, contig=contig)).to_pylist()
    return [each.decode() for each in found]


def kinds(bundle: Bundle) -> Iterable[str]:
    """The keys of a bundle's sources as Number and Type."""
    with Joins(bundle) as joins:
        return [f"{each.key}:{each.number}:{each.type}" for each in joins.fields]
