"""Ranges of bytes in the headers of Glacier: both ends are 0-based and belong to the range."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backend.local.aws.glacier.errors import invalid
from backend.local.aws.glacier.tree_hash import MIB

CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/\*")
RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@dataclass(frozen=True, slots=True)
class Span:
    """Some bytes of a whole: from *begin* up to *end*, which does not belong to them."""

    begin: int
    end: int

    @property
    def size(self) -> int:
        """How many bytes it is."""
        return self.end - self.begin

    def has_tree_hash(self, whole: int) -> bool:
        """Return whether it lies on megabytes of data of *whole* bytes."""
        return self.begin % MIB == 0 and (self.end % MIB == 0 or self.end == whole)

    def of(self, whole: int) -> str:
        """Return it as the header Content-Range of an answer has it."""
        return f"bytes {self.begin}-{self.end - 1}/{whole}"


def content_range(text: str) -> Span:
    """Return where a part says it lies."""
    found = CONTENT_RANGE.fullmatch(text)
    if found is None or int(found[1]) > int(found[2]):
        raise invalid(f"Invalid Content-Range: {text}")
    return Span(int(found[1]), int(found[2]) + 1)


def asked_range(text: str, whole: int) -> Span:
    """Return what is asked of data of *whole* bytes; what lies behind its end is left out."""
    found = RANGE.fullmatch(text)
    if found is None:
        raise invalid(f"Invalid range: {text}")
    span = Span(int(found[1]), min(whole, int(found[2]) + 1 if found[2] else whole))
    if span.size <= 0:
        raise invalid(f"Invalid range: {text} of {whole} bytes")
    return span
