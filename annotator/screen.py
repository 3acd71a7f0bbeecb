"""The guard over a whole batch: what it can tell of plain records by columns, it does not ask.

Nearly all records are a single base or a simple insertion or deletion of known bases on a known
contig. Those are judged here at once. All others go to ``Guard`` one by one, and for plain ones
both say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from annotator.allele_columns import (
    Columns,
    as_is,
    last_bases,
    only_known,
    read_columns,
    turned,
    whole_records,
)
from annotator.alleles import Alleles, join_alleles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotator.bases import Bases
    from annotator.guard import Allele, Guard, Reason
    from annotator.lines import Lines
    from annotator.reference.bundle import Contig

_HALF = 32
"""Bits of a record's index, and of an allele's number in it, in what both are sorted by."""


@dataclass(frozen=True, slots=True)
class Group:
    """The alleles of a batch on one contig, by record and then in ALT's order.

    Attributes:
        records: index of each allele's record in the batch, ascending.
        numbers: of each allele in its record's ALT, from 1.
        names: alleles that VEP names otherwise in their record than by their normal form, by index.
    """

    alleles: Alleles
    records: NDArray[np.int64]
    numbers: NDArray[np.int64]
    names: dict[int, str]


@dataclass(frozen=True, slots=True)
class Screened:
    """A batch behind the guard.

    Attributes:
        groups: the alleles that the engine may see, by contig.
        reasons: of each record with an allele that it may not, why; by index.
        contigs: the batch's contigs in order of appearance with their records: the bundle's name
            where it knows the contig, else the file's.
    """

    groups: list[Group]
    reasons: dict[int, tuple[Reason, ...]]
    contigs: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Part:
    """Some alleles of a group with their records and numbers.

    Attributes:
        names: by record and number, of alleles whose normal form alone would be named otherwise.
    """

    records: NDArray[np.int64]
    numbers: NDArray[np.int64]
    alleles: Alleles
    names: dict[tuple[int, int], str]


class Screen:
    """Judges batches against one bundle.

    Args:
        names: the bundle's contigs by every name that the file may use for them.
    """

    def __init__(self, guard: Guard, bases: Bases, names: dict[str, Contig]) -> None:
        self._guard = guard
        self._bases = bases
        self._names = {name.encode(): contig for name, contig in names.items()}

    def judge(self, lines: Lines) -> Screened:
        """The verdict on a batch whose lines have been checked for their form."""
        columns = read_columns(lines)
        names, codes = lines.contigs, lines.codes
        screened = Screened([], {}, self._count(names, codes))
        parts: dict[str, list[_Part]] = {}
        plain, hard = only_known(columns), np.ones(len(lines), dtype=np.bool_)
        for code, name in enumerate(names):
            contig = self._names.get(name)
            if contig is not None:
                here = np.flatnonzero((codes[columns.records] == code) & plain)
                found = self._plain(contig, columns, here)
                hard[np.concatenate([part.records for part in found])] = False
                parts.setdefault(contig.name, []).extend(found)
        rest = self._one_by_one(lines, np.flatnonzero(hard), screened.reasons)
        for contig_name in {**parts, **rest}:
            one_by_one = _part(contig_name, rest.get(contig_name, []))
            screened.groups.append(_merge([*parts.get(contig_name, []), one_by_one]))
        return screened

    def _count(self, names: list[bytes], codes: NDArray[np.int64]) -> dict[str, int]:
        """Records by contig."""
        counts: dict[str, int] = {}
        for name, count in zip(names, np.bincount(codes).tolist(), strict=True):
            known = self._names.get(name)
            shown = known.name if known else name.decode("ascii")
            counts[shown] = counts.get(shown, 0) + count
        return counts

    def _plain(self, contig: Contig, columns: Columns, here: NDArray[np.int64]) -> list[_Part]:
        """The alleles of those *here* that need no further look."""
        here = here[_covered(contig, columns.positions[here], columns.ref_lengths[here])]
        here = here[self._agrees(contig.name, columns, here)]
        first = columns.refs[columns.ref_starts[here]] == columns.alts[columns.alt_starts[here]]
        shortest = np.minimum(columns.ref_lengths[here], columns.alt_lengths[here])
        differs = columns.ref_lengths[here] != columns.alt_lengths[here]
        ref_last = last_bases(columns.refs, columns.ref_starts[here], columns.ref_lengths[here])
        alt_last = last_bases(columns.alts, columns.alt_starts[here], columns.alt_lengths[here])
        last = ref_last == alt_last
        normal = here[~last & (~first | (differs & (shortest == 1)))]
        slides = here[last & first & differs & (shortest == 1)]
        normal = normal[whole_records(columns.records, normal)]
        numbers, records = columns.numbers, columns.records
        return [
            _Part(records[normal], numbers[normal], as_is(contig, columns, normal), {}),
            self._slide(contig.name, columns, slides),
        ]

    def _agrees(self, contig: str, columns: Columns, here: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whose REF is the reference's."""
        found = self._bases.at(contig, columns.positions[here])
        agrees: NDArray[np.bool_] = columns.refs[columns.ref_starts[here]] == found
        longer = np.flatnonzero(columns.ref_lengths[here] > 1)
        rest, lengths = here[longer], columns.ref_lengths[here[longer]] - 1
        within = 1 + np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        given = columns.refs[np.repeat(columns.ref_starts[rest], lengths) + within]
        places = np.repeat(columns.positions[rest], lengths) + within
        differs = self._bases.at(contig, places) != given
        agrees[np.repeat(longer, lengths)[differs]] = False
        return agrees

    def _slide(self, contig: str, columns: Columns, here: NDArray[np.int64]) -> _Part:
        """Simple insertions and deletions as far to the left as they go.

        What is inserted or deleted turns by a base with each step: its last one, which equals the
        base before it, comes first.
        """
        positions = columns.positions[here]
        inserts = columns.alt_lengths[here] > 1
        lengths = np.where(inserts, columns.alt_lengths[here], columns.ref_lengths[here]) - 1
        data = np.concatenate((columns.alts, columns.refs))
        starts = 1 + np.where(
            inserts, columns.alt_starts[here], columns.ref_starts[here] + len(columns.alts)
        )
        steps = np.zeros(len(here), dtype=np.int64)
        moving = np.arange(len(here))
        while len(moving):
            at_end = (lengths[moving] - 1 - steps[moving]) % lengths[moving]
            before = positions[moving] - steps[moving]
            same = data[starts[moving] + at_end] == self._bases.at(contig, before)
            moving = moving[same & (before > 1)]
            steps[moving] += 1
        moved = positions - steps
        anchors = self._bases.at(contig, moved)
        alts = turned(data, starts, np.where(inserts, lengths, 0), steps, anchors)
        ref_lengths = columns.ref_lengths[here].astype(np.uint32)
        alleles = Alleles(contig, moved.astype(np.uint32), ref_lengths, alts)
        records, numbers = columns.records[here], columns.numbers[here]
        names = {}
        for at in np.flatnonzero(inserts & (steps % lengths != 0)).tolist():
            name = data[starts[at] : starts[at] + lengths[at]].tobytes()
            if name != alts[at].as_py()[1:]:
                names[int(records[at]), int(numbers[at])] = name.decode()
        return _Part(records, numbers, alleles, names)

    def _one_by_one(
        self,
        lines: Lines,
        here: NDArray[np.int64],
        reasons: dict[int, tuple[Reason, ...]],
    ) -> dict[str, list[tuple[int, Allele]]]:
        """The guard's verdict on each record *here*: alleles by contig; *reasons* is filled."""
        found: dict[str, list[tuple[int, Allele]]] = {}
        for record in here.tolist():
            contig, position, _, ref, alt, _ = lines.line(record).split(b"\t", 5)
            verdict = self._guard.judge(contig, int(position), ref, alt)
            if verdict.reasons:
                reasons[record] = verdict.reasons
            for allele in verdict.alleles:
                found.setdefault(allele.contig, []).append((record, allele))
        return found


