"""Which variants are wanted, as people choose it, and the one condition that it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from backend.domain.errors import RejectedError
from backend.domain.variant_columns import (
    CONSEQUENCE,
    FILTER,
    GENE,
    IMPACT,
    PICKED,
    SYMBOL,
    Columns,
    Group,
)
from backend.domain.variant_conditions import (
    All,
    AnyOf,
    Compares,
    Condition,
    Contains,
    FirstFitting,
    HasTerm,
    IsTrue,
    Not,
    OneOf,
    Region,
    Selection,
    as_term,
    columns_of,
    folded,
)
from backend.domain.variant_query import parse
from backend.domain.variant_zygosity import CARRIED, Zygosity

ANY = "any"
"""In the place of a zygosity: the sample has the allele."""


@dataclass(frozen=True, slots=True)
class VariantFilter:
    """Which variants are wanted: what `wire.VariantFilter` says of its fields holds here."""

    genes: tuple[str, ...] = ()
    impacts: tuple[str, ...] = ()
    consequences: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    max_frequency: float | None = None
    significances: tuple[str, ...] = ()
    zygosity: tuple[str, ...] = ()
    text: str | None = None
    query: str | None = None
    pass_only: bool = False
    every_consequence: bool = False

    def condition(self, columns: Columns) -> Selection:
        """Return which rows are wanted of a table with these *columns*.

        Raises:
            RejectedError: the table lacks a column for it, or something cannot be understood.
        """
        regions, others = tuple(self._regions()), tuple(self._conditions(columns))
        every = All((*regions, *others))
        if self.every_consequence:
            return every
        if _tells_consequences_apart(every, columns):
            return FirstFitting(every)
        # In all else the rows of an allele are alike, and one of them is as good as all.
        return All((*regions, IsTrue(PICKED), *others))

    def _regions(self) -> Iterator[Condition]:
        if self.regions:
            yield AnyOf(tuple(map(Region.parse, self.regions)))

    def _conditions(self, columns: Columns) -> Iterator[Condition]:
        """The cheap ones that leave few rows come first."""
        if self.pass_only:
            yield OneOf(FILTER, frozenset({"pass"}))
        yield from self._of_consequence(columns)
        yield from self._of_sources(columns)
        yield from _of_samples(self.zygosity, columns)
        if self.text is not None:
            text = folded(self.text)
            yield AnyOf(tuple(Contains(name, text) for name in columns.searched()))
        if self.query is not None:
            yield parse(self.query, columns)

    def _of_consequence(self, columns: Columns) -> Iterator[Condition]:
        if self.genes:
            genes = _folded(self.genes)
            names = (_existing(columns, name) for name in (SYMBOL, GENE))
            yield AnyOf(tuple(OneOf(name, genes) for name in names))
        if self.impacts:
            yield OneOf(_existing(columns, IMPACT), _folded(self.impacts))
        if self.consequences:
            yield HasTerm(_existing(columns, CONSEQUENCE), _terms(self.consequences), "&")

    def _of_sources(self, columns: Columns) -> Iterator[Condition]:
        if self.significances:
            yield HasTerm(_significance(columns), _terms(self.significances), "/|,&")
        if self.max_frequency is not None:
            yield Not(Compares(_frequency(columns), ">", self.max_frequency))


def _tells_consequences_apart(condition: Condition, columns: Columns) -> bool:
    """Whether of the rows of an allele some may fit and others not."""
    differ = {PICKED, *(column.name for column in columns.in_group(Group.CONSEQUENCE))}
    return not differ.isdisjoint(columns_of(condition))


def _of_samples(wanted: Iterable[str], columns: Columns) -> Iterator[Condition]:
    """A condition for each sample that is named."""
    zygosities: dict[str, frozenset[str]] = {}
    for each in wanted:
        sample, _, word = each.rpartition(":")
        zygosities[sample] = zygosities.get(sample, frozenset()) | _zygosities(word, each)
    known = columns.zygosities()
    for sample, words in zygosities.items():
        if sample not in known:
            raise RejectedError(_no_sample(sample, known))
        yield OneOf(known[sample].name, words)


def _zygosities(word: str, whole: str) -> frozenset[str]:
    if word == ANY:
        return frozenset(CARRIED)
    if word not in set(Zygosity):
        raise RejectedError(
            f"{whole[:60]!r} is not a sample and a zygosity; write SAMPLE:{ANY}, or one of "
            f"{', '.join(Zygosity)} in its place."
        )
    return frozenset({word})


def _no_sample(sample: str, known: Iterable[str]) -> str:
    names = list(known)
    if not names:
        return "The table has no genotypes: the file has no samples, or more than fit in it."
    close = get_close_matches(sample, names, n=3)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    return f"There is no sample {sample[:60]!r} in the file.{hint}"


def _existing(columns: Columns, name: str) -> str:
    if columns.get(name) is None:
        raise RejectedError(f"The result's table has no column {name}; annotate the file again.")
    return name


def _frequency(columns: Columns) -> str:
    if columns.frequency is None:
        raise RejectedError("The result has no frequencies: its reference bundle has no gnomAD.")
    return columns.frequency


def _significance(columns: Columns) -> str:
    if columns.significance is None:
        raise RejectedError(
            "The result has no clinical significance: its reference bundle has no ClinVar."
        )
    return columns.significance


def _folded(values: Iterable[str]) -> frozenset[str]:
    return frozenset(folded(value.strip()) for value in values)


def _terms(values: Iterable[str]) -> frozenset[str]:
    return frozenset(map(as_term, values))
