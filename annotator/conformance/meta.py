"""Meta-information lines, taken apart: ``##key=value`` and ``##key=<ID=...,key="value">``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from annotator.conformance.fault import name, shown

_NAME = re.compile(rb'([^=,"<>]++)=')
_VALUE = re.compile(rb'("(?:[^"\\]|\\.)*+")|(\[[^\]]*+\])|([^,]*+)', re.DOTALL)
_PIECE = re.compile(rb"[^,]*+")

_MOST_ATTRIBUTES = 1_000

DEFINING = (b"INFO", b"FORMAT", b"FILTER", b"ALT")
STRUCTURED = (*DEFINING, b"contig", b"SAMPLE", b"PEDIGREE", b"META")


class MetaError(Exception):
    """A meta line has not the form of one; the message is a fault's text."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """The value of one key between angle brackets.

    Attributes:
        value: without quotes, escapes as they are written.
    """

    value: bytes
    is_quoted: bool


@dataclass(frozen=True, slots=True)
class Meta:
    """A meta line.

    Attributes:
        kind: the key after ``##``.
        value: what follows the equals sign.
        attributes: of a structured line, in order; None of another.
    """

    kind: bytes
    value: bytes
    attributes: dict[bytes, Attribute] | None

    @property
    def id(self) -> bytes | None:
        """The line's ID, if it has one."""
        found = (self.attributes or {}).get(b"ID")
        return found.value if found else None

    @property
    def label(self) -> str:
        """What a fault calls the line."""
        return f"##{name(self.kind)} {name(self.id)}" if self.id else f"##{name(self.kind)}"


def read_meta(line: bytes, *, is_strict: bool) -> Meta:
    """Take a line that begins with ``##`` apart.

    In versions that are strict every value in angle brackets is a list of keys; before, that of
    known kinds is.

    Raises:
        MetaError: it has not the form of a meta line.
    """
    kind, equals, value = line[2:].partition(b"=")
    if not equals or not kind:
        raise MetaError(f"{shown(line)} is not key=value; write ##key=value or remove the line.")
    if not value:
        raise MetaError(f"##{name(kind)} has no value; give it one or remove the line.")
    is_structured = kind in STRUCTURED or (is_strict and value.startswith(b"<"))
    attributes = _attributes(f"##{name(kind)}", value) if is_structured else None
    return Meta(kind, value, attributes)


def _attributes(label: str, value: bytes) -> dict[bytes, Attribute]:
    """The keys and values between angle brackets."""
    if not value.startswith(b"<") or not value.endswith(b">"):
        raise MetaError(f"{label} is not written between < and >; write {label}=<ID=...>.")
    inner = value[1:-1]
    attributes: dict[bytes, Attribute] = {}
    at = 0
    for _ in range(_MOST_ATTRIBUTES):
        if at >= len(inner):
            return attributes
        key, attribute, at = _attribute(label, inner, at)
        attributes.setdefault(key, attribute)
    raise MetaError(f"{label} has {_MOST_ATTRIBUTES:,} keys or more; shorten it.")


def _attribute(label: str, inner: bytes, at: int) -> tuple[bytes, Attribute, int]:
    """The key and value at an offset, and the offset of the next."""
    found = _NAME.match(inner, at)
    if not found:
        piece = _PIECE.match(inner, at)
        raise MetaError(
            f"{label}: {shown(piece[0] if piece else b'')} is not key=value; "
            "a comma in a value needs double quotes around the value."
        )
    key = found[1].strip()
    value = _VALUE.match(inner, found.end())
    end = value.end() if value else found.end()
    raw = value[0] if value else b""
    is_quoted = bool(value and value[1] is not None)
    if raw.startswith(b'"') and not is_quoted:
        raise MetaError(f"{label}: the quote before {name(key)} is not closed; end it with one.")
    if end < len(inner) and inner[end : end + 1] != b",":
        raise MetaError(
            f'{label}: {name(key)} goes on after its closing quote; write \\" for one within.'
        )
    return key, Attribute(raw[1:-1] if is_quoted else raw, is_quoted), end + 1
