"""What somebody is typing into the conditions is not lost by what they do beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from backend.wire import VariantFilter
from desktop.errors import QueryError
from desktop.sentences import quoted
from desktop.ui.viewer.filter_bar import FilterBar
from desktop.ui.viewer.query import NO_FILTER
from desktop.ui.views.main_window import MainWindow
from tests.desktop.conftest import Run
from tests.desktop.viewer_world import SHORT, Viewer, open_viewer

QUERY = 'gnomad_AF < 0.01 and (impact = HIGH or hgvsp ~ "Ter")'
_OTHERS: dict[str, Callable[[FilterBar], None]] = {
    "PASS": lambda filters: filters.passing.click(),
    "impact": lambda filters: filters.editors["impacts"].chips["HIGH"].click(),
    "genes": lambda filters: filters.editors["genes"].applied.emit({"genes": ["DEMO1"]}),
    "each consequence": lambda filters: filters.change({"every_consequence": True}),
    "search": lambda filters: filters.search.returnPressed.emit(),
}


@pytest.fixture
def viewer(window: MainWindow, tmp_path: Path, arun: Run) -> Iterator[Viewer]:
    made = open_viewer(window, tmp_path)
    yield made
    arun(made.tasks.stop())


async def typed(viewer: Viewer, query: str = "", search: str = "") -> FilterBar:
    """Type into a result's conditions, and press nothing."""
    filters = (await viewer.open()).variants.filters
    filters.query_chip.click()
    QTest.keyClicks(filters.query.edit, query)
    QTest.keyClicks(filters.search, search)
    return filters


@pytest.mark.parametrize("other", list(_OTHERS))
async def test_a_query_being_typed_stays_when_another_condition_is_set(
    viewer: Viewer, arun: Run, other: str
) -> None:
    filters = await typed(viewer, QUERY, "DEMO1")
    _OTHERS[other](filters)
    await viewer.idle()
    assert filters.wanted != NO_FILTER
    assert filters.query.edit.toPlainText() == QUERY
    assert filters.wanted.query is None
    assert filters.query_chip.isChecked()
    filters.query.apply.click()
    await viewer.idle()
    assert viewer.variants.asked[-1].query == QUERY


async def test_a_query_being_changed_stays_beside_the_one_in_use(viewer: Viewer, arun: Run) -> None:
    filters = await typed(viewer)
    await viewer.use(query="pos > 5")
    QTest.keyClicks(filters.query.edit, " and ")
    changed = filters.query.edit.toPlainText()
    assert changed != "pos > 5"
    filters.passing.click()
    await viewer.idle()
    assert filters.query.edit.toPlainText() == changed
    assert viewer.variants.asked[-1].query == "pos > 5"


async def test_what_is_searched_for_is_taken_along_before_it_is_used_by_itself(
    viewer: Viewer, arun: Run
) -> None:
    filters = await typed(viewer, search="DEMO1")
    before = len(viewer.variants.asked)
    filters.passing.click()
    await viewer.idle()
    assert filters.search.text() == "DEMO1"
    assert filters.wanted == VariantFilter(pass_only=True, text="DEMO1")
    assert len(viewer.variants.asked) == before + 1
    filters.passing.click()
    await viewer.idle()
    assert filters.wanted == VariantFilter(text="DEMO1")


async def test_what_is_refused_costs_no_search_that_is_being_typed(
    viewer: Viewer, arun: Run
) -> None:
    filters = await typed(viewer, search="DEMO1")
    filters.change({"genes": ["G"] * 1001})
    assert filters.problem.text()
    filters.passing.click()
    await viewer.idle()
    assert filters.wanted == VariantFilter(pass_only=True, text="DEMO1")


@pytest.mark.parametrize("use", ["clear all", "saved", "another result"])
async def test_a_filter_that_takes_the_place_of_all_clears_what_is_typed(
    viewer: Viewer, arun: Run, use: str
) -> None:
    filters = await typed(viewer, QUERY)
    await viewer.use(pass_only=True)
    QTest.keyClicks(filters.search, "DEMO1")
    if use == "clear all":
        filters.clear_all.click()
    elif use == "saved":
        filters.saved.used.emit(VariantFilter(impacts=["HIGH"]))
    else:
        await viewer.open(SHORT)
    await viewer.idle()
    assert (filters.query.edit.toPlainText(), filters.search.text()) == ("", "")
    assert (filters.wanted.query, filters.wanted.text) == (None, None)


async def test_down_leads_from_the_search_to_the_first_that_is_found(
    viewer: Viewer, arun: Run
) -> None:
    filters = await typed(viewer)
    table = viewer.page.variants.table
    filters.search.setFocus()
    QTest.keyClicks(filters.search, "DEMO1")
    viewer.variants.gate.clear()
    QTest.keyClick(filters.search, Qt.Key.Key_Down)
    # What is typed is used at once, and the rows that are still there are not it.
    assert filters.wanted.text == "DEMO1"
    assert filters.search.hasFocus()
    viewer.variants.gate.set()
    await viewer.idle()
    assert table.hasFocus()
    assert table.currentIndex().row() == 0
    assert table.selectionModel().isRowSelected(0)
    table.selectRow(2)
    filters.search.setFocus()
    QTest.keyClick(filters.search, Qt.Key.Key_Down)
    assert table.hasFocus()
    assert table.currentIndex().row() == 2


async def test_down_leads_nowhere_where_nothing_is_found(viewer: Viewer, arun: Run) -> None:
    filters = await typed(viewer)
    await viewer.use(genes=["NO-SUCH-GENE"])
    assert viewer.page.model.rowCount() == 0
    filters.search.setFocus()
    QTest.keyClicks(filters.search, "X")
    QTest.keyClick(filters.search, Qt.Key.Key_Down)
    await viewer.idle()
    assert filters.wanted.text == "X"
    assert filters.search.hasFocus()


async def test_rows_that_come_late_take_the_keyboard_from_nothing_else(
    viewer: Viewer, arun: Run
) -> None:
    filters = await typed(viewer, search="DEMO1")
    viewer.variants.gate.clear()
    filters.search.setFocus()
    QTest.keyClick(filters.search, Qt.Key.Key_Down)
    filters.query.edit.setFocus()
    viewer.variants.gate.set()
    await viewer.idle()
    assert filters.query.edit.hasFocus()


async def test_hiding_the_query_in_use_clears_what_was_changed_in_it(
    viewer: Viewer, arun: Run
) -> None:
    filters = await typed(viewer)
    await viewer.use(query="pos > 5")
    QTest.keyClicks(filters.query.edit, " and")
    filters.query_chip.click()
    await viewer.idle()
    assert filters.query.edit.toPlainText() == ""


async def test_the_place_of_a_fault_is_not_marked_in_another_query(
    viewer: Viewer, arun: Run
) -> None:
    filters = await typed(viewer)
    said = quoted("At character 1 of the query there is no column 'impct'.")
    viewer.variants.troubles["page"] = QueryError(said, position=1)
    await viewer.use(query="impct = HIGH")
    assert filters.query.edit.marked() == "impct"
    filters.query.edit.setPlainText("symbol = DEMO1 or impact = HIGH")
    filters.passing.click()
    await viewer.idle()
    assert filters.problem.text() == said.template
    assert filters.query.edit.marked() == ""
