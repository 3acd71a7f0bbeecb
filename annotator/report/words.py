"""Numbers and names as the report writes them, safe for HTML."""

from __future__ import annotations

from html import escape
from urllib.parse import unquote

_PLACES = 100


def count(number: int) -> str:
    """A whole number with separators."""
    return f"{number:,}"


def share(part: int, whole: int) -> str:
    """What *part* is of *whole* in per cent; a dash where there is no whole."""
    if not whole:
        return "&ndash;"
    percent = 100 * part / whole
    if 0 < percent < 1 / 10:
        return "&lt; 0.1&thinsp;%"
    if part < whole and percent > 100 - 1 / 20:
        return "&gt; 99.9&thinsp;%"
    return f"{percent:.1f}&thinsp;%"


def ratio(part: int, other: int) -> str:
    """*part* to *other* with two places; a dash where there is nothing to divide by."""
    return f"{part / other:.2f}" if other else "&ndash;"


def spoken(term: str) -> str:
    """A term of an ontology or of ClinVar with spaces, such as ``stop gained``; not escaped."""
    return unquote(term).replace("_", " ").strip()


def printable(value: object) -> str:
    """*value* for HTML, with control characters made visible."""
    text = "".join(
        each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in str(value)
    )
    return escape(text, quote=True)


def width(part: int, whole: int) -> str:
    """*part* of *whole* as a length in SVG; something can always be seen of what is there."""
    if not part or not whole:
        return "0"
    return f"{max(100 * part / whole, 0.4):.4g}%"
