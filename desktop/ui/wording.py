"""How sizes, times and statuses are said; pure functions, so every wording has its test."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from html import escape

from PySide6.QtCore import QDate, QLocale

from backend.wire import JobStatus, JobView, Limits
from desktop.store.row import JobRow
from desktop.ui.language import decimals, later, tr
from desktop.ui.theme.tokens import Tone

URGENT_SECONDS = 30
"""From when on the countdown is red."""

_SOON_SECONDS = 5
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_THOUSAND = 1000
_TEN = 10
_NOUNS: Mapping[str, Callable[[int], str]] = {
    "base": lambda number: tr("%Ln base(s)", "", number),
    "byte": lambda number: tr("%Ln byte(s)", "", number),
    "second": lambda number: tr("%Ln second(s)", "", number),
    "minute": lambda number: tr("%Ln minute(s)", "", number),
    "hour": lambda number: tr("%Ln hour(s)", "", number),
    "day": lambda number: tr("%Ln day(s)", "", number),
    "file": lambda number: tr("%Ln file(s)", "", number),
    "variant": lambda number: tr("%Ln variant(s)", "", number),
    "consequence": lambda number: tr("%Ln consequence(s)", "", number),
    "record": lambda number: tr("%Ln record(s)", "", number),
    "job": lambda number: tr("%Ln job(s)", "", number),
    "result": lambda number: tr("%Ln result(s)", "", number),
    "transfer": lambda number: tr("%Ln transfer(s)", "", number),
}


class Group(StrEnum):
    """What the chips above the table choose from."""

    ALL = later("All")
    RUNNING = later("Running")
    PENDING = later("Pending")
    COMPLETED = later("Completed")
    ARCHIVED = later("Archived")
    FAILED = later("Failed")


@dataclass(frozen=True, slots=True)
class StatusWords:
    """How a status is shown: a dot's tone, a word, and the chip that it counts under."""

    english: str
    tone: Tone
    group: Group

    @property
    def word(self) -> str:
        """Return the word, in the language in use."""
        return tr(self.english)


_STATUSES = {
    JobStatus.AWAITING_UPLOAD: StatusWords(later("Awaiting upload"), Tone.NEUTRAL, Group.PENDING),
    JobStatus.PENDING: StatusWords(later("Pending"), Tone.NEUTRAL, Group.PENDING),
    JobStatus.RUNNING: StatusWords(later("Running"), Tone.ACCENT, Group.RUNNING),
    JobStatus.COMPLETED: StatusWords(later("Completed"), Tone.OK, Group.COMPLETED),
    JobStatus.FAILED: StatusWords(later("Failed"), Tone.BAD, Group.FAILED),
    JobStatus.CANCELLED: StatusWords(later("Cancelled"), Tone.NEUTRAL, Group.FAILED),
    JobStatus.ARCHIVING: StatusWords(later("Completed"), Tone.OK, Group.ARCHIVED),
    JobStatus.ARCHIVED: StatusWords(later("Completed"), Tone.OK, Group.ARCHIVED),
    JobStatus.THAWING: StatusWords(later("Completed"), Tone.OK, Group.ARCHIVED),
    JobStatus.DELETING: StatusWords(later("Deleting"), Tone.NEUTRAL, Group.FAILED),
}


UNFINISHED = frozenset({JobStatus.AWAITING_UPLOAD, JobStatus.PENDING, JobStatus.RUNNING})
"""What can still be cancelled; the rest can be deleted."""

VIEWABLE = frozenset(
    {JobStatus.COMPLETED, JobStatus.ARCHIVING, JobStatus.ARCHIVED, JobStatus.THAWING}
)
"""What has a result to look at, or at least its summary."""


class Action(StrEnum):
    """What can be done from the result's cell."""

    DOWNLOAD = later("Download")
    UPGRADE = later("Upgrade")
    LOG = later("Log")


@dataclass(frozen=True, slots=True)
class ResultWords:
    """What the result's cell shows: a tag, words beside it, and what a click does."""

    tag: str = ""
    tone: Tone = Tone.NEUTRAL
    note: str = ""
    action: Action | None = None

    @property
    def action_text(self) -> str:
        """Return what the action is called, "" for none."""
        return tr(self.action) if self.action else ""

    @property
    def sentence(self) -> str:
        """Return all of it, for those who hear the table."""
        return ", ".join(filter(None, (self.tag, self.note, self.action_text)))


def status_words(status: JobStatus) -> StatusWords:
    """Return how *status* is shown."""
    return _STATUSES[status]


def statuses_called(needle: str) -> AbstractSet[JobStatus]:
    """Return the statuses whose word has *needle*, which is casefolded."""
    return {status for status, words in _STATUSES.items() if needle in words.word.casefold()}


def result_words(job: JobView | JobRow, now: datetime, *, can_upgrade: bool) -> ResultWords:
    """Return what the result's cell shows at *now*."""
    upgrade = Action.UPGRADE if can_upgrade else None
    match job.status:
        case JobStatus.ARCHIVED:
            return ResultWords(tr("Archived"), Tone.ICE, action=upgrade)
        case JobStatus.THAWING:
            return ResultWords(tr("Restoring"), Tone.ICE, note=_expected(job.thaw_expected, now))
        case JobStatus.ARCHIVING:
            return ResultWords(tr("Archiving"), Tone.ICE, action=upgrade)
        case JobStatus.FAILED if job.log_available:
            return ResultWords(action=Action.LOG)
        case JobStatus.COMPLETED:
            return _completed(job, now, upgrade)
        case _:
            return ResultWords()


