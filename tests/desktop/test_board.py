"""The board whatever happens to it: what breaks ends, and what has arrived is not begun again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject

from backend.wire import JobView
from desktop.errors import ForbiddenError, SignedOutError
from desktop.ports import Progress
from desktop.sentences import quoted
from desktop.transfer.check import FileCheck
from desktop.transfer.items import Item, Outgoing, State
from desktop.ui.actions.board import TransferBoard
from desktop.ui.aio import Tasks
from desktop.ui.sample import sample_jobs
from tests.desktop.conftest import Run
from tests.desktop.desk import eventually


@dataclass
class FakeMemory:
    """Remembers what it was told last; is `desktop.transfer.items.QueueMemory`."""

    items: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    owner: str = ""
    left: list[Item] = field(default_factory=list)
    readable: asyncio.Event = field(default_factory=asyncio.Event)
    broken: bool = False
    failures: int = 0

    def __post_init__(self) -> None:
        self.readable.set()

    async def load(self, owner: str) -> Sequence[Item]:
        await self.readable.wait()
        self.failures -= 1
        if self.broken or self.failures >= 0:
            raise ForbiddenError(quoted("What was sent cannot be noted."))
        return self.left

    async def save(self, owner: str, items: Sequence[Item], done: Sequence[str] = ()) -> None:
        self.owner = owner
        self.items, self.done = [item.id for item in items], list(done)


@dataclass
class BrokenTransfers:
    """Looks at files, and has a bug; as much of `desktop.ports.Transfers` as a board asks for."""

    looks: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def check(self, path: Path) -> FileCheck:
        self.looks += 1
        raise ZeroDivisionError

    async def abandon(self, key: str) -> JobView | None:
        self.asked.set()
        await self.answered.wait()
        return sample_jobs()[0]


@dataclass
class World:
    board: TransferBoard
    memory: FakeMemory
    transfers: BrokenTransfers
    tasks: Tasks
    bugs: list[BaseException]

    def states(self) -> dict[str, State]:
        return {item.id: item.state for item in self.board.queue.items}


@pytest.fixture
def world(loop: asyncio.AbstractEventLoop, arun: Run) -> Iterator[World]:
    bugs: list[BaseException] = []
    loop.set_exception_handler(lambda _loop, context: bugs.append(context["exception"]))
    parent, memory, transfers, tasks = (
        QObject(),
        FakeMemory(),
        BrokenTransfers(),
        Tasks(bugs.append),
    )
    board = TransferBoard(parent, transfers=transfers, memory=memory, tasks=tasks)  # type: ignore[arg-type]
    arun(board.open("ada"))
    yield World(board, memory, transfers, tasks, bugs)
    arun(tasks.stop())
    loop.set_exception_handler(None)


def item(name: str, check: FileCheck | None = FileCheck(1)) -> Item:  # noqa: B008 - a value
    state = State.WAITING if check else State.CHECKING
    return Item(name, name, Outgoing(Path(f"/{name}"), check), state)


async def never(item: Item, _progress: Progress) -> Any:
    await asyncio.Event().wait()


async def test_a_bug_in_a_transfer_ends_it_and_is_told_once(world: World) -> None:
    async def work(item: Item, _progress: Progress) -> Any:
        if item.id in "abc":
            raise ZeroDivisionError
        return item.work

    world.board.works[Outgoing] = work
    world.board.add(map(item, "abcd"))
    await eventually(lambda: world.states()["d"] is State.DONE)
    assert {world.states()[name] for name in "abc"} == {State.FAILED}
    assert [type(bug) for bug in world.bugs] == [ZeroDivisionError] * 3


async def test_a_bug_in_a_look_at_a_file_is_met_once(world: World) -> None:
    world.board.add([item("a", None)])
    await eventually(lambda: world.bugs)
    await world.board.save()
    assert world.states() == {"a": State.FAILED}
    assert (world.transfers.looks, len(world.bugs)) == (1, 1)


async def test_what_has_arrived_is_forgotten_with_the_queue_that_is_saved_without_it(
    world: World,
) -> None:
    async def work(item: Item, _progress: Progress) -> Any:
        return item.work

    world.board.works[Outgoing] = work
    world.board.add([item("a")])
    await eventually(lambda: world.states() == {"a": State.DONE})
    await world.board.save()
    assert (world.memory.items, world.memory.done) == ([], ["a"])
    world.board.add([item("b", None)])
    world.board.close()
    await eventually(lambda: world.memory.items == ["b"])
    assert world.memory.done == ["a"]


async def test_a_queue_that_cannot_be_read_is_kept_and_can_be_read_later(world: World) -> None:
    world.board.close()
    await world.tasks.idle()
    world.memory.items, world.memory.left = ["a"], [item("a", None)]
    world.memory.broken = True
    with pytest.raises(ForbiddenError):
        await world.board.open("ada")
    world.board.add([item("b")])
    await world.board.save()
    assert (world.memory.items, world.states()) == (["a"], {"b": State.WAITING})
    world.memory.broken = False
    assert await world.board.open("ada") == 1
    assert set(world.states()) == {"a", "b"}


async def test_a_queue_whose_reading_is_ended_is_kept(world: World) -> None:
    world.board.close()
    await world.tasks.idle()
    world.memory.items, world.memory.left = ["a"], [item("a", None)]
    world.memory.readable.clear()
    opening = world.tasks.start(world.board.open("ada"), "taking up")
    await asyncio.sleep(0)
    opening.cancel()
    await asyncio.wait([opening])
    await world.board.save()
    assert world.memory.items == ["a"]
    world.memory.readable.set()
    assert await world.board.open("ada") == 1


@pytest.mark.parametrize("failures", [0, 1])
async def test_a_queue_that_two_ask_for_is_taken_up_once_if_either_gets_it(
    world: World, failures: int
) -> None:
    world.board.close()
    await world.tasks.idle()
    world.memory.left, world.memory.failures = [item("a")], failures
    world.memory.readable.clear()
    world.board.works[Outgoing] = never
    first = asyncio.ensure_future(world.board.open("ada", confirmed=False))
    await asyncio.sleep(0)
    second = asyncio.ensure_future(world.board.open("ada"))
    await asyncio.sleep(0)
    world.memory.readable.set()
    await asyncio.wait([first, second])
    assert (first.exception() is not None) == (failures == 1)
    assert second.result() == failures
    await eventually(lambda: world.states() == {"a": State.RUNNING})


async def test_the_queue_of_one_person_is_not_that_of_the_next(world: World) -> None:
    world.board.works[Outgoing] = never
    world.board.add([item("a")])
    await world.board.open("bob")
    await world.board.save()
    assert (world.states(), world.memory.owner, world.memory.items) == ({}, "bob", [])


async def test_nothing_is_sent_before_the_account_is_confirmed(world: World) -> None:
    board = world.board
    board.close()
    await world.tasks.idle()
    begun: list[str] = []

    async def work(item: Item, _progress: Progress) -> Any:
        begun.append(item.id)
        await asyncio.Event().wait()

    board.works[Outgoing] = work
    await board.open("ada", confirmed=False)
    board.add([item("a")])
    await eventually(lambda: (world.memory.owner, world.memory.items) == ("ada", ["a"]))
    await board.open("bob")
    await eventually(lambda: (world.memory.owner, world.memory.items) == ("bob", []))
    assert (begun, world.states()) == ([], {})
    world.memory.left = [item("a")]
    await board.open("ada", confirmed=False)
    assert begun == []
    await board.open("ada")
    await eventually(lambda: begun == ["a"])


async def test_without_a_sign_in_a_transfer_is_tried_once_and_kept(world: World) -> None:
    tries: list[str] = []

    async def work(item: Item, _progress: Progress) -> Any:
        tries.append(item.id)
        raise SignedOutError

    world.board.works[Outgoing] = work
    world.board.add([item("a")])
    await eventually(lambda: world.memory.items == ["a"] and world.bugs)
    for _ in range(20):
        await asyncio.sleep(0)
    assert (tries, world.states()) == (["a"], {})
    assert [type(bug) for bug in world.bugs] == [SignedOutError]


@pytest.mark.parametrize(("away", "told"), [(True, 0), (False, 1)])
async def test_a_job_that_was_called_off_is_told_to_whoever_did_it(
    world: World, *, away: bool, told: int
) -> None:
    ended: list[JobView] = []
    world.board.job_ended.connect(ended.append)
    world.board.works[Outgoing] = never
    world.board.add([item("a")])
    world.board.drop(["a"])
    await world.transfers.asked.wait()
    if away:
        world.board.close()
        await world.board.open("bob")
    world.transfers.answered.set()
    await asyncio.wait([task for task in asyncio.all_tasks() if "up" in task.get_name()])
    assert len(ended) == told
