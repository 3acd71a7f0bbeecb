"""Conditions on the rows of a result's table.

A value that is missing fits no condition but `Missing`; so it fits what `Not` makes of it.  Text is
compared whatever the case of its ASCII letters.  A condition is about a row, and the table has one
for each consequence of an allele; `FirstFitting` makes one row an allele of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from backend.domain.errors import RejectedError

LAST_POSITION = (1 << 31) - 1
NUMBER = r"[+-]?([0-9]{1,40}(\.[0-9]{0,40})?|\.[0-9]{1,40})([eE][+-]?[0-9]{1,2})?"
"""What a whole text is that can be compared with a number."""

_REGION = re.compile(r"(?P<contig>\S+?)(?::(?P<start>[0-9,]+)(?P<open>-(?P<end>[0-9,]+)?)?)?")
_CHR = re.compile("chr", re.IGNORECASE)
_MITOCHONDRION = frozenset({"M", "MT"})
_UPPER_TO_LOWER = {letter: letter + 32 for letter in range(ord("A"), ord("Z") + 1)}


@dataclass(frozen=True, slots=True)
class OneOf:
    """The text of *column* is one of *values*, which are folded."""

    column: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Contains:
    """The text of *column* contains *text*, which is folded."""

    column: str
    text: str


@dataclass(frozen=True, slots=True)
class HasTerm:
    """One of the terms in *column*, which are separated by any of *separators*, is in *terms*.

    Terms are folded, and their underscores are spaces.
    """

    column: str
    terms: frozenset[str]
    separators: str


@dataclass(frozen=True, slots=True)
class Compares:
    """The number in *column* is in a relation to *number*; text that is no number is in none.

    Attributes:
        relation: ``=``, ``<``, ``<=``, ``>`` or ``>=``.
    """

    column: str
    relation: str
    number: float


@dataclass(frozen=True, slots=True)
class IsTrue:
    """The value of *column*, a boolean, is true."""

    column: str


@dataclass(frozen=True, slots=True)
class Missing:
    """*column* has no value."""

    column: str


@dataclass(frozen=True, slots=True)
class Region:
    """A piece of a contig that REF overlaps; positions are 1-based and inclusive."""

    contig: str
    start: int = 1
    end: int = LAST_POSITION

    @classmethod
    def parse(cls, text: str) -> Region:
        """Return the region that *text* names: ``20``, ``20:100``, ``20:100-``, ``20:100-2,000``.

        Raises:
            RejectedError: it names none.
        """
        found = _REGION.fullmatch(text.strip())
        if not found or (found["start"] is None and ":" in found["contig"]):
            raise _no_region(text)
        if found["start"] is None:
            return cls(found["contig"])
        start = _position(found["start"], text)
        end = start if found["open"] is None else LAST_POSITION
        if found["end"] is not None:
            end = _position(found["end"], text)
        if not 1 <= start <= end:
            raise _no_region(text)
        return cls(found["contig"], start, end)


@dataclass(frozen=True, slots=True)
class Not:
    """*condition* does not hold."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class All:
    """All of *conditions* hold; always, if there are none."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of *conditions* holds; never, if there are none."""

    conditions: tuple[Condition, ...]


Condition = OneOf | Contains | HasTerm | Compares | IsTrue | Missing | Region | Not | All | AnyOf

BESIDE = frozenset({"upstream_gene_variant", "downstream_gene_variant", "intergenic_variant"})
"""Consequences of an allele that does not touch what they are about."""


@dataclass(frozen=True, slots=True)
class FirstFitting:
    """Of each allele the row that is picked, if it fits *condition*, or else the first that does.

    What an allele that lies in a transcript has beside others does not count, unless it is picked:
    on the mitochondrion nearly each gene is beside each variant.
    """

    condition: Condition


Selection = Condition | FirstFitting
"""Which rows of a table are wanted."""


def folded(text: str) -> str:
    """Return *text* whatever the case of its ASCII letters."""
    return text.translate(_UPPER_TO_LOWER)


def as_term(text: str) -> str:
    """Return a term as `HasTerm` compares it."""
    return folded(text).replace("_", " ").strip(" ")


def contig_name(name: str) -> str:
    """Return the name of a contig as regions compare it: ``X`` of ``chrx``, ``MT`` of ``chrM``."""
    found = _CHR.match(name)
    plain = (name[found.end() :] if found else name).upper()
    return "MT" if plain in _MITOCHONDRION else plain


def columns_of(condition: Condition) -> Iterator[str]:
    """Yield the columns that *condition* looks at; a region looks at none that may be lacking."""
    match condition:
        case Not(inner):
            yield from columns_of(inner)
        case All(several) | AnyOf(several):
            for each in several:
                yield from columns_of(each)
        case Region():
            return
        case _:
            yield condition.column


def _position(text: str, region: str) -> int:
    digits = text.replace(",", "")
    if not digits or len(digits) > len(str(LAST_POSITION)):
        raise _no_region(region)
    return min(int(digits), LAST_POSITION)


def _no_region(text: str) -> RejectedError:
    return RejectedError(
        f"{text[:60]!r} is not a region; write 20, 20:100-2000, 20:100- or 20:100, with positions "
        "from 1 and the first not after the last."
    )
