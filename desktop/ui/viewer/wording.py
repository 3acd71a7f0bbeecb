"""How variants are said; pure functions, so every wording has its test."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from backend.wire import VariantValue
from desktop.ui.language import decimals, later, tr
from desktop.ui.theme.tokens import Tone
from desktop.ui.wording import number_text

NOTHING = "\N{EN DASH}"
"""Stands where there is no value."""

IMPACTS = ("HIGH", "MODERATE", "LOW", "MODIFIER")
ZYGOSITIES = {
    "any": later("carries it"),
    "het": later("heterozygous"),
    "hom": later("homozygous"),
    "hemi": later("hemizygous"),
    "absent": later("does not carry it"),
    "missing": later("unknown"),
}
LONGEST = 300
"""Characters of a value that a cell shows: measuring thousands of them would stall the window."""

_IMPACT_WORDS = {
    "HIGH": later("High"),
    "MODERATE": later("Moderate"),
    "LOW": later("Low"),
    "MODIFIER": later("Modifier"),
}
_IMPACT_SENTENCES = {
    "HIGH": later("High impact"),
    "MODERATE": later("Moderate impact"),
    "LOW": later("Low impact"),
    "MODIFIER": later("Modifier impact"),
}
_IMPACT_TONES = {
    "HIGH": Tone.BAD,
    "MODERATE": Tone.WARN,
    "LOW": Tone.OK,
    "MODIFIER": Tone.NEUTRAL,
}
_SHORT_SIGNIFICANCES = {
    "Conflicting": "Conflicting",
    "Uncertain significance": "Uncertain",
}
_USUAL_SIGNIFICANCES = (
    "Pathogenic",
    "Likely pathogenic",
    "Uncertain significance",
    "Likely benign",
    "Benign",
)
_NEUTRAL_TERMS = frozenset({"benign", "likely benign", "benign/likely benign"})
_REVIEWS = {
    "practice guideline": 4,
    "reviewed by expert panel": 3,
    "criteria provided multiple submitters no conflicts": 2,
    "criteria provided single submitter": 1,
    "criteria provided conflicting classifications": 1,
    "criteria provided conflicting interpretations": 1,
}
# Control characters, and those that turn the direction in which letters are read.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_SIGNIFICANCES = re.compile(r"[/|,&]")
_NO_LETTERS = re.compile(r"[^a-z]+")
_SMALLEST_PLAIN = 1e-5


def value_text(value: VariantValue) -> str:
    """Return a value of any column on one line, not longer than can be shown.

    Numbers are as the language writes them.
    """
    match value:
        case None:
            return NOTHING
        case bool():
            return tr("yes") if value else tr("no")
        case float():
            return decimals(f"{value:.6g}")
        case int():
            return number_text(value)
        case _:
            return plain(value)


def plain(text: str, longest: int = LONGEST) -> str:
    """Return *text* from a file on one line, without characters that nobody sees."""
    shown = _UNSEEN.sub(" ", text[: longest + 1])
    return shown if len(text) <= longest else f"{shown[:longest]}…"


def frequency_text(value: VariantValue) -> str:
    """Return a frequency: "0.412", "0.00002", "3e-06"."""
    if not isinstance(value, int | float):
        return value_text(value)
    if value == 0 or value >= _SMALLEST_PLAIN:
        return decimals(f"{value:.5f}".rstrip("0").rstrip("."))
    return f"{value:.0e}"


def position_text(contig: VariantValue, position: VariantValue) -> str:
    """Return a place on a contig: "20:3,869,743"."""
    return f"{value_text(contig)}:{value_text(position)}"


def region_text(contig: VariantValue, position: VariantValue) -> str:
    """Return a place as queries take it, whatever the language: "20:3,869,743"."""
    number = f"{position:,}" if isinstance(position, int) else value_text(position)
    return f"{value_text(contig)}:{number}"


def change_text(ref: VariantValue, alt: VariantValue) -> str:
    """Return what becomes of what: "G>A"."""
    return f"{plain(str(ref or '.'))}>{plain(str(alt or '.'))}"


def term_text(term: VariantValue) -> str:
    """Return a term of the Sequence Ontology in words: "stop gained", "missense"."""
    words = value_text(term).replace("_", " ")
    return words.removesuffix(" variant")


def terms_text(terms: VariantValue) -> str:
    """Return terms that are joined by "&" in words: "missense, splice region"."""
    return ", ".join(term_text(term) for term in str(terms or NOTHING).split("&"))


def hgvs_text(name: VariantValue) -> str:
    """Return an HGVS name without its sequence: "p.Arg264Ter"."""
    return hgvs(name).rpartition(":")[2] or NOTHING


def hgvs(name: VariantValue) -> str:
    """Return an HGVS name as it is written: VCF has its "=" as "%3D"; "" for none."""
    return plain(unquote(str(name))) if name else ""


def spoken(significance: VariantValue) -> str:
    """Return a significance of ClinVar's in words: "Likely pathogenic"."""
    words = listed_text(significance)
    return words[:1].upper() + words[1:]


