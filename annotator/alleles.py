"""Alleles as columns, and the number by which one is found in a sorted store.

The number holds position, length of REF and the bases of ALT; REF's bases are the reference's own
at that position, so the three say everything. Alleles with a long REF or ALT carry a hash in the
place of the bases, and whoever finds one compares ``long_form`` as well.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MOST_ALT = 12
"""Bases of ALT that a number holds by themselves."""

MOST_REF = 63
"""The longest REF, in bases, that a number holds by itself."""

LONG = np.uint64(1 << 35)
"""The bit that marks an allele with a hash."""

_POSITION_SHIFT = np.uint64(36)
_REF_SHIFT = np.uint64(28)
_LENGTH_SHIFT = np.uint64(24)
_CODES = np.zeros(256, dtype=np.uint64)
_LETTERS = np.frombuffer(b"ACGT", dtype=np.uint8)
_CODES[_LETTERS] = range(4)


@dataclass(frozen=True, slots=True)
class Alleles:
    """Alternate alleles in normal form on one contig; the columns have one length.

    Attributes:
        contig: as the bundle names it.
        positions: of the first base of REF, 1-based; uint32.
        ref_lengths: bases of REF; uint32.
        alts: bases of ALT in upper case, A, C, G and T only; Arrow binary without nulls.
    """

    contig: str
    positions: NDArray[np.uint32]
    ref_lengths: NDArray[np.uint32]
    alts: pa.BinaryArray

    def __len__(self) -> int:
        """How many there are."""
        return len(self.positions)

    def take(self, indices: NDArray[np.int64]) -> Alleles:
        """The alleles at *indices*, in their order."""
        return Alleles(
            self.contig,
            self.positions[indices],
            self.ref_lengths[indices],
            self.alts.take(pa.array(indices)),
        )

    def keys(self) -> NDArray[np.uint64]:
        """The number of each allele; ascending numbers have ascending positions."""
        starts, lengths, data = layout(self.alts)
        short = (lengths <= MOST_ALT) & (self.ref_lengths <= MOST_REF)
        keys = self.positions.astype(np.uint64) << _POSITION_SHIFT
        keys |= np.where(short, self.ref_lengths, 0).astype(np.uint64) << _REF_SHIFT
        keys |= np.where(short, lengths, 0).astype(np.uint64) << _LENGTH_SHIFT
        for at in range(min(MOST_ALT, int(lengths.max(initial=0)))):
            here = np.flatnonzero(short & (lengths > at))
            keys[here] |= _CODES[data[starts[here] + at]] << np.uint64(2 * (MOST_ALT - 1 - at))
        for index in np.flatnonzero(~short):
            keys[index] |= LONG | _hash(self.long_form(int(index)))
        return keys

    def long_form(self, index: int) -> bytes:
        """What tells an allele with a hash from others at its position: REF's length and ALT."""
        return b"%d:%b" % (self.ref_lengths[index], self.alts[index].as_py())


def join_alleles(parts: Sequence[Alleles]) -> Alleles:
    """The alleles of all *parts*, which are on one contig, one part behind the other."""
    if len(parts) == 1:
        return parts[0]
    return Alleles(
        parts[0].contig,
        np.concatenate([part.positions for part in parts]),
        np.concatenate([part.ref_lengths for part in parts]),
        pa.concat_arrays([part.alts for part in parts]),
    )


def alleles_of(
    contig: str, keys: NDArray[np.uint64], long_forms: Sequence[bytes | None]
) -> Alleles:
    """The alleles that numbers stand for.

    Args:
        contig: that they lie on.
        keys: their numbers.
        long_forms: ``Alleles.long_form`` of those that are long; of others it is not read.
    """
    lengths = ((keys >> _LENGTH_SHIFT) & np.uint64(15)).astype(np.int64)
    ref_lengths = ((keys >> _REF_SHIFT) & np.uint64(MOST_REF)).astype(np.uint32)
    long = np.flatnonzero((keys & LONG) != 0)
    lengths[long] = 0
    owners = np.repeat(np.arange(len(keys)), lengths)
    ends = np.cumsum(lengths)
    within = np.arange(len(owners)) - np.repeat(ends - lengths, lengths)
    shifts = (2 * (MOST_ALT - 1 - within)).astype(np.uint64)
    letters = _LETTERS[((keys[owners] >> shifts) & np.uint64(3)).astype(np.int64)].tobytes()
    alts = [letters[end - length : end] for end, length in zip(ends, lengths, strict=True)]
    for index in long.tolist():
        ref_length, _, alts[index] = (long_forms[index] or b"").partition(b":")
        ref_lengths[index] = int(ref_length)
    return Alleles(contig, positions_of(keys), ref_lengths, pa.array(alts, pa.binary()))


def positions_of(keys: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The positions in the numbers of alleles."""
    return (keys >> _POSITION_SHIFT).astype(np.uint32)


def layout(
    array: pa.BinaryArray,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
    """Where each value begins, how long it is, and the bytes that both speak of."""
    _, offset_buffer, data_buffer = array.buffers()
    every = np.frombuffer(offset_buffer, dtype=np.int32)
    offsets = every[array.offset : array.offset + len(array) + 1].astype(np.int64)
    data = np.frombuffer(data_buffer or b"", dtype=np.uint8)
    return offsets[:-1], np.diff(offsets), data


def _hash(form: bytes) -> np.uint64:
    """The lower 35 bits of the number of an allele that is long."""
    digest = hashlib.blake2b(form, digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "big") >> (64 - 35))