def _completed(job: JobView | JobRow, now: datetime, upgrade: Action | None) -> ResultWords:
    left = seconds_left(job, now)
    if left is None:
        return ResultWords(action=Action.DOWNLOAD if job.result_available else None)
    if left <= 0:
        return ResultWords(tr("Archiving"), Tone.ICE, action=upgrade)
    tone = Tone.BAD if left < URGENT_SECONDS else Tone.WARN
    tag = tr("{time} left").format(time=left_text(left))
    return ResultWords(tag, tone, action=Action.DOWNLOAD)


def seconds_left(job: JobView | JobRow, now: datetime) -> int | None:
    """Return how many seconds the result can still be downloaded; None for ever, or no result."""
    if job.status is not JobStatus.COMPLETED or job.result_until is None:
        return None
    return max(0, int((job.result_until - now).total_seconds()))


def can_download(job: JobView | JobRow, now: datetime) -> bool:
    """Whether the result can be downloaded at *now*, whatever could be when *job* was sent."""
    return job.result_available and seconds_left(job, now) != 0


def left_text(seconds: int) -> str:
    """Return a duration as m:ss, as h:mm:ss from an hour on, in days and hours from a day on."""
    days, rest = divmod(seconds, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes, second = divmod(rest, _MINUTE)
    if days:
        return tr("{days} d {hours} h").format(days=days, hours=hours)
    if hours:
        return f"{hours}:{minutes:02d}:{second:02d}"
    return f"{minutes}:{second:02d}"


def duration_text(seconds: float) -> str:
    """Return a duration roughly, in its largest unit: "18 s", "4 min", "3 h", "2 d"."""
    for length, unit in ((_DAY, tr("d")), (_HOUR, tr("h")), (_MINUTE, tr("min"))):
        if seconds >= length:
            return f"{round(seconds / length)} {unit}"
    return tr("{seconds} s").format(seconds=max(0, round(seconds)))


def is_soon(moment: datetime, now: datetime) -> bool:
    """Whether *moment* is so near that what is expected then need not be counted down."""
    return (moment - now).total_seconds() < _SOON_SECONDS


def plain_duration(seconds: int) -> str:
    """Return a duration in words: "3 minutes", "1 hour"."""
    for length, unit in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= length and seconds % length == 0:
            return counted(seconds // length, unit)
    return counted(seconds, "second")


def limits_sentence(limits: Limits) -> str:
    """Return what a plan allows: "Free plan: files up to 150 KB, results for 3 minutes."."""
    files = tr("files of any size")
    if limits.max_input_bytes is not None:
        files = tr("files up to {size}").format(size=limit_text(limits.max_input_bytes))
    kept = tr("results kept for good")
    if limits.retention_seconds is not None:
        kept = tr("results for {time}").format(time=plain_duration(limits.retention_seconds))
    plan = tr("Premium") if limits.retention_seconds is None else tr("Free plan")
    return f"{plan}: {files}, {kept}."


def counted(number: int, noun: str) -> str:
    """Return "1 file", "3 files"."""
    say = _NOUNS.get(noun)
    if say is not None:
        return say(number)
    return f"{number_text(number)} {noun}" + ("" if number == 1 else "s")


def number_text(number: int) -> str:
    """Return a whole number in groups of three digits: "24,410"."""
    return f"{number:,}".replace(",", tr(",", "between groups of three digits"))


def size_text(size: float) -> str:
    """Return a size in bytes with decimal units, as file managers do: "61 KB", "1.1 GB"."""
    if size < _THOUSAND:
        return counted(int(size), "byte")
    for unit in ("KB", "MB", "GB"):
        size /= _THOUSAND
        if size < _THOUSAND:
            return f"{_short(size) if size < _TEN else f'{size:.0f}'} {unit}"
    return f"{_short(size / _THOUSAND)} TB"


def limit_text(size: int) -> str:
    """Return the largest size that is allowed, as people know it: "150 KB" for 150 KiB.

    Limits are set in powers of two, in which they are whole; what is not is said as a file's size.
    """
    for unit, length in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if size >= length and size % length == 0:
            return f"{number_text(size // length)} {unit}"
    return size_text(size)


def when_text(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return when something was: "10:42", "Yesterday 17:03", "20 Nov 09:12", "20 Nov 2025".

    Both times are those of clocks in *zone*, in this machine's for None, as they were then: its
    summer has another offset than its winter.
    """
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    day: date = local.date()
    if day == today:
        return f"{local:%H:%M}"
    if day == today - timedelta(days=1):
        return tr("Yesterday {time}").format(time=f"{local:%H:%M}")
    if day.year == today.year:
        return f"{day_text(day)} {local:%H:%M}"
    return QLocale().toString(_qt(day), tr("d MMM yyyy", "a day, in the form of QDate"))


def day_text(day: date) -> str:
    """Return a day of this year: "20 Nov"."""
    return QLocale().toString(_qt(day), tr("d MMM", "a day, in the form of QDate"))


def unbroken(text: str) -> str:
    """Return *text* with its numbers and their units in one line: "150 KB"."""
    return re.sub(r"(?<=\d) (?=\w)", "\N{NO-BREAK SPACE}", text)


def plain_tip(text: str) -> str:
    """Return *text* for a tool tip: Qt would take what looks like HTML for HTML."""
    return f"<p style='white-space: pre-wrap'>{escape(text)}</p>"


def _expected(moment: datetime | None, now: datetime) -> str:
    """Return when a result will be back, roughly."""
    if moment is None or is_soon(moment, now):
        return tr("soon")
    return tr("about {time}").format(time=duration_text((moment - now).total_seconds()))


def _short(number: float) -> str:
    """Return a number with one decimal."""
    return decimals(f"{number:.1f}")


def _qt(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
