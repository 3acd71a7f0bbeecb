"""Consequences in genes that are not translated by the standard code: the mitochondrion's.

vepyr finds the right codons but reads them by the standard code whatever its tables say, so
Consequence, IMPACT, Amino_acids and HGVSp are derived again from the transcript's own sequence.
Mitochondrial transcripts have a single exon, which keeps this short. Position 1 of a protein is
methionine whatever its start codon; genes whose stop is completed by polyadenylation end without.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from annotator import hgvs_protein
from annotator.consequence import BESIDE, FIELDS, IMPACTS, LEAST, SEVERITY, worst
from annotator.genetic_code import GeneticCode, reverse_complement

if TYPE_CHECKING:
    from pathlib import Path

    from annotator.guard import Allele
    from annotator.reference.bundle import Bundle

_CONSEQUENCE = FIELDS.index("Consequence")
_IMPACT = FIELDS.index("IMPACT")
_FEATURE = FIELDS.index("Feature")
_HGVSP = FIELDS.index("HGVSp")
_CODONS = FIELDS.index("Codons")
_AMINO_ACIDS = FIELDS.index("Amino_acids")
_COLUMNS = ["stable_id", "strand", "cds_start", "cds_end", "translateable_seq"]
_BY_CODE = frozenset({
    "missense_variant", "synonymous_variant", "stop_gained", "stop_lost", "stop_retained_variant",
    "start_lost", "start_retained_variant",
})  # fmt: skip
"""Terms that depend on the genetic code; all others are kept as the engine found them."""


@dataclass(frozen=True, slots=True)
class _Gene:
    """The coding sequence of one transcript; positions are 1-based and inclusive."""

    strand: int
    start: int
    end: int
    cds: str

    def changed(self, allele: Allele) -> str | None:
        """The coding sequence with *allele*; None if that reaches beyond the gene's ends."""
        ref, alt, first = allele.ref, allele.alt, allele.position
        if ref[0] == alt[0] and len(ref) != len(alt):
            ref, alt, first = ref[1:], alt[1:], first + 1
        if first < self.start or first + len(ref) - 1 > self.end:
            return None
        if self.strand == 1:
            at = first - self.start
        else:
            at = self.end - (first + len(ref) - 1)
            alt = reverse_complement(alt)
        return self.cds[:at] + alt + self.cds[at + len(ref) :]


class Recoder:
    """Corrects the entries of the transcripts of a bundle that another code translates."""

    def __init__(self, bundle: Bundle) -> None:
        self._contigs = {
            contig.name: contig.code
            for contig in bundle.contigs
            if contig.code is not GeneticCode.STANDARD
        }
        self._genes: dict[str, _Gene] = {}
        for name in self._contigs:
            table = bundle.tables / "transcript" / f"chr{name}.parquet"
            for row in _rows(table):
                if row["translateable_seq"]:
                    self._genes[row["stable_id"]] = _Gene(
                        row["strand"], row["cds_start"], row["cds_end"], row["translateable_seq"]
                    )

    def applies_to(self, contig: str) -> bool:
        """Whether entries on *contig* need correcting."""
        return contig in self._contigs

    def recode(self, csq: str, allele: Allele) -> str:
        """One CSQ entry of *allele*, with what depends on the genetic code derived again."""
        if csq.split("|", 2)[_CONSEQUENCE] in BESIDE:
            return csq
        entry = csq.split("|")
        gene = self._genes.get(entry[_FEATURE])
        changed = gene.changed(allele) if gene and entry[_CODONS] else None
        if gene is None or changed is None:
            return csq
        _correct(entry, gene.cds, changed, self._contigs[allele.contig])
        return "|".join(entry)


def _rows(table: Path) -> list[dict[str, Any]]:
    """The rows of a contig's transcript table; none where the contig has no genes."""
    if not table.exists():
        return []
    rows: list[dict[str, Any]] = pq.read_table(  # type: ignore[no-untyped-call]
        table, columns=_COLUMNS
    ).to_pylist()
    return rows


