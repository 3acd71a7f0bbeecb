"""A service that takes no new jobs for a while is left alone until then; no file fails by it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from desktop.errors import DesktopError, TooManyError
from desktop.ports import Progress
from desktop.sentences import quoted
from desktop.transfer.check import FileCheck
from desktop.transfer.items import Item, Outgoing, State
from desktop.transfer.queue import AT_ONCE, MOST_TRIES
from desktop.ui.actions.board import TransferBoard
from desktop.ui.aio import Tasks
from desktop.ui.error_words import in_words
from desktop.ui.models.transfer_row import TransferRow
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


async def test_a_refusal_of_something_else_says_only_when_it_goes_on(busy: Busy) -> None:
    busy.refusing = TooManyError(quoted("There are too many requests."), retry_after=1200.0)
    busy.board.add([waiting("a")])
    await eventually(lambda: busy.waiting() == ["a"])
    said = f"Goes on at {AT}: the service takes no more for now."
    assert in_words(busy.item("a").reason) == said


async def test_a_refusal_that_names_no_time_is_a_fault_that_may_pass(busy: Busy) -> None:
    busy.refusing = TooManyError(quoted(REFUSAL))
    busy.board.add([waiting("a")])
    await eventually(lambda: busy.item("a").state is State.RETRYING)
    assert busy.item("a").tries == 1
