"""What the pictures of a summary show: its counts as bars, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backend.wire import ResultSummary, VariantFilter
from desktop.ui.language import decimals, later, tr
from desktop.ui.theme.tokens import Tone
from desktop.ui.viewer.query import in_quotes
from desktop.ui.viewer.wording import (
    IMPACTS,
    impact_tone,
    impact_word,
    is_pathogenic,
    plain,
    short_significance,
    significance_tone,
    term_text,
)
from desktop.ui.wording import counted, number_text

MOST_BARS = 8
MOST_CONTIGS = 26
NOT_LISTED = later("not listed")
_FREQUENCY_AXIS = {
    NOT_LISTED: later("new"),
    "< 0.01 %": "0.01%",
    "0.01-0.1 %": "0.1%",
    "0.1-1 %": "1%",
    "1-5 %": "5%",
    "5-50 %": "50%",
    "> 50 %": "100%",
}
_REASONS = {
    "symbolic": later("symbolic"),
    "breakend": later("breakend"),
    "star": later("star"),
    "no_alt": later("no alt"),
    "non_acgt": later("non acgt"),
    "ref_mismatch": later("ref mismatch"),
    "unknown_contig": later("unknown contig"),
    "outside_reference": later("outside reference"),
}
_WORDED = frozenset({NOT_LISTED, _FREQUENCY_AXIS[NOT_LISTED]})
_LONGEST_INDEL = 50
_INDEL_AXIS = frozenset({-50, -25, 25, 50})


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it stands for, and how many there are.

    Attributes:
        key: what a click on it chooses; "" for one that chooses nothing.
        axis: what is written below a standing bar; "" for nothing.
    """

    label: str
    count: int
    key: str = ""
    tone: Tone = Tone.ACCENT
    axis: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """One number of the summary, large.

    Attributes:
        wanted: the filter that shows what was counted; None where none does.
    """

    title: str
    text: str
    tone: Tone = Tone.NEUTRAL
    wanted: VariantFilter | None = None
    meaning: str = ""


def tiles(summary: ResultSummary, frequency: str | None, known: frozenset[str]) -> list[Tile]:
    """Return the numbers that are looked at first.

    Args:
        summary: of the result.
        frequency: the column of gnomAD's frequencies, if there is one.
        known: ClinVar's significances that occur, as a filter names them.
    """
    high = summary.impacts.get("HIGH", 0)
    found = [
        Tile(tr("Records"), number_text(summary.variants_in), wanted=VariantFilter()),
        Tile(tr("High impact"), number_text(high), Tone.BAD, VariantFilter(impacts=["HIGH"])),
    ]
    if summary.significances:
        harmful = sum(n for name, n in summary.significances.items() if is_pathogenic(name))
        words = [word for word in ("Pathogenic", "Likely pathogenic") if word in known]
        wanted = VariantFilter(significances=words) if words else None
        meaning = tr("Alleles that ClinVar has as pathogenic or likely pathogenic.")
        title = tr("ClinVar pathogenic")
        found.append(Tile(title, number_text(harmful), Tone.BAD, wanted, meaning))
    if summary.frequencies:
        unknown = summary.frequencies.get(NOT_LISTED, 0)
        new = VariantFilter(query=f"`{frequency}` is missing") if frequency else None
        found.append(Tile(tr("Not in gnomAD"), number_text(unknown), wanted=new))
    found.append(Tile(tr("Genes"), number_text(summary.genes_total)))
    ratio = summary.transitions / summary.transversions if summary.transversions else None
    text = "\N{EN DASH}" if ratio is None else decimals(f"{ratio:.2f}")
    found.append(
        Tile("Ti / Tv", text, meaning=tr("Transitions to transversions, of single bases."))
    )
    return found


def consequence_bars(summary: ResultSummary) -> list[Bar]:
    """Return the most frequent terms, and how many have another."""
    return _most(
        [Bar(term_text(term), n, term) for term, n in summary.consequences.items()], tr("other")
    )


