"""The cards of the report: what each picture shows, and the words where there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from annotator.consequence import IMPACTS
from annotator.report.pictures import Bar, bars, columns, empty, histogram, split
from annotator.report.words import count, ratio, share, spoken

Summary = Mapping[str, Any]
"""The counts of an annotation, as ``annotator.summary.Summary.to_json`` gives them."""

MOST_LENGTH = 50
"""Bases; insertions and deletions of more are counted as ones of so many."""

TONES = {"HIGH": "bad", "MODERATE": "warn", "LOW": "ok", "MODIFIER": "plain"}
_SHORT_NAME, _FEWEST_COLUMNS, _MOST_COLUMNS = 2, 4, 30


def card(name: str, title: str, body: str, note: str = "") -> str:
    """A card; *name* is its anchor."""
    below = f'<p class="note">{note}</p>' if note else ""
    return (
        f'<section class="card" id="{name}" aria-labelledby="{name}-title">'
        f'<h2 id="{name}-title">{title}</h2>{body}{below}</section>\n'
    )


def consequences(summary: Summary) -> str:
    """Annotated records by their most severe consequence."""
    rows = [
        Bar(spoken(term), number, dot=TONES[IMPACTS.get(term, "MODIFIER")], hint=term)
        for term, number in _counts(summary, "consequences")
    ]
    picture = bars(rows, "Annotated records by most severe consequence", _sum(rows))
    note = "Each annotated record is counted once, by the most severe term of its alleles."
    body = picture if rows else _NO_CONSEQUENCES
    return card("consequences", "Consequences", body, note if rows else "")


def impacts(summary: Summary) -> str:
    """Annotated records by impact."""
    rows = [
        Bar(impact.capitalize(), number, TONES.get(impact, "plain"))
        for impact, number in _counts(summary, "impacts")
    ]
    caption = "Annotated records by impact of the most severe consequence"
    return card("impact", "Impact", split(rows, caption) if _sum(rows) else _NO_CONSEQUENCES)


def chromosomes(summary: Summary) -> str:
    """Records by chromosome."""
    found = _counts(summary, "contigs")
    names = {name: name.removeprefix("chr") for name, _ in found}
    rows = [Bar(names[name], number, hint=name) for name, number in found]
    caption = "Records by chromosome"
    if not rows:
        picture = empty("The file has no records.")
    elif all(len(name) <= _SHORT_NAME for name in names.values()) and (
        _FEWEST_COLUMNS <= len(rows) <= _MOST_COLUMNS
    ):
        picture = columns(rows, caption, _sum(rows))
    else:
        picture = bars([Bar(row.hint, row.count) for row in rows], caption, _sum(rows), shown=25)
    return card("chromosomes", "Variants by chromosome", picture)


def changes(summary: Summary) -> str:
    """Transitions and transversions, and alleles by kind."""
    transitions, transversions = summary.get("transitions", 0), summary.get("transversions", 0)
    parts = [
        Bar("Transitions", transitions, "accent", hint="A and G, or C and T"),
        Bar("Transversions", transversions, "ice", hint="all other changes of a single base"),
    ]
    kinds = [
        Bar(label, summary.get(key, 0))
        for key, label in (
            ("snvs", "Single bases"),
            ("insertions", "Insertions"),
            ("deletions", "Deletions"),
            ("others", "Other changes"),
        )
    ]
    body, note = empty("No change of a single base was annotated."), ""
    if transitions + transversions:
        figure = ratio(transitions, transversions)
        body = f'<p class="figure">{figure}</p>{split(parts, "Transitions and transversions")}'
        note = "Whole genomes have about 2.0 to 2.1 transitions a transversion, exomes about 3."
    if _sum(kinds):
        body += f"<h3>Kinds of alleles</h3>{bars(kinds, 'Alleles by kind', _sum(kinds))}"
    return card("changes", "Transitions and transversions", body, note)


def indels(summary: Summary) -> str:
    """Insertions and deletions by length."""
    lengths = {int(length): number for length, number in _counts(summary, "indel_lengths")}
    if not any(lengths.values()):
        body, note = empty("No insertion or deletion was annotated."), ""
    else:
        body = histogram(lengths, MOST_LENGTH, "Insertions and deletions by bases gained or lost")
        note = (
            "Left of 0 bases are lost, right of it gained; the scale is logarithmic. "
            f"The outermost bars hold all changes of {MOST_LENGTH} bases and more."
        )
    return card("indels", "Lengths of insertions and deletions", body, note)


def frequencies(summary: Summary) -> str:
    """Alleles by their frequency in the population."""
    rows = [
        Bar(label.replace(" %", "%"), number, "ice")
        for label, number in _counts(summary, "frequencies")
    ]
    body = empty("The reference bundle has no population frequencies.")
    if rows:
        body = columns(rows, "Annotated alleles by frequency in gnomAD", _sum(rows))
    return card("frequencies", "Allele frequency", body, "As gnomAD lists it." if rows else "")


def significances(summary: Summary) -> str:
    """Alleles by ClinVar's significance."""
    rows = [
        Bar(spoken(name), number, dot=_significance_tone(name), hint=name)
        for name, number in _counts(summary, "significances")
    ]
    rows.sort(key=lambda row: _SIGNIFICANCES.index(row.dot))
    body = empty("No allele is in ClinVar, or the reference bundle does not have ClinVar.")
    if rows:
        body = bars(rows, "Annotated alleles by significance in ClinVar", _sum(rows))
    return card("clinvar", "ClinVar significance", body)


