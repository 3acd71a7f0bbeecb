"""Live events from a job's change to an app, over real servers and a real Postgres.

Two API processes' worth of servers, apps whose line is cut at random, publishers whose
transactions are rolled back, and LISTEN connections that are killed: every app gets every event
once and in order.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import httpx2
import sqlalchemy
import uvicorn
from fastapi import FastAPI

from backend.api.app import create_app
from backend.api.event_stream import Pace
from backend.db.accounts import PostgresAccounts
from backend.db.event_log import PostgresEventLog
from backend.db.live_events import PostgresLiveEvents
from backend.domain.plans import Limits, Plan, Plans
from tests.fakes.clock import FakeClock
from tests.fakes.people import a_job
from tests.fakes.service import FakeService
from tests.postgres import engine, postgres_url

__all__ = ["engine", "postgres_url"]

PEOPLE = 8
CHANGES = 240
PATIENCE = 40


class RolledBackError(Exception):
    """A publisher's transaction came to nothing."""


class FlakyPlans(Plans):
    """Breaks one transaction in ten, after the event got its number."""

    calls = itertools.count(1)

    def limits(self, plan: Plan) -> Limits:
        if next(self.calls) % 10 == 0:
            raise RolledBackError
        return Plans.limits(self, plan)


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """Serve *app* on a port of its own; give its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@dataclass
class App:
    """One person's app.

    Attributes:
        seen: the numbers of the events, as they came.
        versions: the newest version of each job.
        well_under_way: set when a third has come.
    """

    token: str
    addresses: list[str]
    seen: list[int] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    streams: int = 0
    well_under_way: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self, wanted: int) -> None:
        """Read streams, one after the other, until *wanted* events have come."""
        async with httpx2.AsyncClient(timeout=10) as client:
            while len(self.seen) < wanted:
                self.streams += 1
                await self._one_stream(client, wanted)

    async def _one_stream(self, client: httpx2.AsyncClient, wanted: int) -> None:
        headers = {
            "authorization": f"Bearer {self.token}",
            "last-event-id": str(self.seen[-1] if self.seen else 0),
        }
        url = f"{self.addresses[self.streams % len(self.addresses)]}/v1/events"
        async with client.stream("GET", url, headers=headers) as answer:
            assert answer.status_code == 200
            number = 0
            async for line in answer.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "id":
                    number = int(value)
                elif name == "data":
                    self._take(number, json.loads(value)["job"])
                    if len(self.seen) > wanted // 3:
                        self.well_under_way.set()
                    if len(self.seen) == wanted or number % 5 == 0:
                        return

    def _take(self, number: int, job: dict[str, object]) -> None:
        self.seen.append(number)
        self.versions[str(job["id"])] = int(str(job["version"]))


def _publish(live: PostgresLiveEvents, owner: str, versions: range) -> None:
    for version in versions:
        while True:
            try:
                live.publish(replace(a_job(owner, id=owner), version=version))
                break
            except RolledBackError:
                continue


async def _kill_listeners(engine: sqlalchemy.Engine) -> int:
    """Kill the connections that listen, as soon as there are any; return how many."""
    query = sqlalchemy.text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
    )

    def kill() -> int:
        killed = 0
        while not killed:
            with engine.begin() as connection:
                killed = connection.scalar(query) or 0
        return killed

    return await asyncio.to_thread(kill)


def _api(engine: sqlalchemy.Engine, url: str, accounts: PostgresAccounts) -> FastAPI:
    clock = FakeClock()
    api = replace(
        FakeService(clock=clock).api(),
        accounts=accounts,
        live_events=PostgresLiveEvents(engine, Plans(), clock),
        event_log=PostgresEventLog(url),
    )
    # No ping comes to the rescue of an event that nobody was woken for.
    return create_app(api, Pace(ping=timedelta(minutes=5)))


def test_every_event_comes_once_and_in_order(engine: sqlalchemy.Engine, postgres_url: str) -> None:
    ids = iter(range(1, 1000))
    accounts = PostgresAccounts(engine, lambda: f"{next(ids):032x}")
    live = PostgresLiveEvents(engine, FlakyPlans(), FakeClock())
    apis = [_api(engine, postgres_url, accounts) for _ in range(2)]
    each = CHANGES // PEOPLE

    async def main() -> list[App]:
        async with AsyncExitStack() as running, asyncio.timeout(PATIENCE):
            addresses = [await running.enter_async_context(served(api)) for api in apis]
            people = [App(f"token-of-person-{n}", addresses) for n in range(PEOPLE)]
            owners = [(await apis[0].state.authentication(f"Bearer {p.token}")).id for p in people]
            async with asyncio.TaskGroup() as group:
                for person in people:
                    group.create_task(person.follow(each))
                for owner in owners:
                    group.create_task(asyncio.to_thread(_publish, live, owner, range(each)))
                for person in people:
                    await person.well_under_way.wait()
                await _kill_listeners(engine)
        return people

    people = asyncio.run(main())
    for person in people:
        assert person.seen == list(range(1, each + 1))
        assert list(person.versions.values()) == [each - 1]
    assert sum(person.streams for person in people) > PEOPLE


def test_events_reach_an_app_after_its_listener_was_killed(
    engine: sqlalchemy.Engine, postgres_url: str
) -> None:
    accounts = PostgresAccounts(engine, lambda: "a" * 32)
    live = PostgresLiveEvents(engine, Plans(), FakeClock())
    api = _api(engine, postgres_url, accounts)

    async def main() -> list[int]:
        async with asyncio.timeout(PATIENCE), served(api) as address:
            owner = (await api.state.authentication("Bearer token-of-alice")).id
            app = App("token-of-alice", [address])
            following = asyncio.create_task(app.follow(2))
            await asyncio.to_thread(_publish, live, owner, range(1))
            await app.well_under_way.wait()
            await _kill_listeners(engine)
            await asyncio.to_thread(_publish, live, owner, range(1, 2))
            await following
            return app.seen

    assert asyncio.run(main()) == [1, 2]
