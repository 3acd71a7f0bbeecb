"""What genotypes tell of haplotypes, as columns: which alleles lie on one that is known.

An allele is on a known haplotype where its genotype is phased, homozygous or haploid. In all other
genotypes (unphased, or phased without the first allele, which csq takes for missing) it is open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from annotator.csq.text import sample_fields

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotator.lines import Lines

MOST_ALLELES = 62
"""The highest number of an allele that has a bit."""

_FORMAT = 8
_TAB, _COLON = b"\t:"
_GENOTYPE = re.compile(rb"([/|]?)(\d+|\.)(?:([/|])(\d+|\.))?")
_SHORT = 3
_DIGITS = b".0123456789"
_OTHER = len(_DIGITS)
_KINDS = np.full(256, _OTHER, dtype=np.int64)
_KINDS[np.frombuffer(_DIGITS, dtype=np.uint8)] = range(_OTHER)
_SEPARATORS = b"/|"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one genotype says.

    Attributes:
        known: alternate alleles on a known haplotype, a bit for each number.
        open: alternate alleles on one that is not known.
        is_odd: whether csq cannot read it: it is no genotype, has more than two alleles or begins
            with a sign of phase as VCF 4.4 allows.
    """

    known: int = 0
    open: int = 0
    is_odd: bool = False


@dataclass(frozen=True, slots=True)
class Genotypes:
    """The genotypes of records: rows are records, columns samples.

    Attributes:
        starts: offset of each in the text of the lines.
        lengths: bytes of each; 0 where the record has no genotypes.
        known: of each record the alternate alleles that a sample has on a known haplotype, as bits.
        open: those that a sample has on one that is not known.
        odd: which records have a genotype that csq cannot read.
    """

    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    known: NDArray[np.uint64]
    open: NDArray[np.uint64]
    odd: NDArray[np.bool_]


@lru_cache(maxsize=4096)
def judge(genotype: bytes) -> Verdict:
    """The verdict on one value of GT; empty is missing."""
    found = _GENOTYPE.fullmatch(genotype or b".")
    if not found:
        return Verdict(is_odd=True)
    sign, first, separator, second = found.groups()
    numbers = [int(each) for each in (first, second) if each not in (None, b".")]
    if any(number > MOST_ALLELES for number in numbers):
        return Verdict(is_odd=True)
    bits = 0
    for number in numbers:
        bits |= 1 << number if number else 0
    is_certain = separator is None or separator == b"|" or first == second
    if is_certain and first != b".":
        return Verdict(known=bits, is_odd=bool(sign))
    return Verdict(open=bits, is_odd=bool(sign))


def read_genotypes(lines: Lines) -> Genotypes:
    """The genotypes of *lines*, which have samples."""
    starts, ends = sample_fields(lines)
    lengths = _lengths(lines.data, starts, ends)
    lengths[~_have_genotypes(lines)] = 0
    codes = _codes(lines.data, starts, lengths)
    known, opened, odd = (column[codes] for column in _TABLE)
    for row, column in zip(*np.nonzero(codes == _LONG), strict=True):
        start = starts[row, column]
        verdict = judge(lines.text[start : start + lengths[row, column]])
        known[row, column], opened[row, column] = verdict.known, verdict.open
        odd[row, column] = verdict.is_odd
    return Genotypes(
        starts,
        lengths,
        np.bitwise_or.reduce(known, axis=1),
        np.bitwise_or.reduce(opened, axis=1),
        np.bitwise_or.reduce(odd, axis=1),
    )


def _at(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The bytes at *offsets*; the last one for what lies behind it, which is a line feed."""
    return data[np.minimum(offsets, len(data) - 1)]


def _have_genotypes(lines: Lines) -> NDArray[np.bool_]:
    """Whose FORMAT begins with GT, as the specification asks of records with genotypes."""
    at = lines.tabs[:, _FORMAT - 1] + 1
    first, second, third = (_at(lines.data, at + step) for step in range(3))
    found: NDArray[np.bool_] = (first == ord("G")) & (second == ord("T"))
    found &= (third == _COLON) | (third == _TAB)
    return found


def _lengths(
    data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Bytes of each field before its first colon."""
    is_short = (_at(data, starts + 1) != _COLON) & (_at(data, starts + 2) != _COLON)
    is_short &= (_at(data, starts + _SHORT) == _COLON) | (starts + _SHORT == ends)
    is_short &= ends - starts >= _SHORT
    lengths = np.full(starts.shape, _SHORT, dtype=np.int64)
    rest = np.nonzero(~is_short)
    if len(rest[0]):
        colons = np.append(np.flatnonzero(data == _COLON), len(data))
        firsts = colons[np.searchsorted(colons, starts[rest])]
        lengths[rest] = np.minimum(firsts, ends[rest]) - starts[rest]
    return lengths


def _codes(
    data: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The row of ``_TABLE`` for each genotype."""
    first, second = _KINDS[_at(data, starts)], _KINDS[_at(data, starts + 2)]
    middle = _at(data, starts + 1)
    separator = np.where(middle == ord("|"), 1, np.where(middle == ord("/"), 0, -1))
    fits = (first < _OTHER) & (second < _OTHER) & (separator >= 0) & (lengths == _SHORT)
    codes = np.where(fits, (first * len(_SEPARATORS) + separator) * _OTHER + second, _LONG)
    codes = np.where((lengths == 1) & (first < _OTHER), _HAPLOID + first, codes)
    found: NDArray[np.int64] = np.where(lengths == 0, _HAPLOID, codes)
    return found


def _table() -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.bool_]]:
    """The verdicts on all short genotypes: two alleles, one allele, and a place for all others."""
    letters = [_DIGITS[at : at + 1] for at in range(_OTHER)]
    signs = [_SEPARATORS[at : at + 1] for at in range(len(_SEPARATORS))]
    every = [judge(b"".join(each)) for each in product(letters, signs, letters)]
    every += [judge(letter) for letter in letters]
    every.append(Verdict(is_odd=True))
    return (
        np.array([each.known for each in every], dtype=np.uint64),
        np.array([each.open for each in every], dtype=np.uint64),
        np.array([each.is_odd for each in every]),
    )


_HAPLOID = _OTHER * len(_SEPARATORS) * _OTHER
_LONG = _HAPLOID + _OTHER
_TABLE = _table()
