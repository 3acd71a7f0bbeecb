"""What the table is asked to show: a filter, an order, columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from backend.wire import VariantFilter, VariantsWanted
from desktop.ui.language import later, lowered, tr
from desktop.ui.viewer.wording import ZYGOSITIES, frequency_text, impact_word, term_text
from desktop.ui.wording import number_text

NO_FILTER = VariantFilter()
PAGE = 200
"""Rows that are asked for at once."""

LONGEST_CHIP = 40
_BETWEEN = re.compile(r"[\s,;]+")
_REGIONS = re.compile(r"[\s;]+|,(?!\d)")


@dataclass(frozen=True, slots=True)
class VariantQuery:
    """A filter, an order and columns.

    Attributes:
        sort: the result's column; None for the order of the file.
        columns: names of the result's columns.
    """

    wanted: VariantFilter = NO_FILTER
    sort: str | None = None
    descending: bool = False
    columns: tuple[str, ...] = ()

    def page(self, after: str | None) -> VariantsWanted:
        """Return the request for the page that follows *after*, the first for None."""
        order: Literal["asc", "desc"] = "desc" if self.descending else "asc"
        return VariantsWanted(
            **self.wanted.model_dump(exclude_defaults=True),
            columns=list(self.columns),
            sort=self.sort,
            order=order,
            limit=PAGE,
            after=after,
        )

    def sorted_by(self, column: str) -> VariantQuery:
        """Return the query after a click on a head: up, then down, then the file's order."""
        if column != self.sort:
            return replace(self, sort=column, descending=False)
        if not self.descending:
            return replace(self, descending=True)
        return replace(self, sort=None, descending=False)


def with_fields(wanted: VariantFilter, **fields: object) -> VariantFilter:
    """Return *wanted* with other *fields*.

    Raises:
        pydantic.ValidationError: a field would not be of the form that the service takes.
    """
    return VariantFilter(**{**wanted.model_dump(), **fields})


def in_quotes(value: str) -> str:
    """Return *value* as a query takes it, whatever signs are in it."""
    escaped = value.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


def listed(text: str) -> list[str]:
    """Return the names in a list, however they are separated, each once."""
    return list(dict.fromkeys(filter(None, _BETWEEN.split(text))))


def listed_regions(text: str) -> list[str]:
    """Return the regions in a list; a comma within a number does not separate.

    Positions may have their digits in groups by points, too, as some languages write them.
    """
    return list(dict.fromkeys(filter(None, map(_region, _REGIONS.split(text)))))


def _region(text: str) -> str:
    contig, colon, span = text.rpartition(":")
    return f"{contig}:{span.replace('.', ',')}" if colon else text


def chip_text(kind: str, wanted: VariantFilter) -> str:
    """Return what the chip of a *kind* of condition says of a filter; "" where there is none.

    Args:
        kind: the filter's field that the chip is for.
        wanted: the filter.
    """
    if kind == "max_frequency":
        most = wanted.max_frequency
        return "" if most is None else f"AF ≤ {frequency_text(most)}"
    name, say = _CHIPS[kind]
    return _list(tr(name), [say(value) for value in getattr(wanted, kind)])


def zygosities(wanted: VariantFilter) -> Mapping[str, str]:
    """Return which zygosity is wanted of which sample; of several the last."""
    return {each.rpartition(":")[0]: each.rpartition(":")[2] for each in wanted.zygosity}


def _list(name: str, values: list[str]) -> str:
    """Return "Gene: A, B", or how many there are where that is too long."""
    if not values:
        return ""
    text = f"{name}: {', '.join(values)}"
    if len(text) <= LONGEST_CHIP:
        return text
    if len(values) > 1:
        return f"{name}: {number_text(len(values))}"
    return f"{text[: LONGEST_CHIP - 1]}…"


def _impact(impact: str) -> str:
    return lowered(impact_word(impact))


def _genotype(condition: str) -> str:
    sample, _, word = condition.rpartition(":")
    return f"{sample} {tr(ZYGOSITIES[word]) if word == 'any' else word}"


_CHIPS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "impacts": (later("Impact"), _impact),
    "genes": (later("Gene"), str),
    "consequences": (later("Consequence"), term_text),
    "significances": ("ClinVar", str),
    "regions": (later("Region"), str),
    "zygosity": (later("Genotype"), _genotype),
}
