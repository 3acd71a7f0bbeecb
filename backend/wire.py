"""The JSON between the app and the API: the one part of the backend that the app knows.

Models that come in refuse unknown fields; models that go out may gain fields, and a client ignores
those it does not know.  Times are ISO 8601 in UTC, sizes are bytes, durations are seconds.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Sha256Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Sha256Base64 = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}=$")]
FileName = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]
JobId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]

MIN_PART_BYTES = 8 * 1024**2
MAX_PARTS = 10_000
MAX_INPUT_BYTES = 5 * 1024**4


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


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


class Options(_In):
    """What is asked for; "detect" finds the assembly out."""

    assembly: Literal["detect", "GRCh37", "GRCh38"] = "detect"
    engine: Literal["vepyr", "csq"] = "vepyr"


class NewJob(_In):
    """A file that is to be annotated.

    Attributes:
        name: the file's name, shown to people only.
        size: in bytes.
        sha256: of the whole file, hexadecimal.
        part_sha256: of each part, base64, in order; parts are `part_size(size)` bytes long.
            May be left out for a file of one part.
    """

    name: FileName
    size: Annotated[int, Field(ge=1, le=MAX_INPUT_BYTES)]
    sha256: Sha256Hex
    part_sha256: Annotated[list[Sha256Base64], Field(max_length=MAX_PARTS)] = []
    options: Options = Options()


class UploadPart(_Out):
    """How to send one part: a PUT of `size` bytes from `offset` to `url` with these `headers`."""

    number: int
    offset: int
    size: int
    url: str
    headers: dict[str, str]


class Counts(_Out):
    """What the annotation of a file came to; counts are records."""

    assembly: str
    bundle: str
    variants_in: int
    variants_out: int
    annotated: int
    passed_through: int


class JobView(_Out):
    """A job as its owner sees it.

    Attributes:
        version: grows with each change; of two views the one with the higher version is newer.
        done: variants annotated so far, of `total` (0 while it is not counted yet).
        result_until: until when the result can be downloaded; null for ever or when there is none.
        result_available: whether the result can be downloaded now.
        failure: why the job failed, for people.
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


class NewJobCreated(_Out):
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


class PartsWanted(_In):
    """Parts whose addresses are wanted, anew or for the first time, with their checksums."""

    parts: Annotated[
        dict[PartNumber, Sha256Base64],
        Field(
            min_length=1,
            max_length=100,
            json_schema_extra={"propertyNames": {"pattern": _PART_NUMBER}},
        ),
    ]


class Parts(_Out):
    """Addresses of parts."""

    parts: list[UploadPart]
    parts_valid_until: datetime


class SentPart(_In):
    """A part that S3 took: its ETag as S3 answered it, and its checksum."""

    number: Annotated[int, Field(ge=1, le=MAX_PARTS)]
    etag: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[\x21-\x7e]+$")]
    sha256: Sha256Base64


class Submission(_In):
    """All parts are sent."""

    parts: Annotated[list[SentPart], Field(min_length=1, max_length=MAX_PARTS)]


class JobList(_Out):
    """A page of jobs, newest first.

    Attributes:
        after: give it back to get the next page; null at the end.
        cursor: the number of the latest live event before this page was read: give it to
            `/v1/events` as `Last-Event-ID` and nothing that happened since is missed.
    """

    jobs: list[JobView]
    after: str | None
    cursor: int


class Download(_Out):
    """A signed address: open it before `expires_at`; it saves as `name`."""

    url: str
    name: str
    size: int | None
    sha256: str | None
    expires_at: datetime


class Limits(_Out):
    """What the plan allows; null is without limit."""

    max_input_bytes: int | None
    retention_seconds: int | None


class Me(_Out):
    """Who is signed in."""

    id: str
    name: str
    email: str
    organization: str
    plan: Literal["free", "premium"]
    limits: Limits
    upgrade_url: str | None
    server_time: datetime


class Health(_Out):
    """The process answers."""

    status: Literal["ok"]


class ServiceConfig(_Out):
    """What an app has to know before anybody is signed in.

    Attributes:
        globus_url: of Globus Auth, where people sign in.
        client_id: the app's own client at Globus.
        resource_server: the API's client at Globus: whom the access token is for.
        scope: what the app asks Globus for.
        version: of the API.
    """

    globus_url: str
    client_id: str
    resource_server: str
    scope: str
    version: str


class FieldError(_Out):
    """What is wrong with one field of a request."""

    field: str
    message: str


class Problem(_Out):
    """An error (RFC 9457).  `title` names it, `detail` tells a person what would help.

    Attributes:
        type: a stable name of the kind of problem, "urn:gas:problem:<kind>".
        limit: in bytes, when a file is too large for the plan.
        upgrade_url: where the plan can be changed, when that would help.
        errors: what is wrong with which field, when the request is not of the form it should be.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    limit: int | None = None
    upgrade_url: str | None = None
    errors: list[FieldError] | None = None


class JobEvent(_Out):
    """What `/v1/events` sends as `event: job`: the job as it was when the event happened.

    The stream also knows `event: reset`, without content: events after the number that was asked
    for are not kept any more, so the jobs have to be read anew.
    """

    job: JobView


class LiveEvent(_Out):
    """An event as `/v1/events/poll` answers it: what the stream would have sent.

    Attributes:
        seq: 1 for the account's first event, one more for each that follows.
        type: "job", the only one so far; a client passes over those that it does not know.
    """

    seq: int
    type: str
    data: JobEvent


class LiveEvents(_Out):
    """Events after the number that was asked for, in order.

    Attributes:
        cursor: ask for what is after this next.
        reset: events after the number asked for are not kept any more: read the jobs anew.
    """

    events: list[LiveEvent]
    cursor: int
    reset: bool
