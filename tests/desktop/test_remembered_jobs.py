"""Jobs on their way into the app's memory: the newest ones, soon, and never many at once."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import pytest

from backend.wire import JobView
from desktop.errors import DesktopError
from desktop.ports import FIRST_JOBS, Memory
from desktop.ui.actions.session import SessionActions
from desktop.ui.actions.unsaved import MOST_UNSAVED, UnsavedJobs
from desktop.ui.aio import Tasks
from desktop.ui.sample import ME, sample_jobs
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import HttpService
from tests.fakes.clock import START
from tests.fakes.people import a_job

pytestmark = pytest.mark.usefixtures("arun")

JOB = sample_jobs()[0]


@dataclass
class FakeMemory:
    """Notes what is saved; *full* disks take nothing."""

    saved: list[list[str]] = field(default_factory=list)
    full: bool = False
    during: Callable[[], None] | None = None

    async def save(self, owner: str, jobs: Sequence[JobView]) -> None:
        during, self.during = self.during, None
        if during is not None:
            during()
        if self.full:
            raise sqlite3.OperationalError("database or disk is full")
        assert owner == ME.id
        self.saved.append([job.id for job in jobs])


@dataclass
class FakeSession:
    me: Any = ME


class World:
    """Unsaved jobs that wait until `soon` is set."""

    def __init__(self) -> None:
        self.memory, self.session, self.soon = FakeMemory(), FakeSession(), asyncio.Event()
        self.tasks = Tasks(self._refuse)
        self.unsaved = UnsavedJobs(
            cast("Memory", self.memory),
            cast("SessionActions", self.session),
            self.tasks,
            lambda _seconds: self.soon.wait(),
        )

    def _refuse(self, error: DesktopError) -> None:
        raise error

    async def saved(self) -> list[list[str]]:
        self.soon.set()
        await self.tasks.idle()
        return self.memory.saved


def jobs(count: int) -> list[JobView]:
    return [JOB.model_copy(update={"id": f"{number:032x}"}) for number in range(count)]


async def test_changes_are_saved_together_and_once() -> None:
    world, changed = World(), jobs(3)
    for job in [*changed, changed[0]]:
        world.unsaved.add(job)
    world.unsaved.forget(changed[1].id)
    assert await world.saved() == [[changed[0].id, changed[2].id]]


async def test_many_changes_wait_no_longer() -> None:
    world, changed = World(), jobs(2 * MOST_UNSAVED + 1)
    for job in changed:
        world.unsaved.add(job)
    await eventually(lambda: len(world.memory.saved) == 2)
    ids = [job.id for job in changed]
    assert world.memory.saved == [ids[:MOST_UNSAVED], ids[MOST_UNSAVED : 2 * MOST_UNSAVED]]
    assert (await world.saved())[2:] == [ids[-1:]]


async def test_what_changes_while_it_is_saved_is_saved_next() -> None:
    world, (first, second) = World(), jobs(2)
    world.memory.during = lambda: world.unsaved.add(second)
    world.unsaved.add(first)
    assert await world.saved() == [[first.id], [second.id]]


async def test_what_is_forgotten_is_not_saved() -> None:
    world = World()
    world.unsaved.add(JOB)
    world.unsaved.clear()
    assert await world.saved() == []


async def test_nobody_s_jobs_are_not_saved() -> None:
    world = World()
    world.session.me = None
    await world.unsaved.save_page([JOB])
    assert await world.saved() == []


async def test_a_page_that_cannot_be_saved_keeps_nobody_from_the_next(
    loop: asyncio.AbstractEventLoop,
) -> None:
    world, told = World(), []
    world.memory.full = True
    loop.set_exception_handler(lambda _loop, context: told.append(context["message"]))
    try:
        await world.unsaved.save_page([JOB])
        await world.tasks.idle()
    finally:
        loop.set_exception_handler(None)
    assert told == ["saving a page of jobs failed"]


async def test_of_a_long_list_the_newest_are_remembered(desk: Desk, service: HttpService) -> None:
    desk.sign_in.token, desk.sign_in.found = "token-of-ada", True
    desk.actions.session.begin()
    await eventually(lambda: desk.window.is_signed_in and desk.actions.session.me)
    desk.actions.jobs.stop()
    me, count = desk.actions.session.me, FIRST_JOBS + 201
    assert me is not None
    for number in range(count):
        asked = START + timedelta(seconds=number)
        service.fakes.jobs.add(a_job(me.id, id=f"{number:032x}", created_at=asked))
    desk.actions.jobs.start()
    await eventually(lambda: desk.model.rowCount() == count)
    await eventually(lambda: remembered(desk) == (FIRST_JOBS, f"{count - FIRST_JOBS:032x}"))


def remembered(desk: Desk) -> tuple[int, str]:
    """How many jobs are on the disk, and the oldest of them."""
    with closing(sqlite3.connect(desk.settings.data / "app.sqlite")) as database:
        found = database.execute("SELECT count(*), min(id) FROM job").fetchone()
    return int(found[0]), str(found[1])
