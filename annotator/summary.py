"""What was found in a file, counted while its records are written."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from annotator.consequence import BESIDE, FIELDS, LEAST, SEVERITY, worst

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotator.guard import Reason

_SYMBOL = FIELDS.index("SYMBOL")
_GENES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of one annotated file; a record is a line.

    Attributes:
        assembly: of the reference, such as ``GRCh37``.
        bundle: hash of the reference bundle.
        engine: name and version.
        variants_in: records read.
        variants_out: records written.
        annotated: records with at least one annotated allele.
        partly_annotated: those among them with another allele that could not be annotated.
        passed_through: records without annotation; with *annotated* they make up *variants_in*.
        reasons: records passed through, by the first reason; they add up to *passed_through*.
        consequences: annotated records by their most severe Sequence Ontology term; they add up
            to *annotated*.
        genes: the 50 genes touched by most records (not from beside the gene), with their counts.
        genes_total: how many genes are touched at all.
    """

    assembly: str
    bundle: str
    engine: str
    variants_in: int
    variants_out: int
    annotated: int
    partly_annotated: int
    passed_through: int
    reasons: dict[str, int]
    consequences: dict[str, int]
    genes: dict[str, int]
    genes_total: int

    def to_json(self) -> dict[str, Any]:
        """The summary as values of JSON."""
        return asdict(self)


@dataclass(slots=True)
class Tally:
    """Counts that grow record by record."""

    annotated: int = 0
    partly: int = 0
    written: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    consequences: Counter[str] = field(default_factory=Counter)
    genes: Counter[str] = field(default_factory=Counter)

    def pass_through(self, reasons: Sequence[Reason]) -> None:
        """Count a record without annotation."""
        self.reasons[reasons[0].value] += 1

    def annotate(self, entries: Sequence[str], *, partly: bool) -> None:
        """Count an annotated record by all of its CSQ entries."""
        self.annotated += 1
        self.partly += partly
        rank, severest = LEAST + 1, "sequence_variant"
        genes = set()
        for entry in entries:
            _, terms, _, symbol, _ = entry.split("|", _SYMBOL + 1)
            term = worst(terms)
            if SEVERITY.get(term, LEAST) < rank:
                rank, severest = SEVERITY.get(term, LEAST), term
            if symbol and terms not in BESIDE:
                genes.add(symbol)
        self.consequences[severest] += 1
        self.genes.update(genes)

    def summary(self, *, assembly: str, bundle: str, engine: str, records: int) -> Summary:
        """The finished counts of a file with *records* records."""
        return Summary(
            assembly=assembly,
            bundle=bundle,
            engine=engine,
            variants_in=records,
            variants_out=self.written,
            annotated=self.annotated,
            partly_annotated=self.partly,
            passed_through=sum(self.reasons.values()),
            reasons=_by_count(self.reasons),
            consequences=_by_count(self.consequences),
            genes=dict(list(_by_count(self.genes).items())[:_GENES_SHOWN]),
            genes_total=len(self.genes),
        )


def _by_count(counts: Counter[str]) -> dict[str, int]:
    """Largest first; equal ones by name, so that the same file gives the same bytes."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
