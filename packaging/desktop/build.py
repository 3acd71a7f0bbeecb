"""The desktop app built, tried and packed on Linux; `nox -s package` runs this.

The folder `dist/gas-desktop` is the app, beside it lie the .deb and the .rpm.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import clean_root
import trial
from contents import NAME, ROOT
from linux_packages import NoPackagerError, make_packages
from screen import NoScreenError

from backend.local.setup import Setup
from backend.local.stack import running

MOST_UNPACKED = 150_000_000
"""How large the folder may be, in bytes."""

MOST_PACKED = 60_000_000
"""How large a package may be, in bytes."""

_SPEC = Path(__file__).resolve().with_name("gas-desktop.spec")
_MEGABYTE = 1_000_000


class TooLargeError(Exception):
    """The app, or a package of it, is larger than it may be."""


def main() -> int:
    """Build, try and pack the app; return the process's exit code."""
    told = _arguments()
    if sys.platform != "linux":
        _say("This builds on Linux; packaging/README.md says how to build elsewhere.")
        return 2
    try:
        build(told.out.resolve(), clean=told.clean_root)
    except (
        NoPackagerError,
        NoScreenError,
        TooLargeError,
        subprocess.CalledProcessError,
        trial.TrialError,
    ) as error:
        _say(str(error))
        return 1
    return 0


def build(out: Path, *, clean: bool) -> None:
    """Make the app and its packages in *out*, and try them.

    Args:
        out: the folder for all of it.
        clean: also install both packages in a Debian that has nothing else.

    Raises:
        TooLargeError: something is larger than it may be.
        TrialError: the app does not do what it is for.
        NoPackagerError: a program that makes packages is missing.
        NoScreenError: there is no virtual screen to be had.
    """
    scratch = ROOT / "build" / "desktop"
    app = freeze(out, scratch)
    _say(f"{app}: {_size(app, MOST_UNPACKED)}")
    _say(f"first paint: {trial.measure(app / NAME)}, at a load of {os.getloadavg()[0]:.1f}")
    deb, rpm = make_packages(app, out, scratch)
    for package in (deb, rpm):
        _say(f"{package}: {_size(package, MOST_PACKED)}")
    with tempfile.TemporaryDirectory(prefix="gas-package-") as folder:
        setup = Setup(data=Path(folder), annotators=1)
        with running(setup, lambda _line: None) as stack:
            _say(_passed("self-test", trial.try_app(app / NAME, stack.api_url)))
            if clean:
                for kind, said in clean_root.try_packages(deb, rpm, stack.api_url).items():
                    _say(_passed(f"{kind} in a bare Debian {clean_root.SUITE}", said))


def freeze(out: Path, scratch: Path) -> Path:
    """Run PyInstaller and return the folder of the app."""
    scratch.mkdir(parents=True, exist_ok=True)
    places = ["--distpath", str(out), "--workpath", str(scratch)]
    quiet = ["--noconfirm", "--log-level", "WARN"]
    command = [sys.executable, "-m", "PyInstaller", *quiet, *places, str(_SPEC)]
    subprocess.run(command, check=True)
    return out / NAME


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Build the desktop app and its packages.")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where they go")
    parser.add_argument(
        "--clean-root",
        action="store_true",
        help="also install both packages in a bare Debian; needs root and debootstrap",
    )
    return parser.parse_args()


def _size(path: Path, most: int) -> str:
    """Return the size of a file or folder in words.

    Raises:
        TooLargeError: it is more than *most* bytes.
    """
    files = [path, *path.rglob("*")]
    size = sum(file.lstat().st_size for file in files if not file.is_dir())
    words = f"{size / _MEGABYTE:.1f} MB"
    if size > most:
        raise TooLargeError(f"{path} has {words}; it may have {most / _MEGABYTE:.0f} MB.")
    return f"{words} of at most {most / _MEGABYTE:.0f} MB"


def _passed(what: str, said: str) -> str:
    return f"{what}: {', '.join(said.split(chr(10))).strip(', ')}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
