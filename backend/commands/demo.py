"""`gas demo`: the main job, end to end, on a local stack of its own that goes away afterwards."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TextIO

from backend.commands.declare import Commands, command
from backend.commands.files import require_folder


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(commands, "demo", _run, "run the main job on a local stack of its own")
    parser.add_argument("--input", type=Path, metavar="VCF", help="a file of yours")
    parser.add_argument(
        "--out", type=Path, default=Path("gas-demo"), help="folder for result and log"
    )
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")


def _run(arguments: argparse.Namespace) -> int:
    from backend.assets import asset
    from backend.local.demo import Demo

    source = arguments.input or asset("demo/demo.vcf")
    if not source.is_file():
        sys.stderr.write(f"gas: there is no file {source}.\n")
        return 2
    require_folder(arguments.out)
    # With --json, standard output is the JSON alone.
    steps = _Steps(sys.stderr if arguments.json else sys.stdout)
    report = Demo(source, arguments.out, steps.say).run()
    if arguments.json:
        sys.stdout.write(json.dumps(report.to_json(), indent=2) + "\n")
    else:
        sys.stdout.write(report.to_text() + "\n")
    return 0 if report.ok else 1


class _Steps:
    """Prints each step with the seconds since the beginning."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._begun = time.monotonic()

    def say(self, line: str) -> None:
        """Print *line* at once, also into a pipe."""
        self._stream.write(f"{time.monotonic() - self._begun:6.1f} s  {line}\n")
        self._stream.flush()
