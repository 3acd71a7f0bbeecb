"""The app's beginning: what can be said without a window is said before anything is imported."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from backend import __version__

NO_DISPLAY = (
    "There is no display to open a window on. Start the app in a desktop session, or set DISPLAY "
    "or WAYLAND_DISPLAY."
)
_USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the app and return the process's exit code."""
    told = _parser().parse_args(arguments)
    if not has_display(os.environ, sys.platform):
        sys.stderr.write(f"{NO_DISPLAY}\n")
        return _USAGE
    # Qt is imported only when there is something to show: --version answers at once.
    from desktop.app import run
    from desktop.settings import Settings

    return run(Settings.read(os.environ, Path.home(), told.server))


def has_display(environ: Mapping[str, str], platform: str) -> bool:
    """Whether a window can be opened: without one Qt would abort the process."""
    if platform in {"win32", "darwin"} or environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gas-desktop", description="Annotate the variants of VCF files."
    )
    parser.add_argument("--version", action="version", version=f"gas-desktop {__version__}")
    parser.add_argument("--server", metavar="URL", help="the service's address")
    return parser


if __name__ == "__main__":
    sys.exit(main())
