"""When somebody should look after a job that ought to have moved on by itself.

A stream can lose what it held for a day, a queue can be emptied by mistake.  So each job that
waits for something carries the time by which it should have happened; a sweep asks for those.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.domain.job import Job, Status

UPLOAD_PATIENCE = timedelta(hours=24)
QUEUE_PATIENCE = timedelta(minutes=10)
WORK_PATIENCE = timedelta(minutes=5)


def attention_due(job: Job) -> datetime | None:  # noqa: PLR0911 - a case a status
    """Return when somebody should look after *job*; None when it waits for nothing."""
    match job.status:
        case Status.AWAITING_UPLOAD:
            return job.created_at + UPLOAD_PATIENCE
        case Status.PENDING:
            return (job.submitted_at or job.created_at) + QUEUE_PATIENCE
        case Status.RUNNING | Status.ARCHIVING:
            return (job.lease_until or job.created_at) + WORK_PATIENCE
        case Status.COMPLETED if job.archive_id is not None:
            # The copy in the archive of a result that is back is deleted at once, or by the sweep.
            return job.created_at
        case Status.COMPLETED if job.archive_due is not None:
            return job.archive_due + WORK_PATIENCE
        case Status.ARCHIVED if job.result_stored:
            return job.created_at
        case Status.THAWING if job.lease_until is not None:
            # Somebody asks the archive, or brings the result back.
            return job.lease_until + WORK_PATIENCE
        case Status.THAWING:
            return (job.thaw_expected or job.created_at) + WORK_PATIENCE
        case Status.DELETING:
            return job.created_at
        case _:
            return None
