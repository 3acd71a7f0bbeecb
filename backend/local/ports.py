"""Which ports the local stack uses: chosen once, kept with its data, so that links stay good."""

from __future__ import annotations

import argparse
import json
import random
import socket
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from pathlib import Path

LOOPBACK = "127.0.0.1"
# Below those that systems give to outgoing connections (Linux from 32768, macOS and Windows from
# 49152). A server takes its port seconds after it was chosen, and takes it again after a crash: by
# then a connection could have it, even one to that very port that met itself.
OURS = range(20_000, 32_768)
MOST = 65_535
"""The highest port that there is."""

_RANDOM = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Ports:
    """One port a server."""

    aws: int
    globus: int
    stripe: int
    api: int


def port_number(text: str) -> int:
    """Return the port that a command line has; 0 is any free one.

    Raises:
        argparse.ArgumentTypeError: there is no such port.
    """
    if not (text.isdecimal() and int(text) <= MOST):
        raise argparse.ArgumentTypeError(f"{text} is not a port; give a number from 0 to {MOST}")
    return int(text)


def choose(data: Path, *, api: int | None = None) -> Ports:
    """Return the ports of the stack in *data*; those of its last run unless they are taken.

    Args:
        data: the stack's folder.
        api: the API's port, where the caller wants a certain one and it is free.
    """
    note = data / "ports.json"
    last: dict[str, int] = json.loads(note.read_text("utf-8")) if note.exists() else {}
    chosen: dict[str, int] = {}
    asked = [("api", api)] if api else []
    for name, port in [*asked, *last.items()]:
        if name not in chosen and port not in chosen.values() and _is_free(port):
            chosen[name] = port
    for field in fields(Ports):
        if field.name not in chosen:
            chosen[field.name] = free_port(besides=chosen.values())
    ports = Ports(**chosen)
    note.write_text(json.dumps(asdict(ports)), "utf-8")
    return ports


def free_port(*, besides: Collection[int] = ()) -> int:
    """Return a free port that no outgoing connection is given, and that is none of *besides*.

    Raises:
        OSError: none of them is free.
    """
    for port in _RANDOM.sample(OURS, len(OURS)):
        if port not in besides and _is_free(port):
            return port
    raise OSError(f"no free port on {LOOPBACK} from {OURS[0]} to {OURS[-1]}")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
