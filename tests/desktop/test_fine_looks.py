"""What is only seen at a second look: long words, even lines, the theme while the app runs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.sample import sample_jobs
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import DARK, LIGHT, Tokens, hair
from desktop.ui.viewer.counts import Bar
from desktop.ui.viewer.distribution import StandingBars
from desktop.ui.views.controls import breakable, button, label
from desktop.ui.views.details import WIDTH
from desktop.ui.views.flow import FlowLayout, flowing
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.search_field import SearchField

BASES = "ACGT" * 60
BREAK = "\N{ZERO WIDTH SPACE}"


def drawn(icon: QIcon) -> set[str]:
    """Return the colours of *icon* where it is drawn in full."""
    picture = icon.pixmap(QSize(16, 16), 2).toImage()
    places = product(range(picture.width()), range(picture.height()))
    found = (picture.pixelColor(*place) for place in places)
    return {colour.name() for colour in found if colour.alpha() == 255}


def test_only_words_that_are_too_long_are_broken() -> None:
    sentence = "Line 12 has 7 columns; sample_panel_a.vcf needs at least 8."
    assert breakable(sentence) == sentence
    assert breakable(BASES).replace(BREAK, "") == BASES
    assert max(map(len, breakable(BASES).split(BREAK))) == 8


def test_a_long_name_is_broken_after_its_marks() -> None:
    name = "sample_novaseq_run_20260311_haplotypecaller_joint_genotyped.vcf.gz"
    pieces = breakable(name).split(BREAK)
    assert pieces[:4] == ["sample_", "novaseq_", "run_", "20260311_"]
    assert "".join(pieces) == name


def test_a_reason_with_bases_leaves_the_details_their_width(filled: MainWindow) -> None:
    job = sample_jobs()[6].model_copy(update={"failure": f'The REF allele "{BASES}" is wrong.'})
    filled.model.put([job])
    filled.model.flush()
    filled.annotations.open_details(job.id)
    QApplication.processEvents()
    details = filled.annotations.details
    close = details.close_button
    assert close.mapTo(details, close.rect().topRight()).x() < WIDTH
    assert details.reason.width() < WIDTH


@pytest.mark.parametrize(("scale", "pixels"), [(1.0, 1), (1.5, 1), (2.0, 2), (3.0, 3)])
def test_a_line_is_whole_pixels_of_the_screen(scale: float, pixels: int) -> None:
    assert hair(scale) * scale == pytest.approx(pixels)


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda tokens: tokens.name)
def test_the_cross_of_the_details_follows_the_theme(
    filled: MainWindow, theme: Theme, tokens: Tokens
) -> None:
    close = filled.annotations.details.close_button
    theme.use(LIGHT if tokens is DARK else DARK)
    theme.use(tokens)
    assert tokens.muted in drawn(close.icon())


def test_a_search_is_cleared_by_our_own_cross(theme: Theme) -> None:
    window = QWidget()
    field = SearchField("Find", "Find a thing", 200, window)
    field.setText("typed")
    window.show()
    for tokens in (DARK, LIGHT):
        theme.use(tokens)
        QApplication.processEvents()
        clear = field.findChild(QAction, "_q_qlineeditclearaction")
        assert isinstance(clear, QAction)
        assert tokens.muted in drawn(clear.icon())
    window.close()


@pytest.fixture
def flow(qapp: QApplication) -> Iterator[tuple[FlowLayout, list[QWidget]]]:
    window = QWidget()
    window.resize(500, 100)
    holder = QWidget(window)
    layout = flowing(holder)
    pieces = [QWidget(holder) for _ in range(3)]
    for piece in pieces:
        piece.setMinimumSize(100, 20)
        piece.setMaximumSize(1000, 20)
        layout.addWidget(piece)
    layout.ending = True
    window.show()
    yield layout, pieces
    window.close()


def test_what_ends_a_line_stands_at_its_right(
    flow: tuple[FlowLayout, list[QWidget]],
) -> None:
    layout, pieces = flow
    holder = pieces[0].parentWidget()
    holder.resize(400, 60)
    QApplication.processEvents()
    last = pieces[-1].geometry()
    assert (last.top(), last.right()) == (pieces[0].y(), 399)
    assert layout.heightForWidth(400) == 20


def test_what_ends_the_lines_fills_one_that_is_its_own(
    flow: tuple[FlowLayout, list[QWidget]],
) -> None:
    _, pieces = flow
    holder = pieces[0].parentWidget()
    holder.resize(220, 60)
    QApplication.processEvents()
    last = pieces[-1].geometry()
    assert last.top() > pieces[0].y()
    assert (last.left(), last.width()) == (0, 220)


def test_the_highest_bar_reaches_the_line_that_says_how_much_it_is(theme: Theme) -> None:
    theme.use(LIGHT)
    chart = StandingBars(theme, "Chromosome")
    chart.resize(200, 140)
    chart.show_bars([Bar("1", 900), Bar("2", 450)])
    picture = chart.grab().toImage()
    column = [picture.pixelColor(50, y).name() for y in range(picture.height())]
    assert column.index(LIGHT.accent) <= 16
    assert picture.pixelColor(150, 15).name() == LIGHT.line


def test_the_keyboard_draws_one_ring_round_a_button(theme: Theme) -> None:
    theme.use(LIGHT)
    window = QWidget()
    window.resize(200, 60)
    pressed = button("Add files")
    pressed.setParent(window)
    pressed.resize(160, 32)
    window.show()
    pressed.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    picture = pressed.grab().toImage()
    inside = {picture.pixelColor(x, 5).name() for x in range(6, 154)}
    assert inside == {LIGHT.panel}
    window.close()


def test_small_words_in_a_tone_are_small(filled: MainWindow) -> None:
    page = filled.results
    page.show_countdown("2:31 left on the free plan", urgent=False)
    page.countdown.ensurePolished()
    small = label("x", "small")
    small.ensurePolished()
    assert page.countdown.font().pixelSize() == small.font().pixelSize() == 12
