"""Genes and transcripts from Ensembl-style GFF3 files (GENCODE's differ in the ids only).

Format: Ensembl's GFF3 README; a gene has ``ID=gene:...``, a transcript ``ID=transcript:...`` and
its gene as ``Parent``, exons and coding parts their transcript.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from annotator.compression import open_decompressed
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_GFF_COLUMNS = 9


@dataclass(frozen=True, slots=True)
class Gene:
    """A gene as the file names it."""

    id: str
    symbol: str | None
    symbol_source: str | None
    biotype: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """One transcript; positions are 1-based and inclusive on the contig.

    Attributes:
        strand: 1 or -1.
        exons: start and end of each, ascending by position.
        coding: first and last coding base (the stop codon included), None if it is not coding.
        protein: id and version of the protein, None if it is not coding.
        refseq: RefSeq's identical transcript, where the file tells (MANE).
        tags: Ensembl's tags, such as ``basic``, ``Ensembl_canonical`` and ``MANE_Select``.
    """

    contig: str
    id: str
    version: int
    gene: Gene
    biotype: str
    source: str
    strand: int
    exons: tuple[tuple[int, int], ...]
    coding: tuple[int, int] | None
    protein: tuple[str, int] | None
    refseq: str | None
    tags: frozenset[str]

    @property
    def start(self) -> int:
        """First base of the first exon."""
        return self.exons[0][0]

    @property
    def end(self) -> int:
        """Last base of the last exon."""
        return self.exons[-1][1]


@dataclass(slots=True)
class _Draft:
    """What is known of a transcript while its lines are read."""

    contig: str
    source: str
    strand: int
    attributes: dict[str, str]
    exons: list[tuple[int, int]] = field(default_factory=list)
    coding: list[tuple[int, int]] = field(default_factory=list)
    protein: tuple[str, int] | None = None


def read_transcripts(gff3: Path) -> list[Transcript]:
    """Every transcript that has a gene and exons, by contig, start and end.

    Raises:
        RejectedError: a line is not GFF3; the message names the line.
    """
    genes: dict[str, Gene] = {}
    drafts: dict[str, _Draft] = {}
    parts: list[tuple[str, str, int, int, dict[str, str]]] = []
    for columns, attributes in _features(gff3):
        identity, parent = attributes.get("ID", ""), attributes.get("Parent", "")
        start, end = int(columns[3]), int(columns[4])
        if columns[2] in {"exon", "CDS"}:
            parts.append((columns[2], parent, start, end, attributes))
        elif "gene" in columns[2] and not parent:
            genes[identity] = _gene(identity, attributes)
        elif parent:
            strand = -1 if columns[6] == "-" else 1
            drafts[identity] = _Draft(columns[0], columns[1], strand, attributes)
    _attach(drafts, parts)
    found = [_finish(draft, genes[draft.attributes["Parent"]]) for draft in _usable(drafts, genes)]
    return sorted(found, key=lambda each: (each.contig, each.start, each.end, each.id))


def _features(gff3: Path) -> Iterator[tuple[list[str], dict[str, str]]]:
    """The columns and attributes of each line that is a feature."""
    with open_decompressed(gff3) as lines:
        for number, raw in enumerate(lines, 1):
            line = raw.decode()
            if line.startswith("#") or not line.strip():
                continue
            columns = line.rstrip("\r\n").split("\t")
            if len(columns) != _GFF_COLUMNS or not (columns[3] + columns[4]).isdigit():
                raise RejectedError(
                    f"Line {number} of {gff3.name} is not GFF3: it needs 9 columns separated by "
                    "tabs, with numbers for start and end."
                )
            yield columns, _attributes(columns[8])


def _attributes(text: str) -> dict[str, str]:
    """The ninth column as a mapping, decoded."""
    pairs = (item.split("=", 1) for item in text.split(";") if "=" in item)
    return {key.strip(): unquote(value) for key, value in pairs}


def _gene(identity: str, attributes: dict[str, str]) -> Gene:
    """A gene from its line."""
    hgnc = "[Source:HGNC" in attributes.get("description", "")
    return Gene(
        id=attributes.get("gene_id", identity.removeprefix("gene:")),
        symbol=attributes.get("Name"),
        symbol_source="HGNC" if hgnc else None,
        biotype=attributes.get("biotype", ""),
    )


def _attach(
    drafts: dict[str, _Draft], parts: list[tuple[str, str, int, int, dict[str, str]]]
) -> None:
    """Give exons and coding parts to their transcripts; one may belong to several."""
    for kind, parents, start, end, attributes in parts:
        for draft in (drafts[name] for name in parents.split(",") if name in drafts):
            if kind == "exon":
                draft.exons.append((start, end))
            else:
                draft.coding.append((start, end))
                name = attributes.get("protein_id", "")
                draft.protein = (name, int(attributes.get("version", "1")))


def _usable(drafts: dict[str, _Draft], genes: dict[str, Gene]) -> Iterator[_Draft]:
    """The drafts that are transcripts: with a gene above them and exons below."""
    for draft in drafts.values():
        if draft.exons and draft.attributes["Parent"] in genes:
            yield draft


def _finish(draft: _Draft, gene: Gene) -> Transcript:
    """The transcript that a complete draft describes."""
    attributes = draft.attributes
    coding = None
    if draft.coding:
        coding = (min(start for start, _ in draft.coding), max(end for _, end in draft.coding))
    return Transcript(
        contig=draft.contig,
        id=attributes.get("transcript_id", attributes["ID"].removeprefix("transcript:")),
        version=int(attributes.get("version", "1")),
        gene=gene,
        biotype=attributes.get("biotype", gene.biotype),
        source=draft.source,
        strand=draft.strand,
        exons=tuple(sorted(draft.exons)),
        coding=coding,
        protein=draft.protein,
        refseq=attributes.get("refseq"),
        tags=frozenset(attributes.get("tag", "").split(",")) - {""},
    )
