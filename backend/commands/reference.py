"""`gas reference`: reference bundles."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from backend.commands.declare import Commands, command


def add(commands: Commands) -> None:
    """Declare the commands."""
    reference = commands.add_parser("reference", help="build and check reference bundles")
    below = reference.add_subparsers(required=True, metavar="COMMAND")
    command(below, "list", _list, "list the installed bundles")
    verify = command(below, "verify", _verify, "check every byte of a bundle")
    verify.add_argument("bundle", type=Path)


def _list(_arguments: argparse.Namespace) -> None:
    from annotator.reference.bundle import installed

    for bundle in installed(None):
        sys.stdout.write(f"{bundle.hash[:12]}  {bundle.assembly}  {bundle.name}  {bundle.path}\n")


def _verify(arguments: argparse.Namespace) -> None:
    from annotator.reference.bundle import load, verify

    bundle = load(arguments.bundle)
    verify(bundle)
    sys.stdout.write(f"{bundle.name} is whole: {bundle.hash}\n")
