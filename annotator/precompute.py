"""Making the store of known alleles: engine and sources are asked once for each allele.

The work is done in windows. A finished window is kept in a folder of its own until the store is
complete, so work that is cut short goes on where it stopped.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from annotator.alleles import LONG, alleles_of
from annotator.answers import Answerer, NothingKnown
from annotator.bases import Bases
from annotator.engine import VepyrEngine, plain_fasta
from annotator.joins import Joins
from annotator.known import schema
from annotator.mitochondrion import Recoder
from annotator.stores import KEY, LONG_FORM, AlleleStore, write_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from annotator.reference.bundle import Bundle

WINDOW_ALLELES = 100_000
_INFO = "info"
_FREQUENCY = rb"(?:^|;)gnomad_AF=(?P<value>[0-9.eE+-]+)"


@dataclass(frozen=True, slots=True)
class Window:
    """Alleles of the sources that are answered together.

    Attributes:
        long_forms: of those that are long, None for others.
    """

    contig: str
    number: int
    keys: NDArray[np.uint64]
    long_forms: list[bytes | None]


def precompute(
    bundle: Bundle,
    target: Path,
    finished: Path,
    *,
    least_frequency: float = 0.0,
    told: Callable[[int], None] = lambda _: None,
) -> int:
    """Make the store for the alleles of the bundle's sources; return how many it holds.

    Args:
        bundle: complete but for its store.
        target: new folder for the store.
        finished: folder for windows that are done. It may hold those of an earlier try with the
            same bundle and frequency; it is gone in the end.
        least_frequency: alleles that gnomAD lists below this are left out.
        told: how many alleles more are done.
    """
    finished.mkdir(parents=True, exist_ok=True)
    total = 0
    with tempfile.TemporaryDirectory(prefix="gas-known-") as folder, ExitStack() as stack:
        answerer = _answerer(bundle, Path(folder), stack)
        for window in windows(bundle, least_frequency):
            place = finished / f"{window.contig}.{window.number:06d}.parquet"
            if not place.exists():
                _answer(window, answerer, place, schema(bundle))
            total += len(window.keys)
            told(len(window.keys))
    target.mkdir()
    for contig in bundle.contigs:
        parts = sorted(finished.glob(f"{contig.name}.*.parquet"))
        if parts:
            write_store(target / f"{contig.name}.parquet", _batches(parts), schema(bundle))
    shutil.rmtree(finished)
    return total


def _answerer(bundle: Bundle, folder: Path, stack: ExitStack) -> Answerer:
    """What answers for alleles from nothing but engine and sources."""
    fasta = plain_fasta(bundle.fasta, folder)
    return Answerer(
        known=NothingKnown(),
        engine=stack.enter_context(VepyrEngine(bundle, fasta)),
        recoder=Recoder(bundle),
        joins=stack.enter_context(Joins(bundle)),
        bases=Bases(fasta),
        contigs=tuple(contig.name for contig in bundle.contigs),
        folder=folder,
    )


def _answer(window: Window, answerer: Answerer, place: Path, columns: pa.Schema) -> None:
    """Write the answers to a window; its file is there when they are complete."""
    alleles = alleles_of(window.contig, window.keys, window.long_forms)
    (answers,) = answerer.answer([alleles], lambda: None)
    forms = pa.array(window.long_forms, pa.binary())
    table = pa.Table.from_arrays([pa.array(window.keys), forms, *answers.columns], schema=columns)
    part = place.with_suffix(".part")
    pq.write_table(table, part, compression="zstd")
    part.rename(place)


def _batches(parts: list[Path]) -> Iterator[pa.RecordBatch]:
    """The rows of all *parts*, in order."""
    for part in parts:
        yield from pq.ParquetFile(part).iter_batches()


def windows(bundle: Bundle, least_frequency: float) -> Iterator[Window]:
    """The alleles of all sources of a bundle, each once, ascending within contigs."""
    names = [each.name for each in bundle.annotations if each.kind == "alleles"]
    for contig in bundle.contigs:
        files = [bundle.path / "sources" / name / f"{contig.name}.parquet" for name in names]
        stores = [AlleleStore(file, [_INFO]) for file in files if file.is_file()]
        for number, (keys, forms) in enumerate(_merged(stores, least_frequency)):
            yield Window(contig.name, number, keys, forms)


def _merged(
    stores: list[AlleleStore], least_frequency: float
) -> Iterator[tuple[NDArray[np.uint64], list[bytes | None]]]:
    """The numbers of all stores in windows, each allele once."""
    streams = [_Stream(store, least_frequency) for store in stores]
    while any(stream.is_open() for stream in streams):
        end = min(stream.last() for stream in streams if stream.is_open())
        taken = [stream.take(end) for stream in streams]
        keys = np.concatenate([keys for keys, _ in taken])
        forms = [form for _, listed in taken for form in listed]
        order = np.argsort(keys, kind="stable")
        yield from _cut(*_once(keys[order], [forms[at] for at in order.tolist()]))


def _once(
    keys: NDArray[np.uint64], forms: list[bytes | None]
) -> tuple[NDArray[np.uint64], list[bytes | None]]:
    """Each allele once; those that share a number are told apart by their long form."""
    kept = np.ones(len(keys), dtype=np.bool_)
    kept[1:] = keys[1:] != keys[:-1]
    for index in np.flatnonzero(~kept & ((keys & LONG) != 0)).tolist():
        first = int(np.searchsorted(keys, keys[index]))
        kept[index] = forms[index] not in forms[first:index]
    return keys[kept], [forms[at] for at in np.flatnonzero(kept).tolist()]


def _cut(
    keys: NDArray[np.uint64], forms: list[bytes | None]
) -> Iterator[tuple[NDArray[np.uint64], list[bytes | None]]]:
    """Pieces of a bounded number of alleles."""
    for start in range(0, len(keys), WINDOW_ALLELES):
        yield keys[start : start + WINDOW_ALLELES], forms[start : start + WINDOW_ALLELES]


class _Stream:
    """The numbers of one source, read as they are asked for."""

    def __init__(self, store: AlleleStore, least_frequency: float) -> None:
        self._tables = store.tables(WINDOW_ALLELES)
        self._least = least_frequency
        self._keys = np.empty(0, dtype=np.uint64)
        self._forms: list[bytes | None] = []
        self._fill()

    def is_open(self) -> bool:
        """Whether there are numbers left."""
        return len(self._keys) > 0

    def last(self) -> np.uint64:
        """The largest number at hand."""
        return np.uint64(self._keys[-1])

    def take(self, end: np.uint64) -> tuple[NDArray[np.uint64], list[bytes | None]]:
        """All numbers up to *end*, which is at most ``last`` of every open stream."""
        count = int(np.searchsorted(self._keys, end, side="right"))
        taken = self._keys[:count], self._forms[:count]
        self._keys, self._forms = self._keys[count:], self._forms[count:]
        if not len(self._keys):
            self._fill()
        return taken

    def _fill(self) -> None:
        """Read on until there is a number, if any is left."""
        for table in self._tables:
            kept = self._frequent(table)
            if kept.num_rows:
                self._keys = kept.column(KEY).to_numpy()
                self._forms = kept.column(LONG_FORM).to_pylist()
                return

    def _frequent(self, table: pa.Table) -> pa.Table:
        """The rows that are not listed as rarer than wanted."""
        if not self._least:
            return table
        found = pc.struct_field(pc.extract_regex(table.column(_INFO), _FREQUENCY), "value")
        frequency = pc.cast(pc.cast(found, pa.string()), pa.float64())
        return table.filter(pc.fill_null(pc.greater_equal(frequency, self._least), fill_value=True))