def _covered(
    contig: Contig, positions: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which REFs lie wholly in one of the ranges that the bundle covers."""
    starts = np.array([start for start, _ in contig.covered], dtype=np.int64)
    ends = np.array([end for _, end in contig.covered], dtype=np.int64)
    at = np.searchsorted(starts, positions, side="right") - 1
    return (at >= 0) & (positions + lengths - 1 <= np.append(ends, 0)[at])


def _part(contig: str, listed: list[tuple[int, Allele]]) -> _Part:
    """What the guard found one by one, as columns."""
    alleles = Alleles(
        contig,
        np.array([allele.position for _, allele in listed], dtype=np.uint32),
        np.array([len(allele.ref) for _, allele in listed], dtype=np.uint32),
        pa.array([allele.alt.encode() for _, allele in listed], pa.binary()),
    )
    records = np.array([record for record, _ in listed], dtype=np.int64)
    numbers = np.array([allele.number for _, allele in listed], dtype=np.int64)
    return _Part(records, numbers, alleles, _other_names(listed))


def _other_names(listed: list[tuple[int, Allele]]) -> dict[tuple[int, int], str]:
    """The names, by record and number, of alleles whose normal form alone would be named else."""
    return {
        (record, allele.number): allele.name
        for record, allele in listed
        if allele.name != normal_name(allele.ref, allele.alt)
    }


def _merge(parts: list[_Part]) -> Group:
    """The alleles of all ways on one contig, by record and number."""
    records = np.concatenate([part.records for part in parts])
    numbers = np.concatenate([part.numbers for part in parts])
    alleles = join_alleles([part.alleles for part in parts])
    order = np.argsort(records << _HALF | numbers, kind="stable")
    records, numbers = records[order], numbers[order]
    named = {}
    for (record, number), name in (item for part in parts for item in part.names.items()):
        begin, end = np.searchsorted(records, (record, record + 1))
        named[int(begin + np.flatnonzero(numbers[begin:end] == number)[0])] = name
    return Group(alleles.take(order), records, numbers, named)


def normal_name(ref: str, alt: str) -> str:
    """How VEP names an allele that stands in normal form alone in its record."""
    return (alt[1:] or "-") if len(ref) != len(alt) and ref[0] == alt[0] else alt
