"""Where things are on the screen, and that nothing is cut that has room."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QScrollArea

from desktop.ui.delegates.cell import PADDING
from desktop.ui.models.columns import Column
from desktop.ui.sample import ME, sample_jobs
from desktop.ui.screens import SCREENS
from desktop.ui.theme.theme import Theme
from desktop.ui.transfer_sample import show_sample
from desktop.ui.views.controls import ElidedLabel
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.search_field import SearchField
from desktop.ui.views.sidebar import Page
from desktop.ui.wording import Action

WIDE, USUAL, NARROW = (1920, 1080), (1360, 860), (1024, 700)


def settle(window: MainWindow, size: tuple[int, int]) -> None:
    """Give *window* a size, and have everything laid out."""
    window.resize(*size)
    for _ in range(3):
        QApplication.processEvents()


def shown_columns(window: MainWindow) -> set[Column]:
    table = window.annotations.table
    return {column for column in Column if not table.isColumnHidden(column)}


def test_the_sidebar_counts_what_goes_on(filled: MainWindow) -> None:
    entries = filled.sidebar.entries
    jobs, transfers = entries[Page.ANNOTATIONS], entries[Page.TRANSFERS]
    assert (jobs.count.text(), jobs.accessibleName()) == ("2", "Annotations, 2 jobs under way")
    assert (transfers.count.isHidden(), transfers.accessibleName()) == (True, "Transfers")
    show_sample(filled.transfers)
    assert transfers.count.text() == "9"
    assert transfers.accessibleName() == "Transfers, 9 transfers to go"
    filled.transfers.show_counts({})
    assert transfers.count.isHidden()
    filled.model.remove([job.id for job in sample_jobs()])
    assert (jobs.count.isHidden(), jobs.accessibleName()) == (True, "Annotations")


def test_a_count_takes_no_click_from_its_entry(filled: MainWindow) -> None:
    entry = filled.sidebar.entries[Page.ANNOTATIONS]
    filled.open_page(Page.ACCOUNT)
    QTest.mouseClick(entry, Qt.MouseButton.LeftButton, pos=entry.count.geometry().center())
    assert filled.pages.currentWidget() is filled.annotations


def test_who_is_signed_in_is_said_in_full(filled: MainWindow) -> None:
    assert filled.sidebar._name.text() == ME.name
    assert ME.email in filled.sidebar._name.toolTip()
    filled.set_me(ME.model_copy(update={"name": "", "email": f"{'long' * 20}@example.org"}))
    assert filled.sidebar._name.text().startswith("longlong")
    assert filled.sidebar._name.text().endswith("…")


def test_limits_are_not_torn_from_their_units(filled: MainWindow) -> None:
    said = filled.sidebar._limits.text()
    assert "150\N{NO-BREAK SPACE}KB" in said
    assert "3\N{NO-BREAK SPACE}minutes" in said


@pytest.mark.parametrize("size", [WIDE, USUAL, NARROW])
def test_columns_fill_the_table_and_leave_room_for_names(
    filled: MainWindow, size: tuple[int, int]
) -> None:
    filled.annotations.open_details(sample_jobs()[2].id)
    settle(filled, size)
    table = filled.annotations.table
    shown = shown_columns(filled)
    assert sum(map(table.columnWidth, shown)) == table.viewport().width()
    names = [QFontMetrics(table.font()).horizontalAdvance(job.name) for job in sample_jobs()]
    assert table.columnWidth(Column.FILE) >= min(150, *names)
    assert {Column.FILE, Column.RESULT} <= shown
    assert (shown == set(Column)) is (size != NARROW)


def test_a_narrow_list_gets_its_columns_back_when_the_details_close(filled: MainWindow) -> None:
    filled.annotations.open_details(sample_jobs()[2].id)
    settle(filled, NARROW)
    assert shown_columns(filled) == {Column.FILE, Column.RESULT}
    filled.annotations.details.close_button.click()
    settle(filled, NARROW)
    assert shown_columns(filled) == set(Column)


def least(window: MainWindow) -> tuple[int, int]:
    size = window.minimumSize()
    return size.width(), size.height()


def test_what_can_be_downloaded_is_seen_beside_the_details(filled: MainWindow) -> None:
    filled.annotations.open_details(sample_jobs()[2].id)
    settle(filled, least(filled))
    table = filled.annotations.table
    assert Column.RESULT in shown_columns(filled)
    assert sum(map(table.columnWidth, shown_columns(filled))) == table.viewport().width()
    row = filled.model.row_of(sample_jobs()[2].id)
    assert row is not None
    cell = table.visualRect(filled.model.index(row, Column.RESULT))
    clicked = QSignalSpy(table.triggered)
    place = QPoint(cell.right() - PADDING - 10, cell.center().y())
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert clicked.at(0) == [sample_jobs()[2].id, Action.DOWNLOAD]


@pytest.mark.parametrize("language", ["english", "german"])
def test_speed_and_time_are_seen_in_a_narrow_strip(
    request: pytest.FixtureRequest, theme: Theme, language: str
) -> None:
    if language == "german":
        request.getfixturevalue("german")
    window = SCREENS["dashboard"](theme)
    assert isinstance(window, MainWindow)
    window.show()
    strip = window.annotations.strip
    for size in (least(window), WIDE):
        settle(window, size)
        shown = strip.words.text()
        assert "38 MB/s" in shown
        assert "18 s" in shown
        assert "…" not in shown
        assert strip.more.geometry().right() <= strip.width()
        assert ("412 MB" in shown) is (size == WIDE)
    window.close()
    window.deleteLater()


def test_a_row_opens_its_details_again_after_they_were_closed(filled: MainWindow) -> None:
    table, details = filled.annotations.table, filled.annotations.details
    index = filled.model.index(2, Column.FILE)
    for _ in range(2):
        place = table.visualRect(index).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert details.isVisible()
        details.close_button.click()
        assert not details.isVisible()


@pytest.mark.parametrize("screen", ["dashboard", "transfers", "viewer", "account", "settings"])
def test_pages_fit_a_small_window(theme: Theme, screen: str) -> None:
    window = SCREENS[screen](theme)
    assert isinstance(window, MainWindow)
    window.show()
    settle(window, NARROW)
    assert (window.width(), window.height()) == NARROW
    page = window.pages.currentWidget()
    assert page.minimumSizeHint().width() <= page.width()
    if isinstance(page, QScrollArea):
        assert page.widget().minimumSizeHint().width() <= page.viewport().width()
    window.close()
    window.deleteLater()


def test_cards_of_the_account_stand_side_by_side_where_there_is_room(filled: MainWindow) -> None:
    filled.open_page(Page.ACCOUNT)
    boxes = filled.account._order
    settle(filled, USUAL)
    assert boxes[0].y() == boxes[1].y()
    assert boxes[0].height() == boxes[1].height()
    settle(filled, NARROW)
    assert len({box.x() for box in boxes}) == 1


def test_the_account_says_why_it_is_not_shown(window: MainWindow) -> None:
    page = window.account
    window.show_pages()
    window.open_page(Page.ACCOUNT)
    assert page.state.text() == "Loading your account…"
    assert page.values["Plan"].text() == "…"
    assert not page.upgrade.isVisible()
    window.set_offline(True)
    assert page.state.text() == (
        "Offline: the service cannot be reached. "
        "Your account appears here as soon as it can be read."
    )
    window.set_me(ME)
    assert page.state.text() == (
        "Offline: the service cannot be reached. "
        "Your account is shown as the service described it last."
    )
    assert (page.values["Plan"].text(), page.values["Name"].text()) == ("Free", ME.name)
    window.set_offline(False)
    assert not page.state.isVisible()
    window.show_sign_in()
    assert page.values["Name"].text() == "…"


def test_the_details_do_not_move_when_a_scroll_bar_comes(filled: MainWindow) -> None:
    filled.annotations.open_details(sample_jobs()[2].id)
    details = filled.annotations.details
    (bar,) = [area.verticalScrollBar() for area in details.findChildren(QScrollArea)][:1]
    edges = []
    for size in (WIDE, NARROW):
        settle(filled, size)
        edges.append(details.timeline.x() + details.parameters.width())
        assert bar.isVisible() is (size == NARROW)
    assert edges[0] == edges[1]


def test_the_summary_fills_its_page(theme: Theme) -> None:
    window = SCREENS["viewer_summary"](theme)
    assert isinstance(window, MainWindow)
    window.show()
    settle(window, USUAL)
    overview = window.results.overview
    right = max(card.geometry().right() for card in overview.cards.values())
    assert right == overview.viewport().width() - 1
    window.close()
    window.deleteLater()


def test_a_label_is_cut_only_where_there_is_no_room(theme: Theme) -> None:
    said = ElidedLabel("small")
    said.setText("b1345e7b · GRCh37 · 3 samples")
    whole = said.sizeHint().width()
    assert said.minimumSizeHint().width() == 0
    said.show()
    said.resize(whole, 20)
    assert said.text() == "b1345e7b · GRCh37 · 3 samples"
    said.resize(whole // 2, 20)
    assert said.text().endswith("…")
    assert said.sizeHint().width() == whole
    assert said.accessibleName() == "b1345e7b · GRCh37 · 3 samples"


def test_a_search_field_says_which_keys_lead_to_it(theme: Theme) -> None:
    fields = [SearchField("Filter…", "Filter", width) for width in (260, 90)]
    plain = [each.grab().toImage() for each in fields]
    for each in fields:
        each.setPlaceholderText("")
        each.setText(" ")
    typed = [each.grab().toImage() for each in fields]
    # Where there is no room the keys are not drawn; the right end is then as it is with a text.
    strips = [
        [image.copy(image.width() - 60, 0, 20, image.height()) for image in pair]
        for pair in zip(plain, typed, strict=True)
    ]
    assert strips[0][0] != strips[0][1]


def test_no_page_is_without_a_title(filled: MainWindow) -> None:
    filled.open_page(Page.RESULTS)
    assert filled.results.name.text() == "Results"
    assert filled.results.name.isVisible()
