"""The alternate alleles of records, their consequences, and the rows that both make."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotator.guard import vep_names
from annotator.table.records import REF
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotator.table.records import Records
    from annotator.table.slices import Slices, Split


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of some records, as indices into what they are made of.

    Attributes:
        record: of each row, 0-based in the chunk.
        allele: of each row, among the ALT alleles of all records.
        entry: of each row, among all consequences; -1 for an allele without.
        number: of each row, the allele in its record, 1-based.
    """

    record: NDArray[np.int64]
    allele: NDArray[np.int64]
    entry: NDArray[np.int64]
    number: NDArray[np.int64]

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.record)

    def part(self, start: int, end: int) -> Rows:
        """The rows from *start* to *end*, exclusive."""
        cut = slice(start, end)
        return Rows(self.record[cut], self.allele[cut], self.entry[cut], self.number[cut])


def lay_out(records: Records, alts: Split, entry_records: NDArray[np.int64], names: Slices) -> Rows:
    """A row for each allele and consequence, and one for each allele without consequences.

    Args:
        records: the records.
        alts: their ALT columns, split into alleles.
        entry_records: of each consequence, its record; ascending.
        names: of each consequence, the allele as VEP names it.

    Raises:
        RejectedError: a consequence names an allele that its record does not have.
    """
    owner = _alleles_of(records, alts, entry_records, names)
    order = np.argsort(owner, kind="stable")
    counts = np.bincount(owner, minlength=len(alts.parts))
    rows = np.maximum(counts, 1)
    allele = np.repeat(np.arange(len(rows)), rows)
    entry = np.full(len(allele), -1, dtype=np.int64)
    entry[np.repeat(counts > 0, rows)] = order
    record = alts.owners()
    return Rows(record[allele], allele, entry, (allele - alts.first[record[allele]] + 1))


def _alleles_of(
    records: Records, alts: Split, entry_records: NDArray[np.int64], names: Slices
) -> NDArray[np.int64]:
    """Of each consequence, its allele; only records with several alleles need a closer look."""
    owner = alts.first[entry_records]
    several = np.flatnonzero(np.diff(alts.first) > 1)
    begins = np.searchsorted(entry_records, several, side="left")
    ends = np.searchsorted(entry_records, several, side="right")
    refs = iter(records.column(REF).texts(several))
    alleles = iter(alts.parts.texts(_ranges(alts.first[several], alts.first[several + 1])))
    found = iter(names.texts(_ranges(begins, ends)))
    counts = np.diff(alts.first)[several].tolist()
    for begin, end, count in zip(begins.tolist(), ends.tolist(), counts, strict=True):
        ref, of_record = next(refs), [next(alleles) for _ in range(count)]
        if begin < end:
            expected = vep_names(ref.upper(), [each.upper() for each in of_record])
            owner[begin:end] += _match([next(found) for _ in range(begin, end)], expected)
    return owner


def _match(found: list[str], expected: list[str]) -> list[int]:
    """Of each name in *found*, which of the *expected* it is, 0-based.

    An allele that ALT holds twice has its consequences twice, so each gets an equal share.
    """
    totals, seen = Counter(found), Counter[str]()
    matched = []
    for name in found:
        places = [at for at, each in enumerate(expected) if each == name]
        if not places:
            raise RejectedError(
                f"The result has a consequence of allele {name[:60]!r} in a record without that "
                "allele; annotate the file again."
            )
        matched.append(places[seen[name] * len(places) // totals[name]])
        seen[name] += 1
    return matched


def _ranges(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """The whole numbers from each start to its end, exclusive, one range behind the other."""
    lengths = ends - starts
    before = np.repeat(np.cumsum(lengths) - lengths, lengths)
    found: NDArray[np.int64] = np.arange(lengths.sum()) - before + np.repeat(starts, lengths)
    return found
