"""The cards in which conditions are edited lie within the window, and leave with their chip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QWidget

from backend.wire import VariantFilter
from desktop.ui.viewer.chip import Popup
from desktop.ui.viewer.editors import ChoiceEditor
from desktop.ui.viewer.filter_bar import FilterBar
from desktop.ui.viewer.genotypes import GenotypeEditor
from desktop.ui.views.banner import Notice
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.sidebar import Page
from tests.desktop.conftest import Run
from tests.desktop.viewer_world import Viewer, open_viewer

LEAST, USUAL = (956, 456), (1360, 860)
TERMS = [f"a_consequence_of_number_{number}_variant" for number in range(28)]
SAMPLES = [f"S{number}" for number in range(40)]


@pytest.fixture
def viewer(window: MainWindow, tmp_path: Path, arun: Run) -> Iterator[Viewer]:
    made = open_viewer(window, tmp_path)
    yield made
    arun(made.tasks.stop())


async def opened(viewer: Viewer, size: tuple[int, int] = LEAST) -> FilterBar:
    """Open a result with many consequences and samples in a window of that size."""
    viewer.window.resize(*size)
    filters = (await viewer.open()).variants.filters
    consequences, genotypes = filters.editors["consequences"], filters.editors["zygosity"]
    assert isinstance(consequences, ChoiceEditor)
    assert isinstance(genotypes, GenotypeEditor)
    consequences.offer([(term, term) for term in TERMS], filters.wanted, "")
    genotypes.offer(SAMPLES)
    QApplication.processEvents()
    return filters


def place(widget: QWidget) -> QRect:
    """Return where *widget* is in its window."""
    return QRect(widget.mapTo(widget.window(), QPoint()), widget.size())


def apply_of(popup: Popup) -> QPushButton:
    return next(each for each in popup.findChildren(QPushButton) if each.text() == "Apply")


@pytest.mark.parametrize("banner", [False, True])
@pytest.mark.parametrize("kind", ["max_frequency", "genes", "consequences", "zygosity"])
async def test_apply_is_reached_in_the_smallest_window(
    viewer: Viewer, arun: Run, kind: str, *, banner: bool
) -> None:
    filters = await opened(viewer)
    if banner:
        viewer.window.banners.put(Notice("offline", "The service cannot be reached."))
        QApplication.processEvents()
    filters.chips[kind].click()
    QApplication.processEvents()
    popup = filters.popups[kind]
    apply = apply_of(popup)
    assert viewer.window.rect().contains(place(popup))
    assert place(popup).contains(place(apply))
    QTest.mouseClick(apply, Qt.MouseButton.LeftButton)
    assert popup.isHidden()


async def test_every_choice_is_scrolled_to_in_the_smallest_window(
    viewer: Viewer, arun: Run
) -> None:
    filters = await opened(viewer)
    filters.chips["consequences"].click()
    popup, editor = filters.popups["consequences"], filters.editors["consequences"]
    assert isinstance(editor, ChoiceEditor)
    scroll = editor.findChild(QScrollArea)
    assert isinstance(scroll, QScrollArea)
    last = editor.chips[TERMS[-1]]
    assert not place(scroll).contains(place(last))
    scroll.ensureWidgetVisible(last)
    assert place(scroll).contains(place(last))
    QTest.mouseClick(last, Qt.MouseButton.LeftButton)
    QTest.mouseClick(apply_of(popup), Qt.MouseButton.LeftButton)
    assert filters.wanted == VariantFilter(consequences=[TERMS[-1]])
    await viewer.idle()


async def test_lines_that_are_added_leave_apply_in_the_window(viewer: Viewer, arun: Run) -> None:
    filters = await opened(viewer, USUAL)
    filters.chips["zygosity"].click()
    popup, editor = filters.popups["zygosity"], filters.editors["zygosity"]
    assert isinstance(editor, GenotypeEditor)
    heights = []
    for _ in range(30):
        editor.more.click()
        QApplication.processEvents()
        heights.append(popup.height())
    assert heights[0] < heights[3]
    assert viewer.window.rect().contains(place(popup))
    assert place(popup).contains(place(apply_of(popup)))
    words = editor.lines[-1][1]
    assert place(popup).contains(place(words))


async def test_a_card_opens_below_its_chip_as_high_as_what_is_in_it(
    viewer: Viewer, arun: Run
) -> None:
    filters = await opened(viewer, USUAL)
    for kind, chip in filters.chips.items():
        chip.click()
        QApplication.processEvents()
        popup = filters.popups[kind]
        assert place(popup).top() > place(chip).bottom()
        assert popup.height() == popup.sizeHint().height()


async def test_a_card_stays_within_a_window_that_is_made_smaller(viewer: Viewer, arun: Run) -> None:
    filters = await opened(viewer, USUAL)
    filters.chips["consequences"].click()
    viewer.window.resize(*LEAST)
    QApplication.processEvents()
    popup = filters.popups["consequences"]
    assert popup.isVisible()
    assert viewer.window.rect().contains(place(popup))
    assert place(popup).contains(place(apply_of(popup)))


@pytest.mark.parametrize("leave", ["page", "summary", "sign-out"])
async def test_a_card_leaves_with_its_chip(viewer: Viewer, arun: Run, leave: str) -> None:
    filters = await opened(viewer, USUAL)
    filters.chips["genes"].click()
    popup = filters.popups["genes"]
    field = filters.editors["genes"].focusProxy()
    assert field is not None
    assert QApplication.focusWidget() is field
    if leave == "page":
        QTest.keyClick(field, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
        assert viewer.window.pages.currentWidget() is viewer.window.annotations
    elif leave == "summary":
        viewer.page.tabs[
            next(tab for tab in viewer.page.tabs if tab is not viewer.page.tab)
        ].click()
    else:
        viewer.window.show_sign_in()
    assert popup.isHidden()
    viewer.window.show_pages()
    viewer.window.open_page(Page.RESULTS)
    assert popup.isHidden()


async def test_a_card_that_comes_back_with_the_window_still_closes(
    viewer: Viewer, arun: Run
) -> None:
    filters = await opened(viewer, USUAL)
    filters.chips["genes"].click()
    viewer.window.hide()
    viewer.window.show()
    popup = filters.popups["genes"]
    assert popup.isVisible()
    QTest.mouseClick(viewer.window.sidebar, Qt.MouseButton.LeftButton)
    assert popup.isHidden()
