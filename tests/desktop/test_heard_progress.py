"""Whoever hears a table is told how far things are, as the bars tell whoever sees it."""

from __future__ import annotations

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QTableView

from desktop.ui.models.columns import Column
from desktop.ui.models.transfers import TransferColumn
from desktop.ui.sample import sample_jobs
from desktop.ui.transfer_sample import show_sample
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.sidebar import Page


def heard(table: QTableView, row: int, column: int) -> str:
    """Return what a screen reader is told of a cell; headers are children of the table, too."""
    model = table.model()
    table_said = QAccessible.queryAccessibleInterface(table)
    cell = table_said.child((row + 1) * (model.columnCount() + 1) + column + 1)
    assert cell.role() is QAccessible.Role.Cell
    return str(cell.text(QAccessible.Text.Name))


def test_the_bar_of_a_job_is_heard(filled: MainWindow) -> None:
    row = filled.model.row_of(sample_jobs()[0].id)
    assert row is not None
    assert heard(filled.annotations.table, row, Column.STATUS) == "Running · 60 %"


def test_the_bars_of_transfers_are_heard(filled: MainWindow) -> None:
    filled.open_page(Page.TRANSFERS)
    show_sample(filled.transfers)
    table = filled.transfers.table
    said = [heard(table, row, TransferColumn.STATUS) for row in range(5)]
    assert said[:2] == ["Uploading · 37 %", "Preparing · 36 %"]
    assert said[2].startswith("Retrying · 45 % · The service cannot be reached.")
    assert said[3:] == ["Paused · 27 %", "Waiting"]
