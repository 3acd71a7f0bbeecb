"""Run the stand-in as a process: ``python -m backend.local.globus --data DIR``.

When it answers, it prints one line of JSON on standard output: its ``url``, the ids of its clients,
the scope of the API and the file with the secrets. People can sign in on the service's web pages
where ``--web-url`` says at which address those are. The config file is JSON: ``users`` (a list
of objects with ``username``, ``name``, ``email`` and perhaps ``organization``) and
``access_token_seconds``; both may be left out.
"""

from __future__ import annotations

import argparse
import ipaddress
import json
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from backend.local.globus.directory import (
    ACCESS_TOKEN_SECONDS,
    Directory,
    load_registration,
    load_users,
)
from backend.local.globus.routes import build_app
from backend.local.globus.store import Store
from backend.local.ports import port_number

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Arguments:
    """What the command line says."""

    data: Path
    host: str
    port: int
    web_url: str | None
    config: Path | None


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until a signal ends it; return the exit status."""
    arguments = _parse(argv)
    try:
        listener = loopback_socket(arguments.host, arguments.port)
        directory = _directory(arguments)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"The local sign-in cannot start: {error}\n")
        return 2
    with listener:
        _serve(listener, directory, arguments.data)
    return 0


def loopback_socket(host: str, port: int) -> socket.socket:
    """Return a socket bound to *host*, which must be a loopback IPv4 address.

    Raises:
        ValueError: the address can be reached from other machines.
        OSError: the port is taken.
    """
    if not ipaddress.IPv4Address(host).is_loopback:
        raise ValueError(f"{host} is not a loopback address; it lets anybody in as anybody.")
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def _parse(argv: Sequence[str] | None) -> Arguments:
    parser = argparse.ArgumentParser(prog="backend.local.globus", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of its state")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=port_number, default=0, help="0 takes any free port")
    parser.add_argument("--web-url", help="address of the service's web pages")
    parser.add_argument("--config", type=Path, help="users and life of tokens, JSON")
    return Arguments(**vars(parser.parse_args(argv)))


def _directory(arguments: Arguments) -> Directory:
    arguments.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    config: dict[str, Any] = json.loads(arguments.config.read_text()) if arguments.config else {}
    registration = load_registration(arguments.data)
    if arguments.web_url is not None:
        way_back = f"{arguments.web_url.rstrip('/')}/sign-in/done"
        registration = registration.with_pages_at(way_back)
    return Directory(
        users=load_users(config),
        registration=registration,
        access_token_seconds=int(config.get("access_token_seconds", ACCESS_TOKEN_SECONDS)),
    )


def _serve(listener: socket.socket, directory: Directory, data: Path) -> None:
    host, port = listener.getsockname()
    url = f"http://{host}:{port}"
    store = Store(data / "globus.sqlite3")
    app = build_app(issuer=url, directory=directory, store=store, clock=time.time)
    ready = {
        "ready": "globus",
        "url": url,
        "desktop_client_id": directory.registration.desktop.id,
        "web_client_id": directory.registration.web.id,
        "resource_server": directory.registration.api.id,
        "scope": directory.registration.api.scope,
        "clients_file": str(data / "clients.json"),
        "users": [user.username for user in directory.users],
    }
    config = uvicorn.Config(app, log_level="warning", access_log=False)
    _Server(config, json.dumps(ready)).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Prints its ready line once it answers."""

    def __init__(self, config: uvicorn.Config, ready: str) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(self._ready + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
