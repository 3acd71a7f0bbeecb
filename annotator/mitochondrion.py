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
from annotator.hgvs_protein import common_prefix

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
_INCOMPLETE = "incomplete_terminal_codon_variant"
_BY_CODE = frozenset({
    "missense_variant", "synonymous_variant", "stop_gained", "stop_lost", "stop_retained_variant",
    "start_lost", "start_retained_variant",
})  # fmt: skip
"""Terms that depend on the genetic code."""

_OF_LENGTH = frozenset({
    "frameshift_variant", "inframe_insertion", "inframe_deletion", "protein_altering_variant",
})  # fmt: skip
"""Terms of insertions and deletions; all others are kept as the engine found them."""


@dataclass(frozen=True, slots=True)
class _Gene:
    """The coding sequence of one transcript and its protein; positions are 1-based, inclusive."""

    strand: int
    start: int
    end: int
    cds: str
    protein: str

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


@dataclass(frozen=True, slots=True)
class _Change:
    """A coding sequence and its protein, before and after.

    Attributes:
        codon: the first codon that differs, 0-based.
    """

    cds: str
    changed: str
    ref: str
    alt: str
    codon: int
    code: GeneticCode

    @property
    def added(self) -> int:
        """Bases more than before."""
        return len(self.changed) - len(self.cds)

    @property
    def is_stop_retained(self) -> bool:
        """Whether the protein, to its stop, is the same although the length differs."""
        return self.added != 0 and self.ref[-1:] == "*" and self.alt.startswith(self.ref)

    @property
    def starts(self) -> bool:
        """Whether the start codon differs."""
        return self.codon == 0


class Recoder:
    """Corrects the entries of the transcripts of a bundle that another code translates."""

    def __init__(self, bundle: Bundle) -> None:
        self._contigs = {
            contig.name: contig.code
            for contig in bundle.contigs
            if contig.code is not GeneticCode.STANDARD
        }
        self._genes: dict[str, _Gene] = {}
        for name, code in self._contigs.items():
            for row in _rows(bundle.tables / "transcript" / f"chr{name}.parquet"):
                if cds := row["translateable_seq"]:
                    where = row["strand"], row["cds_start"], row["cds_end"]
                    self._genes[row["stable_id"]] = _Gene(*where, cds, _protein(cds, code))

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
        _correct(entry, _change(gene, changed, self._contigs[allele.contig]))
        return "|".join(entry)


def _rows(table: Path) -> list[dict[str, Any]]:
    """The rows of a contig's transcript table; none where the contig has no genes."""
    if not table.exists():
        return []
    rows: list[dict[str, Any]] = pq.read_table(table, columns=_COLUMNS).to_pylist()
    return rows


def _change(gene: _Gene, changed: str, code: GeneticCode) -> _Change:
    """What becomes of a gene; only the codons between the first and last difference are read."""
    codon = common_prefix(gene.cds, changed) // 3
    if len(changed) != len(gene.cds):
        return _Change(gene.cds, changed, gene.protein, _protein(changed, code), codon, code)
    end = (len(changed) - common_prefix(gene.cds[::-1], changed[::-1]) + 2) // 3
    new = code.translate(changed[codon * 3 : end * 3])
    alt = gene.protein[:codon] + new + gene.protein[codon + len(new) :]
    if code.is_start(changed[:3]):
        alt = "M" + alt[1:]
    return _Change(gene.cds, changed, gene.protein, alt, codon, code)


def _correct(entry: list[str], change: _Change) -> None:
    """Derive the four fields again."""
    terms = _terms(entry, change)
    entry[_CONSEQUENCE] = "&".join(sorted(terms, key=lambda term: SEVERITY.get(term, LEAST)))
    entry[_IMPACT] = IMPACTS.get(worst(entry[_CONSEQUENCE]), "MODIFIER")
    entry[_AMINO_ACIDS] = _amino_acids(entry[_CODONS], change)
    if entry[_HGVSP]:
        protein = entry[_HGVSP].partition(":")[0]
        described = _protein_change(terms, change)
        entry[_HGVSP] = f"{protein}:{described}" if described else ""


def _terms(entry: list[str], change: _Change) -> set[str]:
    """The consequence's terms."""
    found = set(entry[_CONSEQUENCE].split("&"))
    if _INCOMPLETE in found:
        return found
    kept = found - _BY_CODE
    if not change.code.is_start(change.changed[:3]):
        return kept | {"start_lost"}
    if change.added:
        return (kept - _OF_LENGTH) | _length_change(entry[_CODONS], change)
    if change.starts:
        kept.add("start_retained_variant")
    return kept | _substitution(change)


def _substitution(change: _Change) -> set[str]:
    """The terms of a change of bases that leaves the length as it was."""
    pairs = [(one, two) for one, two in zip(change.ref, change.alt, strict=True) if one != two]
    if not pairs:
        is_stop = change.ref[change.codon : change.codon + 1] == "*"
        return {"stop_retained_variant" if is_stop else "synonymous_variant"}
    stops = {"stop_gained"} if any(two == "*" for _, two in pairs) else set()
    if any(one == "*" for one, _ in pairs):
        stops.add("stop_lost")
    return stops or {"missense_variant"}


def _length_change(codons: str, change: _Change) -> set[str]:
    """The terms of an insertion or deletion, by VEP's rules.

    The engine's own are of no use here: where it sees a stop, it takes a shift for in frame.
    """
    if change.is_stop_retained:
        return {"stop_retained_variant"}
    ref, alt = codons.upper().replace("-", "").split("/")
    before, after = change.code.translate(ref), change.code.translate(alt)
    stops = {"stop_gained"} if "*" in after and "*" not in before else set()
    if "*" in before and "*" not in after:
        stops.add("stop_lost")
    if change.added % 3:
        return stops | {"frameshift_variant"}
    if change.added > 0 and (after.startswith(before) or after.endswith(before)):
        return stops | {"inframe_insertion"}
    if change.added < 0 and common_prefix(ref, alt) + common_prefix(ref[::-1], alt[::-1]) >= len(
        alt
    ):
        return stops | {"inframe_deletion"}
    return stops or {"protein_altering_variant"}


def _protein(cds: str, code: GeneticCode) -> str:
    """The protein with its stop; the first residue is methionine if the codon is a start."""
    protein = code.translate(cds)
    return "M" + protein[1:] if code.is_start(cds[:3]) else protein


def _amino_acids(codons: str, change: _Change) -> str:
    """VEP's Amino_acids for its Codons: a partial codon is X, nothing a dash."""
    ref, alt = (
        _residues(side, change.code, is_first=change.starts) for side in codons.split("/", 1)
    )
    return ref if ref == alt else f"{ref}/{alt}"


def _residues(codons: str, code: GeneticCode, *, is_first: bool) -> str:
    """The residues of one side of Codons."""
    bases = codons.upper().replace("-", "")
    residues = code.translate(bases)
    if len(bases) % 3 and residues != "*":
        residues += "X"
    if is_first and code.is_start(bases[:3]):
        residues = "M" + residues[1:]
    return residues or "-"


def _protein_change(terms: set[str], change: _Change) -> str:
    """HGVSp without the protein's name; empty where the effect cannot be told."""
    if _INCOMPLETE in terms:
        return ""
    if "start_lost" in terms:
        return "p.Met1?"
    if change.is_stop_retained:
        return hgvs_protein.unchanged("*", len(change.ref))
    if change.ref == change.alt and not change.added:
        return hgvs_protein.unchanged(change.ref[change.codon], change.codon + 1)
    return hgvs_protein.describe(change.ref, change.alt, frameshift=change.added % 3 != 0)
