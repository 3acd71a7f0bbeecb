"""What was found in a file, as people and programs read it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from annotator.consequence import IMPACTS
from annotator.tally import FREQUENCIES, Tally, term_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_GENES_SHOWN = 50
_IMPACTS = ("HIGH", "MODERATE", "LOW", "MODIFIER")
_TRANSITIONS = frozenset({"AG", "GA", "CT", "TC"})


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
        compounds: annotated records with a call over several phased variants.
        reasons: records passed through, by the first reason; they add up to *passed_through*.
        consequences: annotated records by their most severe Sequence Ontology term; they add up
            to *annotated*.
        impacts: the same by impact, worst first.
        genes: the 50 genes touched by most records (not from beside the gene), with their counts.
        genes_total: how many genes are touched at all.
        contigs: records by contig, in the file's order.
        alleles: annotated alleles; the next four add up to it.
        snvs: changes of a single base.
        insertions: bases gained and none lost.
        deletions: bases lost and none gained.
        others: all other changes.
        transitions: single bases changed between A and G or between C and T.
        transversions: all other single bases changed.
        indel_lengths: alleles by bases gained (less than 0: lost); 50 and -50 also count longer.
        frequencies: alleles by range of gnomAD's frequency; empty if the bundle has no gnomAD.
        significances: alleles by ClinVar's significance, most first; empty without ClinVar.
        sources: alleles that each source of the bundle knows.
    """

    assembly: str
    bundle: str
    engine: str
    variants_in: int
    variants_out: int
    annotated: int
    partly_annotated: int
    passed_through: int
    compounds: int
    reasons: dict[str, int]
    consequences: dict[str, int]
    impacts: dict[str, int]
    genes: dict[str, int]
    genes_total: int
    contigs: dict[str, int]
    alleles: int
    snvs: int
    insertions: int
    deletions: int
    others: int
    transitions: int
    transversions: int
    indel_lengths: dict[str, int]
    frequencies: dict[str, int]
    significances: dict[str, int]
    sources: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        """The summary as values of JSON."""
        return asdict(self)


def summarise(
    tally: Tally, *, assembly: str, bundle: str, engine: str, records: int, sources: Iterable[str]
) -> Summary:
    """The finished counts of a file in which *records* records were read."""
    terms: Counter[str] = Counter()
    for rank, count in tally.ranks.items():
        terms[term_of(rank)] += count
    impacts = Counter(dict.fromkeys(_IMPACTS, 0))
    for term, count in terms.items():
        impacts[IMPACTS.get(term, "MODIFIER")] += count
    genes: Counter[str] = Counter()
    for names, count in tally.genes.items():
        genes.update(dict.fromkeys(filter(None, names.split("&")), count))
    transitions = sum(count for change, count in tally.changes.items() if change in _TRANSITIONS)
    return Summary(
        assembly=assembly,
        bundle=bundle,
        engine=engine,
        variants_in=records,
        variants_out=tally.records,
        annotated=tally.annotated,
        partly_annotated=tally.partly,
        passed_through=sum(tally.reasons.values()),
        compounds=tally.compounds,
        reasons=_by_count(tally.reasons),
        consequences=_by_count(terms),
        impacts={impact: impacts[impact] for impact in _IMPACTS},
        genes=dict(list(_by_count(genes).items())[:_GENES_SHOWN]),
        genes_total=len(genes),
        contigs=dict(tally.contigs),
        alleles=sum(tally.kinds.values()),
        snvs=tally.kinds["snvs"],
        insertions=tally.kinds["insertions"],
        deletions=tally.kinds["deletions"],
        others=tally.kinds["others"],
        transitions=transitions,
        transversions=sum(tally.changes.values()) - transitions,
        indel_lengths={str(length): tally.lengths[length] for length in sorted(tally.lengths)},
        frequencies={label: tally.frequencies[label] for label in FREQUENCIES if tally.frequencies},
        significances=_by_count(tally.significances),
        sources={name: tally.sources[name] for name in sources},
    )


def _by_count(counts: Counter[str]) -> dict[str, int]:
    """Largest first; equal ones by name, so that the same file gives the same bytes."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