def short_significance(significance: VariantValue) -> str:
    """Return a significance in as few of ClinVar's own words as tell it from others."""
    words = spoken(significance)
    for long, short in _SHORT_SIGNIFICANCES.items():
        if words.startswith(long):
            return short
    return words


def listed_text(value: VariantValue) -> str:
    """Return a source's value in words: lists in VCF have no spaces, and bars between them."""
    return re.sub(r"\s*\|\s*", ", ", value_text(value).replace("_", " "))


def significances(values: str) -> list[str]:
    """Return the significances in a value of ClinVar's, as a filter names them."""
    found = (part.replace("_", " ").strip() for part in _SIGNIFICANCES.split(values))
    return [part for part in found if part]


def ordered_significances(occurring: Iterable[str]) -> list[str]:
    """Return the significances that occur, the usual ones in their usual order."""
    found = dict.fromkeys(word for value in occurring for word in significances(value))
    usual = [word for word in _USUAL_SIGNIFICANCES if not found or word in found]
    return list(dict.fromkeys([*usual, *found]))


def significance_tone(significance: VariantValue) -> Tone:
    """Return the tone of a significance: what may harm is told from what does not."""
    words = str(significance or "").replace("_", " ").lower()
    if "conflicting" in words or "uncertain" in words:
        return Tone.WARN
    if "pathogenic" in words or "risk" in words:
        return Tone.BAD
    return Tone.OK if words in _NEUTRAL_TERMS else Tone.NEUTRAL


def is_pathogenic(significance: str) -> bool:
    """Whether a value of ClinVar's says "pathogenic" or "likely pathogenic", without conflict."""
    found = {part.lower() for part in significances(significance)}
    return not found.isdisjoint({"pathogenic", "likely pathogenic"})


def stars(review: VariantValue) -> int:
    """Return how many of its four stars ClinVar gives a review status."""
    return _REVIEWS.get(_NO_LETTERS.sub(" ", str(review or "").lower()), 0)


def impact_tone(impact: VariantValue) -> Tone:
    """Return the tone of an impact."""
    return _IMPACT_TONES.get(str(impact), Tone.NEUTRAL)


def impact_text(impact: VariantValue) -> str:
    """Return an impact in words: "High impact"."""
    if impact not in IMPACTS:
        return ""
    return tr(_IMPACT_SENTENCES[str(impact)])


def impact_word(impact: VariantValue) -> str:
    """Return an impact in a word: "High"."""
    return tr(_IMPACT_WORDS.get(str(impact), ""))


def zygosity_text(zygosity: VariantValue) -> str:
    """Return how a sample has an allele: "heterozygous"."""
    known = ZYGOSITIES.get(str(zygosity))
    return tr(known) if known else value_text(zygosity)


def count_text(fitting: int, *, exact: bool, total: int | None) -> str:
    """Return how many variants there are: "27 of 61,204", "at least 5,000"."""
    if not exact:
        return tr("at least {count}").format(count=number_text(fitting))
    if total is None or fitting == total:
        return number_text(fitting)
    return tr("{count} of {total}").format(count=number_text(fitting), total=number_text(total))


def in_records_text(variants: int, records: int) -> str:
    """Return how many variants there are in how many records, of which there are fewer."""
    words = tr("{variants} variants in %Ln record(s)", "", records)
    return words.format(variants=number_text(variants))
