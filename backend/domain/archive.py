"""What is said about archives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Tier(StrEnum):
    """How fast the archive gives something back, and at what price."""

    EXPEDITED = "Expedited"
    STANDARD = "Standard"


# AWS gives larger archives back by the slower tiers only.
EXPEDITED_MAX_BYTES = 250_000_000


class ThawState(StrEnum):
    """How far a request to the archive is.

    LOST is one that the archive does not know (any more): what it had at hand is kept a day only.
    """

    RUNNING = "running"
    READY = "ready"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class ArchivedCopy:
    """What an inventory says of one archive: whose it is, and since when."""

    archive_id: str
    job_id: str
    created_at: datetime
