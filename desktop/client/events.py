"""Live changes: a stream that comes back by itself, and polling where streams are held back."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

import httpx2
from pydantic import ValidationError

from backend.wire import AccountEvent, JobEvent, LiveEvents
from desktop.client.connection import Connection, read
from desktop.errors import (
    OfflineError,
    ServerFaultError,
    SignedOutError,
    SignedOutEverywhereError,
)
from desktop.ports import Changed, Connected, Lost, Reset, Update

SILENCE_SECONDS = 20.0
"""The service gives a sign of life every 15 s; after this a stream counts as broken."""

SILENT_STREAMS = 3
"""After so many streams without a sign of life in a row, some proxy holds them back: poll."""

POLL_SECONDS = 25
LONGEST_WAIT = 30.0

Pause = Callable[[float], Awaitable[object]]
Jitter = Callable[[], float]


class EventStream:
    """The live changes of the person's jobs; is `desktop.ports.Updates`.

    Args:
        pause: waits between two tries, in seconds.
        jitter: 0 to 1, so that not all apps come back at once after a restart of the service.
    """

    def __init__(
        self,
        connection: Connection,
        pause: Pause = asyncio.sleep,
        jitter: Jitter = random.random,
    ) -> None:
        self._connection = connection
        self._pause = pause
        self._jitter = jitter
        self._losses = 0
        self._silent = 0
        self._refused = False

    async def follow(self, cursor: int) -> AsyncGenerator[Update, None]:
        """Yield what happens after *cursor*, for ever.

        Raises:
            SignedOutError, KeyringLockedError: as the sign-in says.
        """
        seen = cursor
        while True:
            polling = self._silent >= SILENT_STREAMS
            source = self._poll(seen) if polling else self._stream(seen)
            try:
                async with aclosing(source) as updates:
                    async for update in updates:
                        seen = update.seq if isinstance(update, Changed) else seen
                        yield update
                # The service ends a stream every so often, to check the sign-in anew.
                await self._pause(self._jitter())
            except (OfflineError, ServerFaultError) as error:
                self._count_silence(error)
                yield Lost(wait := self._next_wait())
                await self._pause(wait)
            except SignedOutEverywhereError:
                raise
            except SignedOutError:
                await self._renew_once()

    async def _stream(self, seen: int) -> AsyncGenerator[Update, None]:
        timeout = httpx2.Timeout(10.0, read=SILENCE_SECONDS)
        headers = {"Last-Event-ID": str(seen), "Accept": "text/event-stream"}
        async with self._connection.stream("/v1/events", headers, timeout) as response:
            self._answered()
            yield Connected()
            async with aclosing(_events(response)) as events:
                async for event in events:
                    self._silent = 0
                    match event.event:
                        case "job":
                            yield _changed(event.id, event.data)
                        case "reset" | "account":
                            yield Reset()
                        case _:
                            continue

    async def _poll(self, seen: int) -> AsyncGenerator[Update, None]:
        known = False
        while True:
            query = {"after": seen, "wait": POLL_SECONDS}
            answer = read(
                await self._connection.send("GET", "/v1/events/poll", query=query), LiveEvents
            )
            self._answered()
            if not known:
                yield Connected()
                known = True
            if answer.reset:
                yield Reset()
            for event in answer.events:
                match event.data:
                    case JobEvent(job=job):
                        yield Changed(event.seq, job)
                    case AccountEvent():
                        yield Reset()
            seen = answer.cursor

    def _answered(self) -> None:
        self._losses = 0
        self._refused = False

    def _count_silence(self, error: Exception) -> None:
        silent = isinstance(error.__cause__, httpx2.ReadTimeout)
        self._silent = self._silent + 1 if silent else 0

    def _next_wait(self) -> float:
        """Return the seconds until the next try: doubled each time, then shortened by chance."""
        longest = min(LONGEST_WAIT, 2.0**self._losses)
        self._losses += 1
        return longest * (1 + self._jitter()) / 2

    async def _renew_once(self) -> None:
        """Get a new token; one that is refused as well is the end of the sign-in."""
        if self._refused:
            raise SignedOutError
        self._refused = True
        await self._connection.renew()


async def _events(response: httpx2.Response) -> AsyncGenerator[httpx2.ServerSentEvent, None]:
    """Yield the events of a stream; unlike httpx2's own iterator it can be closed."""
    async for event in httpx2.EventSource(response):
        yield event


def _changed(event_id: str | None, data: str) -> Changed:
    try:
        return Changed(int(event_id or ""), JobEvent.model_validate_json(data).job)
    except (ValueError, ValidationError) as error:
        raise ServerFaultError("The service sent an event that this app cannot read.") from error
