"""What an owner may see and take of a job, and how they throw it away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from backend.domain.errors import ConflictError, NotFoundError
from backend.domain.events import Cancelled, Discarded
from backend.domain.files import download_names, file_keys, output_prefix, work_prefix
from backend.domain.job import UNFINISHED, Job, Result, Status, Stored
from backend.domain.plans import Limits
from backend.services.archive_ports import Archive
from backend.services.lifecycle import transition
from backend.services.ports import Clock, Files, Jobs

# A link is made when somebody clicks, and used at once.
LINK_VALID = timedelta(seconds=60)


class Kind(StrEnum):
    """The files of a job that can be downloaded."""

    INPUT = "input"
    RESULT = "result"
    TABLE = "table"
    REPORT = "report"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class Link:
    """A signed address that saves as *name* until *expires_at*."""

    url: str
    name: str
    size: int | None
    sha256: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Results:
    """Hands out links, and deletes."""

    jobs: Jobs
    inputs: Files
    results: Files
    archive: Archive
    clock: Clock

    def link(self, job: Job, kind: Kind, limits: Limits) -> Link:
        """Return an address for one of the job's files.

        The address of a result, in either form, never outlives the free plan's retention.

        Raises:
            ConflictError: there is no such file (yet, or any more).
        """
        match kind:
            case Kind.INPUT:
                return self._input(job)
            case Kind.LOG:
                return self._log(job)
            case Kind.REPORT:
                return self._report(job)
            case Kind.RESULT | Kind.TABLE:
                return self._result(job, kind, limits)

    def _input(self, job: Job) -> Link:
        if job.submitted_at is None:
            raise ConflictError("The file was not uploaded, so it cannot be downloaded.")
        keys, names = file_keys(job.owner, job.id), download_names(job.input.name)
        url = self.inputs.link(keys.input, name=names.input, valid=LINK_VALID)
        return Link(url, names.input, job.input.size, job.input.sha256, self.clock() + LINK_VALID)

    def _log(self, job: Job) -> Link:
        if not job.log_stored:
            raise ConflictError("There is no log yet: it is written when the job ends.")
        keys, names = file_keys(job.owner, job.id), download_names(job.input.name)
        url = self.results.link(keys.log, name=names.log, valid=LINK_VALID)
        return Link(url, names.log, *_told(job.log), self.clock() + LINK_VALID)

    def _report(self, job: Job) -> Link:
        if job.result is None:
            raise ConflictError(f"The job is {job.status.value}: there is no report.")
        keys, names = file_keys(job.owner, job.id), download_names(job.input.name)
        url = self.results.link(keys.report, name=names.report, valid=LINK_VALID)
        until = self.clock() + LINK_VALID
        return Link(url, names.report, *_told(job.result.report), until)

    def _result(self, job: Job, kind: Kind, limits: Limits) -> Link:
        now = self.clock()
        result, left = require_result(job, limits, now)
        valid = LINK_VALID if left is None else min(LINK_VALID, left)
        valid = timedelta(seconds=int(valid.total_seconds()))
        keys = file_keys(job.owner, job.id, job.generation)
        names = download_names(job.input.name)
        if kind is Kind.TABLE:
            url = self.results.link(keys.table, name=names.table, valid=valid)
            return Link(url, names.table, *_told(result.table), now + valid)
        url = self.results.link(keys.result, name=names.result, valid=valid)
        return Link(url, names.result, result.size, result.sha256, now + valid)

    def discard(self, job: Job) -> Job:
        """Take the job out of its owner's sight; `erase` follows with the files."""
        if job.status in UNFINISHED and job.status is not Status.AWAITING_UPLOAD:
            job = transition(self.jobs, job, Cancelled(), self.clock)
        return transition(self.jobs, job, Discarded(), self.clock)

    def erase(self, job_id: str) -> None:
        """Delete the files of a discarded job, then the job; doing it again is harmless."""
        try:
            job = self.jobs.get(job_id)
        except NotFoundError:
            return
        if job.status is not Status.DELETING:
            return
        self.forget_work(job)
        keys = file_keys(job.owner, job.id)
        if job.upload_id is not None:
            self.inputs.abort_upload(keys.input, job.upload_id)
        self.inputs.delete([keys.input])
        self.results.delete(self.results.keys(output_prefix(job.owner, job.id)))
        if job.archive_id is not None:
            self.archive.delete(job.archive_id)
        self.jobs.remove(job.id)

    def forget_work(self, job: Job) -> None:
        """Delete what was kept for the work on a job that has ended."""
        self.results.delete(self.results.keys(work_prefix(job.owner, job.id)))


def _told(file: Stored | None) -> tuple[int | None, str | None]:
    """Return the size and the checksum of a file, where they are known."""
    return (None, None) if file is None else (file.size, file.sha256)


def require_result(job: Job, limits: Limits, now: datetime) -> tuple[Result, timedelta | None]:
    """Return the job's result, and how long it can still be downloaded; None while no end is set.

    Raises:
        ConflictError: it cannot be (yet, or any more).
    """
    if job.result is None:
        raise ConflictError(f"The job is {job.status.value}: there is no result.")
    left = job.download_left(now, limits.retention)
    # A signature is good for whole seconds, so less than one is nothing.
    if left is not None and left < timedelta(seconds=1):
        raise ConflictError(_why_not(job))
    return job.result, left


def _why_not(job: Job) -> str:
    if job.status is Status.THAWING:
        return "The result is being restored from the archive; it will be back by itself."
    return (
        "The free plan's time to download this result is over. "
        "Upgrade to Premium and it is restored from the archive."
    )
