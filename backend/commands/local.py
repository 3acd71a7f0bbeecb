"""`gas local`: the whole service on this machine."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

from backend.commands.declare import Commands, command
from backend.settings import read


def add(commands: Commands) -> None:
    """Declare the commands."""
    local = commands.add_parser("local", help="run the whole service on this machine")
    below = local.add_subparsers(required=True, metavar="COMMAND")
    up = command(below, "up", _up, "run the local stack until stopped")
    up.add_argument("--data", type=Path, default=default_data(), help="folder of its state")
    up.add_argument("--annotators", type=int, default=2, metavar="N", help="how many (default 2)")
    up.add_argument("--port", type=_port, default=8400, help="of the API (default 8400)")
    up.add_argument(
        "--retention", type=float, default=180, metavar="S", help="of free results, in seconds"
    )
    up.add_argument(
        "--archive",
        choices=("vault", "storage_class"),
        default="vault",
        help="where results go afterwards (default vault)",
    )


def _port(text: str) -> int:
    from backend.local.ports import port_number

    return port_number(text)


def default_data() -> Path:
    """Return where the local stack keeps its state unless told otherwise."""
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "gas" / "local"


def _up(arguments: argparse.Namespace) -> None:
    from backend.local.setup import Setup
    from backend.local.stack import running

    begun = time.monotonic()
    settings = read({**os.environ, "GAS_MODE": "local"})
    setup = Setup(
        data=arguments.data,
        annotators=arguments.annotators,
        api_port=arguments.port,
        free_retention=timedelta(seconds=arguments.retention),
        archive=arguments.archive,
        database_url=settings.database_url,
        pg_bin=settings.pg_bin,
        bundles=settings.bundles,
    )
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    with running(setup, say) as stack:
        say(f"Ready after {time.monotonic() - begun:.1f} s. Stop with Ctrl+C.")
        say(f"  API      {stack.api_url}  (described at {stack.api_url}/openapi.json)")
        say(f"  Pages    {stack.api_url}/jobs")
        say(f"  Mailbox  {stack.aws_url}/_gas/mail")
        say(f"  Payment  {stack.stripe_url}  (test card 4242 4242 4242 4242)")
        say(f"  Users    {', '.join(stack.users)}")
        say(f"  State    {arguments.data}")
        say(f"  App      gas desktop --server {stack.api_url}")
        # A signal that comes just before a wait without an end would be heard at the next one only.
        while not stop.wait(1.0):
            pass
        say("Stopping …")


def say(line: str) -> None:
    """Print one line at once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
