"""The `gas` command.  A sub-command imports what it needs only when it is called."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from backend import __version__
from backend.commands import annotate, bench, demo, desktop, export, local, reference, servers
from backend.domain.errors import ServiceError
from backend.settings import SettingsError

_OF_PATHS = (
    FileExistsError,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status: 0 is success, 1 failure, 2 wrong usage."""
    # numpy's linear algebra, which nothing here uses, would start a thread a core in each process.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments) or 0)
    except (ServiceError, SettingsError) as error:
        sys.stderr.write(f"gas: {error}\n")
        return 1
    except _OF_PATHS as error:
        return _unusable(error)
    except ModuleNotFoundError as error:
        return _missing(error)
    except KeyboardInterrupt:
        return 130


def _unusable(error: OSError) -> int:
    """Say which file or folder the system refuses; an error that names none is a bug."""
    if error.filename is None:
        raise error
    sys.stderr.write(f"gas: {error.filename} cannot be used: {error.strerror}.\n")
    return 1


def _missing(error: ModuleNotFoundError) -> int:
    """Say which extra brings the package that is missing; one of ours missing is a bug."""
    if (error.name or "").partition(".")[0] in {"annotator", "backend", "desktop", "lambdas"}:
        raise error
    sys.stderr.write(
        f"gas: the package {error.name} is not installed. Install the part you need: "
        "genomics-annotation-service[desktop], [annotator], [server] or [local].\n"
    )
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gas", description="The Genomics Annotation Service.")
    parser.add_argument("--version", action="version", version=f"gas {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (demo, local, desktop, annotate, export, reference, bench, servers):
        command.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
