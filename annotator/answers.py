"""The annotation of alleles in normal form: looked up where it is known, computed where it is not.

Both ways give the same bytes, so a store of known alleles is only a matter of speed. An answer is
a row: ``csq``, all entries with the allele named by its normal form; ``info``, what the sources
know; ``rank`` and ``genes``, which counts need.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotator.alleles import LONG, Alleles, join_alleles
from annotator.digest import digest
from annotator.engine import read_entries
from annotator.guard import Allele
from annotator.lines import binary, numerals, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from annotator.bases import Bases
    from annotator.engine import Engine
    from annotator.joins import Joins
    from annotator.mitochondrion import Recoder

ANSWERS = pa.schema(
    [
        pa.field("csq", pa.binary()),
        pa.field("info", pa.binary()),
        pa.field("rank", pa.uint8()),
        pa.field("genes", pa.binary()),
    ]
)
"""The columns of answers."""

_WORK_HEADER = "##fileformat=VCFv4.2\n{contigs}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


class Known(Protocol):
    """Alleles with finished answers."""

    def locate(self, alleles: Alleles, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The row of each of *alleles*; -1 for one that is not known."""

    def fetch(self, contig: str, rows: NDArray[np.int64]) -> pa.Table:
        """The answers at *rows* of a contig, in their order; nulls for -1."""


