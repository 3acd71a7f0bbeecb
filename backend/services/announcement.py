"""Tell the world that a job changed, and have its result looked after when it falls due.

The write of the job is the event: whoever writes publishes nothing afterwards.  The table's stream
hands each change to `announce`, at least once and in order for each job.
"""

from __future__ import annotations

from datetime import datetime

from backend.domain.job import Job, Status
from backend.domain.messages import JobMessage
from backend.services.archive_ports import Retention
from backend.services.ports import Topics


def announce(topics: Topics, retention: Retention, before: Job | None, after: Job) -> None:
    """Do what follows from the change of a job from *before* (None if new) to *after*."""
    message = JobMessage(after.id, after.owner, after.status, after.version)
    became = None if before is not None and before.status is after.status else after.status
    # First, as it depends on nothing else: people see what happens, whatever else is down.
    topics.changed(message)
    if became is Status.PENDING:
        topics.request(message)
    if became is Status.FAILED or (became is Status.COMPLETED and after.mailed_at is None):
        topics.ended(message)
    due = _result_due(after)
    if due is not None and (before is None or due != _result_due(before)):
        retention.start(after.id, due)


def _result_due(job: Job) -> datetime | None:
    """Return when the result has to leave the download area; None while it stays, or is gone."""
    return job.archive_due if job.status is Status.COMPLETED else None
