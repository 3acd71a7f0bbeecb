"""Serves the app by uvicorn until SIGTERM."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence

import uvicorn
from fastapi import FastAPI

# Requests under way have so many seconds; live streams are ended at once, and clients return.
_REQUESTS_END_WITHIN = 3
_BACKLOG = 4096


class _Server(uvicorn.Server):
    """Tells when it answers, and when it stops."""

    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[], None], on_stop: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._on_stop = on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_stop()
        await super().shutdown(sockets)


async def serve(
    app: FastAPI,
    *,
    host: str,
    port: int,
    on_ready: Callable[[], None],
    trusted_proxies: Sequence[str] = (),
) -> None:
    """Serve *app*; *on_ready* is called once it answers. Requests under way are finished.

    What a proxy says of where a request came from is believed of *trusted_proxies* only.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        backlog=_BACKLOG,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        timeout_graceful_shutdown=_REQUESTS_END_WITHIN,
    )
    await _Server(config, on_ready, app.state.hub.close).serve()
