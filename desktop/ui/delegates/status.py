"""The cell of a job's status: a dot and a word, and a bar while it runs."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF
from typing_extensions import override

from backend.wire import JobStatus
from desktop.store.row import JobRow
from desktop.ui.delegates.cell import DOT, Cell, CellDelegate, small, two_lines
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
        words, note = status_words(job.status), status_note(job)
        if job.status is JobStatus.RUNNING:
            line = cell.rect.translated(0, -_LIFT)
            rest = self._word(cell, line, words)
            cell.text(rest, f" · {note}" if note else "", cell.tokens.muted)
            self._bar(cell, line.center().y() + 14, job.done / job.total if job.total else 0.0)
        elif note:
            upper, lower = two_lines(cell.rect)
            self._word(cell, upper, words)
            cell.text(lower, note, cell.tokens.muted, small(cell.font))
        else:
            self._word(cell, cell.rect, words)

    def _word(self, cell: Cell, line: QRect, words: StatusWords) -> QRect:
        """Draw dot and word, and return what is left of the line."""
        cell.dot(line.left(), line.center().y(), cell.tokens.colour(words.tone))
        rest = line.adjusted(DOT + _GAP, 0, 0, 0)
        return rest.adjusted(cell.text(rest, words.word, cell.tokens.text), 0, 0, 0)

    def _bar(self, cell: Cell, top: int, fraction: float) -> None:
        width = min(_BAR_WIDTH, cell.rect.width())
        track = QRectF(cell.rect.left(), top, width, _BAR_HEIGHT)
        cell.pill(track, cell.tokens.line, _BAR_HEIGHT / 2)
        done = QRectF(track)
        done.setWidth(width * min(1.0, fraction))
        cell.pill(done, cell.tokens.accent, _BAR_HEIGHT / 2)
