"""The cell of a job's file: its name, and below it the request ID."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from typing_extensions import override

from desktop.store.row import JobRow
from desktop.transfer.names import short_id
from desktop.ui.delegates.cell import Cell, CellDelegate, two_lines
from desktop.ui.theme.theme import mono_font


class FileDelegate(CellDelegate):
    """Paints name and request ID on two lines."""

    @override
    def draw(self, cell: Cell, job: JobRow, index: QModelIndex | QPersistentModelIndex) -> None:
        upper, lower = two_lines(cell.rect)
        cell.name(upper, job.name)
        cell.text(lower, short_id(job.id), cell.tokens.accent, mono_font())
