"""Sleeps as long as it is told to, says what it is told to, and needs nothing to start."""

from __future__ import annotations

import sys
import time
from typing import Any


def handler(event: dict[str, Any], _context: Any) -> Any:
    time.sleep(event.get("sleep", 0))
    sys.stdout.write(f"{event.get('say')}\n")
    return event.get("say")
