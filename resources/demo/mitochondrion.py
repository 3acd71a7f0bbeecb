"""The mitochondrion's genes as Ensembl-style GFF3, each reading frame checked on the sequence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from annotator.genetic_code import GeneticCode, reverse_complement

if TYPE_CHECKING:
    from pathlib import Path

_CODE = GeneticCode.VERTEBRATE_MITOCHONDRIAL


@dataclass(frozen=True, slots=True)
class _Gene:
    """A line of the table; positions are 1-based and inclusive."""

    start: int
    end: int
    strand: str
    symbol: str
    biotype: str
    gene: str
    transcript: str
    protein: str


def write_mitochondrion(target: TextIO, table: Path, bases: str) -> None:
    """Write the genes of *table* as transcripts of one exon on contig MT."""
    for line in table.read_text().splitlines():
        if not line.startswith("#"):
            start, end, *names = line.split("\t")
            gene = _Gene(int(start), int(end), *names)
            _check(gene, bases)
            _write(target, gene)


def _check(gene: _Gene, bases: str) -> None:
    """Stop if a coding gene does not read from a start to its end or first stop.

    Several end in an incomplete stop codon, which polyadenylation completes.
    """
    if gene.protein == ".":
        return
    cds = bases[gene.start - 1 : gene.end]
    cds = cds if gene.strand == "+" else reverse_complement(cds)
    protein = _CODE.translate(cds)
    rest = cds[len(protein) * 3 :]
    ends = protein.endswith("*") or rest in {"T", "TA"}
    if not (_CODE.is_start(cds[:3]) and ends and "*" not in protein[:-1]):
        raise SystemExit(f"{gene.symbol} does not read through on this sequence.")


def _write(target: TextIO, gene: _Gene) -> None:
    """One gene, its transcript, exon and coding part."""
    name, version = gene.transcript.split(".")
    kind = "mRNA" if gene.protein != "." else gene.biotype.removeprefix("Mt_")
    parent = f"Parent=transcript:{name}"
    about = (
        f"ID=gene:{gene.gene};Name={gene.symbol};biotype={gene.biotype};"
        f"description=[Source:HGNC Symbol];gene_id={gene.gene}"
    )
    transcript = (
        f"ID=transcript:{name};Parent=gene:{gene.gene};biotype={gene.biotype};"
        f"tag=Ensembl_canonical;transcript_id={name};version={version}"
    )
    lines = [
        ("gene" if kind == "mRNA" else "ncRNA_gene", ".", about),
        (kind, ".", transcript),
        ("exon", ".", parent),
    ]
    if gene.protein != ".":
        protein, number = gene.protein.split(".")
        identity = f"ID=CDS:{protein};{parent};protein_id={protein};version={number}"
        lines.append(("CDS", "0", identity))
    for feature, phase, attributes in lines:
        where = ("MT", "Ensembl", feature, gene.start, gene.end, ".", gene.strand, phase)
        target.write("\t".join(map(str, where)) + f"\t{attributes}\n")
