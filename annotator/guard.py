"""What of a record the engine may see, and the reason for what it may not.

The engine answers nonsense to alleles that are symbolic, ambiguous or not on the reference, so
nothing reaches it but single alleles of A, C, G and T whose REF is the reference's.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.normalise import normalise

if TYPE_CHECKING:
    from annotator.reference.bundle import Contig
    from annotator.reference.sequence import Sequence

_BASES = "ACGT"


class Reason(enum.StrEnum):
    """Why a record, or an allele of it, is passed through without annotation."""

    SYMBOLIC = "symbolic"
    BREAKEND = "breakend"
    STAR = "star"
    NO_ALT = "no_alt"
    NON_ACGT = "non_acgt"
    REF_MISMATCH = "ref_mismatch"
    UNKNOWN_CONTIG = "unknown_contig"
    OUTSIDE_REFERENCE = "outside_reference"


EXPLANATIONS = {
    Reason.SYMBOLIC: "ALT is symbolic, such as <DEL>",
    Reason.BREAKEND: "ALT is a breakend",
    Reason.STAR: "ALT is *, an allele missing because of a deletion upstream",
    Reason.NO_ALT: "there is no alternate allele, or it equals REF",
    Reason.NON_ACGT: "REF or ALT has letters other than A, C, G and T",
    Reason.REF_MISMATCH: "REF differs from the reference sequence",
    Reason.UNKNOWN_CONTIG: "the reference has no such contig",
    Reason.OUTSIDE_REFERENCE: "the position lies outside of what the reference covers",
}


@dataclass(frozen=True, slots=True)
class Allele:
    """One alternate allele as the engine gets it, in normal form.

    Attributes:
        contig: as the bundle names it.
        name: as VEP writes the allele of the record that it came from.
        number: of the allele in its record's ALT, from 1.
    """

    contig: str
    position: int
    ref: str
    alt: str
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """A record's alleles for the engine, in ALT's order, and why others are not among them.

    Attributes:
        reasons: each once, in ALT's order; empty if all alleles can be annotated.
    """

    alleles: tuple[Allele, ...]
    reasons: tuple[Reason, ...]


class Guard:
    """Judges records against one bundle; cheapest when they come sorted."""

    def __init__(self, sequence: Sequence, names: dict[str, Contig]) -> None:
        self._sequence = sequence
        self._names = {name.encode(): contig for name, contig in names.items()}

    def judge(self, contig: bytes, position: int, ref: bytes, alt: bytes) -> Verdict:
        """The verdict on a record by its CHROM, POS (1-based), REF and ALT."""
        known = self._names.get(contig)
        if known is None:
            return Verdict((), (Reason.UNKNOWN_CONTIG,))
        bases = ref.decode("latin-1").upper()
        alts = alt.decode("latin-1").upper().split(",")
        reasons = [_allele_reason(bases, each) for each in alts]
        if all(reasons):
            return Verdict((), _once(reasons))
        against_ref = self._ref_reason(known, position, bases)
        if against_ref:
            return Verdict((), (against_ref,))
        return Verdict(tuple(self._alleles(known, position, bases, alts, reasons)), _once(reasons))

    def _ref_reason(self, contig: Contig, position: int, ref: str) -> Reason | None:
        """Why no allele of a record with this REF can be annotated."""
        last = position + len(ref) - 1
        if not any(start <= position and last <= end for start, end in contig.covered):
            return Reason.OUTSIDE_REFERENCE
        if not _is_acgt(ref):
            return Reason.NON_ACGT
        if self._sequence.bases(contig.name, position, last) != ref:
            return Reason.REF_MISMATCH
        return None

    def _alleles(
        self, contig: Contig, position: int, ref: str, alts: list[str], reasons: list[Reason | None]
    ) -> list[Allele]:
        """The alleles that have no reason against them."""
        found = []
        names = vep_names(ref, alts)
        for number, (alt, reason) in enumerate(zip(alts, reasons, strict=True), 1):
            if reason is not None:
                continue
            if len(ref) == len(alt) == 1:
                normal = (position, ref, alt)
            else:
                normal = normalise(self._sequence, contig.name, position, ref, alt)
            found.append(Allele(contig.name, *normal, names[number - 1], number))
        return found


def vep_names(ref: str, alts: list[str]) -> list[str]:
    """The alleles as VEP names them in CSQ: without a first base that all of them share.

    That base is dropped only from records with an allele of another length than REF; a deletion
    of all else is a dash. Source: Ensembl VEP, its documentation of VCF output and its VCF parser.
    """
    changed = [alt for alt in alts if alt != "*"]
    is_indel = any(len(alt) != len(ref) for alt in alts)
    if not is_indel or any(alt[:1] != ref[:1] for alt in changed):
        return alts
    return [alt if alt == "*" else alt[1:] or "-" for alt in alts]


def _allele_reason(ref: str, alt: str) -> Reason | None:
    """Why one ALT allele cannot be annotated by itself."""
    if _is_acgt(alt):
        return Reason.NO_ALT if alt == ref else None
    if alt in {".", ""}:
        return Reason.NO_ALT
    if alt == "*":
        return Reason.STAR
    if alt.startswith("<"):
        return Reason.SYMBOLIC
    if "[" in alt or "]" in alt or alt[0] == "." or alt[-1] == ".":
        return Reason.BREAKEND
    return Reason.NON_ACGT


def _is_acgt(allele: str) -> bool:
    """Whether an allele consists of known bases."""
    return bool(allele) and not allele.strip(_BASES)


def _once(reasons: list[Reason | None]) -> tuple[Reason, ...]:
    """The reasons that there are, each once, in order."""
    return tuple(dict.fromkeys(reason for reason in reasons if reason is not None))
