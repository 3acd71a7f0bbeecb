"""Jobs: what is asked for, how the file is sent, and what became of it."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from backend.wire.base import (
    MAX_INPUT_BYTES,
    MAX_PARTS,
    FileName,
    In,
    Out,
    Sha256Base64,
    Sha256Hex,
)


class JobStatus(StrEnum):
    """Where a job is in its life, as people see it."""

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


class Options(In):
    """What is asked for; "detect" finds the assembly out."""

    assembly: Literal["detect", "GRCh37", "GRCh38"] = "detect"
    engine: Literal["vepyr", "csq"] = "vepyr"


class NewJob(In):
    """A file that is to be annotated.

    Attributes:
        name: the file's name, shown to people only.
        size: in bytes.
        sha256: of the whole file, hexadecimal.
        part_sha256: of each part, base64, in order; parts are `part_size(size)` bytes long.
            May be left out for a file of one part.
        request: a random name of this request. Sent again with the same one, as when the answer was
            lost, it makes no second job while the first awaits its file.
    """

    name: FileName
    size: Annotated[int, Field(ge=1, le=MAX_INPUT_BYTES)]
    sha256: Sha256Hex
    part_sha256: list[Sha256Base64] = Field(default=[], max_length=MAX_PARTS)
    options: Options = Options()
    request: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None


class UploadPart(Out):
    """How to send one part: a PUT of `size` bytes from `offset` to `url` with these `headers`."""

    number: int
    offset: int
    size: int
    url: str
    headers: dict[str, str]


class Counts(Out):
    """What the annotation of a file came to; counts are records."""

    assembly: str
    bundle: str
    variants_in: int
    variants_out: int
    annotated: int
    passed_through: int


class JobView(Out):
    """A job as its owner sees it.

    Attributes:
        version: grows with each change; of two views the one with the higher version is newer.
        done: variants annotated so far, of `total` (0 while it is not counted yet).
        result_until: until when the result can be downloaded; null for ever or when there is none.
        result_available: whether the result can be downloaded now.
        failure: why the job failed, for people.
        archived_at: when the result last went into the archive; null also for one that went there
            before that was noted.
        restored_at: when it last came back from there, likewise.
    """

    id: str
    version: int
    name: str
    size: int
    status: JobStatus
    options: Options
    created_at: datetime
    submitted_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    attempt: int = 0
    done: int = 0
    total: int = 0
    counts: Counts | None = None
    result_size: int | None = None
    result_sha256: str | None = None
    result_available: bool = False
    result_until: datetime | None = None
    log_available: bool = False
    failure: str | None = None
    thaw_expected: datetime | None = None
    archived_at: datetime | None = None
    restored_at: datetime | None = None


class NewJobCreated(Out):
    """The job, and how to send its file: each part to its address, then `submit`.

    Attributes:
        part_size: of every part but the last, in bytes.
        parts: the first requests; `POST /v1/jobs/{id}/parts` gives more and renews old ones.
        parts_valid_until: when the addresses stop working.
    """

    job: JobView
    part_size: int
    parts: list[UploadPart]
    parts_valid_until: datetime


_PART_NUMBER = r"^([1-9][0-9]{0,3}|10000)$"


def _in_plain_digits(value: object) -> object:
    """Keep " 1", "01" and "1.0" from being part 1 as well: keys of JSON are text."""
    if isinstance(value, str) and not re.match(_PART_NUMBER, value):
        raise ValueError("a part's number is 1 to 10000, in plain digits")
    return value


PartNumber = Annotated[int, Field(ge=1, le=MAX_PARTS), BeforeValidator(_in_plain_digits)]


class PartsWanted(In):
    """Parts whose addresses are wanted, anew or for the first time, with their checksums."""

    parts: Annotated[
        dict[PartNumber, Sha256Base64],
        Field(
            min_length=1,
            max_length=100,
            json_schema_extra={"propertyNames": {"pattern": _PART_NUMBER}},
        ),
    ]


class Parts(Out):
    """Addresses of parts."""

    parts: list[UploadPart]
    parts_valid_until: datetime


class SentPart(In):
    """A part that S3 took: its ETag as S3 answered it, and its checksum."""

    number: Annotated[int, Field(ge=1, le=MAX_PARTS)]
    etag: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[\x21-\x7e]+$")]
    sha256: Sha256Base64


class Submission(In):
    """All parts are sent."""

    parts: Annotated[list[SentPart], Field(min_length=1, max_length=MAX_PARTS)]


class JobList(Out):
    """A page of jobs, newest first.

    Attributes:
        after: give it back to get the next page; null at the end.
        cursor: the number of the latest live event before this page was read: give it to
            `/v1/events` as `Last-Event-ID` and nothing that happened since is missed.
    """

    jobs: list[JobView]
    after: str | None
    cursor: int


class Download(Out):
    """A signed address: open it before `expires_at`; it saves as `name`."""

    url: str
    name: str
    size: int | None
    sha256: str | None
    expires_at: datetime
