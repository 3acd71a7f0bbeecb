"""What every work on a batch needs at hand, whichever the engine."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from annotator.bases import Bases
from annotator.form import check_form, records_of
from annotator.guard import Guard
from annotator.joins import Joins
from annotator.keys import Keys
from annotator.reference.bundle import Bundle, Contig
from annotator.reference.sequence import Sequence
from annotator.screen import Screen
from annotator.strip import without_keys
from annotator.tally import Counting

if TYPE_CHECKING:
    from collections.abc import Iterator
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

    def names(self) -> dict[str, Contig]:
        """The bundle's contigs by every name that the file uses for them."""
        contigs = {contig.name: contig for contig in self.bundle.contigs}
        return {alias: contigs[name] for alias, name in self.aliases.items()}


class Desk:
    """Guard, sequence and sources, open; use it as a context manager."""

    screen: Screen
    bases: Bases
    joins: Joins
    counting: Counting

    def __init__(self, task: Task) -> None:
        self._task = task
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Open the files."""
        task = self._task
        names = task.names()
        with ExitStack() as opened:
            sequence = opened.enter_context(Sequence(task.fasta))
            self.joins = opened.enter_context(Joins(task.bundle))
            self._stack = opened.pop_all()
        self.bases = Bases(task.fasta)
        self.screen = Screen(Guard(sequence, names), self.bases, names)
        keys = {field.key for field in self.joins.fields}
        self.counting = Counting(
            self.bases, self.joins.sources(), "gnomad_AF" in keys, "clinvar_CLNSIG" in keys
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the files."""
        self._stack.__exit__(kind, error, trace)


def slices_of(batch: Batch, task: Task, most_bytes: int = _SLICE_BYTES) -> Iterator[Lines]:
    """The lines of a batch, about *most_bytes* at a time, checked for their form.

    Raises:
        RejectedError: a line is not a record.
    """
    text, number = batch.text, batch.line
    if task.dropped:
        text = without_keys(text, task.dropped)
    start = 0
    while start < len(text):
        end = text.rfind(b"\n", start, start + most_bytes) + 1 or text.find(b"\n", start) + 1
        lines = records_of(text[start:end], number, task.width)
        check_form(lines)
        yield lines
        start, number = end, number + len(lines)
