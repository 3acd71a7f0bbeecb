"""Notes each call in a file; fails as long as a file that it names is not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any


class StillBusyError(Exception):
    pass


def handler(event: dict[str, Any], _context: Any) -> Any:
    if "note" in event:
        with Path(event["note"]).open("a", encoding="utf-8") as notes:
            notes.write(f"{event.get('job')}\n")
    if "until" in event and not Path(event["until"]).exists():
        raise StillBusyError(event["job"])
    return {"job": event.get("job"), "due": event.get("next_due")}
