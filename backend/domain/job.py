"""A job, and the only rule by which it changes: `advance`.

A job goes `awaiting_upload -> pending -> running -> completed | failed | cancelled`, its result
then `completed -> archiving -> archived -> thawing -> completed`.  The events are in `events`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from backend.domain.errors import BusyError, IllegalTransitionError


class Status(StrEnum):
    """Where a job is in its life.

    A status in -ed is a promise that is true already.  A status in -ing is entered before the
    work and left after it, so the work can be done again.
    """

    AWAITING_UPLOAD = "awaiting_upload"
    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ARCHIVING = "archiving"
    ARCHIVED = "archived"
    THAWING = "thawing"
    DELETING = "deleting"


RESULT_EXISTS = frozenset({Status.COMPLETED, Status.ARCHIVING, Status.ARCHIVED, Status.THAWING})
FINISHED = RESULT_EXISTS | {Status.FAILED, Status.CANCELLED}
# The result is in the archive, on its way there, or on its way back.
AWAY = RESULT_EXISTS - {Status.COMPLETED}
UNFINISHED = frozenset({Status.AWAITING_UPLOAD, Status.PENDING, Status.RUNNING})


@dataclass(frozen=True, slots=True)
class Options:
    """What the owner asked for.

    Attributes:
        assembly: "GRCh37", "GRCh38", or "detect" to have it found out.
        engine: "vepyr" (Ensembl VEP's consequences) or "csq" (bcftools', with phase).
    """

    assembly: str = "detect"
    engine: str = "vepyr"


@dataclass(frozen=True, slots=True)
class Input:
    """The file as its owner described it.

    Attributes:
        name: the owner's name for it: shown to people, never part of a key.
        size: in bytes.
        sha256: of the whole file, 64 hexadecimal digits.
    """

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What the annotation of a file came to.

    Attributes:
        assembly: of the bundle used.
        bundle: its content hash.
        variants_in: records in the input.
        variants_out: records in the result.
        annotated: records with consequences.
        passed_through: records returned as they were, each with the reason.
    """

    assembly: str
    bundle: str
    variants_in: int
    variants_out: int
    annotated: int
    passed_through: int


@dataclass(frozen=True, slots=True)
class Stored:
    """A file beside the annotated VCF, noted so that whoever downloads it can tell it is whole.

    Attributes:
        size: in bytes.
        sha256: of the whole file, 64 hexadecimal digits.
    """

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Result:
    """The stored result.

    Attributes:
        size: of the annotated VCF, in bytes.
        sha256: of the annotated VCF; what comes back from the archive must have it.
        counts: what the annotation came to.
        table: the same as Parquet; None where none was made.
        report: the same in pictures, as HTML; None where none was made.
    """

    size: int
    sha256: str
    counts: Counts
    table: Stored | None = None
    report: Stored | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One request to annotate one VCF file.

    Attributes:
        owner: the id of the account that made it.
        version: how often it has changed; each write names the version it replaces.
        attempt: how often a worker has taken it.
        lease_until: until when a worker (or an archiver) holds it; None when nobody does.
        done: variants annotated so far, of *total*.
        archive_due: when a free result has to be out of the download area; None when it stays.
        generation: how often the result came back from the archive; its keys carry the number, so
            nobody who deletes what was archived can meet what was restored.
        result_stored: whether the download area may hold the result of this generation.
        log_stored: whether there is a log.
        log: its size and checksum; None also for the log of a job from before they were noted.
        failure: the reason, as told to the owner.
        upload_id: of the multipart upload while the input is awaited.
        mail_lease_until: until when somebody is busy mailing the owner.
        mailed_at: when the owner was mailed how it ended.
        archive_id: where the archived result is, until it is deleted there.
        thaw_id: the archive's own name of the request for it, once it took one.
        thaw_expected: when an archived result should be back.
        archived_at: when a copy of the result was last recorded as archived; None also for one
            that went there before that was noted.
        restored_at: when the result last came back from there, likewise.
    """

    id: str
    owner: str
    input: Input
    created_at: datetime
    options: Options = field(default_factory=Options)
    status: Status = Status.AWAITING_UPLOAD
    version: int = 0
    upload_id: str | None = None
    attempt: int = 0
    lease_until: datetime | None = None
    done: int = 0
    total: int = 0
    submitted_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    result: Result | None = None
    log_stored: bool = False
    log: Stored | None = None
    failure: str | None = None
    mail_lease_until: datetime | None = None
    mailed_at: datetime | None = None
    archive_due: datetime | None = None
    generation: int = 0
    result_stored: bool = False
    archive_id: str | None = None
    thaw_id: str | None = None
    thaw_expected: datetime | None = None
    archived_at: datetime | None = None
    restored_at: datetime | None = None

    def is_held(self, now: datetime) -> bool:
        """Whether somebody is working on the job."""
        return self.lease_until is not None and now < self.lease_until

    def download_left(self, now: datetime, retention: timedelta | None) -> timedelta | None:
        """Return how long the result can still be downloaded; None while no end is set.

        Follows from the clock and the plan's *retention* (None for ever), not from whether an
        object is there.  Zero when there is nothing to download, or not any more.
        """
        if self.status is not Status.COMPLETED:
            return timedelta(0)
        if retention is None or self.archive_due is None:
            return None
        return max(self.archive_due - now, timedelta(0))


class Event:
    """Something that happened to a job.

    An event applies to a job in one of *sources*.  A job in one of *done* has seen the event
    already: a duplicate changes nothing.  Anything else is an error.

    Attributes:
        meaning: one sentence for the table of events in ARCHITECTURE.md.
        target: the status that it leads to; None where it leaves the status.
    """

    sources: ClassVar[frozenset[Status]]
    done: ClassVar[frozenset[Status]] = frozenset()
    target: ClassVar[Status | None] = None
    meaning: ClassVar[str]

    __slots__ = ()

    def permits(self, job: Job, now: datetime) -> bool:  # noqa: ARG002
        """Whether the job's details, not just its status, allow the event."""
        return True

    def apply(self, job: Job, now: datetime) -> Job:
        """Return the job as the event leaves it, but for status and version."""
        raise NotImplementedError


def advance(job: Job, event: Event, now: datetime) -> Job:
    """Return *job* as *event* leaves it, or *job* itself for a duplicate.

    Raises:
        BusyError: another worker holds the job, or a later attempt does.
        IllegalTransitionError: the event makes no sense in this status.
    """
    name = type(event).__name__
    if job.status in event.sources:
        if event.permits(job, now):
            after = event.apply(job, now)
            return replace(after, status=event.target or job.status, version=job.version + 1)
        if job.status not in event.done:
            raise BusyError(job.status, name)
    if job.status in event.done:
        return job
    raise IllegalTransitionError(job.status, name)
