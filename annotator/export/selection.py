"""Which rows and columns of the table are wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from backend.domain.errors import RejectedError

_REGION = re.compile(r"(?P<contig>.+?)(?::(?P<start>[\d,]+)(?P<open>-(?P<end>[\d,]+)?)?)?")
_END = (1 << 31) - 1


@dataclass(frozen=True, slots=True)
class Region:
    """A piece of a contig; positions are 1-based and inclusive."""

    contig: str
    start: int = 1
    end: int = _END

    @classmethod
    def parse(cls, text: str) -> Region:
        """The region that *text* names: ``20``, ``20:100``, ``20:100-`` or ``20:100-2,000``.

        Raises:
            RejectedError: it names none.
        """
        found = _REGION.fullmatch(text.strip())
        if not found:
            raise RejectedError(_hint(text))
        if found["start"] is None:
            if ":" in found["contig"]:
                raise RejectedError(_hint(text))
            return cls(found["contig"])
        start = _position(found["start"], text)
        end = start if found["open"] is None else _END
        if found["end"] is not None:
            end = _position(found["end"], text)
        if not 1 <= start <= end:
            raise RejectedError(_hint(text))
        return cls(found["contig"], start, end)

    def __str__(self) -> str:
        """The region as ``parse`` reads it."""
        if (self.start, self.end) == (1, _END):
            return self.contig
        return f"{self.contig}:{self.start}-{'' if self.end == _END else self.end}"


def _position(text: str, region: str) -> int:
    """A position with or without separators."""
    digits = text.replace(",", "")
    if not digits or len(digits) > len(str(_END)):
        raise RejectedError(_hint(region))
    return min(int(digits), _END)


def _hint(text: str) -> str:
    """Why a text is no region."""
    return (
        f"{text!r} is not a region; write 20, 20:100-2000, 20:100- or 20:100, with positions "
        "from 1 and the first not after the last."
    )


@dataclass(frozen=True, slots=True)
class Selection:
    """What is wanted; several values of one kind are alternatives, several kinds hold together.

    Attributes:
        genes: symbols or Ensembl's identifiers, in any case.
        impacts: ``HIGH``, ``MODERATE``, ``LOW`` or ``MODIFIER``.
        consequences: Sequence Ontology terms; a row has one of them among its terms.
        regions: a row's REF overlaps one of them; contigs with or without ``chr``.
        most_frequency: the highest frequency in gnomAD; alleles that it does not list are rare.
        significances: of ClinVar, whole, in any case: ``pathogenic`` is not ``likely pathogenic``.
        pass_only: only records whose FILTER is PASS.
        picked: only the consequence of each allele that comes first.
        columns: by name, in the wanted order; all without.
    """

    genes: tuple[str, ...] = ()
    impacts: tuple[str, ...] = ()
    consequences: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()
    most_frequency: float | None = None
    significances: tuple[str, ...] = ()
    pass_only: bool = False
    picked: bool = False
    columns: tuple[str, ...] = ()

    def describe(self) -> Iterator[tuple[str, str]]:
        """What is wanted in words, as pairs of what it is about and the values."""
        for words, values in (
            ("Genes", self.genes),
            ("Impact", self.impacts),
            ("Consequence", self.consequences),
            ("Region", tuple(map(str, self.regions))),
            ("ClinVar significance", self.significances),
        ):
            if values:
                yield words, " or ".join(values)
        if self.most_frequency is not None:
            yield "Frequency in gnomAD", f"at most {self.most_frequency:g}, or not listed"
        if self.pass_only:
            yield "FILTER", "PASS"
        if self.picked:
            yield "Consequences", "the first of each allele"
        if self.columns:
            yield "Columns", ", ".join(self.columns)
