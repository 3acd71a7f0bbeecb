"""The items of INFO, against their definitions. Source: the specification, section 1.4.1.

What is wrong with a key is said once a file, what is wrong with a value each time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from annotator.conformance.columns import MISSING
from annotator.conformance.fault import name, shown
from annotator.conformance.values import FLOAT, Counts, counts, is_right, range_fault, value_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotator.conformance.dialect import Dialect
    from annotator.conformance.fault import Once
    from annotator.conformance.reserved import Definition

_WHITESPACE = re.compile(rb"\s")
_CIGAR = re.compile(rb"(?:[0-9]+[MIDNSHPX=])++(?:,(?:[0-9]+[MIDNSHPX=])++)*+")
_COUNTED = frozenset((b"AC", b"AN", b"DP", b"END", b"MQ0", b"NS"))
_FREQUENCY = b"AF"
_MEANT = _COUNTED | {_FREQUENCY, b"CIGAR"}
_MOST_DIGITS = 18
_IS_SET = (b"0", b"1")


class InfoCheck:
    """Checks the INFO column.

    Args:
        definitions: by key; reserved keys are among them.
        declared: the keys that the header defines.
        once: tells whether something is to be said for the first time.
    """

    def __init__(
        self,
        dialect: Dialect,
        definitions: dict[bytes, Definition],
        declared: set[bytes],
        once: Once,
    ) -> None:
        self._dialect = dialect
        self._definitions = definitions
        self._declared = declared
        self._once = once

    def faults(self, info: bytes, position: int, alts: tuple[int, ...]) -> Iterator[str]:
        """What is wrong with INFO of a record, which may be taken to have as many *alts*."""
        if info == MISSING:
            return
        if not info:
            yield "INFO is empty; write a dot."
            return
        seen = set()
        for item in info.split(b";"):
            key, equals, value = item.partition(b"=")
            if key in seen and self._dialect.is_strict:
                yield f"INFO/{name(key)} is there more than once; write its values once."
            seen.add(key)
            yield from self._key_faults(key, value)
            yield from self._value_faults(key, value if equals else None, position, alts)

    def _key_faults(self, key: bytes, value: bytes) -> Iterator[str]:
        """What is wrong with how an item is written."""
        if not key:
            if self._once("INFO item", b""):
                yield "INFO has an item without a key; take out the semicolon or equals sign."
            return
        is_wrong = key not in self._declared and not self._dialect.is_info_key(key)
        if is_wrong and self._once("INFO key", key):
            yield f"INFO has the key {shown(key)}; {self._dialect.key_rule(b'INFO')}."
        quoted = value.startswith(b'"') and value.endswith(b'"')
        if b"=" in value and not quoted and self._once("INFO equals", key):
            yield f"INFO/{name(key)} has an equals sign in its value; write %3D for it."
        has_space = not self._dialect.is_strict and _WHITESPACE.search(value)
        if has_space and self._once("INFO space", key):
            yield (
                f"INFO/{name(key)} is {shown(value)}; in {self._dialect} INFO has no "
                "whitespace, so write an underscore for it."
            )

    def _value_faults(
        self, key: bytes, value: bytes | None, position: int, alts: tuple[int, ...]
    ) -> Iterator[str]:
        """What is wrong with the value of a key, None if it has no equals sign."""
        definition = self._definitions.get(key)
        if definition is None:
            if value == b"" and self._once("INFO value", key):
                yield f"INFO/{name(key)} has no value; give it one or take out the equals sign."
        elif definition.type == "Flag":
            if value is not None and value not in _IS_SET:
                yield f"INFO/{name(key)} is {shown(value)}; a flag has no value."
        elif not value:
            yield f"INFO/{name(key)} has no value; give it one or write a dot."
        else:
            allowed = _allowed(definition, value, alts)
            if not is_right(definition, value, allowed):
                yield value_fault(f"INFO/{name(key)}", definition, value, allowed)
            elif key in _MEANT or self._dialect.is_strict:
                yield from self._meaning_faults(key, definition, value, position)

    def _meaning_faults(
        self, key: bytes, definition: Definition, value: bytes, position: int
    ) -> Iterator[str]:
        """What is wrong with a value that has the right form."""
        label = f"INFO/{name(key)}"
        if self._dialect.is_strict:
            yield from range_fault(label, definition, value)
        if key in _COUNTED and _is_negative(value):
            yield f"{label} is {shown(value)}; it must not be negative."
        elif key == _FREQUENCY and not _are_frequencies(value):
            yield f"{label} is {shown(value)}; a frequency is between 0 and 1."
        elif key == b"CIGAR" and not _CIGAR.fullmatch(value) and value != MISSING:
            yield f"{label} is {shown(value)}; write lengths, each with one of M I D N S H P X =."
        elif key == b"END" and value.isdigit() and int(value[:_MOST_DIGITS]) < position:
            yield f"{label} is {shown(value)}, which is before POS {position:,}; correct one."


def _allowed(definition: Definition, value: bytes, alts: tuple[int, ...]) -> Counts:
    """How many values an item may have: a text in quotes is one, whatever is in it."""
    if definition.type == "String" and value.startswith(b'"') and value.endswith(b'"'):
        return None
    return counts(definition.number, alts)


def _is_negative(value: bytes) -> bool:
    """Whether a whole number of a list is below zero."""
    return b"-" in value and any(
        each.startswith(b"-") and each.strip(b"-0.") for each in value.split(b",")
    )


def _are_frequencies(value: bytes) -> bool:
    """Whether the numbers of a list are frequencies, or none; missing ones may be among them."""
    numbers = (each for each in value.split(b",") if FLOAT.fullmatch(each))
    return not any(float(each) < 0 or float(each) > 1 for each in numbers)
