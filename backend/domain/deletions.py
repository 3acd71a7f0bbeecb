"""The deletion of an account: what is left to do, and the trace that stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Deletion:
    """The deletion of one account.  What stays of it names nobody: an id of ours, and counts.

    Attributes:
        next_at: when somebody should go on with it.
        finished_at: since when nothing of the account is left; None while something is.
        jobs: how many jobs were deleted.
        files: how many files were found that belonged to none of them any more.
        jobs_left: the ids of jobs whose deletion was begun.
    """

    account_id: str
    requested_at: datetime
    next_at: datetime
    finished_at: datetime | None = None
    jobs: int = 0
    files: int = 0
    jobs_left: tuple[str, ...] = ()
