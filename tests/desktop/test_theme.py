"""The colours can be read, in both schemes."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from desktop.ui.theme.icons import GRID, icon, pixmap
from desktop.ui.theme.tokens import DARK, LIGHT, MINIMUM_CONTRAST, Tokens, Tone, contrast

SCHEMES = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.name)


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@SCHEMES
def test_letters_can_be_read_on_every_surface(tokens: Tokens) -> None:
    letters = [tokens.text, tokens.muted, *(tokens.colour(tone) for tone in Tone)]
    surfaces = [tokens.bg, tokens.panel, tokens.side, tokens.accent_soft]
    poor = {
        (letter, surface): round(ratio, 2)
        for letter, surface in product(letters, surfaces)
        if (ratio := contrast(letter, surface)) < MINIMUM_CONTRAST
    }
    assert poor == {}


@SCHEMES
@pytest.mark.parametrize("tone", Tone)
def test_a_tag_can_be_read_on_its_tint(tokens: Tokens, tone: Tone) -> None:
    assert contrast(tokens.colour(tone), tokens.soft(tone)) >= MINIMUM_CONTRAST


@SCHEMES
def test_a_primary_button_can_be_read(tokens: Tokens) -> None:
    assert contrast(tokens.on_accent, tokens.accent) >= MINIMUM_CONTRAST
    assert contrast(tokens.on_accent, tokens.accent_hover) >= MINIMUM_CONTRAST
    assert contrast(tokens.on_accent, tokens.accent_pressed) >= MINIMUM_CONTRAST


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0, 3.0])
def test_an_icon_is_drawn_for_the_scale_and_not_enlarged(qapp: QApplication, scale: float) -> None:
    shown = icon("file", LIGHT.text).pixmap(QSize(GRID, GRID), scale)
    drawn = pixmap("file", LIGHT.text, GRID, scale)
    assert shown.devicePixelRatio() == scale
    assert shown.toImage() == drawn.toImage()
