"""Lines that define keys, filters and symbolic alleles: ``##INFO``, ``##FORMAT`` and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.conformance.fault import listed, name, shown
from annotator.conformance.meta import Meta
from annotator.conformance.reserved import ANY_NUMBER, NUMERIC, Definition, reserved_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from annotator.conformance.dialect import Dialect

_VALUED = (b"INFO", b"FORMAT")
_ORDER = (b"ID", b"Number", b"Type", b"Description")
_REQUIRED = {
    b"INFO": _ORDER,
    b"FORMAT": _ORDER,
    b"FILTER": (b"ID", b"Description"),
    b"ALT": (b"ID", b"Description"),
    b"META": (b"ID", b"Type", b"Number", b"Values"),
}
_NUMERIC = ("Integer", "Float")
_TYPES = ("Integer", "Float", "Character", "String")
_QUOTED = (b"Description", b"Source", b"Version")
_PLAIN = (b"ID", b"Number", b"Type")
_LOCAL_ONLY = (b"LA", b"LR", b"LG", b"P", b"M")


def definitions(
    kind: bytes, lines: Iterable[Meta], dialect: Dialect
) -> tuple[dict[bytes, Definition], set[bytes]]:
    """The definitions of ``INFO`` or ``FORMAT`` keys, and which of them the header has.

    The header's go before the reserved ones; of two with one ID the first counts. One whose
    Number or Type is nonsense defines nothing.
    """
    found = dict(reserved_keys(kind, dialect.version))
    declared: set[bytes] = set()
    for meta in lines:
        key, attributes = meta.id, meta.attributes or {}
        if meta.kind != kind or key is None or key in declared:
            continue
        declared.add(key)
        number, kind_of_value = (attributes.get(each) for each in (b"Number", b"Type"))
        if not number or not kind_of_value:
            continue
        if _is_number(number.value, kind, dialect) and _is_type(kind_of_value.value, kind):
            found[key] = Definition(
                number.value.decode("ascii"), kind_of_value.value.decode("ascii")
            )
    return found, declared


def definition_faults(meta: Meta, dialect: Dialect) -> Iterator[str]:
    """What is wrong with a line that defines something."""
    attributes = meta.attributes or {}
    for key in _REQUIRED[meta.kind]:
        if key not in attributes:
            yield f"{meta.label} has no {name(key)}; add it."
    yield from _quote_faults(meta)
    if not dialect.is_strict:
        yield from _order_faults(meta)
    yield from _number_and_type_faults(meta, dialect)
    if meta.kind == b"ALT" and meta.id is not None:
        yield from _symbolic_faults(meta, meta.id, dialect)
    if meta.kind == b"FILTER" and meta.id is not None and (meta.id == b"0" or b";" in meta.id):
        yield f"{meta.label}: a filter's ID is not 0 and has no semicolon; rename the filter."
    if meta.kind in _VALUED and meta.id is not None:
        yield from _key_faults(meta, meta.id, dialect)


def _quote_faults(meta: Meta) -> Iterator[str]:
    """Text without quotes, and what is no text with them."""
    attributes = meta.attributes or {}
    for key in _QUOTED:
        if key in attributes and not attributes[key].is_quoted:
            yield f"{meta.label}: {name(key)} must be in double quotes."
    for key in _PLAIN:
        if key in attributes and attributes[key].is_quoted:
            yield f"{meta.label}: {name(key)} must not be in quotes."
    values = attributes.get(b"Values")
    if meta.kind == b"META" and values and not values.value.startswith(b"["):
        yield f"{meta.label}: Values must be between square brackets."


def _order_faults(meta: Meta) -> Iterator[str]:
    """Keys in another order than until 4.2."""
    found = [key for key in (meta.attributes or {}) if key in _ORDER]
    wanted = [key for key in _ORDER if key in found]
    if found != wanted:
        order = ", ".join(name(key) for key in wanted)
        yield f"{meta.label} has its keys in another order; write {order}."


def _number_and_type_faults(meta: Meta, dialect: Dialect) -> Iterator[str]:
    """Number and Type that do not exist, or not together."""
    attributes = meta.attributes or {}
    number, kind_of_value = (attributes.get(key) for key in (b"Number", b"Type"))
    if number and not _is_number(number.value, meta.kind, dialect):
        special = (each for each in _special_numbers(meta.kind, dialect) if each != b".")
        wanted = listed(("a whole number", *map(name, special), "a dot"))
        yield f"{meta.label} has Number={name(number.value)}; in {dialect} it must be {wanted}."
    if kind_of_value and not _is_type(kind_of_value.value, meta.kind):
        types = listed(("Flag", *_TYPES) if meta.kind != b"FORMAT" else _TYPES)
        yield f"{meta.label} has Type={name(kind_of_value.value)}; it must be {types}."
    is_flag = kind_of_value is not None and kind_of_value.value == b"Flag"
    if dialect.is_strict and meta.kind == b"INFO" and is_flag and number and number.value != b"0":
        yield f"{meta.label} has Number={name(number.value)}; a flag has Number=0."


def _special_numbers(kind: bytes, dialect: Dialect) -> tuple[bytes, ...]:
    """What Number may be beside a whole number in lines of a kind."""
    return tuple(
        number for number in dialect.numbers if kind == b"FORMAT" or number not in _LOCAL_ONLY
    )


def _is_number(number: bytes, kind: bytes, dialect: Dialect) -> bool:
    """Whether a Number exists."""
    return number.isdigit() or number in _special_numbers(kind, dialect)


def _is_type(kind_of_value: bytes, kind: bytes) -> bool:
    """Whether a Type exists: samples have no flags."""
    types = {each.encode() for each in _TYPES}
    return kind_of_value in types or (kind_of_value == b"Flag" and kind != b"FORMAT")


def _symbolic_faults(meta: Meta, symbol: bytes, dialect: Dialect) -> Iterator[str]:
    """An ID of a symbolic allele that the version does not have.

    Since 4.3 there are others than structural variants, but only those have subtypes.
    """
    first, colon, _ = symbol.partition(b":")
    if first in dialect.structural_types or (dialect.is_strict and not colon):
        return
    types = listed(name(each) for each in dialect.structural_types)
    yield f"{meta.label}: in {dialect} the ID's first part must be {types}."


def _key_faults(meta: Meta, key: bytes, dialect: Dialect) -> Iterator[str]:
    """A key that must not be called so, or that is reserved for something else."""
    is_key = dialect.is_info_key(key) if meta.kind == b"INFO" else dialect.is_format_key(key)
    if not is_key:
        yield f"##{name(meta.kind)} has the ID {shown(key)}; {dialect.key_rule(meta.kind)}."
    reserved = reserved_keys(meta.kind, dialect.version).get(key)
    if reserved is None:
        return
    attributes = meta.attributes or {}
    number, kind_of_value = (attributes.get(each) for each in (b"Number", b"Type"))
    types = _NUMERIC if reserved.type == NUMERIC else (reserved.type,)
    rule = f"{dialect} reserves this key with"
    if (
        number
        and reserved.number != ANY_NUMBER
        and number.value != reserved.number.encode()
        and _is_number(number.value, meta.kind, dialect)
    ):
        yield f"{meta.label} has Number={name(number.value)}; {rule} Number={reserved.number}."
    if (
        kind_of_value
        and kind_of_value.value not in {each.encode() for each in types}
        and _is_type(kind_of_value.value, meta.kind)
    ):
        yield f"{meta.label} has Type={name(kind_of_value.value)}; {rule} Type={listed(types)}."
