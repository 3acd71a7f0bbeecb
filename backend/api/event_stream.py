"""Live events over HTTP: server-sent events, and polling where a proxy holds streams back.

The stream is a bare ASGI app: ten thousand idle streams have to fit in one process.  Events come
in order and without gaps; after a break a client gives the last number it saw (`Last-Event-ID`).
When events after that number are not kept any more, `event: reset` asks it to read the jobs anew.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import timedelta

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from backend import wire
from backend.api.authentication import Authentication
from backend.api.hub import Hub
from backend.api.limits import address_of
from backend.domain.errors import RejectedError, UnavailableError
from backend.services.live import Batch, EventLog

_BATCH = 500
_LARGEST = 2**63 - 1
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    # nginx and its kin would otherwise collect the stream before they pass it on.
    (b"x-accel-buffering", b"no"),
]


@dataclass(frozen=True, slots=True)
class Pace:
    """How streams are kept.

    Attributes:
        ping: a sign of life goes out after so long a silence.
        longest: a stream ends after this, and the client's next one is authenticated anew.
        retry: a client waits so long before its next stream.
        per_account: an account has no more streams and polls than this at once.
    """

    ping: timedelta = timedelta(seconds=15)
    longest: timedelta = timedelta(minutes=15)
    retry: timedelta = timedelta(seconds=3)
    per_account: int = 8


class EventStream:
    """`GET /v1/events`."""

    def __init__(self, authentication: Authentication, log: EventLog, hub: Hub, pace: Pace) -> None:
        self._authentication = authentication
        self._log = log
        self._hub = hub
        self._pace = pace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the client goes, the time is over, or the log is down."""
        headers = Headers(scope=scope)
        known = headers.get(wire.ACCOUNT_HEADER)
        token = headers.get("authorization")
        account = await self._authentication(token, address_of(scope), known)
        scope["gas.ids"]["account_id"] = account.id
        with self._hub.waiting(account.id) as news:
            after = await self._start(account.id, headers.get("last-event-id"))
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            line = _Line(send, receive, news)
            retry = int(self._pace.retry.total_seconds() * 1000)
            await line.write(f"retry: {retry}\nid: {after}\n\n".encode())
            await self._follow(account.id, after, line)

    async def _start(self, account_id: str, last_seen: str | None) -> int:
        if not last_seen:
            return await self._log.cursor(account_id)
        if not (last_seen.isascii() and last_seen.isdigit() and int(last_seen) <= _LARGEST):
            raise RejectedError("Last-Event-ID is the number of an event: a whole number.")
        return int(last_seen)

    async def _follow(self, account_id: str, after: int, line: _Line) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._pace.longest.total_seconds()
        watch = loop.create_task(line.watch())
        line.news.set()
        try:
            while loop.time() < end and await line.wait(self._pace.ping):
                if self._hub.closed:
                    break
                batch = await self._log.read(account_id, after, _BATCH)
                await line.write(_written(batch, after))
                after = _reached(batch, after)
                if len(batch.events) == _BATCH:
                    line.news.set()
            await line.close()
        except UnavailableError:
            # The client comes back with the last number that it saw.
            await line.close()
        finally:
            watch.cancel()


class _Line:
    """One open response, and the *news* that there may be something to send on it."""

    def __init__(self, send: Send, receive: Receive, news: asyncio.Event) -> None:
        self._send = send
        self._receive = receive
        self.news = news
        self._gone = False

    async def watch(self) -> None:
        """Notice that the client has gone."""
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        self.news.set()

    async def wait(self, longest: timedelta) -> bool:
        """Wait for news, or for *longest*; False when the client has gone."""
        timer = asyncio.get_running_loop().call_later(longest.total_seconds(), self.news.set)
        try:
            await self.news.wait()
        finally:
            timer.cancel()
        self.news.clear()
        return not self._gone

    async def write(self, data: bytes) -> None:
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def close(self) -> None:
        if not self._gone:
            await self._send({"type": "http.response.body", "body": b""})


def _written(batch: Batch, after: int) -> bytes:
    """Return the batch in the stream's form; a comment when there is nothing to say."""
    if not batch.follows(after):
        return f"id: {batch.latest}\nevent: reset\ndata: {{}}\n\n".encode()
    lines = (
        f"id: {event.seq}\nevent: {event.type}\ndata: {_one_line(event.data)}\n\n"
        for event in batch.events
    )
    return "".join(lines).encode() or b": ping\n\n"


def _one_line(data: dict[str, object]) -> str:
    return json.dumps(data, separators=(",", ":"))


def _reached(batch: Batch, after: int) -> int:
    if not batch.follows(after):
        return batch.latest
    return batch.events[-1].seq if batch.events else after


async def poll(
    log: EventLog, hub: Hub, account_id: str, after: int, wait: timedelta
) -> wire.LiveEvents:
    """Return what the stream would send after event *after*, waiting up to *wait* for it."""
    with hub.waiting(account_id) as news:
        batch = await log.read(account_id, after, _BATCH)
        if not batch.events and batch.follows(after):
            try:
                await asyncio.wait_for(news.wait(), wait.total_seconds())
            except TimeoutError:
                pass
            else:
                batch = await log.read(account_id, after, _BATCH)
    gapless = batch.follows(after)
    return wire.LiveEvents(
        events=[
            wire.LiveEvent(seq=event.seq, type=event.type, data=event.data)
            for event in (batch.events if gapless else ())
        ],
        cursor=_reached(batch, after),
        reset=not gapless,
    )
