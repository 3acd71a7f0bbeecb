"""Engines: what turns alleles into consequences. Each runs in a process of its own.

A crash of native code then ends a job and not the worker, and a job can be stopped at once.
"""

from __future__ import annotations

import itertools
import shutil
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
import pysam

from annotator.child import Child, EngineError
from annotator.compression import open_decompressed
from annotator.consequence import FIELDS
from annotator.lines import cut_out, numerals, parse_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

    import pyarrow as pa

    from annotator.reference.bundle import Bundle

__all__ = ["Engine", "EngineError", "VepyrEngine", "plain_fasta", "read_entries"]

_COLUMNS, _ID, _INFO = 8, 2, 7
_CSQ = b"CSQ="


class Engine(Protocol):
    """Annotates files of alleles that the guard has let through."""

    def annotate(self, source: Path, target: Path, tick: Callable[[], None]) -> None:
        """Annotate the VCF file *source* into the new file *target*, keeping its order.

        Every record of *source* is in *target*, with entries in INFO/CSQ as ``FIELDS`` names.
        *tick* is called at least every 0.2 s and may raise to stop.

        Raises:
            EngineError: no complete *target* was made.
        """


class VepyrEngine:
    """vepyr in one child process that serves file after file; use it as a context manager.

    Args:
        bundle: the reference.
        fasta: its sequence, not compressed, with its index.
    """

    def __init__(self, bundle: Bundle, fasta: Path) -> None:
        # The child works in another folder.
        arguments = (str(bundle.tables.resolve()), str(fasta.resolve()), ",".join(FIELDS))
        self._child = Child("vepyr", "annotator.vepyr_process", *arguments)

    def __enter__(self) -> Self:
        """The engine itself; its process is already starting."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process: at once after an error, else when it has finished."""
        self._child.end(at_once=kind is not None)

    def annotate(self, source: Path, target: Path, tick: Callable[[], None]) -> None:
        """See ``Engine``."""
        self._child.ask({"input": str(source.resolve()), "output": str(target.resolve())}, tick)


def plain_fasta(fasta: Path, folder: Path) -> Path:
    """*fasta* as it is read fast: not compressed, with its index; a copy in *folder* if need be."""
    if fasta.suffix != ".gz":
        return fasta
    plain = folder / "reference.fa"
    with open_decompressed(fasta) as source, plain.open("wb") as target:
        shutil.copyfileobj(source, target)
    pysam.faidx(str(plain))
    return plain


def read_entries(annotated: Path, counts: Iterable[int]) -> Iterator[pa.BinaryArray]:
    """CSQ of the records that an engine wrote: as many at a time as *counts* says.

    Raises:
        EngineError: a record is missing, not in its place (their IDs count from 0) or has no CSQ.
    """
    number = 0
    with annotated.open("rb") as stream:
        line = stream.readline()
        while line.startswith(b"#"):
            line = stream.readline()
        for count in counts:
            text = line + b"".join(itertools.islice(stream, max(0, count - 1))) if count else b""
            yield _entries(text, number, count)
            number += count
            line = stream.readline() if count else line


def _entries(text: bytes, number: int, count: int) -> pa.BinaryArray:
    """CSQ of *count* lines, the first of which has the ID *number*."""
    lines = parse_lines(text, 1, _COLUMNS)
    if isinstance(lines, int) or len(lines) != count:
        raise EngineError("The engine's answer is cut short or not VCF.")
    if not lines.values(_ID).equals(numerals(np.arange(number, number + count))):
        raise EngineError("The engine's answers do not match its input.")
    starts, ends = lines.column(_INFO)
    for at, letter in enumerate(_CSQ):
        if (lines.data[starts + at] != letter).any():
            raise EngineError("The engine left an allele without an answer.")
    return cut_out(lines.data, starts + len(_CSQ), ends)
