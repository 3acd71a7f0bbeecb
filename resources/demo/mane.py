"""MANE's transcripts, carried from GRCh38 to GRCh37 by UCSC's chain, as Ensembl-style GFF3."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from annotator.genetic_code import GeneticCode, reverse_complement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Ranges = list[tuple[int, int]]

_SELECT = "Select"


class Projection:
    """Positions of GRCh38 on GRCh37, from the forward chains of one chromosome.

    Positions are 0-based; chain format: UCSC, "Chain format".
    """

    def __init__(self, chain: Path, chromosome: str) -> None:
        self._blocks = sorted(_blocks(chain, chromosome))
        self._starts = [start for start, _, _ in self._blocks]

    def exon(self, start: int, end: int) -> tuple[int, int] | None:
        """The same half-open range on GRCh37; None where it is not carried over in one piece."""
        first, last = self._position(start), self._position(end - 1)
        if first is None or last is None or last - first != end - 1 - start:
            return None
        return first, last + 1

    def _position(self, position: int) -> int | None:
        """One position, or None between blocks."""
        at = bisect.bisect_right(self._starts, position) - 1
        if at < 0:
            return None
        start, end, target = self._blocks[at]
        return target + position - start if position < end else None


def _blocks(chain: Path, chromosome: str) -> Iterator[tuple[int, int, int]]:
    """Aligned blocks as start and end on GRCh38, and start on GRCh37."""
    inside, here, there = False, 0, 0
    with chain.open() as lines:
        for columns in (line.split() for line in lines):
            if columns[:1] == ["chain"]:
                inside = columns[2] == columns[7] == chromosome and columns[9] == "+"
                here, there = int(columns[5]), int(columns[10])
            elif inside and columns:
                size = int(columns[0])
                yield there, there + size, here
                if len(columns) > 1:
                    here, there = here + size + int(columns[1]), there + size + int(columns[2])


@dataclass(frozen=True, slots=True)
class _Model:
    """A transcript on GRCh37; ranges are 0-based and half-open, ascending."""

    transcript: str
    gene: str
    symbol: str
    protein: str
    refseq: str
    tag: str
    strand: str
    exons: Ranges
    coding: Ranges


def write_mane(
    target: TextIO, mane: Path, projection: Projection, bases: str, *, contig: str
) -> None:
    """Write every transcript that lies in *bases* and whose reading frame is whole there."""
    import pybigtools

    records = pybigtools.open(str(mane)).records(f"chr{contig}")
    models = [model for record in records if (model := _model(record, projection, bases))]
    models.sort(key=lambda model: (model.exons, model.transcript))
    for gene in dict.fromkeys(model.gene for model in models):
        _write_gene(target, contig, [model for model in models if model.gene == gene])


def _model(record: tuple[Any, ...], projection: Projection, bases: str) -> _Model | None:
    """The transcript of one bigGenePred record, or None if it cannot be carried over."""
    start, thick_start, thick_end = record[0], int(record[5]), int(record[6])
    sizes = [int(size) for size in record[9].strip(",").split(",")]
    offsets = [int(offset) for offset in record[10].strip(",").split(",")]
    exons: Ranges = []
    coding: Ranges = []
    for offset, size in zip(offsets, sizes, strict=True):
        first, last = start + offset, start + offset + size
        moved = projection.exon(first, last)
        if moved is None or moved[1] > len(bases):
            return None
        exons.append(moved)
        inner = max(first, thick_start), min(last, thick_end)
        if inner[0] < inner[1]:
            shift = moved[0] - first
            coding.append((inner[0] + shift, inner[1] + shift))
    if not _is_whole(coding, record[4], bases):
        return None
    tag = "MANE_Select" if _SELECT in record[-1] else "MANE_Plus_Clinical"
    return _Model(
        record[2], record[16], record[17], record[19], record[20], tag, record[4], exons, coding
    )


def _is_whole(coding: Ranges, strand: str, bases: str) -> bool:
    """Whether the coding parts read from a start to the first stop."""
    cds = "".join(bases[start:end] for start, end in coding)
    if strand == "-":
        cds = reverse_complement(cds)
    protein = GeneticCode.STANDARD.translate(cds)
    return len(cds) % 3 == 0 and cds[:3] == "ATG" and protein.find("*") == len(protein) - 1


def _write_gene(target: TextIO, contig: str, models: list[_Model]) -> None:
    """One gene with its transcripts."""
    first = models[0]
    gene, version = first.gene.split(".")
    start = min(model.exons[0][0] for model in models)
    end = max(model.exons[-1][1] for model in models)
    line = (contig, "MANE", first.strand)
    _feature(
        target, line, "gene", (start, end),
        f"ID=gene:{gene};Name={first.symbol};biotype=protein_coding;"
        f"description=[Source:HGNC Symbol];gene_id={gene};version={version}",
    )  # fmt: skip
    for model in models:
        _write_transcript(target, line, model, gene)


def _write_transcript(target: TextIO, line: tuple[str, str, str], model: _Model, gene: str) -> None:
    """One transcript with its exons and coding parts."""
    name, version = model.transcript.split(".")
    protein, protein_version = model.protein.split(".")
    parent = f"Parent=transcript:{name}"
    _feature(
        target, line, "mRNA", (model.exons[0][0], model.exons[-1][1]),
        f"ID=transcript:{name};Parent=gene:{gene};biotype=protein_coding;tag={model.tag};"
        f"refseq={model.refseq};transcript_id={name};version={version}",
    )  # fmt: skip
    for exon in model.exons:
        _feature(target, line, "exon", exon, parent)
    forward = model.strand == "+"
    done = 0
    phases: dict[tuple[int, int], int] = {}
    for part in model.coding if forward else model.coding[::-1]:
        phases[part] = -done % 3
        done += part[1] - part[0]
    identity = f"ID=CDS:{protein};{parent};protein_id={protein};version={protein_version}"
    for part in model.coding:
        _feature(target, line, "CDS", part, identity, phase=phases[part])


def _feature(
    target: TextIO,
    line: tuple[str, str, str],
    kind: str,
    where: tuple[int, int],
    attributes: str,
    *,
    phase: int | None = None,
) -> None:
    """One line of GFF3 from a 0-based half-open range."""
    contig, source, strand = line
    shown = "." if phase is None else phase
    columns = (contig, source, kind, where[0] + 1, where[1], ".", strand, shown, attributes)
    target.write("\t".join(map(str, columns)) + "\n")
