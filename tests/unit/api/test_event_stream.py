"""The event stream over fakes: its form, its limits, its end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException

from backend.api.app import create_app
from backend.api.event_stream import Pace, poll
from backend.api.hub import Hub
from backend.domain.errors import UnavailableError
from backend.domain.job import Job
from backend.services.live import Batch
from tests.fakes.live_events import FakeEventLog
from tests.fakes.people import a_job
from tests.fakes.service import FakeService
from tests.fakes.stream_client import SentEvent, opened

# An event stream does not end by itself before a test has.
CALM = Pace(ping=timedelta(seconds=60))


@dataclass
class Live:
    """The service, its API, and Alice's job."""

    service: FakeService
    app: FastAPI
    job: Job

    async def change(self) -> None:
        """Let the job go on by one version."""
        self.job = replace(self.job, version=self.job.version + 1)
        await asyncio.to_thread(self.service.live.publish, self.job)


@asynccontextmanager
async def live(pace: Pace, log: type[FakeEventLog]) -> AsyncIterator[Live]:
    service = FakeService()
    app = create_app(replace(service.api(), event_log=log(service.live)), pace)
    async with app.router.lifespan_context(app):
        account = await app.state.authentication("Bearer token-of-alice")
        yield Live(service, app, a_job(account.id))


def run(
    test: Callable[[Live], Awaitable[None]],
    pace: Pace = CALM,
    log: type[FakeEventLog] = FakeEventLog,
) -> None:
    async def within() -> None:
        async with live(pace, log) as running:
            await test(running)

    asyncio.run(within())


def test_a_new_stream_begins_where_the_account_is() -> None:
    async def test(live: Live) -> None:
        await live.change()
        async with opened(live.app) as stream:
            assert stream.status == 200
            assert stream.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert stream.headers["cache-control"] == "no-store"
            assert stream.headers["x-accel-buffering"] == "no"
            first = await stream.next()
            assert first is not None
            assert (first.id, first.retry) == ("1", "3000")
            await live.change()
            event = await _job_event(stream.next)
            assert event == 2

    run(test)


async def _job_event(following: Callable[[], Awaitable[SentEvent | None]]) -> int:
    """Return the number of the next job event; its version is the same here."""
    while (event := await following()) is not None:
        if event.type == "job":
            number = int(event.id)
            assert json.loads(event.data)["job"]["version"] == number
            return number
    raise AssertionError("the stream ended")


def test_a_client_that_comes_back_gets_what_it_missed() -> None:
    async def test(live: Live) -> None:
        for _ in range(3):
            await live.change()
        async with opened(live.app, last_event_id="1") as stream:
            assert [await _job_event(stream.next) for _ in range(2)] == [2, 3]

    run(test)


@pytest.mark.parametrize("last_seen", ["0", "99"])
def test_a_client_that_missed_more_than_is_kept_is_told_to_read_anew(last_seen: str) -> None:
    async def test(live: Live) -> None:
        for _ in range(3):
            await live.change()
        live.service.live.forget(live.job.owner, keep=1)
        async with opened(live.app, last_event_id=last_seen) as stream:
            await stream.next()
            reset = await stream.next()
            assert reset is not None
            assert (reset.type, reset.id) == ("reset", "3")
            await live.change()
            assert await _job_event(stream.next) == 4

    run(test)


@pytest.mark.parametrize("last_seen", ["-1", "1.5", "x", "²", "9" * 30])
def test_a_last_event_that_is_no_number_is_refused(last_seen: str) -> None:
    async def test(live: Live) -> None:
        async with opened(live.app, last_event_id=last_seen) as stream:
            assert stream.status == 422
            assert json.loads(stream.body)["type"] == "urn:gas:problem:rejected"

    run(test)


@pytest.mark.parametrize(("token", "status"), [("expired", 401), ("globus-is-down", 503)])
def test_a_stream_asks_who_it_is(token: str, status: int) -> None:
    async def test(live: Live) -> None:
        async with opened(live.app, token) as stream:
            assert stream.status == status
            assert stream.headers["content-type"] == "application/problem+json"

    run(test)


def test_the_ninth_stream_of_an_account_has_to_wait_for_another_to_end() -> None:
    async def test(live: Live) -> None:
        hub = live.app.state.hub
        async with AsyncExitStack() as eight:
            for _ in range(8):
                stream = await eight.enter_async_context(opened(live.app))
                assert stream.status == 200
            async with opened(live.app) as ninth:
                assert ninth.status == 429
                assert int(ninth.headers["retry-after"]) > 0
            with pytest.raises(HTTPException):
                await poll(live.service.api().event_log, hub, live.job.owner, 0, timedelta(0))
            async with opened(live.app, "token-of-bob") as other:
                assert other.status == 200
        async with opened(live.app) as later:
            assert later.status == 200

    run(test)


def test_a_silent_stream_shows_that_it_lives_and_ends_in_time() -> None:
    async def test(live: Live) -> None:
        async with opened(live.app) as stream:
            seen = []
            while (event := await stream.next()) is not None:
                seen.append(event.comment)
            assert seen.count("ping") >= 2

    run(test, Pace(ping=timedelta(milliseconds=20), longest=timedelta(milliseconds=200)))


def test_somebody_elses_events_are_not_sent() -> None:
    async def test(live: Live) -> None:
        async with opened(live.app, "token-of-bob") as stream:
            await live.change()
            while (event := await stream.next()) is not None:
                assert event.type == ""

    run(test, Pace(ping=timedelta(milliseconds=20), longest=timedelta(milliseconds=100)))


def test_a_stream_ends_when_the_log_is_down() -> None:
    class FailingLog(FakeEventLog):
        reads = 0

        async def read(self, account_id: str, after: int, limit: int) -> Batch:
            self.reads += 1
            if self.reads > 1:
                raise UnavailableError("The database does not answer.")
            return await super().read(account_id, after, limit)

    async def test(live: Live) -> None:
        async with opened(live.app) as stream:
            await stream.next()
            await stream.next()
            await live.change()
            assert await stream.next() is None

    run(test, log=FailingLog)


def test_a_stream_ends_when_the_process_stops() -> None:
    async def test(live: Live) -> None:
        async with opened(live.app) as stream:
            live.app.state.hub.close()
            while await stream.next() is not None:
                pass

    run(test)


def test_a_poll_waits_for_the_next_event() -> None:
    async def test(live: Live) -> None:
        hub = live.app.state.hub
        log = live.service.api().event_log
        wait = timedelta(seconds=10)
        waiting = asyncio.create_task(poll(log, hub, live.job.owner, 0, wait))
        await asyncio.sleep(0)
        await live.change()
        answer = await waiting
        assert ([event.seq for event in answer.events], answer.cursor) == ([1], 1)

    run(test)


def test_a_poll_with_nothing_to_say_ends_and_one_from_the_past_is_reset() -> None:
    async def test(live: Live) -> None:
        log, hub = live.service.api().event_log, Hub()
        nothing = await poll(log, hub, live.job.owner, 0, timedelta(0))
        assert (nothing.events, nothing.cursor, nothing.reset) == ([], 0, False)
        for _ in range(3):
            await live.change()
        live.service.live.forget(live.job.owner, keep=1)
        late = await poll(log, hub, live.job.owner, 0, timedelta(0))
        assert (late.events, late.cursor, late.reset) == ([], 3, True)

    run(test)
