"""Timestamps as the States Language writes them."""

from __future__ import annotations

import re
from datetime import datetime

from backend.local.aws.private import Json

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def moment(text: Json) -> datetime | None:
    """Return the moment that *text* names; None unless it is a timestamp of RFC 3339."""
    if not isinstance(text, str) or not RFC_3339.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
