"""What the sources of a bundle know of alleles, as it is written into INFO."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotator.intervals import Intervals, touched
from annotator.lines import in_one
from annotator.reference.bundle import Kind
from annotator.reference.info_values import join_items, merge_fragments
from annotator.reference.sequence import Sequence
from annotator.stores import AlleleStore

if TYPE_CHECKING:
    from types import TracebackType

    from numpy.typing import NDArray

    from annotator.alleles import Alleles
    from annotator.fields import Field
    from annotator.reference.bundle import Annotation, Bundle

_INFO = "info"
_NOTHING = pa.scalar(b"", pa.binary())


class Joins:
    """Looks alleles up in the sources of a bundle; close it, or use it as a context manager.

    What it says of an allele depends on nothing but the allele and the bundle. The stores of one
    contig are open at a time, so alleles are best asked for contig by contig.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._sequence: Sequence | None = None
        self._contig: str | None = None
        self._alleles: dict[str, AlleleStore] = {}
        self._intervals: dict[str, Intervals] = {}

    def __enter__(self) -> Self:
        """The joins themselves."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Release the files."""
        self.close()

    def close(self) -> None:
        """Release the files."""
        self._alleles, self._intervals, self._contig = {}, {}, None
        if self._sequence is not None:
            self._sequence.close()
            self._sequence = None

    @property
    def fields(self) -> tuple[Field, ...]:
        """The keys that fragments may hold, in the order in which these hold them."""
        return tuple(field for each in self._bundle.annotations for field in each.fields)

    def sources(self) -> tuple[str, ...]:
        """The names of the sources, in the bundle's order."""
        return tuple(each.name for each in self._bundle.annotations)

    def fragments(self, alleles: Alleles) -> pa.BinaryArray:
        """For each of *alleles* its piece of INFO, such as ``k=v;flag``; empty if nothing is known.

        Values of keys with number ``A`` are lists separated by ``&``, those of others by ``,``.
        """
        self._open(alleles.contig)
        keys = alleles.keys() if self._alleles else np.empty(0, dtype=np.uint64)
        found = (self._fragments(each, alleles, keys) for each in self._bundle.annotations)
        columns = [column for column in found if column is not None]
        if not columns:
            return pa.repeat(_NOTHING, len(alleles))
        return pc.fill_null(join_items(columns), _NOTHING)

    def _open(self, contig: str) -> None:
        """Open the stores of *contig* in the place of another's."""
        if contig == self._contig:
            return
        self._alleles, self._intervals, self._contig = {}, {}, contig
        for each in self._bundle.annotations:
            file = self._bundle.entries(each, contig)
            if file.is_file() and each.kind is Kind.ALLELES:
                self._alleles[each.name] = AlleleStore(file, [_INFO])
            elif file.is_file():
                self._intervals[each.name] = Intervals(file, _merge)

    def _fragments(
        self, annotation: Annotation, alleles: Alleles, keys: NDArray[np.uint64]
    ) -> pa.BinaryArray | None:
        """What one source knows; None if it has nothing on the contig."""
        store = self._alleles.get(annotation.name)
        if store is not None:
            return in_one(store.find(alleles, keys).column(_INFO))
        intervals = self._intervals.get(annotation.name)
        if intervals is None:
            return None
        starts, ends = touched(alleles, lambda here: self._is_replaced(intervals, alleles, here))
        found = intervals.fragments(starts, ends)
        return pc.if_else(pc.equal(found, _NOTHING), pa.scalar(None, pa.binary()), found)

    def _is_replaced(
        self, intervals: Intervals, alleles: Alleles, here: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Whether the first base of REF is another in ALT, where that makes a difference."""
        replaced = np.zeros(len(here), dtype=np.bool_)
        for at in np.flatnonzero(intervals.has_end_at(alleles.positions[here])).tolist():
            index = int(here[at])
            position = int(alleles.positions[index])
            base = self._bases().bases(alleles.contig, position, position)
            replaced[at] = alleles.alts[index].as_py()[:1] != base.encode()
        return replaced

    def _bases(self) -> Sequence:
        """The sequence, opened when it is first asked for."""
        if self._sequence is None:
            self._sequence = Sequence(self._bundle.fasta)
        return self._sequence


def _merge(fragments: list[bytes]) -> bytes:
    """One fragment of those of several intervals."""
    return merge_fragments(fragments, b",")
