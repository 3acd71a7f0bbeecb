"""The API's server process."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from backend.local.ports import free_port

ROOT = Path(__file__).parents[2]
PROGRAM = """
import asyncio, sys
from backend import logs
from backend.api.server import serve
from tests.fakes.service import FakeService

logs.configure("api")
ready = lambda: print("ready", flush=True)
asyncio.run(serve(FakeService().app(), host="127.0.0.1", port=int(sys.argv[1]), on_ready=ready))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="it ends processes by SIGTERM")
def test_an_open_stream_does_not_hold_up_the_end_of_the_process() -> None:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(port)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == "ready\n"
            headers = {"authorization": "Bearer token-of-alice"}
            url = f"http://127.0.0.1:{port}/v1/events"
            with httpx2.stream("GET", url, headers=headers, timeout=60) as stream:
                lines = stream.iter_lines()
                assert next(lines) == "retry: 3000"
                server.send_signal(signal.SIGTERM)
                # The stream comes to its end: it is not torn off.
                assert [line for line in lines if line] == ["id: 0", ": ping"]
            _, log = server.communicate(timeout=60)
        finally:
            server.kill()
    assert '"event": "request"' in log
    assert "Cancel" not in log
    assert "Traceback" not in log
