"""Two changes of one codon, written for csq, and what it says of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from annotator.csq.compounds import PhasedRecord, compounds
from annotator.csq.engine import Accepted, CsqEngine
from annotator.lines import Lines, parse_lines

# DEFB125, forward: ATG AAT ATC CTG ...; the codon after GTG ACC AAA is G and, behind an intron, GT.
FORWARD = "ENST00000382410|protein_coding|+"
# DEFB128, on the other strand: its second codon, AAG, ends at 170259.
REVERSE = "ENST00000334391|protein_coding|-"
BOTH = f"missense|DEFB125|{FORWARD}|2N>2E|68354A>G+68356T>G"
ONLY_FIRST = f"missense|DEFB125|{FORWARD}|2N>2D|68354A>G"
ONLY_SECOND = f"missense|DEFB125|{FORWARD}|2N>2K|68356T>G"


def quiet() -> None:
    """A tick that does nothing."""


def record(
    position: int,
    ref: str,
    alts: str,
    *genotypes: str,
    contig: str = "20",
    number: int | None = None,
    sets: Sequence[str] = (),
) -> PhasedRecord:
    """A record, numbered by its position unless told otherwise."""
    return PhasedRecord(
        number=position if number is None else number,
        contig=contig,
        position=position,
        ref=ref.encode(),
        alts=tuple(alt.encode() for alt in alts.split(",")),
        genotypes=tuple(genotype.encode() for genotype in genotypes),
        phase_sets=tuple(each.encode() for each in sets),
    )


def first(*genotypes: str, sets: Sequence[str] = ()) -> PhasedRecord:
    """The first base of DEFB125's second codon, changed."""
    return record(68354, "A", "G", *genotypes, sets=sets)


def second(*genotypes: str, sets: Sequence[str] = ()) -> PhasedRecord:
    """The third base of that codon, changed."""
    return record(68356, "T", "G", *genotypes, sets=sets)


def said(engine: CsqEngine, *records: PhasedRecord) -> list[str]:
    """INFO/BCSQ of each record."""
    return [call.info.decode() for call in engine.call(records, quiet)]


def joined(engine: CsqEngine, *records: PhasedRecord) -> dict[int, str]:
    """The compound calls by the records' numbers."""
    found = compounds(records, engine.call(records, quiet))
    return {number: info.decode() for number, info in found.items()}


def lines_of(*lines: str) -> Lines:
    text = "".join(f"{line}\n" for line in lines).replace(" ", "\t").encode()
    found = parse_lines(text, 1, len(lines[0].split(" ")))
    assert isinstance(found, Lines)
    return found


def accepted(lines: Lines, contig: str) -> Accepted:
    """All alleles of *lines*, which are on one contig."""
    counts = [alts.count(b",") + 1 for alts in lines.values(4).to_pylist()]
    numbers = np.concatenate([np.arange(1, count + 1) for count in counts])
    return Accepted(contig, np.repeat(np.arange(len(lines)), counts), numbers)
