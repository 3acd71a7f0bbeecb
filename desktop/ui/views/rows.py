"""What all tables of the window have in common: whole rows, and no lines between them."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView


def show_as_rows(table: QTableView, name: str, *, height: int) -> None:
    """Have *table*, called *name* for those who cannot see it, show rows of *height* pixels."""
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setFrameShape(QTableView.Shape.NoFrame)
    rows = table.verticalHeader()
    # Sizing rows by their content freezes the window for a minute at 100,000 rows.
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(height)
    rows.hide()
    table.horizontalHeader().setHighlightSections(False)


def go_into(table: QTableView) -> None:
    """Put the keyboard into *table*, at its current row or else the first, if it has rows."""
    if table.isVisible() and table.model().rowCount():
        table.setFocus()
        table.selectRow(max(0, table.currentIndex().row()))
        table.scrollTo(table.currentIndex())


def row_asked_for(table: QTableView, event: QContextMenuEvent) -> QModelIndex:
    """Return the cell for which a menu is asked: by the mouse the one below it, else the current.

    Qt gives the keyboard's position in the table's coordinates, the mouse's in the viewport's.
    """
    by_keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
    return table.currentIndex() if by_keyboard else table.indexAt(event.pos())
