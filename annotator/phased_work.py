"""The work on one batch with bcftools csq: consequences of each haplotype as a whole."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

import pyarrow as pa
import pyarrow.compute as pc

from annotator.assembly import Assembly
from annotator.csq.engine import Accepted, CsqEngine
from annotator.csq.samples import with_masks
from annotator.csq.terms import digest_calls
from annotator.desk import Desk, slices_of
from annotator.tally import Tally
from annotator.work import BlockWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from annotator.batches import Batch
    from annotator.csq.answers import Calls
    from annotator.desk import Task
    from annotator.lines import Lines
    from annotator.screen import Screened

_WHOLE = 1 << 40


class PhasedWork:
    """The work with bcftools csq; use it as a context manager."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._stack = ExitStack()
        self._assembly = Assembly(task.keys)

    def __enter__(self) -> Self:
        """Open what is looked up in; the engine starts when it is needed."""
        task = self._task
        with ExitStack() as opened:
            self._desk = opened.enter_context(Desk(task))
            self._engine = opened.enter_context(CsqEngine(task.bundle, task.folder, task.fasta))
            self._stack = opened.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the engine; at once after an error."""
        self._stack.__exit__(kind, error, trace)

    def annotate(self, batch: Batch, target: Path, tick: Callable[[], None]) -> Tally:
        """See ``Work``.

        Raises:
            EngineError: the engine failed.
            RejectedError: a line is not a record.
        """
        tally = Tally()
        with BlockWriter(target) as writer:
            # A haplotype is seen whole, so the batch is not cut up.
            for lines in slices_of(batch, self._task, _WHOLE):
                verdict = self._desk.screen.judge(lines)
                tick()
                accepted = [Accepted.of(group) for group in verdict.groups]
                calls = self._engine.call_lines(lines, accepted, tick)
                tables = self._tables(verdict, calls)
                tally.count(lines, verdict, tables, self._desk.counting)
                tick()
                writer.write(self._text(lines, verdict, tables, calls))
        return tally

    def _tables(self, verdict: Screened, calls: Calls) -> list[pa.Table]:
        """What counts need of each group: the record's consequences stand for each allele's."""
        ranks, genes = digest_calls(calls.info)
        return [
            pa.table(
                {
                    "csq": pa.array([b""] * len(group.alleles), pa.binary()),
                    "info": self._desk.joins.fragments(group.alleles),
                    "rank": pa.array(ranks[group.records]),
                    "genes": genes.take(pa.array(group.records)),
                }
            )
            for group in verdict.groups
        ]

    def _text(
        self, lines: Lines, verdict: Screened, tables: list[pa.Table], calls: Calls
    ) -> memoryview:
        """The lines with calls in INFO and their masks in the samples' columns."""
        tails = None
        if self._task.keys.masks:
            tails = with_masks(lines, calls, self._task.keys.masks.encode())
        said = pc.not_equal(pc.binary_length(calls.info), 0)
        prefixes = pc.if_else(said, self._task.keys.compound.encode() + b"=", b"")
        written = pc.binary_join_element_wise(prefixes, calls.info, b"")
        return memoryview(self._assembly.lines_with(lines, verdict, tables, written, tails))
