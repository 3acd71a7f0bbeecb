"""A job's life, one line a stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from backend.wire import JobStatus, JobView
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import Tone
from desktop.ui.wording import counted, seconds_left

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


def stages(job: JobView, now: datetime, zone: timezone) -> list[Stage]:
    """Return what happened to *job*, and what comes next, in order; times are in *zone*."""
    return [*_beginning(job, zone), *_end(job, zone), *_afterwards(job, now, zone)]


def _beginning(job: JobView, zone: timezone) -> Iterator[Stage]:
    if job.submitted_at is None:
        yield Stage("Created", _clock(job.created_at, zone))
        return
    yield Stage("Submitted", _clock(job.submitted_at, zone))
    if job.started_at is not None:
        again = f" · attempt {job.attempt}" if job.attempt > 1 else ""
        yield Stage("Started", _clock(job.started_at, zone) + again)
    elif job.status is JobStatus.PENDING:
        yield Stage("Waiting for a worker", "", Tone.ACCENT, reached=False)


def _end(job: JobView, zone: timezone) -> Iterator[Stage]:
    if job.status is JobStatus.RUNNING:
        done = f"{job.done:,} of {job.total:,} variants" if job.total else "counting variants"
        yield Stage("Running", done, Tone.ACCENT)
    if job.finished_at is None:
        return
    when = _clock(job.finished_at, zone)
    match job.status:
        case JobStatus.FAILED:
            yield Stage("Failed", when, Tone.BAD)
        case JobStatus.CANCELLED:
            yield Stage("Cancelled", when, Tone.NEUTRAL)
        case _:
            yield Stage("Completed", f"{when}{_counts(job)}")


def _afterwards(job: JobView, now: datetime, zone: timezone) -> Iterator[Stage]:
    if job.result_until is not None and seconds_left(job, now):
        yield Stage("Downloadable until", _clock(job.result_until, zone), Tone.WARN)
        yield Stage("Archived after that", "back on Premium", Tone.NEUTRAL, reached=False)
    match job.status:
        case JobStatus.ARCHIVING:
            yield Stage("Archiving", "", Tone.ICE)
        case JobStatus.ARCHIVED:
            yield Stage("Archived", "back on Premium", Tone.ICE)
        case JobStatus.THAWING:
            expected = job.thaw_expected
            note = f"expected {_clock(expected, zone)}" if expected else ""
            yield Stage("Restoring", note, Tone.ICE)
        case _:
            return


def _counts(job: JobView) -> str:
    if job.counts is None:
        return ""
    passed = job.counts.passed_through
    return f" · {counted(job.counts.variants_in, 'variant')}, {passed:,} passed through"


def _clock(moment: datetime, zone: timezone) -> str:
    return f"{moment.astimezone(zone):%H:%M:%S}"


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
        painter.setPen(QColor(tokens.text if stage.reached else tokens.muted))
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
