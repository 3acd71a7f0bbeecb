"""As much of the service as the app asks for when it has many jobs; a process of its own.

``python -m tests.bench.desktop_service JOBS`` prints its port. Who is signed in is not looked at.
``GET /bench/changes?rate=R&seconds=S`` has so many jobs change each second for so long.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from backend.wire import JobEvent, JobList, JobStatus, JobView, ServiceConfig
from desktop.ui.sample import ME, NOW, sample_jobs
from tests.bench.desktop_keyring import RESOURCE_SERVER, SCOPE

CHANGES = "/bench/changes"
TICK_SECONDS = 0.01
PING_SECONDS = 15.0
_SEED = 20260314
_VERSION = 10
# Of the newest jobs, those that run change.
_CHANGING = 20_000


def sample(count: int) -> Iterator[JobView]:
    """Yield jobs of every kind, the newest first, no two of which end at the same moment."""
    kinds = sample_jobs()
    for number in range(count):
        kind = kinds[number % len(kinds)]
        asked = NOW - timedelta(minutes=number)
        until = NOW + timedelta(hours=1, seconds=number)
        yield kind.model_copy(
            update={
                "version": _VERSION,
                "id": sha256(b"id %d" % number).hexdigest()[:32],
                "name": f"patient-{number % 9973}_{number}.vcf.gz",
                "created_at": asked,
                "submitted_at": asked,
                "result_until": until if kind.result_until else None,
                "result_sha256": sha256(str(number).encode()).hexdigest(),
            }
        )


@dataclass
class _Service:
    """The routes, and the changes that are sent to whoever follows them."""

    url: str
    jobs: list[JobView]
    lines: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)
    events: int = 0

    def app(self) -> Starlette:
        routes = (
            ("/v1/config", self.config),
            ("/v1/me", self.me),
            ("/v1/jobs", self.page),
            ("/v1/events", self.follow),
            (CHANGES, self.change),
        )
        return Starlette(routes=[Route(path, endpoint) for path, endpoint in routes])

    async def config(self, _request: Request) -> Response:
        config = ServiceConfig(
            globus_url=self.url,
            client_id="bench",
            resource_server=RESOURCE_SERVER,
            scope=SCOPE,
            version="0",
        )
        return _json(config.model_dump_json())

    async def me(self, _request: Request) -> Response:
        return _json(ME.model_dump_json())

    async def page(self, request: Request) -> Response:
        first, most = int(request.query_params.get("after", 0)), int(request.query_params["limit"])
        last = first + most
        after = str(last) if last < len(self.jobs) else None
        page = JobList(jobs=self.jobs[first:last], after=after, cursor=self.events)
        return _json(page.model_dump_json())

    async def follow(self, _request: Request) -> Response:
        return StreamingResponse(self._lines(), media_type="text/event-stream")

    async def _lines(self) -> AsyncIterator[bytes]:
        yield b"retry: 1000\n\n"
        while True:
            try:
                yield await asyncio.wait_for(self.lines.get(), PING_SECONDS)
            except TimeoutError:
                yield b": here\n\n"

    async def change(self, request: Request) -> Response:
        """Send changes, and answer when all are sent."""
        rate, seconds = (int(request.query_params[name]) for name in ("rate", "seconds"))
        running = [job for job in self.jobs[:_CHANGING] if job.status is JobStatus.RUNNING]
        changes = _changes(running)
        begun, sent = time.perf_counter(), 0
        while (passed := time.perf_counter() - begun) < seconds:
            due = int(passed * rate)
            for _ in range(due - sent):
                self.events += 1
                line = f"id: {self.events}\nevent: job\ndata: {next(changes)}\n\n"
                self.lines.put_nowait(line.encode())
            sent = due
            await asyncio.sleep(TICK_SECONDS)
        return JSONResponse({"sent": sent, "seconds": time.perf_counter() - begun})


def _changes(running: list[JobView]) -> Iterator[str]:
    """Yield progress of jobs that run, in turns, for ever."""
    chance, version = random.Random(_SEED), _VERSION
    while True:
        version += 1
        for job in running:
            done = chance.randrange(job.total + 1)
            newer = job.model_copy(update={"version": version, "done": done})
            yield JobEvent(job=newer).model_dump_json()


def _json(text: str) -> Response:
    return Response(text, media_type="application/json")


def main(count: int) -> None:
    """Serve until the process is ended."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        service = _Service(f"http://127.0.0.1:{port}", list(sample(count)))
        config = uvicorn.Config(service.app(), lifespan="off", ws="none", log_level="warning")
        sys.stdout.write(json.dumps(port) + "\n")
        sys.stdout.flush()
        uvicorn.Server(config).run(sockets=[server])


if __name__ == "__main__":
    main(int(sys.argv[1]))
