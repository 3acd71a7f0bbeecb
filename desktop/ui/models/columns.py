"""The columns of the job table: titles, order, and what each says of a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import Qt

from backend.wire import JobStatus, JobView
from desktop.ui.wording import counted, plain_tip, status_words

_LATEST = datetime.max.replace(tzinfo=UTC)


class Column(IntEnum):
    """The table's columns, from the left."""

    FILE = 0
    SUBMITTED = 1
    STATUS = 2
    VARIANTS = 3
    RESULT = 4


TITLES = {
    Column.FILE: "FILE  ·  REQUEST ID",
    Column.SUBMITTED: "SUBMITTED",
    Column.STATUS: "STATUS",
    Column.VARIANTS: "VARIANTS",
    Column.RESULT: "RESULT",
}

KEYS: Mapping[Column, Callable[[JobView], Any]] = {
    Column.FILE: lambda job: (job.name.casefold(), job.id),
    Column.SUBMITTED: lambda job: (submitted(job), job.id),
    Column.STATUS: lambda job: (status_words(job.status).word, submitted(job), job.id),
    Column.VARIANTS: lambda job: (variants(job) or 0, job.id),
    Column.RESULT: lambda job: (job.result_until or _LATEST, job.id),
}


def submitted(job: JobView) -> datetime:
    """Return when the job was asked for."""
    return job.submitted_at or job.created_at


def variants(job: JobView) -> int | None:
    """Return how many records the file has, as soon as they are counted."""
    if job.counts is not None:
        return job.counts.variants_in
    return job.total or None


def status_text(job: JobView) -> str:
    """Return the status in words, with how far it is."""
    word = status_words(job.status).word
    note = status_note(job)
    return f"{word} · {note}" if note else word


def status_note(job: JobView) -> str:
    """Return what is to be said beside the status: the reason, or how far it is."""
    if job.failure:
        return job.failure
    if job.status is JobStatus.RUNNING and job.total:
        return f"{min(100, 100 * job.done // job.total)} %"
    return ""


def alignment(column: int) -> Qt.AlignmentFlag:
    """Return how a column is aligned: numbers to the right."""
    right = column == Column.VARIANTS
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def tip(job: JobView, column: int) -> str | None:
    """Return what is said where the mouse rests, or None."""
    match column:
        case Column.FILE:
            return plain_tip(f"{job.name}\nRequest {job.id}")
        case Column.STATUS if job.failure:
            return plain_tip(job.failure or "")
        case Column.VARIANTS if job.counts is not None:
            return counted(job.counts.passed_through, "record") + " passed through"
        case _:
            return None
