"""Compound calls: consequences that several records of one haplotype have together.

csq writes such a call at one of the records (the first by transcription) and points to it from the
others by ``@`` and a position. A call behind a stop that another record of the haplotype brings
begins with ``*``. Source: bcftools' manual, and its "Haplotype-aware consequence calling".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from annotator.csq.answers import read_mask

_CHANGES = 6
_POINTER, _BEHIND_STOP, _AND = b"@", b"*", b"+"
COMPOUND = rb"[ACGT]\+[0-9]|@[0-9]|(^|,)\*"
"""What INFO/BCSQ has in it where a record takes part in a compound call."""

_PARTS = re.compile(rb"([0-9]+)([A-Z]+)>([A-Z]+)")


REFUSED = b"*"
"""Stands for an alternate allele that csq may not see."""


@dataclass(frozen=True, slots=True)
class PhasedRecord:
    """A record for csq.

    Attributes:
        number: of the record, by which its caller knows it.
        contig: as the bundle names it.
        position: of the first base of *ref*, 1-based.
        ref: bases in upper case that are the reference's.
        alts: every alternate allele in order; ``*`` stands for one that the guard refused.
        genotypes: GT of each sample; a dot where it is missing.
        phase_sets: PS of each sample, a dot where it is missing; none if no sample has one.
    """

    number: int
    contig: str
    position: int
    ref: bytes
    alts: tuple[bytes, ...]
    genotypes: tuple[bytes, ...]
    phase_sets: tuple[bytes, ...] = ()

    def is_split(self, sample: int) -> bool:
        """Whether the haplotypes of a sample have different alleles here."""
        alleles = re.split(rb"[/|]", self.genotypes[sample].lstrip(b"/|"))
        return len(set(alleles)) > 1


@dataclass(frozen=True, slots=True)
class Call:
    """What csq says of a record.

    Attributes:
        info: the value of INFO/BCSQ; empty where there is none.
        masks: FORMAT/BCSQ of each sample; a dot where there is none.
    """

    info: bytes
    masks: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Batch:
    """Records with their calls; *places* has the indices of those at a place."""

    records: Sequence[PhasedRecord]
    calls: Sequence[Call]
    places: dict[tuple[str, int], list[int]] = field(default_factory=lambda: defaultdict(list))


def compounds(records: Sequence[PhasedRecord], calls: Sequence[Call]) -> dict[int, bytes]:
    """The compound calls of each of *records* that takes part in one, by its number.

    Every record of a compound has the whole call. A call that would join variants of different
    phase sets is left out: nothing is known of how these lie to each other. A pointer to a record
    that is not among *records* stays as it is.
    """
    batch = _Batch(records, calls)
    for index, record in enumerate(records):
        batch.places[record.contig, record.position].append(index)
    found = {}
    for index, record in enumerate(records):
        entries = dict.fromkeys(_entries(batch, index))
        if entries:
            found[record.number] = b",".join(entries)
    return found


def _entries(batch: _Batch, index: int) -> Iterator[bytes]:
    """The compound calls of one record."""
    for at, entry in enumerate(_listed(batch.calls[index])):
        if entry.startswith(_POINTER):
            yield from _pointed(batch, index, entry)
        elif _AND in _changes(entry):
            if _has_one_phase(batch, index, at):
                yield entry
        elif entry.startswith(_BEHIND_STOP):
            yield entry


def _pointed(batch: _Batch, index: int, pointer: bytes) -> Iterator[bytes]:
    """The calls that *pointer* of a record stands for."""
    record = batch.records[index]
    ours = {b"%d%b>%b" % (record.position, record.ref, alt) for alt in record.alts}
    position = int(pointer.removeprefix(_POINTER))
    others = batch.places.get((record.contig, position), [])
    if not others:
        yield pointer
    for other in others:
        for at, entry in enumerate(_listed(batch.calls[other])):
            is_ours = not ours.isdisjoint(_changes(entry).split(_AND))
            if is_ours and _has_one_phase(batch, other, at):
                yield entry


def _members(batch: _Batch, index: int, entry: bytes) -> list[int]:
    """The records that a call of one record speaks of."""
    contig = batch.records[index].contig
    return [
        other
        for position, ref, alt in _PARTS.findall(_changes(entry))
        for other in batch.places.get((contig, int(position)), [])
        if batch.records[other].ref == ref and alt in batch.records[other].alts
    ]


def _has_one_phase(batch: _Batch, index: int, at: int) -> bool:
    """Whether a sample has all of a call's variants in one phase set, as far as phase matters."""
    if not batch.records[index].phase_sets:
        return True
    members = _members(batch, index, _listed(batch.calls[index])[at])
    return any(
        len({each.phase_sets[sample] for each in _split(batch, members, sample)}) <= 1
        for sample, mask in enumerate(batch.calls[index].masks)
        if {(at, 0), (at, 1)} & read_mask(mask)
    )


def _split(batch: _Batch, members: list[int], sample: int) -> list[PhasedRecord]:
    """Those of *members* that have phase sets and two different alleles in a sample."""
    records = (batch.records[member] for member in members)
    return [each for each in records if each.phase_sets and each.is_split(sample)]


def _listed(call: Call) -> list[bytes]:
    """The consequences of a call."""
    return call.info.split(b",") if call.info else []


def _changes(entry: bytes) -> bytes:
    """The changes of the sequence that a consequence comes from, such as ``5A>C+6G>T``."""
    columns = entry.split(b"|")
    return columns[_CHANGES] if len(columns) > _CHANGES else b""
