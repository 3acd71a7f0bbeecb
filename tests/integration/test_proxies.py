"""Where a request came from: what a proxy says counts if the proxy is one of ours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from backend.local.ports import free_port

ROOT = Path(__file__).parents[2]
PROGRAM = """
import asyncio, sys
from datetime import timedelta
from backend.api.limits import Rate, Rates
from backend.api.server import serve
from tests.fakes.service import UNLIMITED, FakeService

few = Rate(2, timedelta(hours=1))
service = FakeService(rates=Rates(UNLIMITED.requests, UNLIMITED.free_jobs, few))
ready = lambda: print("ready", flush=True)
port, *proxies = sys.argv[1:]
app = service.app()
asyncio.run(
    serve(app, host="127.0.0.1", port=int(port), on_ready=ready, trusted_proxies=proxies)
)
"""


@contextmanager
def served(*proxies: str) -> Iterator[str]:
    """Serve an API that takes two bad tokens of one address."""
    port = free_port()
    argv = [sys.executable, "-c", PROGRAM, str(port), *proxies]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == "ready\n"
            yield f"http://127.0.0.1:{port}/v1/me"
        finally:
            server.terminate()


def guess(url: str, *said: str) -> int:
    """Send a bad token, forwarded *said* to be for somebody; return the status."""
    headers = {"authorization": "Bearer guess"}
    if said:
        headers["x-forwarded-for"] = ", ".join(said)
    return httpx2.get(url, headers=headers, timeout=10).status_code


def test_behind_a_trusted_proxy_each_address_is_counted_for_itself() -> None:
    with served("127.0.0.0/8") as url:
        assert [guess(url, "192.0.2.1") for _ in range(3)] == [401, 401, 429]
        assert guess(url, "192.0.2.2") == 401
        # What a client wrote there before the proxy added its own word does not count.
        assert guess(url, "192.0.2.9", "192.0.2.1") == 429


def test_of_others_it_is_not_believed() -> None:
    with served() as url:
        assert [guess(url, f"192.0.2.{n}") for n in range(3)] == [401, 401, 429]
        assert guess(url) == 429
