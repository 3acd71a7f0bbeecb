"""bcftools csq as an engine: consequences with phase, of whole batches at a time.

csq comes with pysam. It runs in a process of its own, which it may crash.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import pyarrow.compute as pc

from annotator.child import Child
from annotator.csq.answers import Calls, read_calls, unite
from annotator.csq.compounds import REFUSED, Call, PhasedRecord
from annotator.csq.models import gene_models
from annotator.csq.questions import Question, Way, accepted_bits, make_question
from annotator.csq.text import FIXED, subset
from annotator.genetic_code import GeneticCode
from annotator.lines import parse_lines
from annotator.reference.gaps import gene_spans

if TYPE_CHECKING:
    from types import TracebackType

    from numpy.typing import NDArray

    from annotator.lines import Lines
    from annotator.reference.bundle import Bundle
    from annotator.screen import Group

Tick = Callable[[], None]

_MOST_CONSEQUENCES = 60
"""Consequences of a record that FORMAT can tell of; csq's own limit of 15 is less than a gene with
many transcripts has."""

_MARGIN = 10
"""Bases beside a transcript where a record is still shown to csq, which decides."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Alleles on one contig that the guard let through.

    Attributes:
        contig: as the bundle names it.
        records: index of each allele's record, ascending.
        numbers: of each allele in its record's ALT, from 1.
    """

    contig: str
    records: NDArray[np.int64]
    numbers: NDArray[np.int64]

    @classmethod
    def of(cls, group: Group) -> Accepted:
        """The alleles of a group."""
        return cls(group.alleles.contig, group.records, group.numbers)


class CsqEngine:
    """bcftools csq in a process that serves call after call; use it as a context manager.

    The process starts when there is something to ask.

    Args:
        bundle: the reference.
        folder: for its files; what it makes of the bundle stays there for others to use.
        fasta: the bundle's sequence with its index; read faster if it is not compressed.
    """

    def __init__(self, bundle: Bundle, folder: Path, fasta: Path | None = None) -> None:
        self._bundle = bundle
        self._contigs = bundle.names()
        self._folder = folder.resolve()
        self._fasta = (fasta or bundle.fasta).resolve()
        self._child: Child | None = None

    def __enter__(self) -> Self:
        """The engine itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process: at once after an error, else when it has finished."""
        if self._child is not None:
            self._child.end(at_once=kind is not None)

    def call(self, records: Sequence[PhasedRecord], tick: Tick) -> list[Call]:
        """The calls on each of *records*, which may be in any order; see ``call_lines``."""
        if not records:
            return []
        samples = len(records[0].genotypes)
        lines = parse_lines(b"".join(map(_text, records)), 1, FIXED + samples if samples else 8)
        if isinstance(lines, int):
            raise TypeError(f"Record {records[lines].number} has not the samples of the first.")
        calls = self.call_lines(lines, _accepted(records), tick)
        masks = iter(calls.masks.to_pylist())
        return [
            Call(info, tuple(itertools.islice(masks, samples))) for info in calls.info.to_pylist()
        ]

    def call_lines(
        self, lines: Lines, accepted: Iterable[Accepted], tick: Tick, *, alone: bool = True
    ) -> Calls:
        """The calls on each of *lines*.

        They depend on all records of a gene, so *lines* should hold genes whole. Alleles on known
        haplotypes are seen with the others of their haplotype, all others by themselves.

        Args:
            lines: of a file, with or without samples, in any order.
            accepted: what of them may be called; each contig once.
            tick: is called at least every 0.2 s while csq works, and may raise to stop.
            alone: whether alleles that are on no known haplotype are called as well.

        Raises:
            EngineError: csq failed; the engine is of no more use.
        """
        samples = max(0, lines.width - FIXED)
        places, calls = [np.empty(0, dtype=np.int64)], [Calls.none(0, samples)]
        for alleles in accepted:
            records, question = self._question(lines, alleles)
            if question is not None:
                places.append(records)
                calls.append(self._answer(question, tick, alone=alone))
        found = Calls.joined(calls)
        return Calls.none(len(lines), samples).place(np.concatenate(places), samples, found)

    def _question(
        self, lines: Lines, alleles: Accepted
    ) -> tuple[NDArray[np.int64], Question | None]:
        """What to ask of the records near genes, and these records by position."""
        records, bits = accepted_bits(alleles.records, alleles.numbers)
        chosen, last = self._near_genes(lines, alleles.contig, records)
        order = np.argsort(lines.positions[records[chosen]], kind="stable")
        chosen = chosen[order]
        records = records[chosen]
        if not len(records):
            return records, None
        records_lines = subset(lines, records)
        return records, make_question(alleles.contig, records_lines, bits[chosen], last[order])

    def _near_genes(
        self, lines: Lines, contig: str, records: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Indices of those *records* that csq might have something to say of; their genes' ends."""
        begins, ends = gene_spans(self._bundle, contig)
        starts, stops = lines.column(3)
        first = lines.positions[records] - _MARGIN
        last = lines.positions[records] + (stops - starts)[records] + _MARGIN
        # The spans are apart, so that a record meets one if more begin before its end than end
        # before its start.
        begun = np.searchsorted(begins, last, "right")
        chosen = np.flatnonzero(begun > np.searchsorted(ends, first, "left"))
        return chosen, ends[begun[chosen] - 1]

    def _answer(self, question: Question, tick: Tick, *, alone: bool) -> Calls:
        """The calls on a question's rows."""
        samples = question.samples
        together = np.flatnonzero(question.together)
        joint = self._ask(question, together, Way.TOGETHER, tick)
        calls = Calls.none(len(question), samples).place(together, samples, joint)
        if not alone:
            return calls
        # csq passes over a variant that overlaps another one on its haplotype.
        is_silent = pc.equal(pc.binary_length(calls.info), 0).to_numpy(zero_copy_only=False)
        rows = np.flatnonzero(question.alone | is_silent)
        single = self._ask(question, rows, Way.ALONE, tick)
        both = np.flatnonzero(~is_silent[rows])
        joined = unite(calls.take(rows[both], samples), single.take(both, samples), samples)
        return calls.place(rows, samples, single).place(rows[both], samples, joined)

    def _ask(self, question: Question, rows: NDArray[np.int64], way: Way, tick: Tick) -> Calls:
        """What csq says of *rows*."""
        if not len(rows):
            return Calls.none(0, question.samples)
        if self._child is None:
            self._child = Child("bcftools csq", "annotator.csq.process")
        source = self._folder / f"csq-{self._child.pid}-in.vcf"
        target = self._folder / f"csq-{self._child.pid}-out.vcf"
        try:
            question.write(source, rows, way)
            options = self._options(question.contig, way)
            self._child.ask([*options, "-o", str(target), str(source)], tick)
            return read_calls(target, rows, question.samples)
        finally:
            source.unlink(missing_ok=True)
            target.unlink(missing_ok=True)

    def _options(self, contig: str, way: Way) -> list[str]:
        """How csq is called for records of one contig."""
        models = gene_models(self._bundle, contig, self._folder)
        options = ["-f", str(self._fasta), "-g", str(models), "-n", str(_MOST_CONSEQUENCES)]
        options += ["--no-version", "-v", "0", "-Ov"]
        options += ["-l"] if way is Way.ALONE else ["-p", "s"]
        code = self._contigs[contig].code
        return options if code is GeneticCode.STANDARD else [*options, "-C", str(int(code))]


def _text(record: PhasedRecord) -> bytes:
    """A record as a line of VCF."""
    columns = [record.contig.encode(), b"%d" % record.position, b".", record.ref]
    columns += [b",".join(record.alts), b".", b".", b"."]
    if record.genotypes:
        columns += [b"GT", *record.genotypes]
    return b"\t".join(columns) + b"\n"


def _accepted(records: Sequence[PhasedRecord]) -> list[Accepted]:
    """What of *records* the guard has let through, by contig."""
    found: dict[str, list[tuple[int, int]]] = {}
    for index, record in enumerate(records):
        for number, alt in enumerate(record.alts, 1):
            if alt != REFUSED:
                found.setdefault(record.contig, []).append((index, number))
    return [
        Accepted(contig, *(np.array(each, dtype=np.int64) for each in zip(*pairs, strict=True)))
        for contig, pairs in found.items()
    ]
