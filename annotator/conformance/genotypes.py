"""FORMAT and the samples, against their definitions. Source: the specification, section 1.4.2.

Of each record only the first samples are looked at: there may be thousands of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from annotator.conformance.columns import MISSING
from annotator.conformance.fault import name, shown
from annotator.conformance.reserved import ANY_NUMBER, Definition
from annotator.conformance.values import LONG, counts, is_right, range_fault, value_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotator.conformance.dialect import Dialect
    from annotator.conformance.fault import Once

MOST_SAMPLES = 50
_MOST_FORMATS = 1_000
_GENOTYPE = re.compile(rb"[/|]?(?:\.|[0-9]+)(?:[/|](?:\.|[0-9]+))*+")
_INDEX_DIGITS = 9
_SHORT_GENOTYPE = 32
_LEADING_PHASE, _EMPTY_FIELDS, _LOCAL_ALLELES = (4, 4), (4, 5), (4, 5)
_LOCAL = frozenset((b"LAD", b"LADF", b"LADR", b"LEC", b"LGL", b"LGP", b"LPL", b"LPP"))
_BY_COPY_NUMBER = frozenset((b"CNL", b"CNP"))
_DIPLOID = (2,)
_UNKNOWN = Definition(ANY_NUMBER, "String")


@dataclass(frozen=True, slots=True)
class _Format:
    """A FORMAT column taken apart: its keys and their definitions."""

    keys: tuple[bytes, ...]
    definitions: tuple[Definition, ...]


class GenotypeCheck:
    """Checks FORMAT and samples.

    Args:
        definitions: by key; reserved keys are among them.
        declared: the keys that the header defines.
        samples: the names of the first samples.
        once: tells whether something is to be said for the first time.
    """

    def __init__(
        self,
        dialect: Dialect,
        definitions: dict[bytes, Definition],
        declared: set[bytes],
        samples: list[bytes],
        once: Once,
    ) -> None:
        self._dialect = dialect
        self._definitions = definitions
        self._declared = declared
        self._labels = [f"Sample {name(sample)}" for sample in samples]
        self._once = once
        self._formats: dict[bytes, _Format] = {}

    def faults(self, columns: list[bytes], alts: tuple[int, ...]) -> Iterator[str]:
        """What is wrong with a record's FORMAT and its samples, the columns from the ninth."""
        form = self._formats.get(columns[0])
        if form is None:
            yield from self._format_faults(columns[0])
            form = self._read_format(columns[0])
        for label, column in zip(self._labels, columns[1:], strict=False):
            yield from self._sample_faults(label, column, form, alts)

    def _read_format(self, column: bytes) -> _Format:
        """The definitions of a FORMAT column, remembered."""
        keys = tuple(column.split(b":")) if column != MISSING else ()
        form = _Format(keys, tuple(self._definitions.get(key, _UNKNOWN) for key in keys))
        if len(self._formats) < _MOST_FORMATS:
            self._formats[column] = form
        return form

    def _format_faults(self, column: bytes) -> Iterator[str]:
        """What is wrong with a FORMAT column, which is told once."""
        if not self._once("FORMAT", column):
            return
        keys = column.split(b":")
        if not column:
            yield "FORMAT is empty; write the samples' keys, or a dot."
            return
        if column == MISSING:
            return
        if b"GT" in keys[1:]:
            yield f"FORMAT is {shown(column)}; GT must be its first key."
        if self._dialect.is_strict and len(set(keys)) < len(keys):
            yield f"FORMAT is {shown(column)}; name each key once."
        if self._dialect.version >= _LOCAL_ALLELES and not _has_local_alleles(keys):
            yield f"FORMAT is {shown(column)}; LAA must stand before the local-allele keys."
        if b"" in keys:
            yield f"FORMAT is {shown(column)}; it has an empty key, so take out a colon."
        for key in keys:
            is_wrong = key not in self._declared and not self._dialect.is_format_key(key)
            if key and is_wrong and self._once("FORMAT key", key):
                yield f"FORMAT has the key {shown(key)}; {self._dialect.key_rule(b'FORMAT')}."

    def _sample_faults(
        self, label: str, column: bytes, form: _Format, alts: tuple[int, ...]
    ) -> Iterator[str]:
        """What is wrong with one sample."""
        may_be_empty = self._dialect.version >= _EMPTY_FIELDS
        values = column.split(b":")
        if column == MISSING or (may_be_empty and not column):
            return
        if not column:
            yield f"{label} is empty; write a dot."
        elif len(values) > max(1, len(form.keys)):
            yield (
                f"{label} has {len(values)} values and FORMAT {len(form.keys)}; "
                "take out those too many."
            )
        else:
            yield from self._value_faults(label, values, form, alts)

    def _value_faults(
        self, label: str, values: list[bytes], form: _Format, alts: tuple[int, ...]
    ) -> Iterator[str]:
        """What is wrong with the values of one sample."""
        may_be_empty = self._dialect.version >= _EMPTY_FIELDS
        ploidies: tuple[int, ...] = _DIPLOID
        for key, definition, value in zip(form.keys, form.definitions, values, strict=False):
            if key == b"GT":
                fault, ploidies = self._genotype(label, value, alts)
                yield from fault
            elif value or not may_be_empty:
                known = () if key in _BY_COPY_NUMBER else ploidies
                allowed = counts(definition.number, alts, known)
                if not is_right(definition, value, allowed):
                    yield value_fault(f"{label}: {name(key)}", definition, value, allowed)
                elif self._dialect.is_strict and len(value) >= LONG:
                    yield from range_fault(f"{label}: {name(key)}", definition, value)

    def _genotype(
        self, label: str, value: bytes, alts: tuple[int, ...]
    ) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """What is wrong with a genotype, and the ploidies it may be taken to have."""
        read = _genotype if len(value) <= _SHORT_GENOTYPE else _genotype.__wrapped__
        is_well_formed, ploidies, most = read(value)
        is_leading = value[:1] in {b"/", b"|"} and self._dialect.version < _LEADING_PHASE
        if not is_well_formed or is_leading:
            rule = "it must be numbers of alleles, or dots, between / or |"
        elif most > alts[-1]:
            rule = f"the record's last allele is number {alts[-1]}"
        else:
            return (), ploidies
        return (f"{label}: GT is {shown(value)}; {rule}.",), ploidies


@lru_cache(maxsize=1024)
def _genotype(value: bytes) -> tuple[bool, tuple[int, ...], int]:
    """Whether a genotype is well formed, the ploidies it may have, and its highest allele."""
    if not _GENOTYPE.fullmatch(value):
        return False, (), 0
    if value == MISSING:
        return True, (1, 2), 0
    alleles = value.replace(b"|", b"/").strip(b"/").split(b"/")
    numbers = (int(each[:_INDEX_DIGITS]) for each in alleles if each != MISSING)
    return True, (len(alleles),), max(numbers, default=0)


def _has_local_alleles(keys: list[bytes]) -> bool:
    """Whether local-allele keys, if any, stand behind LAA and all others behind it but GT."""
    if not _LOCAL.intersection(keys):
        return True
    return b"LAA" in keys[:2] and set(keys[: keys.index(b"LAA")]) <= {b"GT"}
