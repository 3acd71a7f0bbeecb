"""The work on one batch: guard, answers, and the compressed lines that come out."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol, Self

from annotator.answers import Answerer
from annotator.assembly import Assembly
from annotator.compounds import Compounds
from annotator.compression import BLOCK_BYTES, bgzip
from annotator.desk import Desk, Task, slices_of
from annotator.engine import VepyrEngine
from annotator.known import open_known
from annotator.mitochondrion import Recoder
from annotator.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from annotator.batches import Batch

__all__ = ["BatchWork", "BlockWriter", "Task", "Work"]


class Work(Protocol):
    """Works on batches of one file; use it as a context manager."""

    def __enter__(self) -> Self:
        """Get ready."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Release everything; at once after an error."""

    def annotate(self, batch: Batch, target: Path, tick: Callable[[], None]) -> Tally:
        """Write the annotated lines of *batch* into the new file *target*, as blocks of bgzip."""


class BatchWork:
    """The work with vepyr; use it as a context manager."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._stack = ExitStack()
        self._assembly = Assembly(task.keys)

    def __enter__(self) -> Self:
        """Start the engine and open what is looked up in."""
        task = self._task
        with ExitStack() as opened:
            enter = opened.enter_context
            self._desk = enter(Desk(task))
            self._compounds = enter(Compounds(task)) if task.keys.compound else None
            self._answerer = Answerer(
                known=open_known(task.bundle),
                engine=enter(VepyrEngine(task.bundle, task.fasta)),
                recoder=Recoder(task.bundle),
                joins=self._desk.joins,
                bases=self._desk.bases,
                contigs=tuple(contig.name for contig in task.bundle.contigs),
                folder=task.folder,
            )
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
        slices = list(slices_of(batch, self._task))
        screened = []
        for part in slices:
            screened.append(self._desk.screen.judge(part))
            tick()
        groups = (group.alleles for each in screened for group in each.groups)
        answers = self._answerer.answer(groups, tick)
        compounds: list[dict[int, bytes]] = [{} for _ in slices]
        if self._compounds is not None:
            compounds = self._compounds.call(slices, screened, tick)
        tally = Tally()
        with BlockWriter(target) as writer:
            for part, verdict, calls in zip(slices, screened, compounds, strict=True):
                tables = [next(answers) for _ in verdict.groups]
                tally.count(part, verdict, tables, self._desk.counting)
                tally.compounds += len(calls)
                writer.write(self._assembly.lines(part, verdict, tables, calls))
                tick()
        return tally


class BlockWriter:
    """Text as blocks of bgzip in a new file; all but the last block are full."""

    def __init__(self, target: Path) -> None:
        self._file = target.open("wb")
        self._rest = b""

    def __enter__(self) -> Self:
        """The writer itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what is left and close the file."""
        if kind is None:
            self._file.write(bgzip(self._rest))
        self._file.close()

    def write(self, text: bytes | memoryview) -> None:
        """Append *text*."""
        view = memoryview(text)
        if self._rest:
            missing = BLOCK_BYTES - len(self._rest)
            self._rest += view[:missing]
            view = view[missing:]
            if len(self._rest) < BLOCK_BYTES:
                return
            self._file.write(bgzip(self._rest))
        whole = len(view) - len(view) % BLOCK_BYTES
        self._file.write(bgzip(view[:whole]))
        self._rest = bytes(view[whole:])
