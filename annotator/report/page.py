"""The report as one HTML file that needs nothing beside itself."""

from __future__ import annotations

from dataclasses import dataclass
from string import Template
from typing import TYPE_CHECKING

from annotator.guard import EXPLANATIONS
from annotator.report import cards
from annotator.report.pictures import Bar, split
from annotator.report.words import count, printable, share
from backend import __version__
from backend.assets import asset

if TYPE_CHECKING:
    from collections.abc import Iterable

    from annotator.reference.bundle import Source
    from annotator.report.cards import Summary

_TEMPLATE = "templates/report/report.html"
_SHORT_HASH = 12


@dataclass(frozen=True, slots=True)
class Origin:
    """What the report says beside the counts; any text is safe.

    Attributes:
        file_name: the user's name for the file.
        bundle_name: what people call the reference bundle.
        sources: what the bundle was made from.
        command: how the annotation was called; empty where there was no command line.
        faults: what was found wrong with the file, a sentence each.
    """

    file_name: str
    bundle_name: str
    sources: tuple[Source, ...] = ()
    command: str = ""
    faults: tuple[str, ...] = ()


def render(summary: Summary, origin: Origin) -> str:
    """The report as HTML; the same arguments give the same text.

    Args:
        summary: as ``annotator.summary.Summary.to_json`` gives it; what is missing is left out.
        origin: where the counts come from.
    """
    template = Template(asset(_TEMPLATE).read_text(encoding="utf-8"))
    return template.substitute(
        file=printable(origin.file_name),
        assembly=printable(summary.get("assembly", "unknown assembly")),
        bundle=printable(origin.bundle_name),
        engine=printable(summary.get("engine", "unknown engine")),
        version=printable(__version__),
        figures=_figures(summary),
        left=_left(summary),
        right=_right(summary),
        below=_accounts(summary) + _faults(origin) + _provenance(summary, origin),
    )


def _figures(summary: Summary) -> str:
    """The key figures."""
    return "".join(
        f'<div class="card"><dt>{words}</dt><dd class="{tone}">{figure}</dd></div>\n'
        for words, figure, tone in cards.key_figures(summary)
    )


def _left(summary: Summary) -> str:
    """The wide cards."""
    makers = (cards.consequences, cards.chromosomes, cards.indels, cards.genes)
    return "".join(make(summary) for make in makers)


def _right(summary: Summary) -> str:
    """The narrow cards."""
    makers = (cards.impacts, cards.changes, cards.frequencies, cards.significances)
    return "".join(
        (
            *(make(summary) for make in makers),
            *cards.known(summary),
            *cards.biotypes(summary),
        )
    )


def _accounts(summary: Summary) -> str:
    """What became of every record."""
    read, annotated = summary.get("variants_in", 0), summary.get("annotated", 0)
    passed, partly = summary.get("passed_through", 0), summary.get("partly_annotated", 0)
    parts = [Bar("Annotated", annotated, "ok"), Bar("Passed through as they were", passed, "plain")]
    words = (
        f"<p>{count(read)} records were read and {count(summary.get('variants_out', 0))} written: "
        f"{count(annotated)} annotated and {count(passed)} passed through without annotation.</p>"
    )
    if partly:
        have = "record has" if partly == 1 else "records have"
        words += f"<p>{count(partly)} annotated {have} another allele that is not.</p>"
    explained = {reason.value: why for reason, why in EXPLANATIONS.items()}
    rows = [
        (
            printable(reason),
            printable(explained.get(reason, "")),
            count(number),
            share(number, read),
        )
        for reason, number in summary.get("reasons", {}).items()
    ]
    if rows:
        headings = ("Reason", "Meaning", "Records", "Share of all")
        words += _table("Records passed through, by reason", headings, rows, numbers=2)
    return cards.card("records", "Records accounted for", split(parts, "All records") + words)


def _faults(origin: Origin) -> str:
    """What was found wrong with the file."""
    body = "<p>Nothing was found wrong with the file.</p>"
    if origin.faults:
        items = "".join(f"<li>{printable(fault)}</li>" for fault in origin.faults)
        body = f'<ul class="faults">{items}</ul>'
    return cards.card("faults", "Found in the file", body)


def _provenance(summary: Summary, origin: Origin) -> str:
    """What the annotation was made with."""
    facts = [
        ("File", printable(origin.file_name)),
        ("Service", f"Genomics Annotation Service {printable(__version__)}"),
        ("Engine", printable(summary.get("engine", ""))),
        ("Assembly", printable(summary.get("assembly", ""))),
        ("Reference bundle", printable(origin.bundle_name)),
        ("Bundle hash", f"<code>{printable(summary.get('bundle', ''))}</code>"),
    ]
    if origin.command:
        facts.append(("Command", f"<code>{printable(origin.command)}</code>"))
    body = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    body = f'<dl class="facts">{body}</dl>'
    if origin.sources:
        rows = [
            (
                printable(each.name),
                printable(each.release),
                printable(each.licence),
                _short(each.sha256),
            )
            for each in origin.sources
        ]
        body += _table("Sources", ("Source", "Release", "Licence", "SHA-256"), rows)
    return cards.card("provenance", "Provenance", body)


def _short(sha256: str) -> str:
    """The beginning of a hash; the whole of it is shown when pointed at."""
    return f'<code title="{printable(sha256)}">{printable(sha256[:_SHORT_HASH])}</code>'


def _table(
    caption: str, headings: Iterable[str], rows: Iterable[tuple[str, ...]], *, numbers: int = 0
) -> str:
    """A table of cells that are safe already; the last *numbers* columns hold numbers."""
    names = list(headings)
    classes = [' class="n"' if at >= len(names) - numbers else "" for at in range(len(names))]
    head = "".join(
        f'<th scope="col"{kind}>{name}</th>' for name, kind in zip(names, classes, strict=True)
    )
    lines = "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(f"<td{kind}>{cell}</td>" for cell, kind in zip(row[1:], classes[1:], strict=True))
        + "</tr>\n"
        for row in rows
    )
    return (
        f'<table class="wide"><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>\n{lines}</tbody></table>"
    )
