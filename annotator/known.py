"""Comparing a result with variants whose consequence is known from elsewhere."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

from annotator.consequence import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def contradictions(result: Path, expected: Path) -> list[str]:
    """What *result* says otherwise than *expected*, a sentence each; empty if it is right.

    Args:
        result: an annotated VCF, as ``pipeline.annotate`` writes it.
        expected: JSON such as ``resources/demo/expected.json``: under ``variants`` a list of
            chrom, pos, ref, alt, symbol, consequence (exactly) and hgvsp (its end, or null).
    """
    wanted = json.loads(expected.read_text(encoding="utf-8"))["variants"]
    places = {_place(each): each for each in wanted}
    found = {}
    with gzip.open(result, "rt", encoding="utf-8") as lines:
        for line in lines:
            columns = line.rstrip("\n").split("\t")
            if not line.startswith("#") and tuple(columns[:2] + columns[3:5]) in places:
                found[tuple(columns[:2] + columns[3:5])] = list(_entries(columns[7]))
    return [
        fault for place, known in places.items() if (fault := _fault(known, found.get(place, [])))
    ]


def _place(known: dict[str, Any]) -> tuple[str, ...]:
    """CHROM, POS, REF and ALT of a known variant as a VCF writes them."""
    return known["chrom"], str(known["pos"]), known["ref"], known["alt"]


def _entries(info: str) -> Iterator[dict[str, str]]:
    """The CSQ entries of a record by field."""
    for item in info.split(";"):
        if item.startswith("CSQ="):
            for entry in item.removeprefix("CSQ=").split(","):
                yield dict(zip(FIELDS, entry.split("|"), strict=True))


def _fault(known: dict[str, Any], entries: list[dict[str, str]]) -> str | None:
    """How the entries contradict what is known, if they do."""
    name = "{chrom}:{pos} {ref}>{alt}".format_map(known)
    said = [
        (entry["Consequence"], entry["HGVSp"])
        for entry in entries
        if entry["SYMBOL"] == known["symbol"]
    ]
    change = known["hgvsp"] or ""
    if any(terms == known["consequence"] and protein.endswith(change) for terms, protein in said):
        return None
    expected = f"{known['symbol']} {known['consequence']} {change}".strip()
    return f"{name} should be {expected}, but the result says {said or 'nothing of this gene'}."
