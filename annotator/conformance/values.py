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
    from annotator.conformance.reserved import Definition

Counts = tuple[int, ...] | None
"""The numbers of values that a field may have; None for any."""

_INTEGER = rb"[-+]?[0-9]+"
_FLOAT = (
    rb"[-+]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|(?i:inf(?:inity)?|nan))"
)
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

_MOST_ALLELES = 1_000
_MOST_PLOIDY = 16
_LEAST_INTEGER, _MOST_INTEGER = -(2**31) + 8, 2**31 - 1
_INTEGER_DIGITS = 11


def counts(number: str, alts: tuple[int, ...], ploidies: tuple[int, ...] = ()) -> Counts:
    """How many values a field may have.

    Args:
        number: as the key is defined; local alleles (LA, LR, LG), P and M may have any.
        alts: how many alternate alleles the record may be taken to have.
        ploidies: those that a genotype may be taken to have; with none, G may have any number.
    """
    if number.isdigit():
        return (int(number[:9]),)
    if number == "A":
        return alts
    if number == "R":
        return tuple(count + 1 for count in alts)
    if number == "G" and ploidies and max(alts) <= _MOST_ALLELES and max(ploidies) <= _MOST_PLOIDY:
        return tuple(comb(count + ploidy, ploidy) for count in alts for ploidy in ploidies)
    return None


def value_fault(label: str, definition: Definition, value: bytes, allowed: Counts) -> str | None:
    """What is wrong with a field; a dot may stand for a value and for all of them.

    Args:
        label: what the fault calls the field.
        definition: any but a flag's.
        allowed: how many values it may have.
    """
    if value == b"." or definition.type not in _TYPES:
        return None
    if definition.type == "String" and allowed is None:
        return None
    if _pattern(definition.type, allowed).fullmatch(value):
        return None
    values = value.split(b",")
    if allowed is not None and len(values) not in allowed:
        numbers = listed(f"{count}" for count in sorted(set(allowed)))
        return f"{label} has {_many(len(values))}; it must have {numbers}{_reason(definition)}."
    pattern, wanted = _TYPES[definition.type]
    wrong = next((each for each in values if not _is_one(pattern, each)), b"")
    return f"{label} is {shown(wrong)}; it must be {wanted}."


def range_fault(label: str, definition: Definition, value: bytes) -> str | None:
    """What is wrong with whole numbers that have 32 bits at most, some of them reserved."""
    if definition.type != "Integer":
        return None
    for each in value.split(b","):
        if len(each) >= _INTEGER_DIGITS - 1 and _is_one(_INTEGER, each):
            digits = each.lstrip(b"+-0")
            is_long = len(digits) > _INTEGER_DIGITS
            if is_long or not _LEAST_INTEGER <= int(each[-20:]) <= _MOST_INTEGER:
                return (
                    f"{label} is {shown(each)}; it must be between "
                    f"{_LEAST_INTEGER:,} and {_MOST_INTEGER:,}."
                )
    return None


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