def _correct(entry: list[str], cds: str, changed: str, code: GeneticCode) -> None:
    """Derive the four fields again from the coding sequence before and after."""
    terms = _terms(entry, cds, changed, code)
    entry[_CONSEQUENCE] = "&".join(sorted(terms, key=lambda term: SEVERITY.get(term, LEAST)))
    entry[_IMPACT] = IMPACTS.get(worst(entry[_CONSEQUENCE]), "MODIFIER")
    entry[_AMINO_ACIDS] = _amino_acids(entry[_CODONS], cds, changed, code)
    if entry[_HGVSP]:
        protein = entry[_HGVSP].partition(":")[0]
        change = _protein_change(terms, cds, changed, code)
        entry[_HGVSP] = f"{protein}:{change}" if change else ""


def _terms(entry: list[str], cds: str, changed: str, code: GeneticCode) -> set[str]:
    """The consequence's terms."""
    found = set(entry[_CONSEQUENCE].split("&"))
    if "incomplete_terminal_codon_variant" in found:
        return found
    kept = found - _BY_CODE
    if not code.is_start(changed[:3]):
        return kept | {"start_lost"}
    ref, alt = _protein(cds, code), _protein(changed, code)
    if len(cds) != len(changed):
        return (kept | _stops(entry[_CODONS], code)) or {_length_change(cds, changed)}
    if cds[:3] != changed[:3]:
        kept |= {"start_retained_variant"}
    at = next((i for i, (one, two) in enumerate(zip(ref, alt, strict=True)) if one != two), None)
    if at is None:
        codon = next(i // 3 for i in range(len(cds)) if cds[i] != changed[i])
        stop = codon < len(ref) and ref[codon] == "*"
        return kept | {"stop_retained_variant" if stop else "synonymous_variant"}
    stops = {"stop_gained"} if "*" in _new(ref, alt) else set()
    if any(one == "*" != two for one, two in zip(ref, alt, strict=True)):
        stops |= {"stop_lost"}
    return kept | (stops or {"missense_variant"})


def _new(ref: str, alt: str) -> str:
    """The residues of *alt* that differ."""
    return "".join(two for one, two in zip(ref, alt, strict=True) if one != two)


def _length_change(cds: str, changed: str) -> str:
    """The term of a change of length for which the engine had only terms of the other code."""
    difference = len(changed) - len(cds)
    if difference % 3:
        return "frameshift_variant"
    return "inframe_insertion" if difference > 0 else "inframe_deletion"


def _stops(codons: str, code: GeneticCode) -> set[str]:
    """Stops that an insertion or deletion makes or removes in the codons it touches."""
    ref, alt = (code.translate(each.upper()) for each in codons.replace("-", "").split("/"))
    if "*" in alt and "*" not in ref:
        return {"stop_gained"}
    return {"stop_lost"} if "*" in ref and "*" not in alt else set()


def _protein(cds: str, code: GeneticCode) -> str:
    """The protein with its stop; the first residue is methionine if the codon is a start."""
    protein = code.translate(cds)
    return "M" + protein[1:] if code.is_start(cds[:3]) else protein


def _amino_acids(codons: str, cds: str, changed: str, code: GeneticCode) -> str:
    """VEP's Amino_acids for its Codons: a partial codon is X, nothing a dash."""
    ref, _, alt = codons.partition("/")
    starts = cds[:3] != changed[:3]
    shown = [_residues(ref, code, is_first=starts), _residues(alt, code, is_first=starts)]
    return shown[0] if shown[0] == shown[1] else "/".join(shown)


def _residues(codons: str, code: GeneticCode, *, is_first: bool) -> str:
    """The residues of one side of Codons."""
    bases = codons.upper().replace("-", "")
    residues = code.translate(bases) + ("X" if len(bases) % 3 else "")
    if is_first and code.is_start(bases[:3]):
        residues = "M" + residues[1:]
    return residues or "-"


def _protein_change(terms: set[str], cds: str, changed: str, code: GeneticCode) -> str:
    """HGVSp without the protein's name; empty where the effect cannot be told."""
    if "incomplete_terminal_codon_variant" in terms:
        return ""
    if "start_lost" in terms:
        return "p.Met1?"
    ref, alt = _protein(cds, code), _protein(changed, code)
    if ref == alt and len(cds) == len(changed):
        codon = next(i // 3 for i in range(len(cds)) if cds[i] != changed[i])
        return hgvs_protein.unchanged(ref[codon], codon + 1)
    return hgvs_protein.describe(ref, alt, frameshift=(len(changed) - len(cds)) % 3 != 0)
