"""How sizes, times and statuses are said; pure functions, so every wording has its test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from html import escape

from backend.wire import JobStatus, JobView, Limits
from desktop.ui.theme.tokens import Tone

URGENT_SECONDS = 30
"""From when on the countdown is red."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_THOUSAND = 1000
_TEN = 10


class Group(StrEnum):
    """What the chips above the table choose from."""

    ALL = "All"
    RUNNING = "Running"
    PENDING = "Pending"
    COMPLETED = "Completed"
    ARCHIVED = "Archived"
    FAILED = "Failed"


@dataclass(frozen=True, slots=True)
class StatusWords:
    """How a status is shown: a dot's tone, a word, and the chip that it counts under."""

    word: str
    tone: Tone
    group: Group


_STATUSES = {
    JobStatus.AWAITING_UPLOAD: StatusWords("Awaiting upload", Tone.NEUTRAL, Group.PENDING),
    JobStatus.PENDING: StatusWords("Pending", Tone.NEUTRAL, Group.PENDING),
    JobStatus.RUNNING: StatusWords("Running", Tone.ACCENT, Group.RUNNING),
    JobStatus.COMPLETED: StatusWords("Completed", Tone.OK, Group.COMPLETED),
    JobStatus.FAILED: StatusWords("Failed", Tone.BAD, Group.FAILED),
    JobStatus.CANCELLED: StatusWords("Cancelled", Tone.NEUTRAL, Group.FAILED),
    JobStatus.ARCHIVING: StatusWords("Completed", Tone.OK, Group.ARCHIVED),
    JobStatus.ARCHIVED: StatusWords("Completed", Tone.OK, Group.ARCHIVED),
    JobStatus.THAWING: StatusWords("Completed", Tone.OK, Group.ARCHIVED),
    JobStatus.DELETING: StatusWords("Deleting", Tone.NEUTRAL, Group.FAILED),
}


UNFINISHED = frozenset({JobStatus.AWAITING_UPLOAD, JobStatus.PENDING, JobStatus.RUNNING})
"""What can still be cancelled; the rest can be deleted."""


class Action(StrEnum):
    """What can be done from the result's cell."""

    DOWNLOAD = "Download"
    UPGRADE = "Upgrade"
    LOG = "Log"


@dataclass(frozen=True, slots=True)
class ResultWords:
    """What the result's cell shows: a tag, words beside it, and what a click does."""

    tag: str = ""
    tone: Tone = Tone.NEUTRAL
    note: str = ""
    action: Action | None = None

    @property
    def sentence(self) -> str:
        """Return all of it, for those who hear the table."""
        return ", ".join(filter(None, (self.tag, self.note, self.action)))


def status_words(status: JobStatus) -> StatusWords:
    """Return how *status* is shown."""
    return _STATUSES[status]


def result_words(job: JobView, now: datetime, *, can_upgrade: bool) -> ResultWords:
    """Return what the result's cell shows at *now*."""
    match job.status:
        case JobStatus.ARCHIVED:
            return ResultWords("Archived", Tone.ICE, action=Action.UPGRADE if can_upgrade else None)
        case JobStatus.THAWING:
            return ResultWords("Restoring", Tone.ICE, note=_expected(job.thaw_expected, now))
        case JobStatus.ARCHIVING:
            return ResultWords("Archiving", Tone.ICE)
        case JobStatus.FAILED if job.log_available:
            return ResultWords(action=Action.LOG)
        case JobStatus.COMPLETED:
            return _completed(job, now)
        case _:
            return ResultWords()


def _completed(job: JobView, now: datetime) -> ResultWords:
    left = seconds_left(job, now)
    if left is None:
        return ResultWords(action=Action.DOWNLOAD if job.result_available else None)
    if left <= 0:
        return ResultWords("Archiving", Tone.ICE)
    tone = Tone.BAD if left < URGENT_SECONDS else Tone.WARN
    return ResultWords(f"{left_text(left)} left", tone, action=Action.DOWNLOAD)


def seconds_left(job: JobView, now: datetime) -> int | None:
    """Return how many seconds the result can still be downloaded; None for ever, or no result."""
    if job.status is not JobStatus.COMPLETED or job.result_until is None:
        return None
    return max(0, int((job.result_until - now).total_seconds()))


def left_text(seconds: int) -> str:
    """Return a duration as m:ss, as h:mm:ss from an hour on, in days and hours from a day on."""
    days, rest = divmod(seconds, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes, second = divmod(rest, _MINUTE)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours}:{minutes:02d}:{second:02d}"
    return f"{minutes}:{second:02d}"


def duration_text(seconds: float) -> str:
    """Return a duration roughly, in its largest unit: "18 s", "4 min", "3 h", "2 d"."""
    for length, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= length:
            return f"{round(seconds / length)} {unit}"
    return f"{max(0, round(seconds))} s"


def plain_duration(seconds: int) -> str:
    """Return a duration in words: "3 minutes", "1 hour"."""
    for length, unit in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= length and seconds % length == 0:
            return counted(seconds // length, unit)
    return counted(seconds, "second")


def limits_sentence(limits: Limits) -> str:
    """Return what a plan allows: "Free plan: files up to 154 KB, results for 3 minutes."."""
    files = "files of any size"
    if limits.max_input_bytes is not None:
        files = f"files up to {size_text(limits.max_input_bytes)}"
    kept = "kept for good"
    if limits.retention_seconds is not None:
        kept = f"for {plain_duration(limits.retention_seconds)}"
    plan = "Premium" if limits.max_input_bytes is None else "Free plan"
    return f"{plan}: {files}, results {kept}."


def counted(number: int, noun: str) -> str:
    """Return "1 file", "3 files"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def size_text(size: float) -> str:
    """Return a size in bytes with decimal units, as file managers do: "61 KB", "1.1 GB"."""
    if size < _THOUSAND:
        return counted(int(size), "byte")
    for unit in ("KB", "MB", "GB"):
        size /= _THOUSAND
        if size < _THOUSAND:
            return f"{size:.1f} {unit}" if size < _TEN else f"{size:.0f} {unit}"
    return f"{size / _THOUSAND:.1f} TB"


def when_text(moment: datetime, now: datetime) -> str:
    """Return when something was: "10:42", "Yesterday 17:03", "20 Nov 09:12", "20 Nov 2025".

    Both times are shown in the zone of *now*.
    """
    local = moment.astimezone(now.tzinfo)
    day: date = local.date()
    if day == now.date():
        return f"{local:%H:%M}"
    if day == now.date() - timedelta(days=1):
        return f"Yesterday {local:%H:%M}"
    if day.year == now.year:
        return f"{local.day} {local:%b %H:%M}"
    return f"{local.day} {local:%b %Y}"


def zone_of(moment: datetime) -> timezone:
    """Return this machine's offset from UTC at *moment*, for `when_text`."""
    offset = moment.astimezone().utcoffset()
    return timezone(offset or timedelta())


def plain_tip(text: str) -> str:
    """Return *text* for a tool tip: Qt would take what looks like HTML for HTML."""
    return f"<p style='white-space: pre-wrap'>{escape(text)}</p>"


def short_id(job_id: str) -> str:
    """Return the part of a request ID that is shown in tables."""
    return job_id[:8]


def _expected(moment: datetime | None, now: datetime) -> str:
    """Return when a result will be back, roughly."""
    if moment is None or moment <= now:
        return "soon"
    return f"about {duration_text((moment - now).total_seconds())}"
