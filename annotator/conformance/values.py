"""Values of INFO and of samples, by the type and the number that a key is defined with.

Every pattern is matched in time that grows with the length of the value and no faster.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import comb
from typing import TYPE_CHECKING

from annotator.conformance.fault import listed, shown
from annotator.conformance.reserved import ANY_NUMBER, NUMERIC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotator.conformance.reserved import Definition

Counts = tuple[int, ...] | None
"""The numbers of values that a field may have; None for any."""

_INTEGER = rb"[-+]?[0-9]+"
_FLOAT = rb"[-+]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|(?i:inf(?:inity)?|nan))"
_CHARACTER = rb"%[0-9A-F]{2}|[\x00-\x2b\x2d-\x7f]|[\xc0-\xff][\x80-\xbf]{1,3}"
_STRING = rb"[^,]+"
_TYPES = {
    "Integer": (_INTEGER, "a whole number"),
    "Float": (_FLOAT, "a number"),
    NUMERIC: (_FLOAT, "a number"),
    "Character": (_CHARACTER, "a single character"),
    "String": (_STRING, "text"),
}
FLOAT = re.compile(_FLOAT)

_NUMBER_DIGITS = 9
_MOST_ALLELES = 1_000
_MOST_PLOIDY = 16
_LEAST_INTEGER, _MOST_INTEGER = -(2**31) + 8, 2**31 - 1
LONG = len(f"{_MOST_INTEGER}")
"""A field with fewer characters has no number that is too large."""


@lru_cache(maxsize=1024)
def counts(number: str, alts: tuple[int, ...], ploidies: tuple[int, ...] = ()) -> Counts:
    """How many values a field may have.

    Args:
        number: as the key is defined; local alleles (LA, LR, LG), P and M may have any.
        alts: how many alternate alleles the record may be taken to have.
        ploidies: those that a genotype may be taken to have; with none, G may have any number.
    """
    if number.isdigit():
        return (int(number[:_NUMBER_DIGITS]),)
    if number == "A":
        return alts
    if number == "R":
        return tuple(count + 1 for count in alts)
    if number == "G" and ploidies and max(alts) <= _MOST_ALLELES and max(ploidies) <= _MOST_PLOIDY:
        return tuple(comb(count + ploidy, ploidy) for count in alts for ploidy in ploidies)
    return None


def is_right(definition: Definition, value: bytes, allowed: Counts) -> bool:
    """Whether a field that is no flag has values of its type, and as many as are *allowed*.

    A dot may stand for a value and for all of them.
    """
    if value == b"." or (allowed is None and definition.type == "String"):
        return True
    return bool(_pattern(definition.type, allowed).fullmatch(value))


def value_fault(label: str, definition: Definition, value: bytes, allowed: Counts) -> str:
    """What is wrong with a field that is not right; the fault calls it *label*."""
    values = value.split(b",")
    if allowed is not None and len(values) not in allowed:
        numbers = listed(f"{count}" for count in sorted(set(allowed)))
        return f"{label} has {_many(len(values))}; it must have {numbers}{_reason(definition)}."
    pattern, wanted = _TYPES[definition.type]
    wrong = next((each for each in values if not _is_one(pattern, each)), b"")
    return f"{label} is {shown(wrong)}; it must be {wanted}."


def range_fault(label: str, definition: Definition, value: bytes) -> Iterator[str]:
    """What is wrong with whole numbers: they have 32 bits, and a few are reserved."""
    if definition.type != "Integer" or len(value) < LONG:
        return
    for each in value.split(b","):
        if len(each) >= LONG and _is_one(_INTEGER, each) and not _has_32_bits(each):
            yield (
                f"{label} is {shown(each)}; it must be between "
                f"{_LEAST_INTEGER:,} and {_MOST_INTEGER:,}."
            )
            return


def _has_32_bits(number: bytes) -> bool:
    """Whether a whole number is one that BCF can hold."""
    digits = number.lstrip(b"+-0")
    if len(digits) > LONG:
        return False
    value = int(digits or b"0")
    return _LEAST_INTEGER <= (-value if number.startswith(b"-") else value) <= _MOST_INTEGER


@lru_cache(maxsize=1024)
def _pattern(kind: str, allowed: Counts) -> re.Pattern[bytes]:
    """Whole fields of values of one type."""
    value = rb"(?>(?:" + _TYPES[kind][0] + rb")(?=,|\Z)|\.)"
    if allowed is None:
        return re.compile(value + rb"(?:," + value + rb")*+", re.DOTALL)
    ways = (value + rb"(?:,%b){%d}" % (value, count - 1) for count in set(allowed) if count > 0)
    return re.compile(b"|".join(ways) or rb"(?!)", re.DOTALL)


def _is_one(pattern: bytes, value: bytes) -> bool:
    """Whether a value is one of this pattern, or missing."""
    return value == b"." or bool(re.fullmatch(pattern, value, re.DOTALL))


def _many(count: int) -> str:
    """How many values, in words."""
    return "1 value" if count == 1 else f"{count:,} values"


def _reason(definition: Definition) -> str:
    """Why a field must have so many values."""
    reasons = {
        "A": ", one for each ALT allele",
        "R": ", one for each allele with REF",
        "G": ", one for each possible genotype",
        ANY_NUMBER: "",
    }
    return reasons.get(definition.number, "")
