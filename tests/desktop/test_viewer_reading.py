"""A result is shown piece by piece, and reading it again loses nothing that somebody chose."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from backend.wire import ResultSummary
from desktop.errors import SignedOutError
from desktop.ui.viewer.page import Tab
from desktop.ui.viewer.query import NO_FILTER, PAGE
from desktop.ui.viewer.sample import SUMMARY
from desktop.ui.views.main_window import MainWindow
from tests.desktop.conftest import Run
from tests.desktop.desk import eventually
from tests.desktop.viewer_world import KEPT, SHORT, FakeVariants, Viewer, open_viewer


class SlowCounts(FakeVariants):
    """Answers with the counts when it may."""

    counted: asyncio.Event

    async def summary(self, job_id: str) -> ResultSummary:
        await self.counted.wait()
        self._fail("summary")
        return SUMMARY


@pytest.fixture
def viewer(window: MainWindow, tmp_path: Path, arun: Run) -> Iterator[Viewer]:
    made = open_viewer(window, tmp_path)
    yield made
    arun(made.tasks.stop())


def count_slowly(viewer: Viewer) -> asyncio.Event:
    """Hold the counts up until the event is set."""
    slow = SlowCounts()
    slow.counted = asyncio.Event()
    viewer.variants.summary = slow.summary  # type: ignore[method-assign]
    slow.troubles = viewer.variants.troubles
    return slow.counted


async def test_rows_do_not_wait_for_the_counts(viewer: Viewer, arun: Run) -> None:
    counted = count_slowly(viewer)
    page = viewer.page
    viewer.window.annotations.view_wanted.emit(KEPT.id)
    await eventually(lambda: page.model.row_at(0) is not None)
    assert page.variants.table.isVisible()
    assert page.tiles.isHidden()
    page.variants.table.selectRow(3)
    counted.set()
    await viewer.idle()
    assert page.tiles.isVisible()
    assert page.tabs[Tab.SUMMARY].isVisible()
    assert page.variants.table.currentIndex().row() == 3
    # Places on several chromosomes are sorted by chromosome, which only the counts tell.
    page.variants.table.sort_wanted.emit(page.model.columns[0])
    await viewer.idle()
    assert viewer.variants.asked[-1].sort == "chrom"


async def test_variants_that_come_after_a_sign_out_are_not_shown(viewer: Viewer, arun: Run) -> None:
    counted = count_slowly(viewer)
    viewer.variants.troubles["summary"] = SignedOutError()
    held, columns = asyncio.Event(), viewer.variants.columns

    async def late(job_id: str) -> object:
        await held.wait()
        return await columns(job_id)

    viewer.variants.columns = late  # type: ignore[assignment,method-assign]
    viewer.window.annotations.view_wanted.emit(KEPT.id)
    counted.set()
    await viewer.idle()
    assert [type(error) for error in viewer.errors] == [SignedOutError]
    viewer.session.signed_out.emit()
    held.set()
    await asyncio.sleep(0)
    await viewer.idle()
    assert not viewer.page.has_variants
    assert viewer.variants.asked == []


@pytest.mark.parametrize("row", [5, PAGE * 3 + 7])
async def test_reading_again_keeps_filter_order_and_variant(
    viewer: Viewer, arun: Run, row: int
) -> None:
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
