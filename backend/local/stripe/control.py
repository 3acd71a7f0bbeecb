"""Switches for tests, under ``/_gas``: the clock, faults, and what became of the webhooks."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.local.stripe.clock import DAY
from backend.local.stripe.ledger import Ledger
from backend.local.stripe.outbox import Faults
from backend.local.stripe.timeline import advance

_FARTHEST = 10 * 366 * DAY
"""Seconds that the clock may be moved at once."""


class Control:
    """Answers programs on this machine, and no page of another site that a browser has open."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def routes(self) -> list[Route]:
        """Return what is under ``/_gas``."""
        return [
            Route("/_gas/clock", self._guarded(self.clock), methods=["GET"]),
            Route("/_gas/clock", self._guarded(self.move_clock), methods=["POST"]),
            Route("/_gas/faults", self._guarded(self.faults), methods=["GET"]),
            Route("/_gas/faults", self._guarded(self.set_faults), methods=["PUT"]),
            Route("/_gas/deliveries", self._guarded(self.deliveries), methods=["GET"]),
        ]

    async def clock(self, _request: Request) -> Response:
        """Tell the time: ``{"now": seconds since the epoch}``."""
        return JSONResponse({"now": self._ledger.now()})

    async def move_clock(self, request: Request) -> Response:
        """Move it by ``{"advance_seconds": N}``; what falls due has happened in the answer."""
        asked = json.loads(await request.body())
        seconds = asked.get("advance_seconds") if isinstance(asked, dict) else None
        if type(seconds) is not int or not 0 <= seconds <= _FARTHEST:
            raise ValueError(f"advance_seconds is a whole number from 0 to {_FARTHEST}")
        advance(self._ledger, seconds)
        return JSONResponse({"now": self._ledger.now()})

    async def faults(self, _request: Request) -> Response:
        """Tell which switches are on."""
        return JSONResponse(asdict(self._ledger.outbox.faults))

    async def set_faults(self, request: Request) -> Response:
        """Set all switches: those that are named, the others go off."""
        faults = Faults.from_json(json.loads(await request.body()))
        self._ledger.outbox.set_faults(faults)
        return JSONResponse(asdict(faults))

    async def deliveries(self, _request: Request) -> Response:
        """List what was and is to be sent, oldest first."""
        return JSONResponse(self._ledger.outbox.listing())

    def _guarded(
        self, answer: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            if request.headers.get("origin", self._ledger.url) != self._ledger.url:
                return JSONResponse({"error": "not for pages of other sites"}, 403)
            try:
                return await answer(request)
            except ValueError as error:
                return JSONResponse({"error": str(error)}, 400)

        return guarded
