"""The columns of the variant table: what the result offers, as people read it.

Some of them say what two or three columns of the result say together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from backend.wire import VariantColumn, VariantColumns, VariantValue
from desktop.ui.language import lowered, tr
from desktop.ui.viewer.cell_words import Style, Words
from desktop.ui.viewer.column_words import meaning_of, title_of
from desktop.ui.viewer.wording import (
    NOTHING,
    change_text,
    frequency_text,
    hgvs_text,
    impact_text,
    impact_tone,
    plain,
    position_text,
    short_significance,
    significance_tone,
    spoken,
    term_text,
    value_text,
    zygosity_text,
)

CONTIG, POSITION, REF, ALT = "chrom", "pos", "ref", "alt"
SYMBOL, TERM, IMPACT = "symbol", "most_severe", "impact"
CODING, PROTEIN, IDENTIFIER = "hgvsc", "hgvsp", "id"
NEEDED = (CONTIG, POSITION, REF, ALT, SYMBOL, TERM, IMPACT, CODING, PROTEIN, IDENTIFIER)
"""Columns that every page has: what is copied, linked or said of a row comes from them."""

HGVS = "hgvs"
"""By this the service sorts by the names that are shown: of the protein, else the transcript."""

PLACE = "place"
"""The key of the column of contig and position together."""

_CALL = "gt_"
_LONGEST_TITLE = 40
_MONO_NAMES = frozenset({CONTIG, POSITION, REF, ALT, CODING, PROTEIN, IDENTIFIER, "feature"})


Say = Callable[[Sequence[VariantValue]], Words]


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column of the table on the screen.

    Attributes:
        key: names it in every result that has it, also in a later start: it is kept with what
            people chose. A column of the result itself has that one's name.
        sources: the result's columns whose values `say` takes, in their order.
        sort: the result's column that it is sorted by, or `HGVS`. By contig, the service sorts
            those on one contig by position.
        width: in device-independent pixels, where there is room.
        group: what the chooser lists it under.
        shown: whether it is there from the start.
    """

    key: str
    title: str
    sources: tuple[str, ...]
    sort: str
    style: Style
    say: Say
    width: int = 110
    meaning: str = ""
    group: str = "variant"
    shown: bool = False


def shown_columns(offered: VariantColumns) -> tuple[ShownColumn, ...]:
    """Return all columns that can be shown of a result, those shown from the start first."""
    names = {column.name for column in offered.columns}
    made = [*_combined(offered), *_samples(offered)]
    made = [column for column in made if names.issuperset(column.sources)]
    covered = {source for column in made for source in column.sources if len(column.sources) == 1}
    return (*made, *(_single(each) for each in offered.columns if each.name not in covered))


def needed_columns(chosen: Iterable[ShownColumn], offered: VariantColumns) -> list[str]:
    """Return the names of the result's columns that a page must have for the *chosen* ones."""
    names = {column.name for column in offered.columns}
    wanted = [*NEEDED, *(source for column in chosen for source in column.sources)]
    return list(dict.fromkeys(name for name in wanted if name in names))


def head_text(column: ShownColumn) -> str:
    """Return a title as heads have it: in capitals, but for names that have their own."""
    named = column.group == "sample" or any(letter.isupper() for letter in column.title[1:])
    return column.title if named else column.title.upper()


def _combined(offered: VariantColumns) -> Iterator[ShownColumn]:
    names = {column.name for column in offered.columns}
    yield ShownColumn(
        key=PLACE,
        title=tr("Position"),
        sources=(CONTIG, POSITION),
        sort=CONTIG,
        style=Style.MONO,
        say=_place,
        width=116,
        meaning=tr("Chromosome and position of REF, from 1."),
        shown=True,
    )
    yield ShownColumn(
        key="change",
        title=tr("Change"),
        sources=(REF, ALT),
        sort=ALT,
        style=Style.MONO,
        say=_change,
        width=72,
        meaning=tr("Bases of the reference, and what they become."),
        shown=True,
    )
    yield from _of_consequence((PROTEIN, CODING) if {PROTEIN, CODING} <= names else (CODING,))
    yield from _of_sources(offered)


