"""The order of records, and records that say the same. Memory is bounded.

Sources: the specification's words on CHROM and POS (1.4.1); its conformance files for alleles
written twice, with other bases around them or among others.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annotator.conformance.fault import name, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_CONTIGS = 100_000
_MOST_ALLELES = 20_000
_SHORT = 64

Key = tuple[int, bytes, bytes]


@dataclass(slots=True)
class Order:
    """What is remembered of the records so far."""

    contig: bytes = b""
    position: int = -1
    is_sorted: bool = True
    left: set[bytes] = field(default_factory=set)
    alleles: dict[Key, int] = field(default_factory=dict)

    def faults(
        self, contig: bytes, position: int, ref: bytes, alts: list[bytes], number: int
    ) -> Iterator[str]:
        """What is wrong with the place of record *number*; a contig or file is told of once.

        Contigs in angle brackets are in no order: they lie in an assembly file.
        """
        if contig.startswith(b"<"):
            return
        if contig != self.contig:
            yield from self._turn_to(contig)
        elif position < self.position and self.is_sorted:
            self.is_sorted = False
            yield (
                f"POS {position:,} comes after {self.position:,}; "
                "sort the records, for example with `bcftools sort`."
            )
        self.position = position
        yield from self._duplicates(position, ref, alts, number)

    def _turn_to(self, contig: bytes) -> Iterator[str]:
        """Leave one contig for another."""
        if contig in self.left:
            self.left.discard(contig)
            yield (
                f"Contig {shown(contig)} comes back after other contigs; "
                "keep the records of a contig together."
            )
        if self.contig and len(self.left) < _MOST_CONTIGS:
            self.left.add(self.contig)
        self.contig = contig
        self.alleles.clear()

    def _duplicates(
        self, position: int, ref: bytes, alts: list[bytes], number: int
    ) -> Iterator[str]:
        """Alleles that an earlier record, or the same, has as well."""
        self._forget(position)
        for alt in alts:
            if not alt.isalpha() or alt == ref:
                continue
            key = _trimmed(position, ref.upper(), alt.upper())
            line = self.alleles.setdefault(key, number)
            if line == number and len(alts) > 1 and alts.count(alt) > 1:
                yield f"ALT has {shown(alt)} more than once; list each allele once."
                return
            if line != number:
                yield (
                    f"{name(ref)}>{name(alt)} is the variant of line {line} again; "
                    "keep one of the two."
                )

    def _forget(self, position: int) -> None:
        """Forget alleles that sorted records cannot come back to, when there are many."""
        if len(self.alleles) >= _MOST_ALLELES:
            self.alleles = {key: line for key, line in self.alleles.items() if key[0] >= position}
        if len(self.alleles) >= _MOST_ALLELES:
            self.alleles.clear()


def _trimmed(position: int, ref: bytes, alt: bytes) -> Key:
    """A variant without the bases that REF and ALT share; long ones by their digest."""
    end = _shared(ref[::-1], alt[::-1])
    ref, alt = ref[: len(ref) - end], alt[: len(alt) - end]
    start = _shared(ref, alt)
    return position + start, _short(ref[start:]), _short(alt[start:])


def _shared(one: bytes, other: bytes) -> int:
    """How many bytes two alleles have in common at the beginning."""
    most = min(len(one), len(other))
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _short(bases: bytes) -> bytes:
    """Bases, or what stands for many of them."""
    return bases if len(bases) <= _SHORT else hashlib.blake2b(bases, digest_size=16).digest()