class NothingKnown:
    """The store of a bundle that has none."""

    def locate(self, alleles: Alleles, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Nothing is known."""
        del keys
        return np.full(len(alleles), -1, dtype=np.int64)

    def fetch(self, contig: str, rows: NDArray[np.int64]) -> pa.Table:
        """Nulls alone."""
        del contig
        return pa.Table.from_arrays(
            [pa.nulls(len(rows), each.type) for each in ANSWERS], schema=ANSWERS
        )


@dataclass(frozen=True, slots=True)
class _Question:
    """Some alleles, with what is to be computed for them.

    Attributes:
        rows: of the store, -1 where an allele is not known.
        asked: those of the alleles that are to be computed, each once.
        answers: for each allele that is not known, the index in *asked*.
    """

    alleles: Alleles
    rows: NDArray[np.int64]
    asked: Alleles
    answers: NDArray[np.int64]


class Answerer:
    """Answers for alleles, batch by batch.

    Args:
        folder: for files that live as long as a batch.
        contigs: the bundle's, which an engine wants declared.
        most: alleles whose answers are computed at once, unless those of one group are more; what
            is answered does not depend on it.
    """

    def __init__(
        self,
        *,
        known: Known,
        engine: Engine,
        recoder: Recoder,
        joins: Joins,
        bases: Bases,
        contigs: tuple[str, ...],
        folder: Path,
        most: int = 10_000,
    ) -> None:
        self._known = known
        self._engine = engine
        self._recoder = recoder
        self._joins = joins
        self._bases = bases
        contig_lines = "".join(f"##contig=<ID={name}>\n" for name in contigs)
        self._header = _WORK_HEADER.format(contigs=contig_lines).encode()
        self._source = folder / "alleles.vcf"
        self._target = folder / "entries.vcf"
        self._most = most

    def answer(self, groups: Iterable[Alleles], tick: Callable[[], None]) -> Iterator[pa.Table]:
        """The answers to each of *groups*, in order.

        Raises:
            EngineError: the engine failed, or its answers do not match what it was asked.
        """
        questions = (self._question(alleles) for alleles in groups)
        for run in _runs(questions):
            yield from self._run(run, tick)

    def _question(self, alleles: Alleles) -> _Question:
        """What is to be computed for *alleles*."""
        keys = alleles.keys()
        rows = self._known.locate(alleles, keys)
        missing = np.flatnonzero(rows < 0)
        wanted = keys[missing]
        _, first, answers = np.unique(wanted, return_index=True, return_inverse=True)
        if ((wanted & LONG) != 0).any():
            # Numbers with a hash do not tell alleles apart, so each of them is computed.
            first = np.argsort(wanted, kind="stable")
            answers = np.empty(len(first), dtype=np.int64)
            answers[first] = np.arange(len(first))
        return _Question(alleles, rows, alleles.take(missing[first]), answers)

    def _run(self, run: list[_Question], tick: Callable[[], None]) -> Iterator[pa.Table]:
        """The answers to questions that the engine can take in one file."""
        parts = list(_parts(run, self._most))
        asked = [join_alleles([question.asked for question in part]) for part in parts]
        try:
            if self._write(asked):
                self._engine.annotate(self._source, self._target, tick)
                entries = read_entries(self._target, map(len, asked))
            else:
                entries = itertools.repeat(pa.array([], pa.binary()), len(asked))
            for part, alleles, csq in zip(parts, asked, entries, strict=True):
                tick()
                computed = self._computed(alleles, csq)
                for question in part:
                    count = len(question.asked)
                    yield self._merge(question, computed.slice(0, count))
                    computed = computed.slice(count)
        finally:
            self._source.unlink(missing_ok=True)
            self._target.unlink(missing_ok=True)

    def _write(self, asked: Iterable[Alleles]) -> int:
        """Write the alleles for the engine, numbered from 0; return how many."""
        written = 0
        with self._source.open("wb") as stream:
            stream.write(self._header)
            for alleles in asked:
                stream.write(self._lines(alleles, written))
                written += len(alleles)
        return written

    def _lines(self, alleles: Alleles, number: int) -> pa.Buffer:
        """A line of VCF for each allele, with numbers from *number* on."""
        columns = (
            alleles.contig.encode(),
            numerals(alleles.positions),
            numerals(np.arange(number, number + len(alleles))),
            reference_alleles(self._bases, alleles),
            alleles.alts,
            b".\t.\t.\n",
        )
        return text_of(pc.binary_join_element_wise(*columns, b"\t"))

    def _computed(self, asked: Alleles, csq: pa.BinaryArray) -> pa.Table:
        """The answers that the engine's entries and the sources give."""
        if not len(asked):
            return ANSWERS.empty_table()
        if self._recoder.applies_to(asked.contig):
            csq = self._recoded(asked, csq)
        ranks, genes = digest(csq)
        info = self._joins.fragments(asked)
        return pa.Table.from_arrays([csq, info, pa.array(ranks), genes], schema=ANSWERS)

    def _recoded(self, asked: Alleles, csq: pa.BinaryArray) -> pa.BinaryArray:
        """Entries on a contig with a genetic code of its own."""
        columns = (
            asked.positions.tolist(),
            reference_alleles(self._bases, asked).to_pylist(),
            asked.alts.to_pylist(),
            csq.to_pylist(),
        )
        recoded = []
        for position, ref, alt, entries in zip(*columns, strict=True):
            allele = Allele(asked.contig, position, ref.decode(), alt.decode(), "", 1)
            each = (self._recoder.recode(entry, allele) for entry in entries.decode().split(","))
            recoded.append(",".join(each).encode())
        return pa.array(recoded, pa.binary())

    def _merge(self, question: _Question, computed: pa.Table) -> pa.Table:
        """Known and computed answers in the order of the alleles."""
        known = np.flatnonzero(question.rows >= 0)
        fetched = self._known.fetch(question.alleles.contig, question.rows[known])
        if not len(question.answers):
            return fetched
        places = np.empty(len(question.rows), dtype=np.int64)
        places[known] = np.arange(len(known))
        places[question.rows < 0] = len(known) + question.answers
        return pa.concat_tables([fetched, computed]).combine_chunks().take(pa.array(places))


def reference_alleles(bases: Bases, alleles: Alleles) -> pa.BinaryArray:
    """REF of each of *alleles* in upper case."""
    lengths = alleles.ref_lengths.astype(np.int64)
    offsets = np.zeros(len(alleles) + 1, dtype=np.int32)
    np.cumsum(lengths, out=offsets[1:])
    within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
    places = np.repeat(alleles.positions.astype(np.int64), lengths) + within
    return binary(offsets, bases.at(alleles.contig, places))


def _parts(run: Iterable[_Question], most: int) -> Iterator[list[_Question]]:
    """Questions on one contig in lists that ask for *most* alleles, or are a single question."""
    part: list[_Question] = []
    count = 0
    for question in run:
        is_full = count + len(question.asked) > most
        if part and (is_full or question.alleles.contig != part[0].alleles.contig):
            yield part
            part, count = [], 0
        part.append(question)
        count += len(question.asked)
    if part:
        yield part


def _runs(questions: Iterable[_Question]) -> Iterator[list[_Question]]:
    """Questions in lists whose alleles ascend within contigs that are each in one block.

    Engines give the contigs of a file in an order of their own; the file of a run has one order.
    """
    run: list[_Question] = []
    seen: set[str] = set()
    last = 0
    for question in questions:
        contig, positions = question.alleles.contig, question.asked.positions
        goes_on = bool(run) and contig == run[-1].alleles.contig
        first = int(positions[0]) if len(positions) else last
        if (goes_on and first < last) or (not goes_on and contig in seen):
            yield run
            run, seen = [], set()
        run.append(question)
        seen.add(contig)
        last = int(positions[-1]) if len(positions) else (last if goes_on else 0)
    if run:
        yield run
