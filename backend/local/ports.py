"""Which ports the local stack uses: chosen once, kept with its data, so that links stay good."""

from __future__ import annotations

import json
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Ports:
    """One port a server."""

    aws: int
    globus: int
    stripe: int
    api: int


def choose(data: Path, *, api: int | None = None) -> Ports:
    """Return the ports of the stack in *data*; those of its last run unless they are taken.

    Args:
        data: the stack's folder.
        api: the API's port, where the caller wants a certain one.
    """
    note = data / "ports.json"
    last: dict[str, int] = json.loads(note.read_text("utf-8")) if note.exists() else {}
    ports = Ports(
        aws=_usable(last.get("aws")),
        globus=_usable(last.get("globus")),
        stripe=_usable(last.get("stripe")),
        api=_usable(api or last.get("api")),
    )
    note.write_text(json.dumps(asdict(ports)), "utf-8")
    return ports


def _usable(wanted: int | None) -> int:
    """Return *wanted* if it is free, else any free port."""
    for port in (wanted, 0):
        if port is None:
            continue
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")
