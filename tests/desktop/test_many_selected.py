"""However many transfers are selected, each is asked once, and what is done is done at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QMenu
from typing_extensions import override

from desktop.transfer.items import Item, Outgoing, State
from desktop.ui.models.transfer_row import Deed, TransferRow
from desktop.ui.models.transfers import Index, TransfersModel
from desktop.ui.theme.theme import Theme
from desktop.ui.views.transfers import TransfersPage

MANY, FEW = 500, 20


class CountingModel(TransfersModel):
    """Counts what is asked of it.

    Attributes:
        shown: how many rows were made to be shown.
        flagged: how often it was asked whether a cell can be selected.
    """

    def __init__(self) -> None:
        super().__init__()
        self.shown = self.flagged = 0
        self.row_of = self._count

    def _count(self, item: Item) -> TransferRow:
        self.shown += 1
        return TransferRow(item)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        self.flagged += 1
        return super().flags(index)


@pytest.fixture
def model(qapp: QApplication) -> CountingModel:
    made = CountingModel()
    states = (State.FAILED, State.WAITING)
    items = (
        Item(str(at), f"{at}.vcf", Outgoing(Path(f"/{at}.vcf")), states[at >= MANY - FEW])
        for at in range(MANY)
    )
    made.set_items(list(items))
    return made


@pytest.fixture
def page(model: CountingModel, theme: Theme) -> Iterator[TransfersPage]:
    made = TransfersPage(model, theme)
    model.setParent(made)
    yield made
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def rows(page: TransfersPage) -> list[int]:
    return [int(row.item.id) for row in page.table.chosen()]


def select(page: TransfersPage, *spans: tuple[int, int]) -> None:
    """Select what is from the first to the last of each span, as with Ctrl and Shift."""
    how = QItemSelectionModel.SelectionFlag
    page.table.clearSelection()
    for first, last in spans:
        span = QItemSelection(page.model.index(first, 0), page.model.index(last, 0))
        page.table.selectionModel().select(span, how.Select | how.Rows)


def test_a_few_of_many_are_found_without_asking_all(
    page: TransfersPage, model: CountingModel
) -> None:
    page.table.selectAll()
    model.shown = model.flagged = 0
    assert len(page.table.chosen(FEW)) == FEW
    assert model.shown == FEW
    assert model.flagged <= FEW


def test_a_menu_offers_what_any_row_offers_and_asks_each_once(
    page: TransfersPage, model: CountingModel
) -> None:
    page.table.selectAll()
    model.shown = 0
    offered = [act.text() for act in page.menu().actions() if not act.isSeparator()]
    # The last rows offer what the others do not.
    assert offered == ["Pause", "Try again", "Move up", "Move down", "Cancel", "Remove"]
    assert model.shown == MANY


def test_the_selected_rows_come_from_above_each_once(page: TransfersPage) -> None:
    select(page, (40, 44), (7, 7), (42, 50), (5, 6), (499, 499))
    assert rows(page) == [5, 6, 7, *range(40, 51), 499]
    assert [int(row.item.id) for row in page.table.chosen(2)] == [5, 6]
    # A screen reader may leave out one cell, which cuts its row into two.
    page.table.selectionModel().select(
        page.model.index(42, 1), QItemSelectionModel.SelectionFlag.Toggle
    )
    assert rows(page) == [5, 6, 7, *range(40, 51), 499]
    page.table.clearSelection()
    assert rows(page) == []


def test_del_takes_out_all_that_is_selected_at_once(page: TransfersPage) -> None:
    wanted = QSignalSpy(page.deed_wanted)
    select(page, (MANY - FEW - 1, MANY - FEW))
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    assert [wanted.at(at) for at in range(wanted.count())] == [
        [[str(MANY - FEW - 1), str(MANY - FEW)], Deed.CANCEL]
    ]


def test_a_menu_of_nothing_is_not_kept(page: TransfersPage) -> None:
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(page.table.viewport(), QContextMenuEvent(reason, QPoint(), QPoint()))
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert page.findChildren(QMenu) == []
