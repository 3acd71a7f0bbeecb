"""Genes and transcripts from GFF3 files of Ensembl, GENCODE and NCBI, all in one form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from annotator.reference.gff3 import first_of, read_lines, reference_in, split_name

if TYPE_CHECKING:
    from pathlib import Path

    from annotator.reference.gff3 import Line

BASIC = frozenset({"basic", "gencode_basic"})
"""Tags of the transcripts that GENCODE calls basic, by Ensembl's older and newer name."""

# Of Ensembl, GENCODE and NCBI, in this order, as all following keys.
_BIOTYPE = ("biotype", "transcript_type", "transcript_biotype")
_GENE_BIOTYPE = ("biotype", "gene_type", "gene_biotype")
_SYMBOL = ("Name", "gene_name", "gene")
_RNA_BIOTYPES = {"mRNA": "protein_coding", "lnc_RNA": "lncRNA"}
# The stop codon is a part of the coding sequence also where a file lists it apart.
_PARTS = frozenset({"exon", "CDS", "stop_codon"})


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
        phase: coding bases before the first whole codon; 0 but where the coding sequence's
            beginning is not known.
        is_basic: whether GENCODE's basic set has it; also where the file has no tags at all.
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
    phase: int = 0
    is_basic: bool = True

    @property
    def start(self) -> int:
        """First base of the first exon."""
        return self.exons[0][0]

    @property
    def end(self) -> int:
        """Last base of the last exon."""
        return self.exons[-1][1]


def read_transcripts(gff3: Path, assembly: str) -> list[Transcript]:
    """Every transcript that has a gene and exons, by contig, start and end.

    Raises:
        RejectedError: a line is not GFF3 (the message names it), or the file is for another
            assembly than *assembly*.
    """
    genes: dict[str, Gene] = {}
    drafts: dict[str, Line] = {}
    parts: dict[str, list[_Part]] = {}
    for line in read_lines(gff3, assembly):
        if line.kind in _PARTS:
            part = _part(line)
            for parent in line.parents:
                parts.setdefault(parent, []).append(part)
        elif not line.parents and ("gene" in line.kind or "gene_id" in line.attributes):
            genes[line.identity] = _gene(line)
        elif line.parents and not line.kind.endswith(("UTR", "codon")):
            drafts[line.identity] = line
    return _transcripts(drafts, parts, genes)


class _Part(NamedTuple):
    """An exon or a coding part of one.

    Attributes:
        phase: as ``Line.phase``.
        protein: id and version, if the line names it.
    """

    is_exon: bool
    start: int
    end: int
    phase: int
    protein: tuple[str, int] | None


def _part(line: Line) -> _Part:
    """The part that a line speaks of."""
    protein = _protein(line) if line.kind == "CDS" else None
    return _Part(line.kind == "exon", line.start, line.end, line.phase, protein)


def _protein(line: Line) -> tuple[str, int]:
    """Id and version of the protein that a coding part belongs to."""
    identity, version = split_name(first_of(line.attributes, "protein_id", "ID") or "")
    return identity, version or int(line.attributes.get("version", "1"))


def _gene(line: Line) -> Gene:
    """A gene from its line."""
    attributes = line.attributes
    hgnc = "[Source:HGNC" in attributes.get("description", "") or "hgnc_id" in attributes
    has_hgnc = hgnc or reference_in(attributes, "HGNC") is not None
    # NCBI names genes by their symbols, and has the number of Entrez Gene among the references.
    entrez = reference_in(attributes, "GeneID") if "gene_id" not in attributes else None
    identity = entrez or split_name(line.identity)[0]
    symbol = first_of(attributes, *_SYMBOL)
    return Gene(
        id=identity,
        # GENCODE gives genes without a symbol their id in its place.
        symbol=None if symbol is not None and split_name(symbol)[0] == identity else symbol,
        symbol_source="HGNC" if has_hgnc else None,
        biotype=first_of(attributes, *_GENE_BIOTYPE) or "",
    )


def _transcripts(
    drafts: dict[str, Line], parts: dict[str, list[_Part]], genes: dict[str, Gene]
) -> list[Transcript]:
    """The transcripts that have a gene above them and exons below, sorted."""
    found = [
        _transcript(line, genes[line.parents[0]], parts[identity])
        for identity, line in drafts.items()
        if line.parents[0] in genes and any(each.is_exon for each in parts.get(identity, ()))
    ]
    if any(each.tags & BASIC for each in found):
        found = [replace(each, is_basic=bool(each.tags & BASIC)) for each in found]
    return sorted(found, key=lambda each: (each.contig, each.start, each.end, each.id))


def _transcript(line: Line, gene: Gene, parts: list[_Part]) -> Transcript:
    """The transcript of a line with its *parts*."""
    identity, version = split_name(line.identity)
    coding = sorted((each for each in parts if not each.is_exon), key=lambda each: each.start)
    first = (coding[0] if line.strand == 1 else coding[-1]) if coding else None
    return Transcript(
        contig=line.contig,
        id=identity,
        version=version or int(line.attributes.get("version", "1")),
        gene=gene,
        biotype=_biotype(line, gene),
        source=line.source,
        strand=line.strand,
        exons=tuple(sorted((each.start, each.end) for each in parts if each.is_exon)),
        coding=(coding[0].start, max(each.end for each in coding)) if coding else None,
        protein=next((each.protein for each in coding if each.protein), None),
        refseq=line.attributes.get("refseq") or reference_in(line.attributes, "RefSeq"),
        tags=frozenset(line.attributes.get("tag", "").replace(" ", "_").split(",")) - {""},
        phase=first.phase if first else 0,
    )


def _biotype(line: Line, gene: Gene) -> str:
    """What kind of transcript it is; NCBI says it by the kind of the line alone."""
    given = first_of(line.attributes, *_BIOTYPE)
    if given or line.kind == "transcript":
        return given or gene.biotype
    return _RNA_BIOTYPES.get(line.kind, line.kind)
