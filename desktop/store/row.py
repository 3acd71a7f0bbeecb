"""A job as a table needs it: a hundred thousand of them fit into memory, and sort in a moment.

A `JobView` takes some 5 KB, most of it for what nobody looks at before the details are opened; a
row has what is seen. Its numbers and times, and the rest as JSON, are packed with those of others:
together some 400 bytes.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Any

from backend.wire import JobStatus, JobView
from desktop.store.pack import Pack

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
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)

# Flags, then whole numbers and, in microseconds since the epoch, times.
_NUMBERS, _NUMBER, _SIZE = Struct("<Bqqqqqqq"), Struct("<q"), 57
_VERSION, _SUBMITTED, _DONE, _TOTAL, _VARIANTS, _UNTIL, _EXPECTED = range(1, _SIZE, 8)
_WAS_SUBMITTED, _RESULT_AVAILABLE, _LOG_AVAILABLE = 1, 2, 4
NEVER = 2**63 - 1
_NONE = -(2**63)


class JobRow:
    """What a table shows of a job; changed in place, so that every list has its newest version."""

    __slots__ = ("_pack", "_place", "failure", "id", "name", "status")

    id: str
    name: str
    status: JobStatus
    failure: str | None
    _pack: Pack
    _place: int

    @classmethod
    def of(cls, job: JobView, pack: Pack) -> JobRow:
        """Return the row of *job*, which has a place in *pack* from now on."""
        row = cls()
        row._pack, row._place = pack, pack.add(_rest_of(job))
        row._show(job)
        return row

    def take(self, job: JobView) -> None:
        """Be the row of *job*, in whatever version."""
        self._pack.change(self._place, _rest_of(job))
        self._show(job)

    def view(self) -> JobView:
        """Return the whole job."""
        seen = {name: getattr(self, name) for name in _SEEN}
        if not self._flag(_WAS_SUBMITTED):
            seen["submitted_at"] = None
        return JobView.model_validate(self._read_rest() | seen)

    @property
    def version(self) -> int:
        """The job's version."""
        return self._number(_VERSION)

    @property
    def submitted(self) -> int:
        """When it was asked for, in microseconds since 1970: what rows are put in order by."""
        return self._number(_SUBMITTED)

    @property
    def submitted_at(self) -> datetime:
        """When it was asked for."""
        return _EPOCH + self._number(_SUBMITTED) * _MICROSECOND

    @property
    def done(self) -> int:
        """How many records are annotated."""
        return self._number(_DONE)

    @property
    def total(self) -> int:
        """How many there are; 0 while they are not counted."""
        return self._number(_TOTAL)

    @property
    def variants(self) -> int | None:
        """How many records the file has; None while they are not counted."""
        return _or_none(self._number(_VARIANTS))

    @property
    def passed_through(self) -> int | None:
        """How many of them are in the result as they came; None before there is one."""
        counts = self._read_rest().get("counts")
        return None if counts is None else int(counts["passed_through"])

    @property
    def until(self) -> int:
        """Until when there is a result, in microseconds since 1970; `NEVER` if there is no end."""
        found = self._number(_UNTIL)
        return NEVER if found == _NONE else found

    @property
    def result_until(self) -> datetime | None:
        """Until when the result can be downloaded; None for ever, or where there is none."""
        return _moment(self._number(_UNTIL))

    @property
    def result_available(self) -> bool:
        """Whether the result could be downloaded when the service said so."""
        return self._flag(_RESULT_AVAILABLE)

    @property
    def log_available(self) -> bool:
        """Whether there is a log."""
        return self._flag(_LOG_AVAILABLE)

    @property
    def thaw_expected(self) -> datetime | None:
        """When the result is to be back from the archive."""
        return _moment(self._number(_EXPECTED))

    def _show(self, job: JobView) -> None:
        counts = job.counts
        variants = counts.variants_in if counts else job.total or None
        self.id, self.name, self.status, self.failure = job.id, job.name, job.status, job.failure
        _NUMBERS.pack_into(
            self._pack.numbers,
            self._place * _SIZE,
            _WAS_SUBMITTED * (job.submitted_at is not None)
            | _RESULT_AVAILABLE * job.result_available
            | _LOG_AVAILABLE * job.log_available,
            job.version,
            microseconds(job.submitted_at or job.created_at),
            job.done,
            job.total,
            _NONE if variants is None else variants,
            _NONE if job.result_until is None else microseconds(job.result_until),
            _NONE if job.thaw_expected is None else microseconds(job.thaw_expected),
        )

    def _number(self, offset: int) -> int:
        found: int = _NUMBER.unpack_from(self._pack.numbers, self._place * _SIZE + offset)[0]
        return found

    def _flag(self, flag: int) -> bool:
        return bool(self._pack.numbers[self._place * _SIZE] & flag)

    def _read_rest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._pack.text(self._place))
        return found


def new_pack() -> Pack:
    """Return an empty pack for rows."""
    return Pack(_SIZE)


def microseconds(moment: datetime) -> int:
    """Return *moment* in microseconds since 1970, which compare faster than times of zones."""
    return (moment - _EPOCH) // _MICROSECOND


def _moment(found: int) -> datetime | None:
    return None if found == _NONE else _EPOCH + found * _MICROSECOND


def _or_none(found: int) -> int | None:
    return None if found == _NONE else found


def _rest_of(job: JobView) -> str:
    return job.model_dump_json(exclude=_SEEN, exclude_defaults=True)
