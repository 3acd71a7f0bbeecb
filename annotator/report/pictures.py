"""Pictures as HTML and inline SVG, each with its numbers as a table for who cannot see it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.report.words import count, printable, share, width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ROWS = 14
_COLUMN_HEIGHT = 120
_TICKS = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a picture.

    Attributes:
        label: for people; any text.
        count: how long it is.
        tone: its colour: ``accent``, ``ok``, ``warn``, ``bad``, ``ice`` or ``plain``.
        dot: the colour of a dot before the label; none without.
        hint: shown when pointed at; any text.
    """

    label: str
    count: int
    tone: str = "accent"
    dot: str = ""
    hint: str = ""


def bars(rows: Sequence[Bar], caption: str, whole: int, *, shown: int = _ROWS) -> str:
    """Bars that lie, in a table with counts and shares of *whole*; the first *shown* are open."""
    longest = max((row.count for row in rows), default=0)
    head = _bar_table(rows[:shown], caption, longest, whole)
    if len(rows) <= shown:
        return head
    rest = _bar_table(rows[shown:], f"{caption}, continued", longest, whole)
    return f"{head}<details><summary>{len(rows) - shown} more</summary>{rest}</details>"


def _bar_table(rows: Sequence[Bar], caption: str, longest: int, whole: int) -> str:
    """A table of bars."""
    lines = "".join(
        f'<tr><th scope="row"{_title(row.hint)}>{_dot(row.dot)}{printable(row.label)}</th>'
        '<td class="bar" aria-hidden="true"><svg width="100%" height="10">'
        f'<rect class="{row.tone}" width="{width(row.count, longest)}" height="10" rx="2"/></svg>'
        f'</td><td class="n">{count(row.count)}</td>'
        f'<td class="n quiet">{share(row.count, whole)}</td></tr>\n'
        for row in rows
    )
    return (
        f'<table class="bars"><caption>{caption}</caption>'
        '<thead><tr><th scope="col">Name</th><th scope="col">Bar</th>'
        '<th scope="col">Count</th><th scope="col">Share</th></tr></thead>'
        f"<tbody>\n{lines}</tbody></table>"
    )


def columns(rows: Sequence[Bar], caption: str, whole: int) -> str:
    """Bars that stand, with their labels below, and the numbers in a table."""
    tallest = max((row.count for row in rows), default=0)
    standing = "".join(
        f"<div{_title(f'{row.label}: {row.count:,}')}>"
        f'<svg width="100%" height="{_COLUMN_HEIGHT}">{_column(row, tallest)}</svg>'
        f"<span>{printable(row.label)}</span></div>"
        for row in rows
    )
    return (
        f'<div class="columns" role="img" aria-label="{caption}; the numbers are in the table '
        f'below">{standing}</div>{numbers(rows, caption, whole)}'
    )


def histogram(lengths: Mapping[int, int], most: int, caption: str) -> str:
    """Counts by length, -*most* to *most*, on a logarithmic scale, and the numbers in a table."""
    top = max(lengths.values(), default=1)
    ceiling = math.log10(1 + top)
    standing = "".join(
        f'<rect class="{"ice" if length < 0 else "accent"}" x="{length + most + 0.1:.1f}" '
        f'y="{100 - high:.2f}" width="0.8" height="{high:.2f}">'
        f"<title>{_gained(length)}: {number:,}</title></rect>"
        for length, number in sorted(lengths.items())
        if (high := 100 * math.log10(1 + number) / ceiling) > 0
    )
    ticks = "".join(
        f'<i style="bottom:{100 * math.log10(1 + tick) / ceiling:.2f}%"><b>{count(tick)}</b></i>'
        for tick in _TICKS
        if tick <= top
    )
    steps = (-most, -most // 2, 0, most // 2, most)
    axis = "".join(f"<span>{'+' if step > 0 else ''}{step}</span>" for step in steps)
    rows = [Bar(_gained(length), number) for length, number in sorted(lengths.items())]
    return (
        f'<div class="histogram"><div class="ticks" aria-hidden="true">{ticks}</div>'
        f'<svg role="img" viewBox="0 0 {2 * most + 1} 100" preserveAspectRatio="none" '
        f'aria-label="{caption}; the numbers are in the table below">{standing}</svg></div>'
        f'<div class="axis" aria-hidden="true">{axis}</div>'
        f"{numbers(rows, caption, sum(lengths.values()))}"
    )


def split(parts: Sequence[Bar], caption: str) -> str:
    """One bar cut into *parts*, with a table that names them."""
    whole = sum(part.count for part in parts)
    pieces, before = "", 0
    for part in parts:
        pieces += (
            f'<rect class="{part.tone}" x="{100 * before / max(whole, 1):.4g}%" '
            f'width="{width(part.count, whole)}" height="14"/>'
        )
        before += part.count
    lines = "".join(
        f'<tr><th scope="row"{_title(part.hint)}>{_dot(part.tone)}{printable(part.label)}</th>'
        f'<td class="n">{count(part.count)}</td>'
        f'<td class="n quiet">{share(part.count, whole)}</td></tr>\n'
        for part in parts
    )
    return (
        f'<svg class="split" width="100%" height="14" role="img" aria-label="{caption}; the '
        f'numbers are in the table below">{pieces}</svg>'
        f'<table class="legend"><caption>{caption}</caption><thead><tr><th scope="col">Name</th>'
        '<th scope="col">Count</th><th scope="col">Share</th></tr></thead>'
        f"<tbody>\n{lines}</tbody></table>"
    )


def numbers(rows: Sequence[Bar], caption: str, whole: int) -> str:
    """The numbers of a picture, folded away until they are asked for."""
    lines = "".join(
        f'<tr><th scope="row">{printable(row.label)}</th><td class="n">{count(row.count)}</td>'
        f'<td class="n quiet">{share(row.count, whole)}</td></tr>\n'
        for row in rows
    )
    return (
        f'<details><summary>Numbers</summary><div class="scroll" tabindex="0" role="region" '
        f'aria-label="{caption}"><table><caption>{caption}</caption><thead><tr>'
        '<th scope="col">Name</th><th scope="col" class="n">Count</th>'
        '<th scope="col" class="n">Share</th></tr></thead>'
        f"<tbody>\n{lines}</tbody></table></div></details>"
    )


def empty(words: str) -> str:
    """What stands in the place of a picture without data."""
    return f'<p class="empty">{words}</p>'


def _column(row: Bar, tallest: int) -> str:
    """A bar that stands; something can always be seen of what is there."""
    if not row.count:
        return ""
    high = max(_COLUMN_HEIGHT * row.count / tallest, 1.5)
    return (
        f'<rect class="{row.tone}" width="100%" y="{_COLUMN_HEIGHT - high:.2f}" '
        f'height="{high:.2f}" rx="2"/>'
    )


def _gained(length: int) -> str:
    """A change of length in words."""
    unit = "base" if abs(length) == 1 else "bases"
    return f"{abs(length)} {unit} {'lost' if length < 0 else 'gained'}"


def _dot(tone: str) -> str:
    """A dot before a label."""
    return f'<i class="dot {tone}"></i>' if tone else ""


def _title(hint: str) -> str:
    """An attribute with what is shown when pointed at."""
    return f' title="{printable(hint)}"' if hint else ""
