"""The work on one batch: guard, answers, and the compressed lines that come out."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

from annotator.answers import Answerer
from annotator.assembly import Assembly, Keys
from annotator.bases import Bases
from annotator.compression import BLOCK_BYTES, bgzip
from annotator.engine import VepyrEngine
from annotator.guard import Guard
from annotator.intake import check_form
from annotator.joins import Joins
from annotator.known import open_known
from annotator.mitochondrion import Recoder
from annotator.reference.bundle import Bundle
from annotator.reference.sequence import Sequence
from annotator.screen import Screen
from annotator.strip import without_keys
from annotator.survey import records_of
from annotator.tally import Counting, Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from annotator.batches import Batch
    from annotator.lines import Lines

_SLICE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Task:
    """What every batch of a file is worked on with; it can be sent to another process.

    Attributes:
        bundle: the reference.
        fasta: its sequence, not compressed.
        aliases: the bundle's name of each contig by the name that the file uses.
        keys: the INFO keys of ours.
        dropped: the INFO keys of earlier annotations that are taken out.
        width: columns of a line.
        folder: for files that live as long as a batch; each process makes its own in it.
    """

    bundle: Bundle
    fasta: Path
    aliases: dict[str, str]
    keys: Keys
    dropped: tuple[str, ...]
    width: int
    folder: Path


class Work(Protocol):
    """Works on batches of one file."""

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
        task, enter = self._task, self._stack.enter_context
        with ExitStack() as opened:
            enter = opened.enter_context
            contigs = {contig.name: contig for contig in task.bundle.contigs}
            names = {alias: contigs[name] for alias, name in task.aliases.items()}
            bases = Bases(task.fasta)
            joins = enter(Joins(task.bundle))
            self._screen = Screen(Guard(enter(Sequence(task.fasta)), names), bases, names)
            self._answerer = Answerer(
                known=open_known(task.bundle),
                engine=enter(VepyrEngine(task.bundle, task.fasta)),
                recoder=Recoder(task.bundle),
                joins=joins,
                bases=bases,
                contigs=tuple(contigs),
                folder=task.folder,
            )
            keys = {field.key for field in joins.fields}
            self._counting = Counting(
                bases, joins.sources(), "gnomad_AF" in keys, "clinvar_CLNSIG" in keys
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
        slices = list(self._slices(batch))
        screened = []
        for part in slices:
            screened.append(self._screen.judge(part))
            tick()
        groups = (group.alleles for each in screened for group in each.groups)
        answers = self._answerer.answer(groups, tick)
        tally = Tally()
        with BlockWriter(target) as writer:
            for part, verdict in zip(slices, screened, strict=True):
                tables = [next(answers) for _ in verdict.groups]
                tally.count(part, verdict, tables, self._counting)
                writer.write(self._assembly.lines(part, verdict, tables, {}))
                tick()
        return tally

    def _slices(self, batch: Batch) -> Iterator[Lines]:
        """The lines of a batch, a few megabytes at a time, checked for their form."""
        text, number = batch.text, batch.line
        if self._task.dropped:
            text = without_keys(text, self._task.dropped)
        start = 0
        while start < len(text):
            end = text.rfind(b"\n", start, start + _SLICE_BYTES) + 1 or text.find(b"\n", start) + 1
            lines = records_of(text[start:end], number, self._task.width)
            check_form(lines)
            yield lines
            start, number = end, number + len(lines)


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
