"""The process: ``python -m backend.local.aws --port P --data DIR --template FILE``."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from backend.local.aws.delays import USUAL, Delays
from backend.local.aws.names import HOST
from backend.local.ports import port_number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backend.local.aws", description=__doc__)
    parser.add_argument("--host", default=HOST, help="127.0.0.1; any other is refused")
    parser.add_argument("--port", type=port_number, default=0, help="0 is any free port")
    parser.add_argument("--data", type=Path, required=True, help="the folder of the state")
    parser.add_argument("--template", type=Path, help="the CloudFormation template to deploy")
    parser.add_argument("--stack", default="gas", help="the name of the stack")
    parser.add_argument(
        "--parameters", nargs="*", default=[], metavar="NAME=VALUE", help="of the template"
    )
    parser.add_argument(
        "--code", type=Path, help="the folder of the Lambdas' code; this project by default"
    )
    parser.add_argument(
        "--glacier-delays",
        type=Delays.parse,
        default=USUAL,
        metavar="NAME=SECONDS,...",
        help="of retrievals: expedited, standard, bulk, inventory",
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.host != HOST:
        parser.error(f"the local stack listens on {HOST} only: it is open to whoever reaches it")
    if bad := [each for each in given.parameters if "=" not in each]:
        parser.error(f"a parameter is NAME=VALUE, not {bad[0]}")
    # moto's moments have no zone: what compares one with local time is right in UTC alone.
    os.environ["TZ"] = "UTC"
    time.tzset()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    return _serve(given)


def _serve(given: argparse.Namespace) -> int:
    from backend.local.aws.durability.journal import FolderInUseError
    from backend.local.aws.server import PROJECT, LocalAws
    from backend.local.aws.template import TemplateError

    aws = LocalAws(
        given.data,
        given.template,
        dict(each.split("=", 1) for each in given.parameters),
        stack=given.stack,
        port=given.port,
        code=PROJECT if given.code is None else given.code.resolve(),
        delays=given.glacier_delays,
    )
    try:
        with _signalled() as stop, aws:
            line = {"ready": True, "port": aws.port, "outputs": aws.outputs}
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
            stop.recv(1)
    except (FolderInUseError, TemplateError) as error:
        sys.stderr.write(f"The local AWS cannot start: {error}\n")
        return 1
    return 0


def _signalled() -> socket.socket:
    """Return what there is a byte to read from once the process is to stop."""
    # A lock that is waited for, as an Event's, misses a signal that comes just before the wait.
    reading, writing = socket.socketpair()
    writing.settimeout(0)
    signal.set_wakeup_fd(writing.detach())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    return reading


if __name__ == "__main__":
    sys.exit(main())
