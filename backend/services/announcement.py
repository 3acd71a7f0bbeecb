"""Tell the world that a job changed.

The write of the job is the event: whoever writes publishes nothing afterwards.  The table's stream
hands each change to `announce`, at least once and in order for each job.
"""

from __future__ import annotations

from backend.domain.job import Job, Status
from backend.domain.messages import JobMessage
from backend.services.ports import Topics


def announce(topics: Topics, before: Job | None, after: Job) -> None:
    """Publish what follows from the change of a job from *before* (None if new) to *after*."""
    message = JobMessage(after.id, after.owner, after.status, after.version)
    became = None if before is not None and before.status is after.status else after.status
    if became is Status.PENDING:
        topics.request(message)
    if became is Status.FAILED or (became is Status.COMPLETED and after.mailed_at is None):
        topics.ended(message)
    topics.changed(message)
