"""The app's beginning: what can be said without a window is said before anything is imported."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from backend import __version__

NO_DISPLAY = (
    "There is no display to open a window on. Start the app in a desktop session, or set DISPLAY "
    "or WAYLAND_DISPLAY to one that answers."
)
NO_SERVER = "--selftest needs --server URL, the address of a local stack"
PAINTED = "painted"
_USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the app and return the process's exit code."""
    parser = _parser()
    told = parser.parse_args(arguments)
    if told.selftest and not told.server:
        parser.error(NO_SERVER)
    # All of this is imported only when there is something to show: --version answers at once.
    from desktop.platform.display import has_display

    if not has_display(os.environ, sys.platform):
        sys.stderr.write(f"{NO_DISPLAY}\n")
        return _USAGE
    if getattr(sys, "frozen", False):
        from desktop.frozen import clean_environment

        clean_environment(os.environ)
    return _test(told.server) if told.selftest else _run(told)


def _run(told: argparse.Namespace) -> int:
    from desktop.thrift import use_little_memory

    use_little_memory()
    from desktop.app import run
    from desktop.settings import Settings

    settings = Settings.read(os.environ, Path.home(), told.server)
    files = [path.absolute() for path in told.files]
    return run(settings, files=files, painted=_tell_paint if told.tell_paint else None)


def _test(server: str) -> int:
    # The test's tokens stay in memory: the person's keyring is not to be asked.
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    from desktop.selftest import run_selftest

    return run_selftest(server)


def _tell_paint() -> None:
    sys.stdout.write(f"{PAINTED}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gas-desktop", description="Annotate the variants of VCF files."
    )
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="a file to upload, as if dropped"
    )
    parser.add_argument("--version", action="version", version=f"gas-desktop {__version__}")
    parser.add_argument("--server", metavar="URL", help="the service's address")
    parser.add_argument(
        "--selftest", action="store_true", help="do the main job on a local stack, and end"
    )
    parser.add_argument(
        "--tell-paint",
        action="store_true",
        help=f"print `{PAINTED}` when the window is first painted, for measuring",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
