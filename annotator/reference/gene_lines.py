"""Gene models written as GFF3 in Ensembl's style, which is what ``bcftools csq`` reads.

One style whatever the models came from, with each gene and each transcript named once: ``csq``
ends with an error otherwise. Format: Ensembl's GFF3 README; bcftools, "csq".
"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from annotator.reference.gene_models import Transcript

_SAFE = " :/.,-_()[]+*'"


def write_genes(transcripts: Iterable[Transcript], target: Path) -> None:
    """Write *transcripts*, those of a contig one behind the other, into the new file *target*.

    It is compressed without a time stamp, so the same models give the same bytes.
    """
    with (
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as compressed,
    ):
        compressed.write(b"##gff-version 3\n")
        for line in _lines(transcripts):
            compressed.write(f"{line}\n".encode())


def _lines(transcripts: Iterable[Transcript]) -> Iterator[str]:
    """The lines of all genes."""
    genes: dict[tuple[str, str], list[Transcript]] = {}
    for each in transcripts:
        genes.setdefault((each.contig, each.gene.id), []).append(each)
    taken: set[str] = set()
    for (contig, identity), members in genes.items():
        name = _unique(identity, contig, taken)
        yield _gene_line(name, members)
        for each in members:
            yield from _transcript_lines(each, name, taken)


def _unique(identity: str, contig: str, taken: set[str]) -> str:
    """An id that nothing else has, as copies on two contigs may share theirs."""
    name = identity if identity not in taken else f"{identity}_{contig}"
    taken.add(name)
    return name


def _gene_line(name: str, members: list[Transcript]) -> str:
    """The line of a gene."""
    first = members[0]
    gene = first.gene
    start, end = min(each.start for each in members), max(each.end for each in members)
    attributes = {
        "ID": f"gene:{name}", "Name": gene.symbol, "biotype": gene.biotype or first.biotype,
        "gene_id": gene.id,
    }  # fmt: skip
    return _line(first, "gene", start, end, attributes)


def _transcript_lines(transcript: Transcript, gene: str, taken: set[str]) -> Iterator[str]:
    """The lines of a transcript and its parts."""
    name = f"transcript:{_unique(transcript.id, transcript.contig, taken)}"
    attributes = {
        "ID": name, "Parent": f"gene:{gene}", "biotype": transcript.biotype,
        "refseq": transcript.refseq, "tag": ",".join(sorted(transcript.tags)),
        "transcript_id": transcript.id, "version": str(transcript.version),
    }  # fmt: skip
    kind = "mRNA" if transcript.coding else "transcript"
    yield _line(transcript, kind, transcript.start, transcript.end, attributes)
    for start, end in transcript.exons:
        yield _line(transcript, "exon", start, end, {"Parent": name})
    if transcript.coding and transcript.protein:
        yield from _coding_lines(transcript, name)


def _coding_lines(transcript: Transcript, name: str) -> Iterator[str]:
    """The lines of coding parts and of what is not translated before and behind them."""
    first, last = transcript.coding or (0, 0)
    before, behind = ("five_prime_UTR", "three_prime_UTR")[:: transcript.strand]
    phases = coding_phases(transcript)
    protein, version = transcript.protein or ("", 1)
    attributes = {"ID": f"CDS:{protein}", "Parent": name, "protein_id": protein}
    attributes["version"] = str(version)
    for start, end in transcript.exons:
        if start < first:
            yield _line(transcript, before, start, min(end, first - 1), {"Parent": name})
        part = max(start, first), min(end, last)
        if part in phases:
            yield _line(transcript, "CDS", *part, attributes, phase=str(phases[part]))
        if end > last:
            yield _line(transcript, behind, max(start, last + 1), end, {"Parent": name})


def coding_phases(transcript: Transcript) -> dict[tuple[int, int], int]:
    """GFF3's phase of each coding part, by the part's first and last base."""
    first, last = transcript.coding or (1, 0)
    parts = [
        (max(start, first), min(end, last))
        for start, end in transcript.exons
        if start <= last and end >= first
    ]
    phases, phase = {}, transcript.phase
    for start, end in parts[:: transcript.strand]:
        phases[start, end] = phase
        phase = (phase - (end - start + 1)) % 3
    return phases


def _line(
    transcript: Transcript,
    kind: str,
    start: int,
    end: int,
    attributes: Mapping[str, str | None],
    *,
    phase: str = ".",
) -> str:
    """A line of GFF3."""
    strand = "+" if transcript.strand == 1 else "-"
    text = ";".join(f"{key}={quote(value, _SAFE)}" for key, value in attributes.items() if value)
    columns = (transcript.contig, transcript.source, kind, str(start), str(end))
    return "\t".join((*columns, ".", strand, phase, text))
