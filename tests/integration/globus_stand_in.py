"""The Globus stand-in in a thread of the test, and the browser that a person would use on it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx2
import uvicorn

from backend.local.globus.__main__ import loopback_socket
from backend.local.globus.directory import (
    DEFAULT_USERS,
    Client,
    Directory,
    Registration,
    load_registration,
)
from backend.local.globus.routes import build_app
from backend.local.globus.store import Store

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

OTHER_APP = Client("cccccccc-0000-4000-8000-000000000003", "Another app")
OTHER_API = Client("dddddddd-0000-4000-8000-000000000004", "Another API", "other secret")
ADA, GRACE = DEFAULT_USERS


@dataclass
class Clock:
    """The real time, moved on by as many seconds as a test says."""

    ahead: float = 0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class RunningGlobus:
    """A stand-in that answers at *url*; *calls* counts requests by path."""

    url: str
    registration: Registration
    clock: Clock
    calls: Counter[str] = field(default_factory=Counter)

    def choose(self, authorize_url: str, **choice: str) -> str:
        """Open the page, make the choice, return where the browser is sent."""
        with httpx2.Client() as browser:
            assert browser.get(authorize_url).status_code == 200
            answer = browser.post(authorize_url, data=choice)
        assert answer.status_code == 302
        return answer.headers["location"]

    def code(self, authorize_url: str, username: str) -> str:
        """Return the code that the browser brings back."""
        return parse_qs(urlsplit(self.choose(authorize_url, username=username)).query)["code"][0]


@contextmanager
def running_globus(
    data: Path, way_back: str = "https://gas.test/sign-in/done"
) -> Iterator[RunningGlobus]:
    """Serve the state in *data* until the end of the block; web pages sign in by *way_back*."""
    with loopback_socket("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        registration = load_registration(data).with_pages_at(way_back)
        globus = RunningGlobus(url, registration, Clock())
        directory = Directory(DEFAULT_USERS, globus.registration, (OTHER_APP, OTHER_API))
        store = Store(data / "globus.sqlite3")
        app = build_app(issuer=url, directory=directory, store=store, clock=globus.clock)
        server = _Server(uvicorn.Config(_counted(app, globus.calls), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert server.ready.wait(10)
            yield globus
        finally:
            server.should_exit = True
            thread.join(10)
        assert not thread.is_alive()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


def _counted(app: ASGIApp, calls: Counter[str]) -> ASGIApp:
    async def counting(scope: Scope, receive: Receive, send: Send) -> None:
        calls[scope.get("path", "")] += 1
        await app(scope, receive, send)

    return counting
