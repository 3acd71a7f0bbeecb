"""The strip's buttons mean the transfer that it shows, whatever has happened to it since."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.ports import Progress
from desktop.transfer.check import FileCheck
from desktop.transfer.items import Item, Outgoing, State
from desktop.ui.views.upload_strip import UploadStrip
from tests.desktop.clicks import click, enter
from tests.desktop.desk import Desk, eventually
from tests.desktop.transfer_steps import states

LEFT = Qt.MouseButton.LeftButton
CANCELLING = "taking transfers out"
"""The task that asks, where there is something to ask, and takes out what was cancelled."""


async def two_moving(desk: Desk, tmp_path: Path) -> UploadStrip:
    """Have two files on their way for ever, of which the first is shown; return the strip."""

    async def work(item: Item, progress: Progress) -> Outgoing:
        await asyncio.Event().wait()
        raise AssertionError

    await enter(desk)
    desk.actions.board.works[Outgoing] = work
    desk.actions.board.add(
        Item(name, f"{name}.vcf", Outgoing(tmp_path / f"{name}.vcf", FileCheck(9)))
        for name in ("first", "second")
    )
    await eventually(lambda: shown(desk) == "first.vcf")
    return desk.window.annotations.strip


def shown(desk: Desk) -> str:
    strip = desk.window.annotations.strip
    return strip._name.text() if strip.cancel.isVisible() else ""


def arrive(desk: Desk, item_id: str) -> None:
    """Have an item arrive, of which the strip has not heard yet."""
    board = desk.actions.board
    item = board.queue.get(item_id)
    assert item is not None
    board.queue.finish(item_id, item.work)
    board.changed.emit()


def is_cancelling() -> bool:
    return any(task.get_name() == CANCELLING for task in asyncio.all_tasks())


async def test_what_has_just_arrived_is_not_cancelled_and_nothing_else_is(
    desk: Desk, tmp_path: Path
) -> None:
    strip = await two_moving(desk, tmp_path)
    arrive(desk, "first")
    assert shown(desk) == "first.vcf"
    click(strip.cancel)
    assert not is_cancelling()
    # Whoever clicks again sees what is meant now.
    assert shown(desk) == "second.vcf"
    click(strip.cancel)
    await eventually(lambda: states(desk) == {"first.vcf": State.DONE})


async def test_what_has_just_arrived_is_not_paused_and_nothing_else_is(
    desk: Desk, tmp_path: Path
) -> None:
    strip = await two_moving(desk, tmp_path)
    arrive(desk, "first")
    click(strip.pause)
    assert states(desk) == {"first.vcf": State.DONE, "second.vcf": State.RUNNING}
    click(strip.pause)
    assert states(desk)["second.vcf"] is State.PAUSED


async def test_a_button_means_what_was_shown_when_it_went_down(desk: Desk, tmp_path: Path) -> None:
    strip = await two_moving(desk, tmp_path)
    QTest.mousePress(strip.cancel, LEFT)
    arrive(desk, "first")
    await eventually(lambda: shown(desk) == "second.vcf")
    QTest.mouseRelease(strip.cancel, LEFT)
    assert not is_cancelling()


async def test_the_button_does_what_it_says(desk: Desk, tmp_path: Path) -> None:
    strip = await two_moving(desk, tmp_path)
    board = desk.actions.board
    board.pause(["second"])
    board.pause(["first"])
    # It says "Pause" still.
    click(strip.pause)
    assert set(states(desk).values()) == {State.PAUSED}
    assert strip.pause.text() == "Resume"
    click(strip.pause)
    assert states(desk)["first.vcf"] is not State.PAUSED
    assert states(desk)["second.vcf"] is State.PAUSED
