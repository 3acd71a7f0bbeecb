"""A fault of a file, as a person is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from annotator.intake import text

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line.

    Attributes:
        line: of the file, from 1.
        text: a sentence that names the thing and the remedy; printable.
    """

    line: int
    text: str


class Once(Protocol):
    """Tells what is said for the first time: a file's habit is not told record by record."""

    def __call__(self, kind: str, value: bytes) -> bool:
        """Whether this kind of fault has not been met with this name before."""


def shown(value: bytes) -> str:
    """A value of the file as it stands in a fault: quoted, short and printable."""
    return repr(text(value))


def name(value: bytes) -> str:
    """The name of a key, sample or contig as it stands in a fault."""
    return text(value) or "''"


def listed(words: Iterable[str]) -> str:
    """Words as a sentence lists them: ``A, B or C``."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
