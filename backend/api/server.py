"""Serves the app by uvicorn until SIGTERM."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

# Live streams have no end of their own; after this many seconds they are cut, and clients return.
_STREAMS_END_WITHIN = 3
_BACKLOG = 4096


class _Server(uvicorn.Server):
    """Tells when it answers."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()


async def serve(app: ASGIApp, *, host: str, port: int, on_ready: Callable[[], None]) -> None:
    """Serve *app*; *on_ready* is called once it answers. Requests under way are finished."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=_STREAMS_END_WITHIN,
    )
    await _Server(config, on_ready).serve()
