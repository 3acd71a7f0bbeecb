"""Server-sent events as a client reads them, straight from an ASGI app."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message

PATIENCE = 60.0


@dataclass
class SentEvent:
    """What was between two empty lines."""

    id: str = ""
    type: str = ""
    data: str = ""
    comment: str = ""
    retry: str = ""


@dataclass
class Stream:
    """An open stream.

    Attributes:
        status: of the answer.
        body: of an answer that is an error.
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    _chunks: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    _gone: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: list[SentEvent] = field(default_factory=list)

    async def next(self) -> SentEvent | None:
        """Return what comes next, None when the server ended the stream."""
        while not self._waiting:
            async with asyncio.timeout(PATIENCE):
                message = await self._chunks.get()
            if not message.get("more_body"):
                return None
            blocks = message["body"].decode().split("\n\n")
            self._waiting += [_parsed(block) for block in blocks if block]
        return self._waiting.pop(0)

    def leave(self) -> None:
        """Hang up."""
        self._gone.set()

    async def receive(self) -> Message:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {k.decode(): v.decode() for k, v in message["headers"]}
        await self._chunks.put(message)

    async def answered(self) -> None:
        """Wait for the headers, and for the body of an error."""
        async with asyncio.timeout(PATIENCE):
            await self._chunks.get()
            if self.status != 200:
                self.body = (await self._chunks.get())["body"]


def _parsed(block: str) -> SentEvent:
    event = SentEvent()
    for line in block.split("\n"):
        name, _, value = line.partition(": ")
        name = {"": "comment", "event": "type"}.get(name, name)
        setattr(event, name, value)
    return event


@asynccontextmanager
async def opened(
    app: ASGIApp, person: str = "token-of-alice", last_event_id: str = ""
) -> AsyncIterator[Stream]:
    """Open `/v1/events` with the token of a *person*; hang up at the end."""
    sent = {"authorization": f"Bearer {person}"}
    if last_event_id:
        sent["last-event-id"] = last_event_id
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/v1/events",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
    }
    stream = Stream()
    task = asyncio.ensure_future(app(scope, stream.receive, stream.send))
    try:
        await stream.answered()
        yield stream
    finally:
        stream.leave()
        async with asyncio.timeout(PATIENCE):
            await task
