"""A result's counts come after its rows: what is shown, offered and kept until they do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from desktop.errors import ForbiddenError, OfflineError
from desktop.sentences import quoted
from desktop.ui.viewer.editors import ChoiceEditor
from desktop.ui.viewer.page import ResultsPage
from desktop.ui.viewer.switch import Tab
from desktop.ui.views.main_window import MainWindow
from desktop.waits import LONGEST_WAIT
from tests.desktop.clicks import click
from tests.desktop.conftest import Run
from tests.desktop.desk import eventually
from tests.desktop.viewer_world import ARCHIVED, KEPT, SHORT, Viewer, impacts, open_viewer

CHOICES = ["significances", "consequences"]
LONG = 1_100
"""So many tries are a night without a network."""

LINKS = ["Ensembl", "ClinVar", "gnomAD", "dbSNP"]


@pytest.fixture
def viewer(window: MainWindow, tmp_path: Path, arun: Run) -> Iterator[Viewer]:
    made = open_viewer(window, tmp_path)
    yield made
    arun(made.tasks.stop())


async def show_rows(viewer: Viewer) -> ResultsPage:
    """Open a result whose counts do not come before `counted` is set."""
    viewer.variants.counted.clear()
    viewer.window.annotations.view_wanted.emit(KEPT.id)
    await eventually(lambda: viewer.page.model.row_at(0) is not None)
    return viewer.page


def choices(viewer: Viewer, kind: str) -> ChoiceEditor:
    """Open the popup of a chip; return what is in it."""
    filters = viewer.page.variants.filters
    filters.chips[kind].click()
    editor = filters.editors[kind]
    assert isinstance(editor, ChoiceEditor)
    assert editor.isVisible()
    return editor


def texts(widget: QWidget) -> set[str]:
    return {label.text() for label in widget.findChildren(QLabel) if label.isVisible()}


def ticked(editor: ChoiceEditor) -> list[str]:
    return [value for value, chip in editor.chips.items() if chip.isChecked()]


def reread(viewer: Viewer) -> None:
    QTest.keyClick(viewer.window, Qt.Key.Key_F5)


async def test_rows_do_not_wait_for_the_counts(viewer: Viewer, arun: Run) -> None:
    viewer.variants.counted.clear()
    page = viewer.page
    viewer.window.annotations.view_wanted.emit(KEPT.id)
    await eventually(lambda: page.model.row_at(0) is not None)
    assert page.variants.table.isVisible()
    assert page.tiles.buttons == []
    page.variants.table.selectRow(3)
    viewer.variants.counted.set()
    await viewer.idle()
    assert page.tiles.buttons
    assert page.tabs[Tab.SUMMARY].isVisible()
    assert page.variants.table.currentIndex().row() == 3
    page.variants.table.sort_wanted.emit(page.model.columns[0])
    await viewer.idle()
    assert viewer.variants.asked[-1].sort == "chrom"


async def test_counts_that_do_not_come_are_asked_for_again(viewer: Viewer, arun: Run) -> None:
    pauses: list[float] = []
    answered = asyncio.Event()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await answered.wait()
        if len(pauses) == 2:
            viewer.variants.troubles.clear()

    viewer.actions._pause = pause
    viewer.variants.troubles["summary"] = OfflineError()
    page = viewer.page
    viewer.window.annotations.view_wanted.emit(KEPT.id)
    await eventually(lambda: page.model.row_at(0) is not None)
    assert not page.tabs[Tab.SUMMARY].isVisible()
    page.variants.filters.change({"impacts": ["HIGH"]})
    answered.set()
    await viewer.idle()
    assert pauses == [1.0, 2.0]
    assert page.tiles.buttons
    assert impacts(viewer) == {"HIGH"}
    click(page.tabs[Tab.SUMMARY])
    assert page.overview.isVisible()


async def test_a_night_without_network_ends_no_asking(viewer: Viewer, arun: Run) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) >= LONG:
            viewer.variants.troubles.clear()

    viewer.actions._pause = pause
    viewer.variants.troubles["summary"] = OfflineError()
    page = await viewer.open(KEPT)
    assert len(pauses) == LONG
    assert page.tiles.buttons
    viewer.actions._losses = LONG
    viewer.variants.troubles["columns"] = OfflineError()
    viewer.actions._begin(KEPT.id)
    await viewer.idle()
    assert pauses[-1] == LONGEST_WAIT
    assert page.has_variants


async def test_an_archived_result_asks_again_for_its_counts(viewer: Viewer, arun: Run) -> None:
    async def pause(_seconds: float) -> None:
        viewer.variants.troubles.clear()

    viewer.actions._pause = pause
    viewer.variants.troubles["summary"] = OfflineError()
    page = await viewer.open(ARCHIVED)
    click(page.tabs[Tab.SUMMARY])
    assert page.overview.isVisible()


@pytest.mark.parametrize("kind", CHOICES)
async def test_nothing_is_offered_before_it_is_counted(
    viewer: Viewer, arun: Run, kind: str
) -> None:
    await show_rows(viewer)
    editor = choices(viewer, kind)
    assert "Loading…" in texts(editor)
    assert not editor.apply.isVisible()
    viewer.variants.counted.set()
    await viewer.idle()
    assert editor.isVisible()
    assert editor.apply.isVisible()
    assert "Loading…" not in texts(editor)
    assert all(chip.isVisible() for chip in list(editor.chips.values())[:2])


async def test_a_chip_that_offers_nothing_yet_closes_by_the_keyboard(
    viewer: Viewer, arun: Run
) -> None:
    page = await show_rows(viewer)
    editor = choices(viewer, "consequences")
    focused = viewer.window.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Escape)
    assert not editor.isVisible()
    assert page.variants.filters.chips["consequences"].hasFocus()
    viewer.variants.counted.set()
    await viewer.idle()


async def test_counts_that_come_leave_a_condition_as_it_is(viewer: Viewer, arun: Run) -> None:
    page = await show_rows(viewer)
    page.variants.filters.change({"consequences": ["missense_variant"]})
    editor = choices(viewer, "consequences")
    viewer.variants.counted.set()
    await viewer.idle()
    assert ticked(editor) == ["missense_variant"]
    click(editor.apply)
    await viewer.idle()
    assert page.variants.filters.wanted.consequences == ["missense_variant"]


async def test_reading_again_offers_what_was_counted_before(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    await viewer.use(consequences=["missense_variant"])
    viewer.variants.counted.clear()
    reread(viewer)
    await eventually(lambda: page.model.row_at(0) is not None)
    editor = choices(viewer, "consequences")
    assert ticked(editor) == ["missense_variant"]
    editor.chips["intron_variant"].click()
    viewer.variants.counted.set()
    await viewer.idle()
    # What is not applied yet stays, too.
    assert sorted(ticked(editor)) == ["intron_variant", "missense_variant"]


async def test_counts_that_never_come_are_not_waited_for(viewer: Viewer, arun: Run) -> None:
    viewer.variants.troubles["summary"] = ForbiddenError(quoted("Not for you."))
    page = await viewer.open()
    assert page.tiles.isHidden()
    editor = choices(viewer, "consequences")
    assert "The service did not say which there are." in texts(editor)
    assert not editor.apply.isVisible()
    assert "Pathogenic" in choices(viewer, "significances").chips


async def test_details_have_their_links_before_the_counts(viewer: Viewer, arun: Run) -> None:
    page = await show_rows(viewer)
    page.variants.table.selectRow(3)
    page.variants.table.opened.emit()
    await eventually(lambda: page.variants.panel.links)
    assert list(page.variants.panel.links) == LINKS
    viewer.variants.counted.set()
    await viewer.idle()
    viewer.variants.counted.clear()
    reread(viewer)
    await eventually(lambda: len(viewer.variants.detailed) == 2)
    await eventually(lambda: page.variants.panel.links)
    assert list(page.variants.panel.links) == LINKS
    viewer.variants.counted.set()
    await viewer.idle()


async def test_rows_stay_in_their_place_when_the_counts_come(viewer: Viewer, arun: Run) -> None:
    page = await show_rows(viewer)
    table = page.variants.table
    await eventually(lambda: page.tiles.height() > 0)
    before = table.mapTo(viewer.window, QPoint(0, 0)).y()
    viewer.variants.counted.set()
    await viewer.idle()
    await eventually(page.tiles.buttons[0].isVisible)
    viewer.window.grab()
    assert table.mapTo(viewer.window, QPoint(0, 0)).y() == before


async def test_reading_again_leaves_the_summary_open(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    click(page.tabs[Tab.SUMMARY])
    tiles = list(page.tiles.buttons)
    viewer.variants.counted.clear()
    reread(viewer)
    assert page.tiles.isVisible()
    await eventually(lambda: page.model.row_at(0) is not None)
    assert page.overview.isVisible()
    assert page.tabs[Tab.SUMMARY].isChecked()
    assert page.tiles.buttons == tiles
    viewer.variants.counted.set()
    await viewer.idle()
    assert page.overview.isVisible()
    await viewer.open(SHORT)
    assert page.tab is Tab.VARIANTS


async def test_another_result_does_not_begin_with_the_last_ones_counts(
    viewer: Viewer, arun: Run
) -> None:
    page = await viewer.open(SHORT)
    assert page.tiles.buttons
    await show_rows(viewer)
    assert page.tiles.buttons == []
    assert not page.tabs[Tab.SUMMARY].isVisible()
    assert "Loading…" in texts(choices(viewer, "consequences"))
    viewer.variants.counted.set()
    await viewer.idle()
