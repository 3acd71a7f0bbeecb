"""The packages tried in a Debian that has nothing else; needs root and debootstrap.

The .rpm is tried there, too: Debian has the program for it, but no packages by the names of other
systems, so that what it asks for is looked up among the libraries themselves.
"""

from __future__ import annotations

import os
import re
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
_LIBRARY = re.compile(r"^(lib\S+\.so\.\d+)\(", re.MULTILINE)


def can_be_made() -> bool:
    """Whether this machine can make such a Debian."""
    return os.name == "posix" and os.geteuid() == 0 and shutil.which("debootstrap") is not None


def try_packages(deb: Path, rpm: Path, server: str) -> dict[str, str]:
    """Install, run and remove both packages; return what the self-test said, by kind.

    Args:
        deb: the one for Debian.
        rpm: the other.
        server: the address of a local stack.

    Raises:
        TrialError: a package cannot be installed, the app fails, or something of it stays.
    """
    with tempfile.TemporaryDirectory(prefix="gas-root-") as folder:
        root = Path(folder) / "root"
        _run(["debootstrap", "--variant=minbase", SUITE, str(root), _mirror()])
        for package in (deb, rpm):
            shutil.copy(package, root / "tmp" / package.name)
        return {
            "the .deb": _try_deb(root, deb.name, server),
            "the .rpm": _try_rpm(root, rpm.name, server),
        }


def _try_deb(root: Path, name: str, server: str) -> str:
    _install(root, f"/tmp/{name}")  # noqa: S108 - of the new root
    _check_no_display(root)
    said = _self_test(root, server)
    _run([*_inside(root), "apt-get", "remove", "--yes", "gas-desktop"])
    _check_gone(root)
    return said


def _try_rpm(root: Path, name: str, server: str) -> str:
    _install(root, "rpm")
    package = f"/tmp/{name}"  # noqa: S108 - of the new root
    _check_libraries(root, package)
    _run([*_inside(root), "rpm", "--install", "--nodeps", package])
    said = _self_test(root, server)
    _run([*_inside(root), "rpm", "--erase", "gas-desktop"])
    _check_gone(root)
    return said


def _install(root: Path, what: str) -> None:
    _run([*_inside(root), "apt-get", "install", "--yes", "--no-install-recommends", what])


def _self_test(root: Path, server: str) -> str:
    with virtual_screen() as display:
        environ = {**_environ(), "DISPLAY": display}
        return self_test([*_inside(root), "gas-desktop"], environ, server)


def _check_gone(root: Path) -> None:
    if (root / "opt" / "gas-desktop").exists():
        raise TrialError("Something stays in /opt/gas-desktop after the package is removed.")


def _check_libraries(root: Path, package: str) -> None:
    """See that each library that the .rpm asks for is one; those of the .deb are all there."""
    asked = _run([*_inside(root), "rpm", "--query", "--requires", "--package", package])
    there = _run([*_inside(root), "ldconfig", "--print-cache"])
    names = set(_LIBRARY.findall(asked))
    missing = names - set(there.split())
    if not names or missing:
        raise TrialError(f"The .rpm asks for {', '.join(sorted(missing)) or 'no library'}.")


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


def _run(command: Sequence[str]) -> str:
    """Run *command* and return what it printed."""
    environ = {**os.environ, **_environ(), "DEBIAN_FRONTEND": "noninteractive"}
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise TrialError(f"{' '.join(command)} failed:\n{ended.stdout}{ended.stderr}")
    return ended.stdout


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
