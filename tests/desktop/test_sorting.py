"""Tables are put in order, and filters cleared, by the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QTableView
from pytestqt.qtbot import QtBot

from desktop.ui.models.columns import Column
from desktop.ui.sample import sample_jobs
from desktop.ui.views.main_window import MainWindow
from tests.desktop.conftest import Run
from tests.desktop.viewer_world import Viewer, open_viewer

KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
POPUP = pytest.mark.qt_log_ignore("raise", "grabbing the keyboard")
"""Off the screen a menu comes up without what windows can do."""


@pytest.fixture
def viewer(filled: MainWindow, tmp_path: Path, arun: Run) -> Iterator[Viewer]:
    made = open_viewer(filled, tmp_path)
    yield made
    arun(made.tasks.stop())


def choose(table: QTableView, downs: int) -> str:
    """Choose an order by the keys, so many lines below the first; return what it was called."""
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_S, KEYS)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    for _ in range(downs + 1):
        QTest.keyClick(menu, Qt.Key.Key_Down)
    name = menu.activeAction().text()
    QTest.keyClick(menu, Qt.Key.Key_Return)
    return name


@POPUP
def test_the_jobs_are_sorted_by_the_keyboard(filled: MainWindow) -> None:
    table, model = filled.annotations.table, filled.model
    assert choose(table, Column.FILE) == "File"
    names = [model.index(row, Column.FILE).data() for row in range(model.rowCount())]
    assert names == sorted(names, key=str.casefold)
    assert choose(table, Column.FILE) == "File  ↑"
    assert [model.index(row, Column.FILE).data() for row in range(model.rowCount())] == names[::-1]


@POPUP
async def test_the_variants_are_sorted_by_the_keyboard(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    titles = [column.title for column in page.model.columns]
    at = titles.index("Gene")
    assert choose(page.variants.table, at) == "Gene"
    await viewer.idle()
    assert viewer.variants.asked[-1].sort == page.model.columns[at].sort


def submenus(menu: QMenu) -> list[str]:
    return [act.text() for act in menu.actions() if isinstance(act.menu(), QMenu)]


def test_the_menu_of_a_job_says_how_the_table_is_sorted(filled: MainWindow) -> None:
    menu = filled.annotations.job_menu(sample_jobs()[0])
    assert submenus(menu) == ["Sort by\tCtrl+Shift+S"]


def test_the_menu_key_opens_the_menu_of_the_current_job(filled: MainWindow) -> None:
    table = filled.annotations.table
    filled.activateWindow()
    table.setFocus()
    table.selectRow(2)
    asked: list[str] = []
    table.menu_wanted.disconnect()
    table.menu_wanted.connect(lambda job_id, _where: asked.append(job_id))
    # Where the system says that its key was pressed.
    place = table.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle).center()
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(table, QContextMenuEvent(reason, place, table.mapToGlobal(place)))
    assert asked == [sample_jobs()[2].id]


@pytest.mark.parametrize("page", ["annotations", "activity"])
def test_escape_clears_a_filter_first(filled: MainWindow, qtbot: QtBot, page: str) -> None:
    shown = getattr(filled, page)
    filled.pages.setCurrentWidget(shown)
    filled.annotations.open_details(sample_jobs()[2].id)
    filled.activateWindow()
    shown.filter.setFocus()
    qtbot.waitUntil(shown.filter.hasFocus)
    QTest.keyClicks(shown.filter, "sam")
    QTest.keyClick(shown.filter, Qt.Key.Key_Escape)
    assert shown.filter.text() == ""
    assert shown.filter.hasFocus()
    assert not filled.annotations.details.isHidden()


def test_escape_in_an_empty_filter_closes_the_details(filled: MainWindow, qtbot: QtBot) -> None:
    page = filled.annotations
    filled.activateWindow()
    page.open_details(sample_jobs()[2].id)
    page.filter.setFocus()
    qtbot.waitUntil(page.filter.hasFocus)
    QTest.keyClick(page.filter, Qt.Key.Key_Escape)
    assert not page.details.isVisible()
