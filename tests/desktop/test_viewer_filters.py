"""The bar of conditions: each editor, what it makes of a filter, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from backend.wire import VariantFilter
from desktop.ui.viewer.chip import Popup
from desktop.ui.viewer.editors import FrequencyEditor
from desktop.ui.viewer.filter_bar import FilterBar
from desktop.ui.viewer.genotypes import GenotypeEditor
from desktop.ui.viewer.query import (
    NO_FILTER,
    VariantQuery,
    chip_text,
    listed,
    listed_regions,
    with_fields,
)
from desktop.ui.views.main_window import MainWindow
from tests.desktop.conftest import Run
from tests.desktop.desk import eventually
from tests.desktop.viewer_world import Viewer, open_viewer


@pytest.fixture
def viewer(window: MainWindow, tmp_path: Path, arun: Run) -> Iterator[Viewer]:
    made = open_viewer(window, tmp_path)
    yield made
    arun(made.tasks.stop())


async def open_editor(viewer: Viewer, kind: str) -> tuple[FilterBar, Popup]:
    page = await viewer.open()
    filters = page.variants.filters
    filters.chips[kind].click()
    assert filters.popups[kind].isVisible()
    return filters, filters.popups[kind]


def press(within: QWidget, text: str) -> None:
    button = next(each for each in within.findChildren(QPushButton) if each.text() == text)
    assert button.isVisible()
    button.click()


async def test_impacts_are_used_click_by_click(viewer: Viewer, arun: Run) -> None:
    filters, popup = await open_editor(viewer, "impacts")
    press(popup, "High")
    press(popup, "Moderate")
    await viewer.idle()
    assert popup.isVisible()
    assert filters.wanted.impacts == ["HIGH", "MODERATE"]
    assert filters.chips["impacts"].text().strip() == "Impact: high, moderate"
    filters.chips["impacts"].clear.click()
    await viewer.idle()
    assert filters.wanted == NO_FILTER
    assert filters.chips["impacts"].text() == "Impact…"


async def test_a_frequency_is_chosen_or_typed(viewer: Viewer, arun: Run) -> None:
    filters, popup = await open_editor(viewer, "max_frequency")
    press(popup, "0.01")
    assert filters.wanted.max_frequency == 0.01
    assert popup.isHidden()
    filters.chips["max_frequency"].click()
    field = filters.editors["max_frequency"].focusProxy()
    assert field is not None
    for typed, most in (("1.5", 0.01), ("0.002", 0.002)):
        filters.chips["max_frequency"].click()
        QTest.keySequence(field, "Ctrl+A")
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert filters.wanted.max_frequency == most
    assert filters.chips["max_frequency"].text().strip() == "AF ≤ 0.002"
    await viewer.idle()


@pytest.mark.parametrize(
    ("typed", "is_frequency"),
    [("1e-06", True), ("9E-1", True), ("2,5e-10", True), ("9e-0", False), ("9e-00", False)],
)
@pytest.mark.usefixtures("qapp")
def test_a_frequency_is_at_most_1(*, typed: str, is_frequency: bool) -> None:
    editor = FrequencyEditor()
    editor.other.setText(typed)
    assert editor.other.hasAcceptableInput() == is_frequency


async def test_a_list_of_genes_is_pasted(viewer: Viewer, arun: Run) -> None:
    filters, popup = await open_editor(viewer, "genes")
    field = filters.editors["genes"].focusProxy()
    assert field is not None
    QTest.keyClicks(field, "DEMO1, DEMO2;DEMO3 DEMO1")
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await viewer.idle()
    assert filters.wanted.genes == ["DEMO1", "DEMO2", "DEMO3"]
    assert popup.isHidden()
    assert viewer.variants.asked[-1].genes == ["DEMO1", "DEMO2", "DEMO3"]


async def test_what_occurs_in_the_result_is_offered(viewer: Viewer, arun: Run) -> None:
    filters, popup = await open_editor(viewer, "significances")
    press(popup, "Pathogenic")
    press(popup, "Likely pathogenic")
    press(popup, "Apply")
    assert filters.wanted.significances == ["Pathogenic", "Likely pathogenic"]
    filters.chips["consequences"].click()
    press(filters.popups["consequences"], "stop gained")
    press(filters.popups["consequences"], "Apply")
    assert filters.wanted.consequences == ["stop_gained"]
    await viewer.idle()


async def test_genotypes_of_several_samples_hold_together(viewer: Viewer, arun: Run) -> None:
    filters, popup = await open_editor(viewer, "zygosity")
    editor = filters.editors["zygosity"]
    assert isinstance(editor, GenotypeEditor)
    assert [names.currentData() for names, _ in editor.lines] == ["child", "mother", "father"]
    for (_, words), word in zip(editor.lines, ("het", "absent", ""), strict=True):
        words.setCurrentIndex(words.findData(word))
    press(popup, "Apply")
    await viewer.idle()
    assert filters.wanted.zygosity == ["child:het", "mother:absent"]
    assert filters.chips["zygosity"].text().strip() == "Genotype: child het, mother absent"
    filters.chips["zygosity"].click()
    assert [words.currentData() for _, words in editor.lines] == ["het", "absent", ""]


def test_many_samples_have_a_line_when_they_are_wanted(window: MainWindow) -> None:
    editor = GenotypeEditor()
    samples = [f"S{number}" for number in range(2000)]
    editor.offer(samples)
    assert len(editor.lines) == 4
    editor.more.click()
    assert editor.lines[-1][0].currentData() == "S4"
    editor.show_filter(VariantFilter(zygosity=["S1999:hom"]))
    assert (editor.lines[-1][0].currentData(), editor.lines[-1][1].currentData()) == (
        "S1999",
        "hom",
    )


async def test_escape_and_a_click_elsewhere_close_an_editor(viewer: Viewer, arun: Run) -> None:
    filters, popup = await open_editor(viewer, "genes")
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert popup.isHidden()
    assert filters.chips["genes"].hasFocus()
    filters.chips["genes"].click()
    assert popup.isVisible()
    QTest.mouseClick(
        viewer.page.variants.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5)
    )
    assert popup.isHidden()
    filters.chips["genes"].click()
    viewer.window.sidebar.upgrade.setFocus()
    assert popup.isHidden()


async def test_an_editor_stays_within_the_window(viewer: Viewer, arun: Run) -> None:
    viewer.window.resize(960, 600)
    filters, popup = await open_editor(viewer, "zygosity")
    for kind, chip in filters.chips.items():
        chip.click()
        assert viewer.window.rect().contains(filters.popups[kind].geometry())
    assert popup.parentWidget() is viewer.window


async def test_the_search_waits_for_the_end_of_a_word(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    before = len(viewer.variants.asked)
    QTest.keyClicks(page.variants.filters.search, "DEMO12")
    assert len(viewer.variants.asked) == before
    await eventually(lambda: len(viewer.variants.asked) > before)
    await viewer.idle()
    assert [asked.text for asked in viewer.variants.asked[before:]] == ["DEMO12"]
    page.variants.filters.search.clear()
    await eventually(lambda: page.variants.filters.wanted.text is None)
    await viewer.idle()


async def test_what_is_typed_in_the_table_is_searched_for(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    page.variants.table.setFocus()
    page.variants.table.selectRow(0)
    QTest.keyClick(page.variants.table, "D")
    search = page.variants.filters.search
    assert search.hasFocus()
    QTest.keyClicks(search, "EMO12")
    await eventually(lambda: page.variants.filters.wanted.text == "DEMO12")
    await viewer.idle()


async def test_pass_and_clear_all(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    filters = page.variants.filters
    assert filters.clear_all.isHidden()
    filters.passing.click()
    await viewer.use(genes=["DEMO1"])
    assert filters.wanted == VariantFilter(pass_only=True, genes=["DEMO1"])
    filters.clear_all.click()
    await viewer.idle()
    assert filters.wanted == NO_FILTER
    assert not filters.passing.isChecked()


async def test_hiding_the_query_takes_it_away(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    filters = page.variants.filters
    await viewer.use(query="impact = HIGH")
    assert filters.query.isVisible()
    assert filters.query_chip.isChecked()
    filters.query_chip.click()
    await viewer.idle()
    assert filters.query.isHidden()
    assert filters.wanted.query is None


async def test_what_the_service_would_not_take_is_said(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    asked = len(viewer.variants.asked)
    await viewer.use(genes=[f"G{number}" for number in range(1001)])
    assert "1000" in page.variants.filters.problem.text()
    assert len(viewer.variants.asked) == asked


def test_lists_are_read_however_they_are_separated() -> None:
    assert listed(" TP53,BRCA1;\nBRCA2\tTP53 ") == ["TP53", "BRCA1", "BRCA2"]
    assert listed_regions("20:1,000-2,000, X\n7:5-") == ["20:1,000-2,000", "X", "7:5-"]


@pytest.mark.parametrize(
    ("kind", "fields", "text"),
    [
        ("genes", {"genes": ["A"]}, "Gene: A"),
        ("genes", {"genes": [f"LONGNAME{n}" for n in range(9)]}, "Gene: 9"),
        ("genes", {"genes": ["X" * 60]}, f"Gene: {'X' * 33}…"),
        ("zygosity", {"zygosity": ["S:1:any"]}, "Genotype: S:1 carries it"),
        ("max_frequency", {"max_frequency": 1e-6}, "AF ≤ 1e-06"),
        ("consequences", {"consequences": ["stop_gained"]}, "Consequence: stop gained"),
        ("regions", {}, ""),
    ],
)
def test_a_chip_says_its_condition(kind: str, fields: dict[str, object], text: str) -> None:
    assert chip_text(kind, with_fields(NO_FILTER, **fields)) == text


def test_a_page_is_asked_for_with_all_of_the_query() -> None:
    wanted = VariantFilter(impacts=["HIGH"], query="pos > 5")
    query = VariantQuery(wanted, columns=("pos", "ref")).sorted_by("pos").sorted_by("pos")
    page = query.page("there")
    assert (page.impacts, page.query, page.columns) == (["HIGH"], "pos > 5", ["pos", "ref"])
    assert (page.sort, page.order, page.after) == ("pos", "desc", "there")
    assert query.sorted_by("pos").sort is None
    assert query.sorted_by("ref").descending is False
