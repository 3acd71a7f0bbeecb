"""Counts that grow batch by batch and can be added up, whoever counted."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotator.alleles import layout
from annotator.consequence import IMPACTS, LEAST
from annotator.fragments import Fragments
from annotator.lines import in_one
from annotator.order import Order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotator.bases import Bases
    from annotator.lines import Lines
    from annotator.screen import Group, Screened

LONGEST = 50
"""Insertions and deletions of more bases are counted as ones of so many."""

FREQUENCIES = ("not listed", "< 0.01 %", "0.01-0.1 %", "0.1-1 %", "1-5 %", "5-50 %", "> 50 %")
"""Ranges of the frequency in a population; each has its lower end in it."""

_BOUNDS = (0.0001, 0.001, 0.01, 0.05, 0.5)
_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
_FREQUENCY, _SIGNIFICANCE = b"gnomad_AF=", b"clinvar_CLNSIG="
_TERMS = (*IMPACTS, "unknown")
_SNV, _INSERTION, _DELETION, _OTHER = "snvs", "insertions", "deletions", "others"


@dataclass(slots=True)
class Tally:
    """What was found in some records.

    Attributes:
        records: records seen; each is annotated or among *reasons*.
        annotated: those with at least one annotated allele.
        partly: annotated ones with another allele that is not.
        reasons: records without annotation by their first reason.
        ranks: annotated records by the rank of their worst term.
        genes: annotated records by the genes that they touch; ``&`` joins those of one record.
        contigs: records by contig.
        kinds: annotated alleles by kind.
        changes: single base changes by REF and ALT, such as ``AG``.
        lengths: insertions and deletions by bases gained, at most 50.
        frequencies: alleles by range of frequency.
        significances: alleles by ClinVar's significance, percent-encoding undone.
        sources: alleles known to each source.
        order: of the records.
        compounds: records with a call over several.
    """

    records: int = 0
    annotated: int = 0
    partly: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    ranks: Counter[int] = field(default_factory=Counter)
    genes: Counter[str] = field(default_factory=Counter)
    contigs: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    frequencies: Counter[str] = field(default_factory=Counter)
    significances: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    order: Order = field(default_factory=Order)
    compounds: int = 0

    def add(self, other: Tally) -> None:
        """Take the counts of the records that follow in."""
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            if isinstance(mine, Counter | Order):
                mine.update(theirs)
            else:
                setattr(self, each.name, mine + theirs)

    def count(
        self, lines: Lines, screened: Screened, answers: list[pa.Table], counting: Counting
    ) -> None:
        """Count the *lines* that follow, with the guard's verdict and the answers to its groups."""
        self.records += len(lines)
        self.order.update(Order.of(lines))
        self.contigs.update(screened.contigs)
        annotated = set()
        for group, table in zip(screened.groups, answers, strict=True):
            if len(group.alleles):
                self._consequences(group, table)
                self._alleles(group, counting.bases)
                self._known(table, counting)
                refused = np.fromiter(screened.reasons, dtype=np.int64)
                annotated.update(refused[np.isin(refused, group.records)].tolist())
        self.partly += len(annotated)
        for record, reasons in screened.reasons.items():
            if record not in annotated:
                self.reasons[reasons[0].value] += 1

    def _consequences(self, group: Group, table: pa.Table) -> None:
        """Worst terms and genes, by record."""
        begins = np.flatnonzero(np.diff(group.records, prepend=-1))
        self.annotated += len(begins)
        ranks = table.column("rank").to_numpy()
        _add(self.ranks, np.bincount(np.minimum.reduceat(ranks, begins)))
        genes = in_one(table.column("genes"))
        counts = np.diff(np.append(begins, len(ranks)))
        _add_values(self.genes, genes.take(pa.array(begins[counts == 1])))
        several = np.flatnonzero(np.repeat(counts > 1, counts))
        values = iter(genes.take(pa.array(several)).to_pylist())
        records = Counter(
            tuple(itertools.islice(values, count)) for count in counts[counts > 1].tolist()
        )
        for listed, count in records.items():
            names = {name for value in listed for name in value.split(b"&")}
            self.genes[b"&".join(sorted(names - {b""})).decode()] += count

    def _alleles(self, group: Group, bases: Bases) -> None:
        """Kinds of alleles."""
        alleles = group.alleles
        starts, lengths, data = layout(alleles.alts)
        gained = lengths - alleles.ref_lengths.astype(np.int64)
        single = (lengths == 1) & (alleles.ref_lengths == 1)
        simple = np.minimum(lengths, alleles.ref_lengths) == 1
        counts = {
            _SNV: single,
            _INSERTION: simple & (gained > 0),
            _DELETION: simple & (gained < 0),
            _OTHER: ~single & ~(simple & (gained != 0)),
        }
        self.kinds.update({kind: int(mask.sum()) for kind, mask in counts.items()})
        refs = bases.at(alleles.contig, alleles.positions[single].astype(np.int64))
        pairs = np.bincount(refs.astype(np.int64) << 8 | data[starts[single]])
        for code in np.flatnonzero(pairs).tolist():
            self.changes[chr(code >> 8) + chr(code & 255)] += int(pairs[code])
        clipped = np.clip(gained[gained != 0], -LONGEST, LONGEST)
        _add(self.lengths, np.bincount(clipped + LONGEST), offset=-LONGEST)

    def _known(self, table: pa.Table, counting: Counting) -> None:
        """What the sources know of the alleles."""
        info = Fragments(in_one(table.column("info")))
        for source in counting.sources:
            self.sources[source] += info.count(source.encode() + b"_")
        if counting.has_frequencies:
            self._frequencies(len(table), info.values(_FREQUENCY, only_first=True))
        if counting.has_significances:
            found: Counter[str] = Counter()
            _add_values(found, info.values(_SIGNIFICANCE))
            for value, count in found.items():
                # As the table has it; VCF has a comma in a value as %2C.
                self.significances[unquote(value)] += count

    def _frequencies(self, alleles: int, found: pa.BinaryArray) -> None:
        """Alleles by range of gnomAD's frequency."""
        values = _numbers(pc.cast(found, pa.string()))
        places = np.searchsorted(_BOUNDS, values, side="right")
        counts = np.bincount(places, minlength=len(_BOUNDS) + 1)
        self.frequencies[FREQUENCIES[0]] += alleles - len(values)
        self.frequencies.update(dict(zip(FREQUENCIES[1:], counts.tolist(), strict=True)))


@dataclass(frozen=True, slots=True)
class Counting:
    """What is counted beside consequences.

    Attributes:
        sources: names of the bundle's sources.
    """

    bases: Bases
    sources: tuple[str, ...]
    has_frequencies: bool
    has_significances: bool


def term_of(rank: int) -> str:
    """The Sequence Ontology's term of a rank."""
    return _TERMS[min(rank, LEAST)]


def _numbers(texts: pa.StringArray) -> NDArray[np.float64]:
    """Those of *texts* that are numbers."""
    try:
        numbers: NDArray[np.float64] = pc.cast(texts, pa.float64()).to_numpy()
    except pa.ArrowInvalid:
        return _numbers(texts.filter(pc.match_substring_regex(texts, _NUMBER)))
    return numbers


def _add(counter: Counter[int], counts: NDArray[np.int64], offset: int = 0) -> None:
    """Add counts by their index."""
    for index in np.flatnonzero(counts).tolist():
        counter[index + offset] += int(counts[index])


def _add_values(counter: Counter[str], values: pa.Array) -> None:
    """Add the number of times that each value occurs."""
    for each in pc.value_counts(values).to_pylist():
        counter[each["values"].decode()] += each["counts"]
