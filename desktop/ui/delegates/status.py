"""The cell of a job's status: a dot and a word, and a bar while it runs."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF
from typing_extensions import override

from backend.wire import JobStatus
from desktop.store.row import JobRow
from desktop.ui.delegates.cell import DOT, Cell, CellDelegate
from desktop.ui.models.columns import status_note
from desktop.ui.wording import StatusWords, status_words

_GAP = 7
_BAR_HEIGHT = 4
_BAR_WIDTH = 120
_LIFT = 7


class StatusDelegate(CellDelegate):
    """Paints the status, never by colour alone."""

    @override
    def draw(self, cell: Cell, job: JobRow, index: QModelIndex | QPersistentModelIndex) -> None:
        words = status_words(job.status)
        running = job.status is JobStatus.RUNNING
        line = cell.rect.translated(0, -_LIFT) if running else cell.rect
        self._words(cell, line, words, status_note(job))
        if running:
            self._bar(cell, line.center().y() + 14, job.done / job.total if job.total else 0.0)

    def _words(self, cell: Cell, line: QRect, words: StatusWords, note: str) -> None:
        tokens = cell.tokens
        cell.dot(line.left(), line.center().y(), tokens.colour(words.tone))
        rest = line.adjusted(DOT + _GAP, 0, 0, 0)
        width = cell.text(rest, words.word, tokens.text)
        if note:
            cell.text(rest.adjusted(width, 0, 0, 0), f" · {note}", tokens.muted)

    def _bar(self, cell: Cell, top: int, fraction: float) -> None:
        width = min(_BAR_WIDTH, cell.rect.width())
        track = QRectF(cell.rect.left(), top, width, _BAR_HEIGHT)
        cell.pill(track, cell.tokens.line, _BAR_HEIGHT / 2)
        done = QRectF(track)
        done.setWidth(width * min(1.0, fraction))
        cell.pill(done, cell.tokens.accent, _BAR_HEIGHT / 2)
