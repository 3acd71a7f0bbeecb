"""What a bundle's manifest speaks of: contigs, files that it was made from, sources of keys."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotator.fields import Field
    from annotator.genetic_code import GeneticCode


@dataclass(frozen=True, slots=True)
class Contig:
    """A sequence of the bundle.

    Attributes:
        length: of the real contig, in bases, also where the bundle holds only a part of it.
        aliases: other names it goes by in files.
        covered: what the bundle can annotate: 1-based inclusive ranges, ascending.
        code: how its proteins are translated.
        pseudoautosomal: of X and Y, where the two have the same sequence: 1-based inclusive
            ranges, ascending.
    """

    name: str
    length: int
    aliases: tuple[str, ...]
    covered: tuple[tuple[int, int], ...]
    code: GeneticCode
    pseudoautosomal: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Something that the bundle was made from."""

    name: str
    release: str
    licence: str
    file: str
    sha256: str


class Kind(enum.StrEnum):
    """By what a source's entries are found."""

    ALLELES = "alleles"
    INTERVALS = "intervals"


@dataclass(frozen=True, slots=True)
class Annotation:
    """A source that adds keys to INFO.

    Attributes:
        name: its keys begin with it and an underscore.
        fields: its keys, in the order in which they are written.
    """

    name: str
    kind: Kind
    fields: tuple[Field, ...]
