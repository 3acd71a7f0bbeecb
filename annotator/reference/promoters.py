"""Putative promoters, as AnnTools has them: 500 bases before a transcript, in a CpG island."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annotator.reference.gaps import merged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotator.reference.gene_models import Transcript

PROMOTER = "promoter"
"""The name of the source; it is made of CpG islands and gene models."""

UPSTREAM = 500
"""Bases before a transcript's first one."""

Range = tuple[int, int]


def promoters(
    transcripts: list[Transcript], islands: dict[str, list[Range]]
) -> Iterator[tuple[str, int, int, str]]:
    """Contig, first and last base (1-based) and gene of each promoter.

    Args:
        transcripts: of all contigs.
        islands: first and last base of each CpG island, by contig.
    """
    apart = {
        contig: merged(*np.array(ranges, dtype=np.int64).T) for contig, ranges in islands.items()
    }
    for each in transcripts:
        if each.contig not in apart:
            continue
        first, last = upstream(each)
        starts, ends = apart[each.contig]
        at = int(np.searchsorted(ends, first))
        while at < len(starts) and starts[at] <= last:
            overlap = max(first, int(starts[at])), min(last, int(ends[at]))
            yield each.contig, *overlap, each.gene.symbol or each.gene.id
            at += 1


def upstream(transcript: Transcript) -> Range:
    """The bases before a transcript's start, on its own strand."""
    if transcript.strand == 1:
        return max(1, transcript.start - UPSTREAM), transcript.start - 1
    return transcript.end + 1, transcript.end + UPSTREAM
