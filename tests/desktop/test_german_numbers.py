"""Numbers of variants in German: points between groups of digits, a comma before decimals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from desktop.ui.viewer.counts import frequency_bars, share_text, tiles
from desktop.ui.viewer.detail_actions import DetailActions
from desktop.ui.viewer.editors import FrequencyEditor
from desktop.ui.viewer.query import NO_FILTER, chip_text, listed_regions, with_fields
from desktop.ui.viewer.sample import SUMMARY
from desktop.ui.viewer.wording import count_text, frequency_text, position_text, value_text
from desktop.ui.views.main_window import MainWindow
from tests.desktop.conftest import Run
from tests.desktop.viewer_world import Viewer, open_viewer

pytestmark = pytest.mark.usefixtures("german")


@pytest.fixture
def viewer(german: None, window: MainWindow, tmp_path: Path, arun: Run) -> Iterator[Viewer]:
    made = open_viewer(window, tmp_path)
    yield made
    arun(made.tasks.stop())


def test_values_places_and_frequencies() -> None:
    assert value_text(61_204) == "61.204"
    assert value_text(2.5) == "2,5"
    assert value_text("2.5") == "2.5"
    assert position_text("GL000192.1", 3_869_743) == "GL000192.1:3.869.743"
    assert [frequency_text(each) for each in (0.412, 0.00002, 3e-6, 1)] == [
        "0,412",
        "0,00002",
        "3e-06",
        "1",
    ]


def test_counts_and_shares() -> None:
    assert count_text(27, exact=True, total=61_204) == "27 von 61.204"
    assert share_text(1, 30) == " · 3,33 %"
    assert "2,09" in [tile.text for tile in tiles(SUMMARY, None, frozenset())]
    assert "0,1%" in [bar.axis for bar in frequency_bars(SUMMARY)]


def test_conditions() -> None:
    wanted = with_fields(NO_FILTER, max_frequency=0.01, genes=[f"G{n}" for n in range(1000)])
    assert chip_text("max_frequency", wanted) == "AF ≤ 0,01"
    assert chip_text("genes", wanted).endswith(": 1.000")


def test_regions_are_taken_as_they_are_written() -> None:
    typed = "20:100.000-200.000, GL000192.1:5; X"
    assert listed_regions(typed) == ["20:100,000-200,000", "GL000192.1:5", "X"]


@pytest.mark.parametrize(
    ("typed", "most"), [("0,01", 0.01), ("0.01", 0.01), (",5", 0.5), ("3e-06", 3e-6), ("1", 1.0)]
)
def test_a_frequency_is_typed_with_comma_or_point(typed: str, most: float) -> None:
    editor, applied = FrequencyEditor(), []
    editor.applied.connect(applied.append)
    editor.show_filter(with_fields(NO_FILTER, max_frequency=most))
    assert editor.other.hasAcceptableInput()
    editor.other.setText(typed)
    QTest.keyClick(editor.other, Qt.Key.Key_Return)
    assert applied == [{"max_frequency": most}]


async def test_what_is_copied_is_as_a_query_takes_it(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    page.variants.table.selectRow(3)
    row = page.variants.table.current()
    assert row is not None
    shown = page.model.words(row, page.model.columns[0]).text
    (detail,) = viewer.window.findChildren(DetailActions)
    detail.copy_row()
    clipboard = QGuiApplication.clipboard()
    assert clipboard.text().split("\t")[0] == shown.replace(".", ",") != shown
    detail.copy_names()
    assert clipboard.text().splitlines()[1] == "ENSP00000000104.1:p.Ala2917fs"