def _of_consequence(named: tuple[str, ...]) -> Iterator[ShownColumn]:
    yield ShownColumn(
        key=SYMBOL,
        title=tr("Gene"),
        sources=(SYMBOL,),
        sort=SYMBOL,
        style=Style.STRONG,
        say=_plain,
        width=92,
        meaning=tr("Symbol of the gene."),
        group="consequence",
        shown=True,
    )
    yield ShownColumn(
        key="term and impact",
        title=tr("Consequence"),
        sources=(TERM, IMPACT),
        sort=IMPACT,
        style=Style.DOT,
        say=_consequence,
        width=128,
        meaning=tr("The most severe term, with a dot for its impact; sorted by impact."),
        group="consequence",
        shown=True,
    )
    yield ShownColumn(
        key=HGVS,
        title="HGVS",
        sources=named,
        sort=HGVS,
        style=Style.MONO,
        say=_hgvs,
        width=112,
        meaning=tr("Name of the change in the protein, or else in the transcript."),
        group="consequence",
        shown=True,
    )


def _of_sources(offered: VariantColumns) -> Iterator[ShownColumn]:
    if offered.frequency is not None:
        yield ShownColumn(
            key="frequency",
            title="gnomAD AF",
            sources=(offered.frequency,),
            sort=offered.frequency,
            style=Style.NUMBER,
            say=_frequency,
            width=84,
            meaning=tr("Frequency of the allele in gnomAD."),
            group="source",
            shown=True,
        )
    if offered.significance is not None:
        yield ShownColumn(
            key="significance",
            title="ClinVar",
            sources=(offered.significance,),
            sort=offered.significance,
            style=Style.TONE,
            say=_significance,
            width=148,
            meaning=tr("Clinical significance in ClinVar."),
            group="source",
            shown=True,
        )


def _samples(offered: VariantColumns) -> Iterator[ShownColumn]:
    """One column a sample: its genotype, and what that means for the allele."""
    calls: dict[str, VariantColumn] = {}
    zygosities: dict[str, VariantColumn] = {}
    for column in offered.columns:
        if column.group == "sample" and column.sample is not None:
            kind = calls if column.name.startswith(_CALL) else zygosities
            kind[column.sample] = column
    for sample, zygosity in zygosities.items():
        if sample not in calls:
            continue
        yield ShownColumn(
            key=f"sample {sample}",
            title=plain(sample, _LONGEST_TITLE),
            sources=(calls[sample].name, zygosity.name),
            sort=zygosity.name,
            style=Style.MONO,
            say=_genotype,
            width=64,
            meaning=tr("Genotype of {sample}; sorted by how it has the allele.").format(
                sample=plain(sample)
            ),
            group="sample",
            shown=zygosity.shown,
        )


def _single(column: VariantColumn) -> ShownColumn:
    """A column that says what one column of the result says."""
    style = Style.MONO if column.name in _MONO_NAMES else Style.TEXT
    if column.type in {"integer", "number"}:
        style = Style.NUMBER
    return ShownColumn(
        key=column.name,
        title=plain(title_of(column), _LONGEST_TITLE),
        sources=(column.name,),
        sort=column.name,
        style=style,
        say=_plain,
        meaning=meaning_of(column),
        group=column.group,
    )


def _place(values: Sequence[VariantValue]) -> Words:
    return Words(position_text(*values))


def _change(values: Sequence[VariantValue]) -> Words:
    ref, alt = values
    heard = tr("{ref} to {alt}").format(ref=plain(str(ref)), alt=plain(str(alt)))
    return Words(change_text(ref, alt), spoken=heard)


def _plain(values: Sequence[VariantValue]) -> Words:
    return Words(value_text(values[0]))


def _consequence(values: Sequence[VariantValue]) -> Words:
    term, impact = values
    words = term_text(term)
    heard = ", ".join(filter(None, (words, lowered(impact_text(impact)))))
    return Words(words, impact_tone(impact), spoken=heard if impact else "")


def _hgvs(values: Sequence[VariantValue]) -> Words:
    return Words(next((hgvs_text(value) for value in values if value), NOTHING))


def _frequency(values: Sequence[VariantValue]) -> Words:
    return Words(frequency_text(values[0]))


def _significance(values: Sequence[VariantValue]) -> Words:
    words, whole = short_significance(values[0]), spoken(values[0])
    heard = whole if whole != words else ""
    return Words(words, significance_tone(values[0]), spoken=heard)


def _genotype(values: Sequence[VariantValue]) -> Words:
    call, zygosity = values
    return Words(value_text(call), spoken=f"{value_text(call)}, {zygosity_text(zygosity)}")
