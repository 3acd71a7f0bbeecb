"""`POST /thaw`: where SNS says that accounts changed their plan.

It is a doorbell.  Every message of the topic is in a queue as well, so nothing in the request is
taken for true: it is checked that SNS rang, and then the queue is looked into.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from backend import logs
from backend.api.dependencies import TheApi
from backend.api.limits import address_of
from backend.api.sns.message import LONGEST, Kind, Message, parse
from backend.api.sns.verification import Seen, Verification
from backend.domain.errors import RejectedError
from backend.services.doorbell import Doorbell

LOGGER = logging.getLogger(__name__)

Confirm = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Thaw:
    """What listens to the topic.

    Attributes:
        confirm: confirms a subscription at SNS, by topic and token; no address of a message's is
            ever opened.
    """

    verification: Verification
    seen: Seen
    confirm: Confirm
    doorbell: Doorbell

    async def take(self, body: bytes) -> None:
        """Do what a message of SNS asks for; twice the same is once.

        Raises:
            RejectedError: it is not a message of SNS for us.
            UnavailableError: send it again later.
        """
        message = parse(body)
        await self.verification.check(message)
        if message in self.seen:
            return
        await self._act(message)
        self.seen.add(message)

    async def _act(self, message: Message) -> None:
        if message.kind is Kind.SUBSCRIPTION:
            await run_in_threadpool(self.confirm, message.topic, message.token)
        elif message.kind is Kind.NOTIFICATION:
            self.doorbell.ring()
        # After the end of a subscription the queue is still read, only less promptly.
        logs.event(LOGGER, "message of SNS", kind=message.kind.value)


@asynccontextmanager
async def attended(thaw: Thaw | None) -> AsyncIterator[None]:
    """Answer the doorbell while the block lasts."""
    if thaw is None:
        yield
        return
    thaw.doorbell.open()
    try:
        yield
    finally:
        await run_in_threadpool(thaw.doorbell.close)


def install(app: FastAPI, thaw: Thaw) -> None:
    """Have *app* listen to the topic; it is not in the document, which is for clients."""

    @app.post("/thaw", include_in_schema=False)
    async def take_message(request: Request, api: TheApi) -> Response:
        body = await _body(request)
        try:
            with api.limits.stranger(address_of(request.scope)):
                await thaw.take(body)
        except RejectedError as error:
            logs.event(LOGGER, "message refused", reason=str(error))
            raise HTTPException(403, str(error)) from error
        return Response()


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST:
            raise HTTPException(413, f"A message of SNS has at most {LONGEST:,} bytes.")
    return bytes(body)
