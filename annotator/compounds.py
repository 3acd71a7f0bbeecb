"""Calls on phased variants together, beside the consequences of each by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from annotator.csq.engine import Accepted, CsqEngine
from annotator.csq.selection import compound_calls, near_coding
from annotator.lines import Lines, parse_lines
from annotator.reference.gaps import coding_spans

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from numpy.typing import NDArray

    from annotator.desk import Task
    from annotator.reference.gaps import Spans
    from annotator.screen import Screened


class Compounds:
    """Finds what several variants do together; use it as a context manager."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._engine = CsqEngine(task.bundle, task.folder, task.fasta)

    def __enter__(self) -> Self:
        """The calls; their engine starts when it is needed."""
        self._engine.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the engine; at once after an error."""
        self._engine.__exit__(kind, error, trace)

    def call(
        self, slices: list[Lines], screened: list[Screened], tick: Callable[[], None]
    ) -> list[dict[int, bytes]]:
        """For each of the *slices* of a batch, the calls on its records by index.

        Raises:
            EngineError: csq failed.
        """
        found: list[dict[int, bytes]] = [{} for _ in slices]
        chosen = [self._near(*each) for each in zip(slices, screened, strict=True)]
        counts = [len(indices) for indices in chosen]
        if sum(counts) < 2:  # noqa: PLR2004 - it takes two
            return found
        few = self._lines(slices, chosen)
        accepted = _accepted(screened, chosen)
        starts = np.cumsum([0, *counts])
        for record, call in compound_calls(self._engine, few, accepted, self._where, tick).items():
            part = int(np.searchsorted(starts, record, side="right")) - 1
            found[part][int(chosen[part][record - starts[part]])] = call
        return found

    def _where(self, contig: str) -> Spans:
        """The coding spans of a contig."""
        return coding_spans(self._task.bundle, contig)

    def _near(self, lines: Lines, verdict: Screened) -> NDArray[np.int64]:
        """The records of a slice that lie in or beside coding sequence."""
        near = [
            group.records[near_coding(lines, group.records, self._where(group.alleles.contig))]
            for group in verdict.groups
        ]
        return np.unique(np.concatenate([np.empty(0, dtype=np.int64), *near]))

    def _lines(self, slices: list[Lines], chosen: list[NDArray[np.int64]]) -> Lines:
        """The records that were chosen from all slices, as lines."""
        text = b"".join(
            lines.line(at) + b"\n"
            for lines, indices in zip(slices, chosen, strict=True)
            for at in indices.tolist()
        )
        lines = parse_lines(text, 1, self._task.width)
        if isinstance(lines, int):
            raise TypeError(f"Record {lines} of those chosen has another width.")
        return lines


def _accepted(screened: list[Screened], chosen: list[NDArray[np.int64]]) -> list[Accepted]:
    """What the guard let through of the records chosen, by their index among these."""
    parts: dict[str, list[tuple[NDArray[np.int64], NDArray[np.int64]]]] = {}
    start = 0
    for verdict, indices in zip(screened, chosen, strict=True):
        for group in verdict.groups:
            kept = np.isin(group.records, indices)
            records = start + np.searchsorted(indices, group.records[kept])
            parts.setdefault(group.alleles.contig, []).append((records, group.numbers[kept]))
        start += len(indices)
    return [
        Accepted(
            contig,
            np.concatenate([records for records, _ in each]),
            np.concatenate([numbers for _, numbers in each]),
        )
        for contig, each in parts.items()
    ]
