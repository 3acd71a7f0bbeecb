"""The counts of a result, as they are stored beside it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

_SIGNIFICANCES = "significances"


def read_summary(stored: bytes) -> dict[str, Any]:
    """Return the counts, with ClinVar's significances as the table has them.

    Earlier results stored these as VCF encodes them: a comma is ``%2C``.
    """
    summary: dict[str, Any] = json.loads(stored)
    if _SIGNIFICANCES in summary:
        summary[_SIGNIFICANCES] = _decoded(summary[_SIGNIFICANCES])
    return summary


def _decoded(counts: Mapping[str, int]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for name, count in counts.items():
        found[unquote(name)] += count
    return dict(found)
