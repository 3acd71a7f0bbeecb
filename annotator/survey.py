"""The first pass over a file: how many records, on which contigs, in which order.

It also proves that every line is a record before any work is spent on the file, and draws the
sample of REF alleles by which the assembly is recognised.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annotator.intake import text
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_MOST_CONTIGS = 100_000
_MOST_SAMPLES = 2_000
_DENSE = 500
_SPARSE = 997


@dataclass(slots=True)
class Survey:
    """What the first pass found.

    Attributes:
        records: lines of records in all.
        contigs: records by contig, in the order in which the contigs appear.
        is_sorted: whether each contig is in one block and its positions ascend.
        sample: contig, position (1-based) and REF of records from all over the file.
    """

    records: int = 0
    contigs: dict[str, int] = field(default_factory=dict)
    is_sorted: bool = True
    sample: list[tuple[str, int, str]] = field(default_factory=list)


def take_survey(records: Iterable[bytes], tick: Callable[[int], None]) -> Survey:
    """Read all *records*; *tick* is told how many so far.

    Raises:
        RejectedError: more contigs than any assembly has, or what *records* raises.
    """
    survey = Survey()
    counts: dict[bytes, int] = {}
    current, last = b"", 0
    for line in records:
        contig, position, _, ref, _ = line.split(b"\t", 4)
        at = int(position)
        if contig != current:
            survey.is_sorted &= contig not in counts
            current = contig
        elif at < last:
            survey.is_sorted = False
        last = at
        counts[contig] = counts.get(contig, 0) + 1
        survey.records += 1
        if survey.records <= _DENSE or survey.records % _SPARSE == 0:
            _sample(survey, contig, at, ref)
        if len(counts) > _MOST_CONTIGS:
            raise RejectedError(
                f"The records name more than {_MOST_CONTIGS:,} contigs, the last of them "
                f"{text(contig)!r}; check the CHROM column."
            )
        tick(survey.records)
    survey.contigs = {key.decode("ascii"): count for key, count in counts.items()}
    return survey


def _sample(survey: Survey, contig: bytes, position: int, ref: bytes) -> None:
    """Keep a record's REF if it says something about the assembly."""
    bases = ref[:50].upper()
    if len(survey.sample) < _MOST_SAMPLES and bases and not bases.strip(b"ACGT"):
        survey.sample.append((contig.decode("ascii"), position, bases.decode()))
