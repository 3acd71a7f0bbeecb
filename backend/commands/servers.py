"""`gas api`, `gas utility`, `gas worker`: the server processes."""

from __future__ import annotations

import argparse

from backend.commands.declare import Commands, command


def add(commands: Commands) -> None:
    """Declare the commands."""
    command(commands, "api", _api, "serve the HTTP API")
    command(commands, "utility", _utility, "follow jobs and accounts, and look after the stuck")
    command(commands, "worker", _worker, "annotate jobs from the queue")


def _api(_arguments: argparse.Namespace) -> None:
    from backend.processes import api

    api()


def _utility(_arguments: argparse.Namespace) -> None:
    from backend.processes import utility

    utility()


def _worker(_arguments: argparse.Namespace) -> None:
    from backend.processes import worker

    worker()
