"""Links that are recorded: who was given which file of which job, when, and by which door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from backend.domain.job import Job
from backend.domain.plans import Limits
from backend.services.ports import Clock
from backend.services.results import Kind, Link, Results


class Via(StrEnum):
    """By which door somebody came."""

    API = "api"
    WEB = "web"


@dataclass(frozen=True, slots=True)
class Access:
    """An address of one of a job's files was given to *account_id*.

    Attributes:
        what: the kind of file.
        request_id: of the request, as in the log.
    """

    account_id: str
    job_id: str
    what: str
    via: Via
    request_id: str
    at: datetime


class AccessLog(Protocol):
    """The record of every access to a result.  It outlives the account, and names nobody."""

    def note(self, access: Access) -> None:
        """Keep a record of it."""

    def of_job(self, job_id: str) -> Sequence[Access]:
        """Return the accesses to a job's files, in order."""


@dataclass(frozen=True, slots=True)
class RecordedLinks:
    """Hands out links to a job's files, none of them without a record."""

    results: Results
    log: AccessLog
    clock: Clock

    def link(self, job: Job, kind: Kind, limits: Limits, *, via: Via, request_id: str) -> Link:
        """Return an address for one of the job's files, for its owner.

        Raises:
            ConflictError: there is no such file (yet, or any more).
            UnavailableError: it cannot be recorded, so it is not handed out.
        """
        link = self.results.link(job, kind, limits)
        self.log.note(Access(job.owner, job.id, kind.value, via, request_id, self.clock()))
        return link
