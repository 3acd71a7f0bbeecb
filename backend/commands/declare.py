"""How a sub-command is declared."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

# argparse has no public name for what add_subparsers returns.
Commands = Any
Run = Callable[[argparse.Namespace], int | None]


def command(commands: Commands, name: str, run: Run, text: str) -> argparse.ArgumentParser:
    """Declare the sub-command *name*, which *run* carries out and *text* describes."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=f"{text[0].upper()}{text[1:]}."
    )
    parser.set_defaults(run=run)
    return parser
