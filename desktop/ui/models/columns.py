"""The columns of the job table: titles, order, and what each says of a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import IntEnum
from operator import attrgetter
from typing import Any

from PySide6.QtCore import Qt

from backend.wire import JobStatus
from desktop.store.row import JobRow
from desktop.ui.language import later, tr
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
    Column.FILE: later("FILE  ·  REQUEST ID"),
    Column.SUBMITTED: later("SUBMITTED"),
    Column.STATUS: later("STATUS"),
    Column.VARIANTS: later("VARIANTS"),
    Column.RESULT: later("RESULT"),
}

KEYS: Mapping[Column, Callable[[JobRow], Any]] = {
    Column.FILE: lambda row: row.name.casefold(),
    Column.SUBMITTED: attrgetter("submitted_at"),
    Column.STATUS: lambda row: status_words(row.status).english,
    Column.VARIANTS: lambda row: row.variants or 0,
    Column.RESULT: lambda row: row.result_until or _LATEST,
}
"""What a column is put in order by; rows that are alike are in the order of their submission."""


def status_text(job: JobRow) -> str:
    """Return the status in words, with how far it is."""
    word = status_words(job.status).word
    note = status_note(job)
    return f"{word} · {note}" if note else word


def status_note(job: JobRow) -> str:
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


def tip(job: JobRow, column: int) -> str | None:
    """Return what is said where the mouse rests, or None."""
    match column:
        case Column.FILE:
            request = tr("Request {id}").format(id=job.id)
            return plain_tip(f"{job.name}\n{request}")
        case Column.STATUS if job.failure:
            return plain_tip(job.failure or "")
        case Column.VARIANTS if job.passed_through is not None:
            records = counted(job.passed_through, "record")
            return tr("{records} passed through").format(records=records)
        case _:
            return None
