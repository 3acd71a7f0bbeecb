"""Small VCFs to annotate, and results with their records at hand."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from annotator.consequence import FIELDS
from annotator.pipeline import Outcome

HEADER = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


@dataclass(frozen=True, slots=True)
class Annotated:
    """An outcome with its records at hand."""

    outcome: Outcome
    header: list[str]
    lines: list[str]
    log: str

    def entries(self, at: int, only: str = "") -> list[dict[str, str]]:
        """The CSQ entries of record *at* by field; only those with a text, if one is given."""
        info = self.lines[at].split("\t")[7]
        csq = next((item[4:] for item in info.split(";") if item.startswith("CSQ=")), "")
        return [
            dict(zip(FIELDS, each.split("|"), strict=True))
            for each in csq.split(",")
            if each and only in each
        ]


Run = Callable[..., Annotated]


def read(outcome: Outcome) -> Annotated:
    """The outcome with its file read."""
    with gzip.open(outcome.result, "rt") as stream:
        lines = stream.read().splitlines()
    header = [line for line in lines if line.startswith("#")]
    return Annotated(outcome, header, lines[len(header) :], outcome.log.read_text())


def records(*variants: tuple[str, int, str, str]) -> str:
    """A small VCF of CHROM, POS, REF and ALT."""
    body = "".join(f"{c}\t{p}\t.\t{r}\t{a}\t.\t.\t.\n" for c, p, r, a in variants)
    return HEADER + body


def columns_but_info(line: str) -> list[str]:
    columns = line.split("\t")
    return columns[:7] + columns[8:]


def original_records(file: Path) -> list[str]:
    return [line for line in file.read_text().splitlines() if not line.startswith("#")]


AGREED = (
    "Allele", "Consequence", "IMPACT", "SYMBOL", "Gene", "EXON", "INTRON", "HGVSc", "HGVSp",
    "cDNA_position", "CDS_position", "Protein_position", "Amino_acids", "Codons", "DISTANCE",
    "STRAND",
)  # fmt: skip
