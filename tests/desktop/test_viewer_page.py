"""A result on the screen: opened, filtered, sorted, and what is said when it cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from backend.wire import JobStatus, JobView
from desktop.errors import (
    ConflictError,
    ForbiddenError,
    OfflineError,
    QueryError,
)
from desktop.sentences import quoted
from desktop.ui.sample import NOW
from desktop.ui.viewer.query import NO_FILTER, PAGE
from desktop.ui.viewer.switch import Tab
from desktop.ui.viewer.troubles import NOTHING
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.sidebar import Page
from tests.desktop.conftest import Run
from tests.desktop.desk import eventually
from tests.desktop.viewer_world import (
    ARCHIVED,
    KEPT,
    RECORDS,
    RESTORING,
    SHORT,
    Viewer,
    impacts,
    open_viewer,
)


@pytest.fixture
def viewer(window: MainWindow, tmp_path: Path, arun: Run) -> Iterator[Viewer]:
    made = open_viewer(window, tmp_path)
    yield made
    arun(made.tasks.stop())


def click(widget: QWidget) -> None:
    """Click with the mouse, as a person does: what is hidden or disabled is not clicked."""
    assert widget.isVisible()
    assert widget.isEnabled()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def newer(job: JobView, **changes: object) -> JobView:
    return job.model_copy(update={"version": job.version + 1, **changes})


async def test_a_result_opens_from_the_annotations(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    assert viewer.window.pages.currentWidget() is page
    assert viewer.window.sidebar.entries[Page.RESULTS].isChecked()
    assert page.name.text() == KEPT.name
    assert page.tab is Tab.VARIANTS
    assert page.variants.count.text() == f"{RECORDS:,} variants"
    assert page.model.row_at(0) is not None
    assert page.countdown.text() == ""


async def test_an_unfinished_annotation_does_not_open(viewer: Viewer, arun: Run) -> None:
    running = next(job for job in viewer.window.model.book if job.status is JobStatus.RUNNING)
    viewer.window.annotations.open_details(running.id)
    viewer.window.annotations.table.opened.emit(running.id)
    await viewer.idle()
    assert viewer.window.pages.currentWidget() is viewer.window.annotations
    assert viewer.window.annotations.details.view.isHidden()


async def test_scrolling_brings_every_row_and_forgets_the_first(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    table, bar = page.variants.table, page.variants.table.verticalScrollBar()
    rounds = 0
    while page.model.row_at(RECORDS - 1) is None:
        bar.setValue(bar.maximum())
        await viewer.idle()
        rounds += 1
        assert rounds <= RECORDS // PAGE + 2
    assert page.model.rowCount() == RECORDS
    table.scrollToTop()
    await viewer.idle()
    row = page.model.row_at(0)
    assert row is not None
    assert row.record == 1


async def test_scrolling_does_not_wait_for_rows(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    viewer.variants.gate.clear()
    bar = page.variants.table.verticalScrollBar()
    for _ in range(5):
        bar.setValue(bar.maximum())
        page.grab()
    assert page.model.row_at(page.model.rowCount() - 1) is None
    assert len(viewer.variants.asked) <= 2
    viewer.variants.gate.set()
    await viewer.idle()


async def test_a_filter_changed_while_a_page_is_under_way_wins(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    viewer.variants.gate.clear()
    page.variants.filters.change({"impacts": ["HIGH"]})
    page.variants.filters.change({"impacts": ["MODERATE"]})
    assert page.variants.count.text() == "Searching…"
    viewer.variants.gate.set()
    await viewer.idle()
    assert impacts(viewer) == {"MODERATE"}
    assert " of 3,000 variants" in page.variants.count.text()


async def test_a_click_on_a_head_sorts_at_the_service(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    header = page.variants.table.horizontalHeader()
    at = [column.key for column in page.model.columns].index("frequency")
    orders = []
    for _ in range(3):
        place = QPoint(header.sectionViewportPosition(at) + 20, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        await viewer.idle()
        wanted = viewer.variants.asked[-1]
        orders.append((wanted.sort, wanted.order))
    assert orders == [("gnomad_AF", "asc"), ("gnomad_AF", "desc"), (None, "asc")]


async def test_an_order_that_is_refused_leaves_what_was_there(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    said = quoted("So many rows cannot be sorted; filter them.")
    viewer.variants.troubles["page"] = ForbiddenError(said)
    page.variants.table.sort_wanted.emit(page.model.columns[0])
    await viewer.idle()
    assert page.variants.filters.problem.text() == "So many rows cannot be sorted; filter them."
    assert page.model.query.sort is None
    assert page.model.row_at(0) is not None
    del viewer.variants.troubles["page"]
    await viewer.use(pass_only=True)
    assert page.variants.filters.problem.isHidden()


async def test_a_query_that_cannot_be_read_is_marked_where_it_is_wrong(
    viewer: Viewer, arun: Run
) -> None:
    page = await viewer.open()
    filters = page.variants.filters
    click(filters.query_chip)
    text = 'symbol ~ "😀" and impct = HIGH'
    position = text.index("impct") + 1
    sentence = f"At character {position} of the query there is no column 'impct'."
    viewer.variants.troubles["page"] = QueryError(quoted(sentence), position=position)
    filters.query.edit.setPlainText(text)
    QTest.keyClick(filters.query.edit, Qt.Key.Key_Return)
    await viewer.idle()
    assert filters.problem.text() == sentence
    assert filters.query.edit.marked() == "impct"
    assert page.model.row_at(0) is not None
    del viewer.variants.troubles["page"]
    filters.query.edit.setPlainText("impact = HIGH")
    assert filters.query.edit.marked() == ""
    click(filters.query.apply)
    await viewer.idle()
    assert viewer.variants.asked[-1].query == "impact = HIGH"
    assert filters.problem.isHidden()


async def test_a_query_wrong_at_its_end_is_marked_before_it(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    edit = page.variants.filters.query.edit
    edit.setPlainText("impact =")
    edit.mark(9)
    assert edit.marked() == "="


async def test_nothing_fits_is_said_and_can_be_undone(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    await viewer.use(genes=["NOBODY"])
    assert page.variants.states.currentWidget() is page.variants.nothing_fits
    assert page.variants.count.text() == "0 of 3,000 variants"
    click(page.variants.nothing_fits.action)
    await viewer.idle()
    assert page.variants.states.currentWidget() is page.variants.table
    assert page.variants.filters.wanted == NO_FILTER


async def test_the_service_is_asked_again_after_a_loss(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    viewer.variants.troubles["page"] = OfflineError()
    page.variants.filters.change({"impacts": ["HIGH"]})
    await eventually(page.variants.trouble.isVisible)
    assert page.variants.trouble.text() == "Offline"
    del viewer.variants.troubles["page"]
    click(page.variants.retry)
    await viewer.idle()
    assert page.variants.trouble.isHidden()
    assert impacts(viewer) == {"HIGH"}


async def test_a_result_that_cannot_be_reached_is_tried_again(viewer: Viewer, arun: Run) -> None:
    viewer.variants.troubles |= {"columns": OfflineError(), "summary": OfflineError()}
    viewer.window.annotations.view_wanted.emit(KEPT.id)
    page = viewer.page
    await eventually(lambda: page.state is not None and page.state.isVisible())
    viewer.variants.troubles.clear()
    assert page.state is not None
    click(page.state.action)
    await viewer.idle()
    assert page.has_variants
    assert page.model.row_at(0) is not None


async def test_an_archived_result_offers_the_upgrade_and_keeps_its_summary(
    viewer: Viewer, arun: Run
) -> None:
    page = await viewer.open(ARCHIVED)
    assert viewer.variants.asked == []
    assert page.state is not None
    assert page.state.action.text() == "Upgrade to Premium"
    assert not page.download.isVisible()
    click(page.state.action)
    assert viewer.done == ["upgrade"]
    click(page.tabs[Tab.SUMMARY])
    assert page.overview.isVisible()


async def test_the_viewer_notices_when_the_free_time_is_over(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open(SHORT)
    assert page.countdown.text() == "2:31 left on the free plan"
    assert page.has_variants
    viewer.window.model.clock = lambda: NOW + timedelta(seconds=152)
    viewer.actions.tick()
    await viewer.idle()
    assert not page.has_variants
    assert page.model.rowCount() == 0
    assert page.state is not None
    assert page.state.action.text() == "Upgrade to Premium"


async def test_a_restored_result_opens_by_itself(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open(RESTORING)
    assert page.state is not None
    assert page.state.isVisible()
    back = newer(RESTORING, status=JobStatus.COMPLETED, result_available=True)
    viewer.window.model.put([back])
    viewer.window.model.flush()
    viewer.actions.tick()
    await viewer.idle()
    assert page.has_variants


async def test_a_result_that_the_service_refuses_is_not_shown(viewer: Viewer, arun: Run) -> None:
    await viewer.open()
    viewer.variants.troubles["page"] = ConflictError(quoted("The free plan's time is over."))
    await viewer.use(impacts=["HIGH"])
    assert not viewer.page.has_variants
    assert viewer.page.state is not None
    assert viewer.page.state.isVisible()


async def test_a_deleted_annotation_is_closed_here_too(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    viewer.window.model.remove([KEPT.id])
    viewer.actions.tick()
    assert (page.job_id, page.model.rowCount()) == ("", 0)


async def test_the_page_without_a_result_leads_to_the_annotations(
    viewer: Viewer, arun: Run
) -> None:
    viewer.window.open_page(Page.RESULTS)
    assert viewer.page.state is not None
    assert viewer.page.state.action.text() == NOTHING.action
    click(viewer.page.state.action)
    assert viewer.window.pages.currentWidget() is viewer.window.annotations


async def test_columns_are_chosen_and_asked_for(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    menu = page.variants.column_menu()
    groups = {action.text(): action.menu() for action in menu.actions() if action.menu()}
    assert list(groups) == ["Variant", "Consequence", "Sources", "Samples"]
    quality = next(each for each in groups["Variant"].actions() if each.text() == "Quality")
    quality.trigger()
    await viewer.idle()
    assert "qual" in viewer.variants.asked[-1].columns
    assert "qual" in [column.key for column in page.model.columns]
    every = next(each for each in menu.actions() if each.text() == "A row for each consequence")
    every.trigger()
    await viewer.idle()
    assert viewer.variants.asked[-1].every_consequence
    assert page.variants.count.text() == "3,000 consequences"
    # The next result has the same columns.
    await viewer.open(SHORT)
    assert "qual" in [column.key for column in page.model.columns]
    usual = next(each for each in menu.actions() if each.text() == "Usual columns")
    usual.trigger()
    await viewer.idle()
    assert "qual" not in [column.key for column in page.model.columns]


async def test_the_keyboard_goes_everywhere(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    QTest.keySequence(page.variants.table, "Ctrl+F")
    assert page.variants.filters.search.hasFocus()
    QTest.keyClicks(page.variants.filters.search, "DEMO12")
    QTest.keyClick(page.variants.filters.search, Qt.Key.Key_Return)
    await viewer.idle()
    assert viewer.variants.asked[-1].text == "DEMO12"
    QTest.keyClick(page.variants.filters.search, Qt.Key.Key_Escape)
    assert page.variants.table.hasFocus()
    QTest.keyClick(page.variants.table, Qt.Key.Key_Down)
    assert page.variants.panel.isHidden()
    QTest.keyClick(page.variants.table, Qt.Key.Key_Space)
    assert page.variants.panel.isVisible()
    await viewer.idle()
    QTest.keyClick(page.variants.table, Qt.Key.Key_Escape)
    assert page.variants.panel.isHidden()


async def test_whatever_can_be_clicked_has_a_name(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    page.variants.table.selectRow(0)
    page.variants.table.opened.emit()
    await viewer.idle()
    nameless = [
        button.text()
        for button in page.findChildren(QPushButton)
        if not button.accessibleName().strip()
    ]
    assert nameless == []
    primary = [
        button
        for button in page.findChildren(QPushButton)
        if button.property("kind") == "primary" and button.isVisible()
    ]
    assert primary == [page.download]
    click(page.download)
    assert viewer.done == [f"download {KEPT.id} result"]
    QApplication.processEvents()
