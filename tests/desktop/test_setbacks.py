"""A service that takes no new jobs for a while is left alone until then; no file fails by it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from desktop.errors import (
    DesktopError,
    FileAwayError,
    OfflineError,
    ServerFaultError,
    TooManyError,
)
from desktop.ports import Progress
from desktop.sentences import quoted
from desktop.transfer.check import FileCheck
from desktop.transfer.items import Item, Outgoing, State
from desktop.transfer.queue import AT_ONCE, MOST_TRIES
from desktop.ui.actions.board import TransferBoard
from desktop.ui.aio import Tasks
from desktop.ui.error_words import in_words
from desktop.ui.models.transfer_row import Deed, TransferRow
from tests.desktop.conftest import Run
from tests.desktop.desk import eventually
from tests.desktop.test_board import FakeMemory

REFUSAL = (
    "On the free plan you can make 60 jobs an hour. Send this file later, or upgrade to Premium. "
    "Try again in 1200 s."
)
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
AT = f"{datetime(2026, 11, 29, 12, 20, tzinfo=UTC).astimezone():%H:%M}"


@dataclass
class Busy:
    """A service that makes no job, whatever is sent to it, while *refusing*."""

    board: TransferBoard
    seconds: list[float]
    refusing: DesktopError | None
    asked: list[str] = field(default_factory=list)

    async def send(self, item: Item, progress: Progress) -> Outgoing:
        self.asked.append(item.id)
        if item.id.startswith("begun"):
            progress.job_id = f"job of {item.id}"
        if self.refusing is not None:
            raise self.refusing
        assert isinstance(item.work, Outgoing)
        return item.work

    def item(self, item_id: str) -> Item:
        found = self.board.queue.get(item_id)
        assert found is not None
        return found

    def waiting(self) -> list[str]:
        return [item.id for item in self.board.queue.of(State.WAITING)]


@pytest.fixture
def busy(loop: asyncio.AbstractEventLoop, arun: Run) -> Iterator[Busy]:
    seconds, told = [0.0], []
    parent, tasks = QObject(), Tasks(told.append)
    board = TransferBoard(
        parent,
        transfers=None,  # type: ignore[arg-type] - nothing is checked or abandoned here
        memory=FakeMemory(),
        tasks=tasks,
        now=lambda: seconds[0],
        clock=lambda: NOON,
    )
    made = Busy(board, seconds, TooManyError(quoted(REFUSAL), retry_after=1200.0))
    board.works[Outgoing] = made.send
    arun(board.open("ada"))
    yield made
    arun(tasks.stop())
    assert told == []


def waiting(name: str) -> Item:
    return Item(name, name, Outgoing(Path(f"/{name}"), FileCheck(1)))


async def test_a_batch_waits_for_the_plan_as_long_as_the_service_says(busy: Busy) -> None:
    names = [str(number) for number in range(3 * MOST_TRIES)]
    busy.board.add(map(waiting, names))
    await eventually(lambda: busy.waiting() == names)
    assert len(busy.asked) == AT_ONCE
    rows = [TransferRow(busy.item(name)) for name in names]
    said = f"Goes on at {AT}: your plan takes 60 jobs an hour."
    assert {(row.word, row.reason, row.item.tries) for row in rows} == {("Waiting", said, 0)}
    busy.board.add([waiting("later")])
    assert TransferRow(busy.item("later")).reason == said
    busy.seconds[0], busy.refusing = 1199.0, None
    busy.board.shift(["later"], up=True)
    assert len(busy.asked) == AT_ONCE
    busy.seconds[0] = 1200.0
    busy.board.shift(["later"], up=False)
    await eventually(lambda: len(busy.board.queue.of(State.DONE)) == len(names) + 1)


async def test_another_plan_ends_the_waiting(busy: Busy) -> None:
    busy.board.add(map(waiting, "ab"))
    await eventually(lambda: busy.waiting() == ["a", "b"])
    busy.refusing = None
    busy.board.go_on()
    await eventually(lambda: len(busy.board.queue.of(State.DONE)) == 2)


async def test_a_file_that_has_a_job_waits_alone_and_without_a_try(busy: Busy) -> None:
    busy.board.add([waiting("begun")])
    await eventually(lambda: busy.item("begun").state is State.RETRYING)
    assert (busy.item("begun").tries, busy.item("begun").due) == (0, 1200.0)
    busy.refusing = None
    busy.board.add([waiting("new")])
    await eventually(lambda: busy.item("new").state is State.DONE)


async def test_a_file_that_had_a_job_at_the_last_start_is_not_held_back(busy: Busy) -> None:
    busy.board.add([waiting("new")])
    await eventually(lambda: busy.waiting() == ["new"])
    busy.refusing = None
    left = waiting("left")
    busy.board.add([replace(left, work=replace(left.work, job_id="job"))])
    await eventually(lambda: busy.item("left").state is State.DONE)
    assert busy.waiting() == ["new"]


async def test_a_refusal_of_something_else_says_only_when_it_goes_on(busy: Busy) -> None:
    busy.refusing = TooManyError(quoted("There are too many requests."), retry_after=1200.0)
    busy.board.add([waiting("a")])
    await eventually(lambda: busy.waiting() == ["a"])
    said = f"Goes on at {AT}: the service takes no more for now."
    assert in_words(busy.item("a").reason) == said


async def test_a_service_that_wants_to_be_asked_at_once_is_asked_ever_more_seldom(
    busy: Busy,
) -> None:
    busy.refusing = TooManyError(quoted("There are too many requests."), retry_after=0.0)
    busy.board.progress("begun").job_id = "job"
    busy.board.add([*map(waiting, "abcd"), waiting("begun")])
    await eventually(lambda: busy.item("begun").state is State.RETRYING)
    for seconds in range(1, 601):
        busy.seconds[0] = float(seconds)
        busy.board.shift(["a"], up=True)
        await eventually(lambda: not busy.board.queue.of(State.RUNNING))
    assert 50 < len(busy.asked) < 90
    assert {item.state for item in busy.board.queue.items} == {State.WAITING, State.RETRYING}
    busy.refusing = None
    busy.board.go_on()
    busy.board.retry(["begun"])
    await eventually(lambda: len(busy.board.queue.of(State.DONE)) == 5)


async def test_a_file_that_waits_alone_says_once_when_it_goes_on(busy: Busy) -> None:
    busy.board.add([waiting("begun")])
    await eventually(lambda: busy.item("begun").state is State.RETRYING)
    row = TransferRow(busy.item("begun"), wait=1200.0)
    assert row.reason == "The service takes no more requests for now. Next try in 20 min."


async def test_a_refusal_that_names_no_time_is_a_fault_that_may_pass(busy: Busy) -> None:
    busy.refusing = TooManyError(quoted(REFUSAL))
    busy.board.add([waiting("a")])
    await eventually(lambda: busy.item("a").state is State.RETRYING)
    assert busy.item("a").tries == 1


async def tried_again(busy: Busy, name: str) -> None:
    """Wait for one more try of an item, and for its end."""
    count = len(busy.asked)
    busy.seconds[0] += 100.0
    busy.board.shift([name], up=True)
    await eventually(lambda: len(busy.asked) > count and busy.item(name).state is State.RETRYING)


async def test_a_long_outage_uses_up_no_tries_of_the_service(busy: Busy) -> None:
    busy.refusing = OfflineError()
    busy.board.add([waiting("a")])
    await eventually(lambda: busy.item("a").state is State.RETRYING)
    for _ in range(2 * MOST_TRIES):
        await tried_again(busy, "a")
    busy.refusing = ServerFaultError()
    for _ in range(2):
        await tried_again(busy, "a")


async def test_a_drive_that_is_away_is_waited_for_and_then_asked_about(busy: Busy) -> None:
    busy.refusing = FileAwayError(quoted("a cannot be read."))
    busy.board.add([waiting("a")])
    await eventually(lambda: busy.item("a").state is State.RETRYING)
    for _ in range(MOST_TRIES - 2):
        await tried_again(busy, "a")
    busy.seconds[0] += 100.0
    busy.board.shift(["a"], up=True)
    await eventually(lambda: busy.item("a").state is State.FAILED)
    row = TransferRow(busy.item("a"))
    assert (row.reason, row.deeds[0]) == ("a cannot be read.", Deed.RETRY)
    busy.refusing = None
    busy.board.retry(["a"])
    await eventually(lambda: busy.item("a").state is State.DONE)


async def test_an_outage_fills_no_log(busy: Busy, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    busy.refusing = OfflineError()
    busy.board.add([waiting("a")])
    await eventually(lambda: busy.item("a").state is State.RETRYING)
    for _ in range(3):
        await tried_again(busy, "a")
    busy.refusing = ServerFaultError()
    for _ in range(2):
        await tried_again(busy, "a")
    busy.refusing = None
    busy.board.retry(["a"])
    await eventually(lambda: busy.item("a").state is State.DONE)
    told = [line.split(", next")[0] for line in caplog.messages if line.startswith("transfer ")]
    assert told == [
        "transfer a: outgoing begins",
        "transfer a: OfflineError",
        "transfer a: ServerFaultError",
        "transfer a: done, 0 bytes",
    ]
