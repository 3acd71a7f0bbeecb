"""How sizes, times, statuses and results are said on the pages; pure functions.

Times are in UTC, as in the mails: nothing tells a server where its reader is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from backend.wire import JobStatus, JobView

URGENT = timedelta(seconds=30)
_THOUSAND = 1000
_TEN = 10
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class Tone(StrEnum):
    """What a colour means; the names are those of the style's classes."""

    NEUTRAL = "neutral"
    ACCENT = "accent"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    ICE = "ice"


_STATUSES = {
    JobStatus.AWAITING_UPLOAD: ("Awaiting upload", Tone.NEUTRAL),
    JobStatus.PENDING: ("Pending", Tone.NEUTRAL),
    JobStatus.RUNNING: ("Running", Tone.ACCENT),
    JobStatus.FAILED: ("Failed", Tone.BAD),
    JobStatus.CANCELLED: ("Cancelled", Tone.NEUTRAL),
}
_COMPLETED = ("Completed", Tone.OK)
_CHANGING = frozenset(
    {JobStatus.AWAITING_UPLOAD, JobStatus.PENDING, JobStatus.RUNNING, JobStatus.THAWING}
)


class Offer(StrEnum):
    """What a page offers about a job's result."""

    NOTHING = "nothing"
    DOWNLOAD = "download"
    UPGRADE = "upgrade"
    RESTORING = "restoring"
    RETURNING = "returning"


@dataclass(frozen=True, slots=True)
class ResultWords:
    """A result on a page: what is offered, a tag with the reason in a word, and more of it."""

    offer: Offer
    tag: str = ""
    tone: Tone = Tone.NEUTRAL
    note: str = ""


def status_words(view: JobView) -> tuple[str, Tone]:
    """Return a job's status as a word and the tone of its dot."""
    return _STATUSES.get(view.status, _COMPLETED)


def is_changing(view: JobView) -> bool:
    """Whether a page on the job is worth loading anew by itself."""
    return view.status in _CHANGING


def result_words(view: JobView, now: datetime, *, premium: bool) -> ResultWords:
    """Return what is offered about the job's result at *now*."""
    if view.result_available:
        return _downloadable(view, now)
    if view.counts is None:
        return ResultWords(Offer.NOTHING)
    if view.status is JobStatus.THAWING:
        return ResultWords(Offer.RESTORING, "Restoring", Tone.ICE, _expected(view, now))
    if premium:
        return ResultWords(Offer.RETURNING, "Archived", Tone.ICE)
    return ResultWords(Offer.UPGRADE, "Archived", Tone.ICE)


def _downloadable(view: JobView, now: datetime) -> ResultWords:
    if view.result_until is None:
        return ResultWords(Offer.DOWNLOAD)
    left = view.result_until - now
    tone = Tone.BAD if left < URGENT else Tone.WARN
    return ResultWords(Offer.DOWNLOAD, f"{left_text(left)} left", tone)


def _expected(view: JobView, now: datetime) -> str:
    """Return when a result that is being restored will be back, roughly."""
    if view.thaw_expected is None or view.thaw_expected <= now:
        return "soon"
    return f"in about {duration(view.thaw_expected - now)}"


def left_text(left: timedelta) -> str:
    """Return a duration as m:ss, as h:mm:ss from an hour on, in days and hours from a day on."""
    days, rest = divmod(max(0, int(left.total_seconds())), _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes, seconds = divmod(rest, _MINUTE)
    if days:
        return f"{days} d {hours} h"
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def duration(length: timedelta) -> str:
    """Return a duration roughly, in words: "18 seconds", "3 hours"."""
    seconds = max(0, round(length.total_seconds()))
    for unit, noun in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= unit:
            return counted(round(seconds / unit), noun)
    return counted(seconds, "second")


def counted(number: int, noun: str) -> str:
    """Return "1 file", "3 files"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def limit(bytes_: int) -> str:
    """Return the largest size that is allowed, as people know it: "150 KB" for 150 KiB.

    Limits are set in powers of two, in which they are whole; what is not is said as a file's size.
    """
    for unit, length in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if bytes_ >= length and bytes_ % length == 0:
            return f"{bytes_ // length:,} {unit}"
    return size(bytes_)


def size(bytes_: float) -> str:
    """Return a size in bytes with decimal units, as file managers do: "61 KB", "1.1 GB"."""
    if bytes_ < _THOUSAND:
        return counted(int(bytes_), "byte")
    for unit in ("KB", "MB", "GB"):
        bytes_ /= _THOUSAND
        if bytes_ < _THOUSAND:
            return f"{bytes_:.1f} {unit}" if bytes_ < _TEN else f"{bytes_:.0f} {unit}"
    return f"{bytes_ / _THOUSAND:.1f} TB"


def when(moment: datetime) -> str:
    """Return a time to the second: "2026-11-23 12:00:00 UTC"."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def when_shortly(moment: datetime) -> str:
    """Return a time to the minute, for a column that says that it is UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def number(count: int) -> str:
    """Return "24,410"."""
    return f"{count:,}"


FILTERS = MappingProxyType[str, Callable[..., str]](
    {
        "counted": counted,
        "duration": duration,
        "number": number,
        "limit": limit,
        "size": size,
        "when": when,
        "when_shortly": when_shortly,
    }
)
