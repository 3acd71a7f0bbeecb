"""How the variant table shares its width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from backend.wire import VariantFilter
from desktop.ui.screens import sample_window
from desktop.ui.theme.theme import Theme
from desktop.ui.viewer.screens import open_sample, variants
from desktop.ui.viewer.widths import Wanted, fitted

WANTED = st.builds(
    lambda enough, more: Wanted(enough, enough + more), st.integers(48, 200), st.integers(0, 200)
)


@given(st.lists(WANTED, min_size=1, max_size=12), st.integers(50, 3000))
def test_what_fits_fills_the_room_and_no_column_is_cut_at_its_edge(
    wanted: list[Wanted], room: int
) -> None:
    widths = fitted(wanted, room)
    assert len(widths) == len(wanted)
    assert all(width >= each.enough for width, each in zip(widths, wanted, strict=True))
    ends = [sum(widths[: at + 1]) for at in range(len(widths))]
    assert room in ends or ends[0] > room


def test_a_column_gets_all_that_is_in_it_before_the_rest_is_shared() -> None:
    wanted = [Wanted(100, 100), Wanted(100, 180)]
    assert fitted(wanted, 280) == [100, 180]
    assert fitted(wanted, 240) == [100, 140]
    assert fitted(wanted, 560) == [200, 360]


def test_columns_that_do_not_fit_are_reached_by_scrolling() -> None:
    wanted = [Wanted(100, 100)] * 4
    assert fitted(wanted, 250) == [125, 125, 100, 100]
    assert fitted([Wanted(100, 150)], 60) == [100]


def test_what_the_columns_say_is_not_cut_at_the_usual_size(theme: Theme) -> None:
    window = variants(sample_window(theme))
    window.show()
    QApplication.processEvents()
    table = window.results.variants.table
    right = table.viewport().width()
    ends = [
        table.columnViewportPosition(at) + table.columnWidth(at)
        for at in range(table.model().columnCount())
    ]
    assert right in ends
    assert table.columnWidth(6) >= table._wanted_widths()[6].whole
    window.close()
    window.deleteLater()


def test_all_columns_are_seen_without_the_details(theme: Theme) -> None:
    window = sample_window(theme)
    page = open_sample(window, VariantFilter())
    window.show()
    QApplication.processEvents()
    table = page.variants.table
    assert sum(map(table.columnWidth, range(10))) == table.viewport().width()
    assert not table.horizontalScrollBar().isVisible()
    window.close()
    window.deleteLater()
