"""A result is shown piece by piece, and reading it again loses nothing that somebody chose."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.ui.viewer.model import AHEAD
from desktop.ui.viewer.query import NO_FILTER
from desktop.ui.viewer.sample import SUMMARY, SampleTable
from desktop.ui.viewer.wording import in_records_text
from desktop.ui.views.main_window import MainWindow
from tests.desktop.conftest import Run
from tests.desktop.desk import eventually
from tests.desktop.viewer_world import KEPT, SHORT, Viewer, open_viewer

_PAGE = 50


@pytest.fixture
def viewer(window: MainWindow, tmp_path: Path, arun: Run) -> Iterator[Viewer]:
    made = open_viewer(window, tmp_path)
    yield made
    arun(made.tasks.stop())


@pytest.mark.parametrize("row", [5, 3 * _PAGE + AHEAD])
async def test_reading_again_keeps_filter_order_and_variant(
    viewer: Viewer, arun: Run, row: int
) -> None:
    viewer.variants.table, viewer.variants.most = SampleTable(600), _PAGE
    page = await viewer.open()
    table = page.variants.table
    await viewer.use(pass_only=True)
    table.sort_wanted.emit(next(each for each in page.model.columns if each.key == "frequency"))
    await viewer.idle()
    while page.model.row_at(row) is None:
        table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
        await viewer.idle()
    table.selectRow(row)
    table.opened.emit()
    await viewer.idle()
    chosen = table.current()
    words = page.variants.count.text()
    # Twice, and the second time before anything has come.
    for _ in range(2):
        QTest.keyClick(viewer.window, Qt.Key.Key_F5)
        await asyncio.sleep(0)
    assert page.model.rowCount() == 0
    await viewer.idle()
    asked = viewer.variants.asked[-1]
    assert (asked.pass_only, asked.sort, asked.order) == (True, "gnomad_AF", "asc")
    assert page.variants.count.text() == words
    assert table.currentIndex().row() == row
    assert table.current() == chosen
    assert page.variants.panel.isVisible()


async def test_a_row_chosen_while_the_result_is_read_again_stays(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    table = page.variants.table
    table.selectRow(5)
    QTest.keyClick(viewer.window, Qt.Key.Key_F5)
    page.model.arrived.disconnect(table._choose_kept)
    await viewer.idle()
    page.model.arrived.connect(table._choose_kept)
    table.selectRow(8)
    page.model.arrived.emit()
    assert table.currentIndex().row() == 8
    table.clearSelection()
    page.model.arrived.emit()
    assert table.selectionModel().selectedRows() == []


async def test_another_result_begins_without_the_filter(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    await viewer.use(query="impact = HIGH")
    page.variants.table.selectRow(2)
    await viewer.open(SHORT)
    QTest.keyClick(viewer.window, Qt.Key.Key_F5)
    await viewer.idle()
    assert page.variants.filters.wanted == NO_FILTER
    assert page.variants.filters.query.isHidden()
    assert not page.variants.filters.query_chip.isChecked()
    assert not page.variants.table.currentIndex().isValid()
    assert page.model.query.sort is None


WHY = "A record with several alternative alleles is several variants."


async def test_variants_and_records_are_told_apart_once_both_are_counted(
    viewer: Viewer, arun: Run
) -> None:
    fake = viewer.variants
    fake.table, fake.counts = SampleTable(167), SUMMARY.model_copy(update={"variants_in": 157})
    fake.counted.clear()
    page, count = viewer.page, viewer.page.variants.count
    viewer.window.annotations.view_wanted.emit(KEPT.id)
    await eventually(lambda: count.text() == "167 variants")
    assert count.toolTip() == count.accessibleDescription() == ""
    fake.counted.set()
    await viewer.idle()
    assert count.text() == "167 variants in 157 records"
    assert WHY in count.toolTip()
    assert count.accessibleDescription() == WHY
    await viewer.use(impacts=["HIGH"])
    assert count.text().endswith(" of 167 variants")
    assert count.toolTip() == count.accessibleDescription() == ""
    page.variants.filters.clear_all.click()
    await viewer.idle()
    assert count.text() == "167 variants in 157 records"
    await viewer.use(every_consequence=True)
    assert count.text() == "167 consequences"


async def test_one_is_said_as_one(viewer: Viewer, arun: Run) -> None:
    viewer.variants.table = SampleTable(1)
    page = await viewer.open()
    assert page.variants.count.text() == "1 variant"
    await viewer.use(every_consequence=True)
    assert page.variants.count.text() == "1 consequence"


async def test_as_many_variants_as_records_are_said_once(viewer: Viewer, arun: Run) -> None:
    fake = viewer.variants
    fake.table, fake.counts = SampleTable(157), SUMMARY.model_copy(update={"variants_in": 157})
    page = await viewer.open()
    assert page.variants.count.text() == "157 variants"


@pytest.mark.parametrize(
    ("records", "words"),
    [(1, "1.670 Varianten in 1 Eintrag"), (1570, "1.670 Varianten in 1.570 Einträgen")],
)
@pytest.mark.usefixtures("german")
def test_variants_in_records_are_german(records: int, words: str) -> None:
    assert in_records_text(1670, records) == words
