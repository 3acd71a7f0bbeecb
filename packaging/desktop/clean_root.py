"""The .deb tried in a Debian that has nothing else; needs root and debootstrap."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from screen import virtual_screen
from trial import TrialError, self_test

SUITE = "bookworm"
"""The oldest Debian that the app is for."""

_HOME = "/root"


def can_be_made() -> bool:
    """Whether this machine can make such a Debian."""
    return os.name == "posix" and os.geteuid() == 0 and shutil.which("debootstrap") is not None


def try_package(package: Path, server: str) -> str:
    """Install *package*, run the self-test there, remove it; return what the self-test said.

    Args:
        package: the .deb.
        server: the address of a local stack.

    Raises:
        TrialError: the package cannot be installed, the app fails, or something of it stays.
    """
    with tempfile.TemporaryDirectory(prefix="gas-root-") as folder:
        root = Path(folder) / "root"
        _run(["debootstrap", "--variant=minbase", SUITE, str(root), _mirror()])
        shutil.copy(package, root / "tmp" / package.name)
        install = ["apt-get", "install", "--yes", "--no-install-recommends"]
        _run([*_inside(root), *install, f"/tmp/{package.name}"])  # noqa: S108 - of the new root
        _check_no_display(root)
        with virtual_screen() as display:
            environ = {**_environ(), "DISPLAY": display}
            said = self_test([*_inside(root), "gas-desktop"], environ, server)
        _run([*_inside(root), "apt-get", "remove", "--yes", "gas-desktop"])
        if (root / "opt" / "gas-desktop").exists():
            raise TrialError("Something stays in /opt/gas-desktop after the package is removed.")
    return said


def _inside(root: Path) -> tuple[str, ...]:
    """Return what makes a command run in *root*; what is mounted for it goes away with it."""
    mount = f'mount -t proc proc "{root}/proc" && exec chroot "{root}" "$@"'
    return "unshare", "--mount", "--", "sh", "-c", mount, "sh"


def _check_no_display(root: Path) -> None:
    """See that the app says one sentence where there is no screen."""
    ended = subprocess.run(
        [*_inside(root), "gas-desktop"],
        env=_environ(),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 2 or not ended.stderr.startswith("There is no display"):  # noqa: PLR2004
        raise TrialError(f"Without a display the app says: {ended.stderr or ended.returncode}")


def _environ() -> dict[str, str]:
    return {"HOME": _HOME, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


def _run(command: Sequence[str]) -> None:
    environ = {**os.environ, **_environ(), "DEBIAN_FRONTEND": "noninteractive"}
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise TrialError(f"{' '.join(command)} failed:\n{ended.stdout}{ended.stderr}")


def _mirror() -> str:
    """Return where this machine has its Debian from."""
    wanted = ("--format", "$(RELEASE) $(SITE)", "Created-By: Packages")
    command = ("/usr/bin/apt-get", "indextargets", *wanted)
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    for line in shown.stdout.splitlines():
        release, site = line.split(" ", 1)
        if release == SUITE:
            return site
    raise TrialError(f"apt knows no mirror of Debian {SUITE}.")
