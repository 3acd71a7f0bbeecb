"""The server processes, from the environment to a running loop: what `gas api` and its like run.

Each says that it is ready by one line of JSON on standard output and ends on SIGTERM.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from types import FrameType

from backend import logs, wiring
from backend.settings import Settings, read


def say_ready(name: str) -> None:
    """Tell whoever started this process that it is ready."""
    print(json.dumps({"ready": name, "pid": os.getpid()}), flush=True)  # noqa: T201


def api() -> None:
    """Serve the API until SIGTERM; streams are ended, requests are finished."""
    import asyncio

    logs.configure("api")
    settings = read(os.environ, *wiring.API_NEEDS)
    asyncio.run(_serve_api(settings))


async def _serve_api(settings: Settings) -> None:
    import httpx2

    from backend import wiring_api
    from backend.api.server import serve

    async with httpx2.AsyncClient() as http:
        await serve(
            wiring_api.app(settings, http),
            host=settings.api_host,
            port=settings.api_port,
            trusted_proxies=settings.trusted_proxies,
            on_ready=lambda: say_ready("api"),
        )


def worker() -> None:
    """Run one annotator until SIGTERM; a job in hand is handed back."""
    from annotator.allocation import keep_freed_memory
    from annotator.pipeline import ENGINES, annotate
    from annotator.reference.bundle import installed
    from annotator.sequences import Sequences
    from annotator.shards import OwnProcess, Workshop
    from annotator.worker import Worker

    logs.configure("worker")
    keep_freed_memory()
    settings = read(os.environ, *wiring.WORKER_NEEDS)
    stop, busy = threading.Event(), threading.Event()
    workshop = Workshop(
        shards=wiring.shards(settings),
        make=lambda engine, task: OwnProcess(ENGINES[engine], task),
        bundles=installed(settings.bundles),
        folder=settings.work_folder,
        sequences=Sequences(settings.work_folder),
        hands=settings.worker_processes or os.cpu_count() or 1,
    )
    annotator = Worker(
        annotations=wiring.annotation(settings),
        annotate=annotate,
        queue=wiring.queue(settings, settings.job_requests_queue),
        workshop=workshop,
        most_alone=settings.shard_records,
        max_tries=settings.max_tries,
        stop=stop,
        busy=busy,
    )
    end_on_sigterm(stop, busy)
    say_ready("worker")
    annotator.run()


def utility() -> None:
    """Run the utility node until SIGTERM."""
    from backend import wiring_database, wiring_utility

    logs.configure("utility")
    settings = read(os.environ, *wiring.UTILITY_NEEDS)
    stop = threading.Event()
    node = wiring_utility.utility_node(settings, wiring_database.database(settings), stop)
    end_on_sigterm(stop, threading.Event())
    say_ready("utility")
    node.run()


def end_on_sigterm(stop: threading.Event, busy: threading.Event) -> None:
    """Set *stop* on SIGTERM; a process that is not *busy* ends at once, out of its long poll."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()
        if not busy.is_set():
            sys.exit(0)

    signal.signal(signal.SIGTERM, end)
