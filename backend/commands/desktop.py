"""`gas desktop`: the app, with the service on this machine if asked for."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from backend.commands.declare import Commands, command
from backend.commands.local import default_data


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(commands, "desktop", _run, "open the desktop app")
    parser.add_argument(
        "--local", action="store_true", help="start a local stack, or use the one that runs"
    )
    parser.add_argument("--server", metavar="URL", help="the service to use")


def _run(arguments: argparse.Namespace) -> int:
    from desktop.__main__ import main

    if not arguments.local:
        return main(["--server", arguments.server] if arguments.server else [])
    url = running_stack(default_data())
    if url is not None:
        return main(["--server", url])
    from backend.local.setup import Setup
    from backend.local.stack import running

    with running(Setup(data=default_data()), _say) as stack:
        return main(["--server", stack.api_url])


def running_stack(data: Path) -> str | None:
    """Return the address of the API of the local stack that runs on *data*, if one does."""
    from backend.local.stack import is_running

    note = data / "stack.json"
    if not is_running(data) or not note.exists():
        return None
    return str(json.loads(note.read_text("utf-8"))["api_url"])


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
