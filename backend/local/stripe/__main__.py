"""Run the stand-in as a process: ``python -m backend.local.stripe --data DIR --webhook-url URL``.

When it answers, it prints one line of JSON on standard output: its ``url``, the API's version, the
price's lookup key and the file with its keys.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from backend.local.ports import LOOPBACK, port_number
from backend.local.stripe.app import build_app
from backend.local.stripe.database import DataInUseError
from backend.local.stripe.keys import KEYS_FILE
from backend.local.stripe.ledger import API_VERSION
from backend.local.stripe.shapes.price import LOOKUP_KEY


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until a signal ends it; return the exit status."""
    arguments = _parse(argv)
    arguments.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with loopback_socket(arguments.port) as listener:
            _serve(listener, arguments.data, arguments.webhook_url)
    except (OSError, ValueError, DataInUseError) as error:
        sys.stderr.write(f"The local Stripe cannot start: {error}\n")
        return 2
    return 0


def loopback_socket(port: int) -> socket.socket:
    """Return a socket bound to this machine alone.

    Raises:
        OSError: the port is taken.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
    except OSError:
        listener.close()
        raise
    return listener


def _serve(listener: socket.socket, data: Path, webhook_url: str) -> None:
    url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    app = build_app(url=url, data=data, webhook_url=webhook_url, real_time=time.time)
    ready = {
        "ready": "stripe",
        "url": url,
        "api_version": API_VERSION,
        "price_lookup_key": LOOKUP_KEY,
        "keys_file": str(data / KEYS_FILE),
    }
    _Server(app, json.dumps(ready)).run(sockets=[listener])


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="backend.local.stripe", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of its state")
    parser.add_argument("--port", type=port_number, default=0, help="0 takes any free port")
    parser.add_argument("--webhook-url", required=True, help="where events go, on this machine")
    return parser.parse_args(argv)


class _Server(uvicorn.Server):
    """Prints its ready line once it answers."""

    def __init__(self, app: Starlette, ready: str) -> None:
        super().__init__(uvicorn.Config(app, log_level="warning", access_log=False))
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(self._ready + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