def impact_bars(summary: ResultSummary) -> list[Bar]:
    """Return the four impacts, worst first."""
    return [
        Bar(impact_word(impact), summary.impacts.get(impact, 0), impact, impact_tone(impact))
        for impact in IMPACTS
    ]


def gene_bars(summary: ResultSummary) -> list[Bar]:
    """Return the genes that are touched most."""
    return [Bar(plain(gene), n, gene) for gene, n in list(summary.genes.items())[:MOST_BARS]]


def significance_bars(summary: ResultSummary, column: str | None) -> list[Bar]:
    """Return ClinVar's significances, most first; a bar's key is the query that leaves its alleles.

    Args:
        summary: of the result.
        column: of ClinVar's significances, if there is one.
    """
    return _most(
        [
            Bar(
                short_significance(name),
                n,
                f"`{column}` = {in_quotes(name)}" if column else "",
                significance_tone(name),
            )
            for name, n in summary.significances.items()
        ],
        tr("other"),
    )


def contig_bars(summary: ResultSummary) -> list[Bar]:
    """Return the contigs in the file's order, and how many records lie on others."""
    bars = [
        Bar(plain(name), n, name, axis=plain(name.removeprefix("chr"), 6))
        for name, n in summary.contigs.items()
    ]
    rest = sum(bar.count for bar in bars[MOST_CONTIGS:])
    return [*bars[:MOST_CONTIGS], *([Bar(tr("others"), rest, axis="…")] if rest else [])]


def frequency_bars(summary: ResultSummary) -> list[Bar]:
    """Return the ranges of frequency, rare first."""
    return [
        Bar(_range(label), n, tone=Tone.ICE, axis=_range(_FREQUENCY_AXIS.get(label, "")))
        for label, n in summary.frequencies.items()
    ]


def indel_bars(summary: ResultSummary) -> list[Bar]:
    """Return deletions by length, then insertions by length."""
    return [
        Bar(
            _indel(length),
            summary.indel_lengths.get(str(length), 0),
            tone=Tone.WARN if length < 0 else Tone.ACCENT,
            axis=f"{length:+d}" if length in _INDEL_AXIS else "",
        )
        for length in range(-_LONGEST_INDEL, _LONGEST_INDEL + 1)
        if length
    ]


def kind_bars(summary: ResultSummary) -> list[Bar]:
    """Return the kinds of alleles, single bases by what they become."""
    return [
        Bar(tr("Transitions"), summary.transitions),
        Bar(tr("Transversions"), summary.transversions),
        Bar(tr("Insertions"), summary.insertions),
        Bar(tr("Deletions"), summary.deletions),
        Bar(tr("Others"), summary.others),
    ]


def share_text(count: int, total: int) -> str:
    """Return what is said after a count: " · 2.42 %", or nothing where there is no total."""
    return f" · {decimals(f'{100 * count / total:.3g}')} %" if total else ""


def reason_bars(reasons: Mapping[str, int]) -> list[Bar]:
    """Return why records were passed through."""
    bars = [Bar(_reason(why), n, tone=Tone.NEUTRAL) for why, n in reasons.items()]
    return _most(bars, tr("other"))


def _reason(why: str) -> str:
    known = _REASONS.get(why)
    return tr(known) if known else plain(why).replace("_", " ")


def _range(label: str) -> str:
    """Return a range of frequencies as the language writes numbers."""
    return tr(label) if label in _WORDED else decimals(label)


def _indel(length: int) -> str:
    """Return a length in words: "3 bases lost", "50 or more bases gained"."""
    words = tr("{bases} lost") if length < 0 else tr("{bases} gained")
    bases = counted(abs(length), "base")
    if abs(length) == _LONGEST_INDEL:
        bases = tr("{number} or more bases").format(number=_LONGEST_INDEL)
    return words.format(bases=bases)


def _most(bars: list[Bar], rest: str) -> list[Bar]:
    """Return the first bars, and one for all the others."""
    if len(bars) <= MOST_BARS:
        return bars
    others = sum(bar.count for bar in bars[MOST_BARS - 1 :])
    return [*bars[: MOST_BARS - 1], Bar(rest, others, tone=Tone.NEUTRAL)]
