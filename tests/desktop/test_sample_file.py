"""Whoever has no annotations yet can try the file that comes with the app."""

from __future__ import annotations

from backend.assets import asset
from desktop.transfer.items import State
from desktop.ui.actions.uploads import SAMPLE
from tests.desktop.clicks import click, enter
from tests.desktop.desk import Desk, eventually
from tests.desktop.transfer_steps import sent, states


async def test_one_click_sends_the_sample_file(desk: Desk) -> None:
    await enter(desk)
    nothing = desk.window.annotations.nothing_yet
    assert nothing.other is not None
    click(nothing.other)
    await eventually(lambda: states(desk) == {"demo.vcf": State.DONE})
    assert sent(desk) == ["demo.vcf"]


def test_the_sample_file_fits_the_free_plan() -> None:
    assert asset(SAMPLE).stat().st_size < 153_600