def genes(summary: Summary) -> str:
    """The genes with most records."""
    rows = [Bar(gene, number) for gene, number in _counts(summary, "genes")]
    body = empty("No annotated record touches a gene.")
    touched = count(summary.get("genes_total", 0))
    note = f"Of {touched} genes touched. Variants beside a gene do not count."
    if rows:
        body = bars(rows, "Genes by records", summary.get("annotated", 0))
    return card("genes", "Genes with most records", body, note if rows else "")


def known(summary: Summary) -> Iterator[str]:
    """Alleles that each source knows; no card without sources."""
    rows = [Bar(name, number) for name, number in _counts(summary, "sources")]
    if rows:
        whole = summary.get("alleles", 0)
        body = bars(rows, "Annotated alleles that the sources know", whole)
        note = f"Of {count(whole)} annotated alleles."
        yield card("sources", "Known to the sources", body, note)


def biotypes(summary: Summary) -> Iterator[str]:
    """Consequences by the transcript's biotype; no card where they were not counted."""
    rows = [Bar(spoken(name), number) for name, number in _counts(summary, "biotypes")]
    if rows:
        yield card("biotypes", "Biotypes", bars(rows, "Biotypes", _sum(rows)))


def key_figures(summary: Summary) -> Iterator[tuple[str, str, str]]:
    """What to see first: words, a figure, and its tone."""
    records, annotated = summary.get("variants_in", 0), summary.get("annotated", 0)
    yield "Records", count(records), ""
    yield "Annotated", share(annotated, records), ""
    high = summary.get("impacts", {}).get("HIGH", 0)
    yield "High impact", count(high), "bad" if high else ""
    if summary.get("significances"):
        pathogenic = sum(
            number
            for name, number in summary["significances"].items()
            if _significance_tone(name) == "bad"
        )
        yield "ClinVar pathogenic", count(pathogenic), "bad" if pathogenic else ""
    if summary.get("frequencies"):
        yield "Not in gnomAD", count(summary["frequencies"].get("not listed", 0)), ""
    yield "Genes", count(summary.get("genes_total", 0)), ""
    figure = ratio(summary.get("transitions", 0), summary.get("transversions", 0))
    yield "Ti/Tv", figure, ""


_NO_CONSEQUENCES = empty("No record was annotated.")
_SIGNIFICANCES = ("bad", "warn", "plain", "ok")
"""The order in which ClinVar's significances are shown, by colour."""


def _significance_tone(name: str) -> str:
    """The colour of a significance in ClinVar."""
    plain = name.lower()
    if plain.startswith(("pathogenic", "likely_pathogenic")):
        return "bad"
    if plain.startswith(("benign", "likely_benign")):
        return "ok"
    return "warn" if plain.startswith(("conflicting", "uncertain")) else "plain"


def _counts(summary: Summary, key: str) -> list[tuple[str, int]]:
    """The counts under *key* by name; none where there is no such key."""
    return list(summary.get(key, {}).items())


def _sum(rows: list[Bar]) -> int:
    """All counts together."""
    return sum(row.count for row in rows)
