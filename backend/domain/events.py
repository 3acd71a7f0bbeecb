"""Everything that can happen to a job.

Events carry durations, not dates: whoever applies one reads the clock at that moment, so an event
that waited in a queue cannot bring an old date with it.
"""

from __future__ import annotations

from backend.domain.archive_events import (
    Archived,
    ArchiveRemoved,
    ArchiveStarted,
    Cleared,
    Kept,
    Reminded,
    Restored,
    RestoreStarted,
    RetentionStarted,
    ThawRequested,
    ThawStarted,
)
from backend.domain.job import Event
from backend.domain.result_events import Discarded, Mailed, MailStarted
from backend.domain.work_events import (
    Abandoned,
    Cancelled,
    Completed,
    Failed,
    Progressed,
    Released,
    Started,
    Submitted,
)

__all__ = [
    "EVENTS",
    "Abandoned",
    "ArchiveRemoved",
    "ArchiveStarted",
    "Archived",
    "Cancelled",
    "Cleared",
    "Completed",
    "Discarded",
    "Failed",
    "Kept",
    "MailStarted",
    "Mailed",
    "Progressed",
    "Released",
    "Reminded",
    "RestoreStarted",
    "Restored",
    "RetentionStarted",
    "Started",
    "Submitted",
    "ThawRequested",
    "ThawStarted",
]

EVENTS: tuple[type[Event], ...] = (
    Submitted,
    Started,
    Progressed,
    Released,
    Completed,
    Failed,
    Abandoned,
    Cancelled,
    MailStarted,
    Mailed,
    ArchiveStarted,
    Archived,
    Cleared,
    Kept,
    RetentionStarted,
    ThawStarted,
    ThawRequested,
    Reminded,
    RestoreStarted,
    Restored,
    ArchiveRemoved,
    Discarded,
)
