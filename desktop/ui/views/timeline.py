"""A job's life, one line a stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from backend.wire import JobStatus, JobView
from desktop.ui.language import tr
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import Tone
from desktop.ui.wording import counted, day_text, number_text, seconds_left

_INDENT = 23
_GAP = 10
_DOT = 4.0
_DOT_AT = 7


@dataclass(frozen=True, slots=True)
class Stage:
    """One line of the timeline; *reached* is False for what is still to come."""

    word: str
    note: str
    tone: Tone = Tone.OK
    reached: bool = True


def stages(job: JobView, now: datetime, zone: tzinfo | None = None) -> list[Stage]:
    """Return what happened to *job*, and what comes next, in order.

    Args:
        job: as it is at *now*.
        now: the time.
        zone: in which times are said; None for this machine's.
    """
    say = _Clock(now, zone)
    moves = _moves(job, say)
    return [*_beginning(job, say), *_end(job, say), *moves, *_afterwards(job, now, say)]


@dataclass(frozen=True, slots=True)
class _Clock:
    """Says times: to the second, with the day where it is another one."""

    now: datetime
    zone: tzinfo | None

    def __call__(self, moment: datetime) -> str:
        local = moment.astimezone(self.zone)
        time = f"{local:%H:%M:%S}"
        if local.date() == self.now.astimezone(self.zone).date():
            return time
        return f"{day_text(local.date())} {time}"


def _beginning(job: JobView, say: _Clock) -> Iterator[Stage]:
    if job.submitted_at is None:
        yield Stage(tr("Created"), say(job.created_at))
        return
    yield Stage(tr("Submitted"), say(job.submitted_at))
    if job.started_at is not None:
        again = tr("attempt {number}").format(number=job.attempt) if job.attempt > 1 else ""
        yield Stage(tr("Started"), " · ".join(filter(None, (say(job.started_at), again))))
    elif job.status is JobStatus.PENDING:
        yield Stage(tr("Waiting for a worker"), "", Tone.ACCENT, reached=False)


def _end(job: JobView, say: _Clock) -> Iterator[Stage]:
    if job.status is JobStatus.RUNNING:
        yield Stage(tr("Running"), _progress(job), Tone.ACCENT)
    if job.finished_at is None:
        return
    when = say(job.finished_at)
    match job.status:
        case JobStatus.FAILED:
            yield Stage(tr("Failed"), when, Tone.BAD)
        case JobStatus.CANCELLED:
            yield Stage(tr("Cancelled"), when, Tone.NEUTRAL)
        case _:
            yield Stage(tr("Completed"), f"{when}{_counts(job)}")


def _moves(job: JobView, say: _Clock) -> list[Stage]:
    """Return when the result last went into the archive and last came back, whichever was first.

    Nobody noted it of older jobs; a result that is in the archive is told of all the same.
    """
    gone, back = job.archived_at, job.restored_at
    is_there = job.status in {JobStatus.ARCHIVED, JobStatus.THAWING}
    archived = [_archived(job, say)] if is_there or gone is not None else []
    restored = [] if back is None else [Stage(tr("Restored"), say(back))]
    is_gone_again = is_there or (gone is not None and back is not None and back < gone)
    return [*restored, *archived] if is_gone_again else [*archived, *restored]


def _archived(job: JobView, say: _Clock) -> Stage:
    when = "" if job.archived_at is None else say(job.archived_at)
    offer = tr("back on Premium") if job.status is JobStatus.ARCHIVED else ""
    return Stage(tr("Archived"), " · ".join(filter(None, (when, offer))), Tone.ICE)


def _afterwards(job: JobView, now: datetime, say: _Clock) -> Iterator[Stage]:
    left, until = seconds_left(job, now), job.result_until
    if left and until is not None:
        yield Stage(tr("Downloadable until"), say(until), Tone.WARN)
        yield Stage(tr("Archived after that"), tr("back on Premium"), Tone.NEUTRAL, reached=False)
    elif left == 0 and until is not None:
        yield Stage(tr("Download ended"), say(until), Tone.NEUTRAL)
        yield Stage(tr("Archiving"), tr("back on Premium"), Tone.ICE)
    match job.status:
        case JobStatus.ARCHIVING:
            yield Stage(tr("Archiving"), tr("back on Premium"), Tone.ICE)
        case JobStatus.THAWING:
            expected = job.thaw_expected
            known = tr("expected {time}").format(time=say(expected)) if expected else ""
            yield Stage(tr("Restoring"), known, Tone.ICE)
            yield Stage(tr("Downloadable after that"), "", Tone.NEUTRAL, reached=False)
        case _:
            return


def _progress(job: JobView) -> str:
    if not job.total:
        return tr("counting variants")
    words = tr("{done} of {all} variants")
    return words.format(done=number_text(job.done), all=number_text(job.total))


def _counts(job: JobView) -> str:
    if job.counts is None:
        return ""
    variants = counted(job.counts.variants_in, "variant")
    passed = number_text(job.counts.passed_through)
    return " · " + tr("{variants}, {passed} passed through").format(
        variants=variants, passed=passed
    )


class Timeline(QWidget):
    """Paints stages as dots on a line."""

    def __init__(self, theme: Theme, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._stages: list[Stage] = []
        self.setFixedWidth(width)

    def show_stages(self, shown: list[Stage]) -> None:
        """Show these stages."""
        self._stages = shown
        self.setAccessibleName("; ".join(f"{stage.word} {stage.note}".strip() for stage in shown))
        self.setFixedHeight(sum(self._height(stage) + _GAP for stage in shown))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = 0
        for place, stage in enumerate(self._stages):
            height = self._height(stage)
            if place + 1 < len(self._stages):
                self._thread(painter, top + _DOT_AT, height + _GAP)
            self._stage(painter, stage, QRectF(_INDENT, top, self.width() - _INDENT, height))
            top += height + _GAP
        painter.end()

    def _thread(self, painter: QPainter, top: int, height: int) -> None:
        painter.fillRect(QRectF(6, top, 2, height), QColor(self._theme.tokens.line))

    def _stage(self, painter: QPainter, stage: Stage, rect: QRectF) -> None:
        tokens = self._theme.tokens
        colour = tokens.colour(stage.tone) if stage.reached else tokens.faint
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.panel))
        painter.drawEllipse(QPointF(7, rect.top() + _DOT_AT + 1), _DOT + 2, _DOT + 2)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(QPointF(7, rect.top() + _DOT_AT + 1), _DOT, _DOT)
        painter.setPen(QColor(tokens.text))
        painter.drawText(rect, stage.word)
        if not stage.note:
            return
        painter.setPen(QColor(tokens.muted))
        painter.drawText(self._note_rect(stage, rect), Qt.TextFlag.TextWordWrap, stage.note)

    def _note_rect(self, stage: Stage, rect: QRectF) -> QRectF:
        """Beside the word where there is room, else below it."""
        metrics = QFontMetrics(self.font())
        beside = metrics.horizontalAdvance(stage.word + " ")
        if beside + metrics.horizontalAdvance(stage.note) <= rect.width():
            return rect.adjusted(beside, 0, 0, 0)
        return rect.adjusted(0, metrics.height(), 0, 0)

    def _height(self, stage: Stage) -> int:
        metrics = QFontMetrics(self.font())
        inner = self.width() - _INDENT
        if metrics.horizontalAdvance(f"{stage.word} {stage.note}") <= inner:
            return metrics.height()
        wrapped = metrics.boundingRect(
            0, 0, inner, 1000, Qt.TextFlag.TextWordWrap.value, stage.note
        )
        return metrics.height() + wrapped.height()
