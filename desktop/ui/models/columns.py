"""The columns of the job table: titles, order, and what each says of a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import IntEnum
from operator import attrgetter
from typing import Any

from PySide6.QtCore import Qt

from backend.wire import JobStatus
from desktop.store.row import JobRow
from desktop.transfer.names import short_id
from desktop.ui.error_words import in_words
from desktop.ui.language import later, tr
from desktop.ui.wording import (
    counted,
    number_text,
    plain_tip,
    result_words,
    status_words,
    when_text,
)


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
NAMES = {
    Column.FILE: later("File"),
    Column.SUBMITTED: later("Submitted"),
    Column.STATUS: later("Status"),
    Column.VARIANTS: later("Variants"),
    Column.RESULT: later("Result"),
}
"""What the columns are called where they are no heads."""


def _folded(row: JobRow) -> str:
    """Return the name in one case: itself where it is, for copies of all names take 8 MB."""
    folded = row.name.casefold()
    return row.name if folded == row.name else folded


KEYS: Mapping[Column, Callable[[JobRow], Any]] = {
    Column.FILE: _folded,
    Column.SUBMITTED: attrgetter("submitted"),
    Column.STATUS: lambda row: status_words(row.status).english,
    Column.VARIANTS: lambda row: row.variants or 0,
    Column.RESULT: attrgetter("until"),
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
        return in_words(job.failure)
    if job.status is JobStatus.RUNNING and job.total:
        return f"{min(100, 100 * job.done // job.total)} %"
    return ""


def cell_text(job: JobRow, column: int, now: datetime, *, can_upgrade: bool) -> str:
    """Return what a cell says at *now*, also to those who hear the table."""
    match column:
        case Column.FILE:
            return tr("{file}, request {id}").format(file=job.name, id=short_id(job.id))
        case Column.SUBMITTED:
            return when_text(job.submitted_at, now)
        case Column.STATUS:
            return status_text(job)
        case Column.VARIANTS:
            return "" if job.variants is None else number_text(job.variants)
        case _:
            return result_words(job, now, can_upgrade=can_upgrade).sentence


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
            return plain_tip(in_words(job.failure or ""))
        case Column.VARIANTS if job.passed_through is not None:
            records = counted(job.passed_through, "record")
            return tr("{records} passed through").format(records=records)
        case _:
            return None
