"""Live changes: a stream that comes back by itself, and polling where streams are held back."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

import httpx2
from pydantic import ValidationError

from backend.wire import AccountEvent, JobEvent, LiveEvents
from desktop.client.connection import Connection, read
from desktop.errors import (
    DesktopError,
    ForbiddenError,
    KeyringLockedError,
    ServerFaultError,
    SignedOutError,
    SignedOutEverywhereError,
    wanted_wait,
)
from desktop.ports import Changed, Connected, Lost, Reset, Update
from desktop.sentences import said
from desktop.waits import Pause, growing

SILENCE_SECONDS = 20.0
"""The service gives a sign of life every 15 s; after this a stream counts as broken."""

SILENT_STREAMS = 3
"""After so many streams without a sign of life in a row, some proxy holds them back: poll.

A stream that is refused is enough: it would be refused again.
"""

QUIET_POLLS = 20
"""After so many polls that brought nothing, which is some eight minutes, a stream is tried anew."""

POLL_SECONDS = 25
POLL_PATIENCE = httpx2.Timeout(30.0, connect=10.0, read=POLL_SECONDS + 30.0)
"""A poll is answered when something happens or its wait is over; both may take a while longer."""

_GATEWAY_TIMEOUT = 504

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
        seen, is_trial = cursor, False
        while True:
            polling = self._silent >= SILENT_STREAMS
            source = self._poll(seen) if polling else self._stream(seen)
            try:
                async with aclosing(source) as updates:
                    async for update in updates:
                        seen = update.seq if isinstance(update, Changed) else seen
                        yield update
                # The service ends a stream every so often, to check the sign-in anew; polls end so
                # that a stream is tried again.
                is_trial = polling
                await self._pause(self._jitter())
            except (SignedOutEverywhereError, KeyringLockedError):
                raise
            except SignedOutError:
                await self._renew_once()
            except DesktopError as error:
                self._count_silence(error, polling=polling)
                was_trial, is_trial = is_trial, False
                if was_trial and self._silent >= SILENT_STREAMS:
                    # Nothing is lost: streams are held back as before, and polls worked.
                    continue
                wait = max(self._next_wait(), wanted_wait(error))
                yield Lost(wait, error)
                await self._pause(wait)

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
        known, quiet = False, 0
        while quiet < QUIET_POLLS:
            # The first poll waits for nothing: it is to be known at once that the service answers.
            query = {"after": seen, "wait": POLL_SECONDS if known else 0}
            answer = read(
                await self._connection.send(
                    "GET", "/v1/events/poll", query=query, patience=POLL_PATIENCE
                ),
                LiveEvents,
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
            quiet += not answer.events
        self._silent = SILENT_STREAMS - 1

    def _answered(self) -> None:
        self._losses = 0
        self._refused = False

    def _count_silence(self, error: DesktopError, *, polling: bool) -> None:
        """Note a loss; what fails when it is polled is tried as a stream again.

        A service that fails, as while it is started anew, says nothing of streams; but 504 is what
        a proxy says that waited in vain for a stream's end.
        """
        silent = isinstance(error.__cause__, httpx2.ReadTimeout)
        held_back = error.status == _GATEWAY_TIMEOUT and not polling
        if isinstance(error, ForbiddenError):
            self._silent = 0 if polling else SILENT_STREAMS
        elif silent or held_back:
            self._silent += 1
        else:
            self._silent = 0

    def _next_wait(self) -> float:
        """Return the seconds until the next try: doubled each time, then shortened by chance."""
        longest = growing(self._losses)
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
        raise ServerFaultError(
            said("The service sent an event that this app cannot read.")
        ) from error
