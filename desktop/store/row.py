"""A job as a table needs it: a hundred thousand of them fit into memory, and sort in a moment.

A `JobView` takes some 5 KB, most of it for what nobody looks at before the details are opened; a
row has what is seen, and the rest as packed JSON, together some 600 bytes.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime

from backend.wire import JobStatus, JobView

# Everything of a job that a row has as it is.
_SEEN = {
    "id",
    "version",
    "name",
    "status",
    "submitted_at",
    "done",
    "total",
    "result_until",
    "result_available",
    "log_available",
    "failure",
    "thaw_expected",
}
# What most packed texts have in common, so that it takes no place in any of them.
_COMMON = (
    b'"created_at":"2026-01-01T00:00:00.000000Z","started_at":"2026-01-01T00:00:00.000000Z",'
    b'"finished_at":"2026-01-01T00:00:00.000000Z","options":{"assembly":"GRCh38","engine":"csq"},'
    b'"attempt":1,"counts":{"assembly":"GRCh37","bundle":"","variants_in":,"variants_out":,'
    b'"annotated":,"passed_through":0},"result_size":,"result_sha256":""}{"size":'
)
_LEVEL, _WINDOW, _MEMORY = 1, -13, 5


@dataclass(slots=True, eq=False)
class JobRow:
    """What a table shows of a job; changed in place, so that every list has its newest version.

    Attributes:
        submitted_at: when it was asked for.
        variants: how many records the file has; None while they are not counted.
        rest: everything else, packed.
    """

    id: str
    version: int
    name: str
    status: JobStatus
    submitted_at: datetime
    was_submitted: bool
    done: int
    total: int
    variants: int | None
    passed_through: int | None
    result_until: datetime | None
    result_available: bool
    log_available: bool
    failure: str | None
    thaw_expected: datetime | None
    rest: bytes

    @classmethod
    def of(cls, job: JobView) -> JobRow:
        """Return the row of *job*."""
        row = cls.__new__(cls)
        row.take(job)
        return row

    def take(self, job: JobView) -> None:
        """Be the row of *job*, in whatever version."""
        counts = job.counts
        self.id, self.version, self.name, self.status = job.id, job.version, job.name, job.status
        self.submitted_at = _plain(job.submitted_at or job.created_at)
        self.was_submitted = job.submitted_at is not None
        self.done, self.total = job.done, job.total
        self.variants = counts.variants_in if counts else job.total or None
        self.passed_through = counts.passed_through if counts else None
        self.result_until = _plain(job.result_until) if job.result_until else None
        self.result_available, self.log_available = job.result_available, job.log_available
        self.failure = job.failure
        self.thaw_expected = _plain(job.thaw_expected) if job.thaw_expected else None
        self.rest = _packed(job.model_dump_json(exclude=_SEEN, exclude_defaults=True))

    def view(self) -> JobView:
        """Return the whole job."""
        rest = json.loads(zlib.decompressobj(_WINDOW, _COMMON).decompress(self.rest))
        seen = {name: getattr(self, name) for name in _SEEN}
        if not self.was_submitted:
            seen["submitted_at"] = None
        return JobView.model_validate(rest | seen)


def _packed(text: str) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW, _MEMORY, 0, _COMMON)
    return packer.compress(text.encode()) + packer.flush()


def _plain(moment: datetime) -> datetime:
    """Return *moment* in the one UTC of the standard library: others compare far more slowly."""
    return moment.astimezone(UTC)
