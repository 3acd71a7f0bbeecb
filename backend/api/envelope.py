"""What every request and response has: a number, safe headers, a line in the log."""

from __future__ import annotations

import asyncio
import logging

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend import logs
from backend.api import problems
from backend.services.ports import NewId

_log = logging.getLogger(__name__)

_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Envelope:
    """Wraps an app.

    Args:
        new_id: makes the request's number; one that a client sends is not believed.
        longest: no request's body may have more bytes.
    """

    def __init__(self, app: ASGIApp, new_id: NewId, longest: int) -> None:
        self._app = app
        self._new_id = new_id
        self._longest = longest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope["gas.request_id"] = self._new_id()
        # Whoever learns for whom and on what the request is notes it here, for the log.
        scope["gas.ids"] = {}
        with logs.bound(request_id=request_id):
            await self._answer(scope, self._bounded(receive), send, request_id)

    def _bounded(self, receive: Receive) -> Receive:
        received = 0

        async def bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._longest:
                raise HTTPException(413, f"A request has at most {self._longest:,} bytes.")
            return message

        return bounded

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        loop = asyncio.get_running_loop()
        began, status = loop.time(), 0

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    # A page says itself what it may load; all else has the strictest.
                    headers.setdefault(name, value)
                headers["x-request-id"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        except Exception as error:  # noqa: BLE001 - this is the door of the process
            logs.failure(_log, "request failed", error, route=_route(scope), **scope["gas.ids"])
            if not status:
                # A page of ours says it in its own way.
                bug = scope.get("gas.bug", problems.bug)
                await bug(request_id)(scope, receive, send_on)
        logs.event(
            _log,
            "request",
            method=scope["method"],
            route=_route(scope),
            status=status,
            milliseconds=round((loop.time() - began) * 1000, 1),
            **scope["gas.ids"],
        )


def _route(scope: Scope) -> str | None:
    """Return the pattern of the address: the address itself is what a client wrote."""
    return getattr(scope.get("route"), "path", None)
