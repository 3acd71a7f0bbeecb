"""A restored copy of an archived object: asked for, there for some days, and gone again.

Source: "RestoreObject" and "HeadObject" (x-amz-restore), Amazon S3 API Reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime


@dataclass(frozen=True, slots=True)
class Restoration:
    """One restore of one object; moments are in seconds since 1970.

    Attributes:
        tier: Expedited, Standard or Bulk.
        ready: from when on the copy can be read.
        expires: until when it can.
        told: whether s3:ObjectRestore:Completed was sent.
    """

    tier: str
    ready: float
    expires: float
    told: bool = False

    def is_ongoing(self, now: float) -> bool:
        """Return whether the copy is still to come."""
        return now < self.ready

    def is_readable(self, now: float) -> bool:
        """Return whether there is a copy to read."""
        return self.ready <= now < self.expires

    def header(self, now: float) -> str | None:
        """Return x-amz-restore as HEAD shows it; None once the copy is gone."""
        if self.is_ongoing(now):
            return 'ongoing-request="true"'
        if not self.is_readable(now):
            return None
        expiry = format_datetime(datetime.fromtimestamp(self.expires, UTC), usegmt=True)
        return f'ongoing-request="false", expiry-date="{expiry}"'


def expiry(ready: float, days: int) -> float:
    """Return when a copy of *days* is gone: at the midnight, UTC, that follows the last of them."""
    last = datetime.fromtimestamp(ready, UTC) + timedelta(days=days)
    midnight = last.replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + timedelta(days=1)).timestamp()
