"""Sorting of records that do not fit in memory, by merging sorted runs kept in files."""

from __future__ import annotations

import heapq
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_RUN_BYTES = 1 << 26


def sort_records(
    records: Iterable[bytes],
    contigs: Iterable[str],
    folder: Path,
    tick: Callable[[], None],
    run_bytes: int = _RUN_BYTES,
) -> Iterator[bytes]:
    """Yield *records* by contig (in the order of *contigs*) and position; equal ones keep order.

    Args:
        records: lines in any order.
        contigs: every contig in *records*.
        folder: for the runs, which are removed when the iterator is exhausted or closed.
        tick: called for each record read.
        run_bytes: how much is sorted at once in memory.
    """
    ranks = {name.encode("ascii"): at for at, name in enumerate(contigs)}

    def key(line: bytes) -> tuple[int, int]:
        contig, position, _ = line.split(b"\t", 2)
        return ranks.get(contig, len(ranks)), int(position)

    runs: list[Path] = []
    try:
        for run in _runs(records, run_bytes, tick):
            run.sort(key=key)
            runs.append(folder / f"run-{len(runs)}.txt")
            runs[-1].write_bytes(b"".join(line + b"\n" for line in run))
        with ExitStack() as stack:
            files = [stack.enter_context(run.open("rb")) for run in runs]
            for line in heapq.merge(*files, key=key):
                yield line.rstrip(b"\n")
    finally:
        for file in runs:
            file.unlink(missing_ok=True)


def _runs(
    records: Iterable[bytes], run_bytes: int, tick: Callable[[], None]
) -> Iterator[list[bytes]]:
    """Lists of records of about *run_bytes* together."""
    run: list[bytes] = []
    size = 0
    for line in records:
        tick()
        run.append(line)
        size += len(line)
        if size >= run_bytes:
            yield run
            run, size = [], 0
    if run:
        yield run
