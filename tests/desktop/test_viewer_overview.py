"""The summary of a result in pictures: what they count, say and lead to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from backend.wire import VariantFilter
from desktop.ui.viewer.counts import Bar
from desktop.ui.viewer.distribution import StandingBars
from desktop.ui.viewer.sample import COLUMNS, SUMMARY
from desktop.ui.viewer.switch import Tab
from desktop.ui.views.main_window import MainWindow
from tests.desktop.conftest import Run
from tests.desktop.desk import eventually
from tests.desktop.viewer_world import Viewer, open_viewer


@pytest.fixture
def viewer(window: MainWindow, tmp_path: Path, arun: Run) -> Iterator[Viewer]:
    made = open_viewer(window, tmp_path)
    yield made
    arun(made.tasks.stop())


async def test_a_tile_and_a_bar_show_what_they_count(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    high = next(tile for tile in page.tiles.buttons if tile.tile.title == "High impact")
    high.click()
    await viewer.idle()
    assert page.variants.filters.wanted == VariantFilter(impacts=["HIGH"])
    page.tabs[Tab.SUMMARY].click()
    chart = page.overview.cards["genes"].chart
    chart.setFocus()
    assert page.overview.cards["genes"].readout.text().startswith("DEMO1: 943 · ")
    QTest.keyClick(chart, Qt.Key.Key_Down)
    assert page.overview.cards["genes"].readout.text().startswith("DEMO2: 906 · ")
    QTest.keyClick(chart, Qt.Key.Key_Return)
    await viewer.idle()
    assert page.tab is Tab.VARIANTS
    assert page.variants.filters.wanted == VariantFilter(genes=["DEMO2"])


async def test_pictures_are_said_in_words(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    said = {
        card.chart.accessibleName(): card.chart.accessibleDescription()
        for card in page.overview.cards.values()
    }
    assert said["Impact"] == "High: 27; Moderate: 1,480; Low: 1,723; Modifier: 57,950"
    assert said["Kind of change"].startswith("Transitions: 36,720; Transversions: 17,580")
    assert all(said.values())


async def test_what_a_bundle_lacks_is_not_offered(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    poor = SUMMARY.model_copy(update={"significances": {}, "frequencies": {}})
    bare = COLUMNS.model_copy(update={"frequency": None, "significance": None, "samples": []})
    page.show_result(bare, poor)
    await eventually(page.tiles.buttons[0].isVisible)
    assert [tile.tile.title for tile in page.tiles.buttons if not tile.isHidden()] == [
        "Records",
        "High impact",
        "Genes",
        "Ti / Tv",
    ]
    hidden = [kind for kind, chip in page.variants.filters.chips.items() if chip.isHidden()]
    assert hidden == ["max_frequency", "significances", "zygosity"]
    assert page.overview.cards["frequencies"].isHidden()


async def test_a_bar_under_the_mouse_is_said_and_chosen(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    page.open_tab(Tab.SUMMARY)
    card = page.overview.cards["consequences"]
    place = card.chart.areas()[1].center().toPoint()
    QTest.mouseMove(card.chart, place)
    await eventually(lambda: card.readout.text().startswith("intergenic: 18,022 · "))
    QTest.mouseClick(card.chart, Qt.MouseButton.LeftButton, pos=place)
    await viewer.idle()
    assert page.variants.filters.wanted == VariantFilter(consequences=["intergenic_variant"])


def test_a_bar_that_chooses_nothing_is_only_said(viewer: Viewer) -> None:
    chart = StandingBars(viewer.window.theme, "Ranges")
    chosen: list[str] = []
    chart.chosen.connect(chosen.append)
    chart.show_bars([Bar("rare", 3), Bar("frequent", 1, "f")])
    chart.resize(200, 128)
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(10, 60))
    assert (chart.at, chart.words(chart.at), chosen) == (0, "rare: 3 · 75 %", [])
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(190, 60))
    assert chosen == ["f"]
    assert chart.words(7) == ""
    chart.grab()


@pytest.mark.parametrize(("width", "columns"), [(1360, 3), (960, 2)])
async def test_cards_stand_in_as_many_columns_as_there_is_room_for(
    viewer: Viewer, arun: Run, width: int, columns: int
) -> None:
    viewer.window.resize(width, 860)
    page = await viewer.open()
    page.open_tab(Tab.SUMMARY)
    shown = [card for card in page.overview.cards.values() if card.isVisible()]
    await eventually(lambda: len({card.x() for card in shown}) == columns)
    assert len(shown) == 9
