"""Where a bundle's gene models come from, and how they are written into it."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Protocol

from annotator.reference.bundle import Source, sha256_of
from annotator.reference.gene_lines import write_genes
from annotator.reference.gene_models import read_transcripts
from annotator.reference.gff3 import release_of
from annotator.reference.sequence import Sequence
from annotator.reference.vepyr_tables import write_tables
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from annotator.reference.bundle import Contig
    from annotator.reference.gene_models import Transcript
    from annotator.reference.progress import Progress

GENES = "genes.gff3.gz"
TABLES = "vepyr"
NOT_STATED = "not stated"
"""What is said of a release or licence that nobody names."""

_BESIDE = 5_000
"""Bases beside a transcript where a variant is upstream or downstream of it: VEP's distance."""


class Models(Protocol):
    """Gene models for a bundle in the making."""

    def sources(self) -> list[Source]:
        """The files that they come from."""

    def write(
        self,
        work: Path,
        fasta: Path,
        contigs: tuple[Contig, ...],
        assembly: str,
        progress: Progress,
    ) -> list[Transcript]:
        """Write the engines' tables and GFF3 into *work*; return the transcripts in them.

        Raises:
            RejectedError: they are no gene models, or not for this sequence.
        """


class GffModels:
    """Gene models in a GFF3 file of Ensembl, GENCODE or NCBI."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def sources(self) -> list[Source]:
        """See ``Models``."""
        name, release = self._file.name, release_of(self._file) or NOT_STATED
        return [Source(name, release, NOT_STATED, name, sha256_of(self._file))]

    def write(
        self,
        work: Path,
        fasta: Path,
        contigs: tuple[Contig, ...],
        assembly: str,
        progress: Progress,
    ) -> list[Transcript]:
        """See ``Models``."""
        progress("reading gene models", 0, None)
        by_contig: dict[str, list[Transcript]] = {}
        for each in read_transcripts(self._file, assembly):
            by_contig.setdefault(each.contig, []).append(each)
        kept: list[Transcript] = []
        with Sequence(fasta) as sequence:
            for number, contig in enumerate(contigs):
                progress("writing gene models", number, len(contigs))
                models = list(_covered(by_contig.get(contig.name, []), contig, sequence))
                write_tables(
                    work / TABLES, contig.name, models, assembly=assembly, code=contig.code
                )
                kept += [transcript for transcript, _ in models]
        require_any(kept)
        write_genes(kept, work / GENES)
        return kept


def require_any(transcripts: list[Transcript]) -> None:
    """Refuse gene models that have nothing to do with the sequence."""
    if not transcripts:
        raise RejectedError(
            "No transcript of the gene models lies on the sequence; "
            "give GFF3 and FASTA of the same assembly and with the same contigs."
        )


def _covered(
    transcripts: list[Transcript], contig: Contig, sequence: Sequence
) -> Iterator[tuple[Transcript, str]]:
    """The transcripts that lie in what the contig covers or near enough, with their bases.

    A record is also told of genes beside it. Bases that the contig has not are N, as Ensembl VEP
    reads them.
    """
    firsts = [first for first, _ in contig.covered]
    for each in transcripts:
        at = bisect_right(firsts, each.end + _BESIDE) - 1
        if at >= 0 and contig.covered[at][1] >= each.start - _BESIDE:
            bases = sequence.bases(contig.name, each.start, each.end)
            yield each, bases.ljust(each.end - each.start + 1, "N")
