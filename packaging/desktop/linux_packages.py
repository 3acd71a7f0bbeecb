"""The .deb and the .rpm, made of the frozen app by nfpm."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

from contents import TITLE

from backend import __version__

KINDS = ("deb", "rpm")

_LINUX = Path(__file__).resolve().parent / "linux"
_ICONS = Path(__file__).resolve().with_name("icons.py")
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_GLIBC = re.compile(r"\(GLIBC_2\.(\d+)\)")


class NoPackagerError(Exception):
    """A program that makes packages is missing; the message says how to get it."""


def make_packages(app: Path, out: Path, scratch: Path) -> list[Path]:
    """Make both packages of the folder *app* in *out* and return their paths."""
    nfpm = _program("nfpm", "it is in the environment of `nox -s dev`")
    icons = scratch / "hicolor"
    subprocess.run([sys.executable, _ICONS, "hicolor", icons], check=True)
    environ = {
        **os.environ,
        "GAS_APP": str(app),
        "GAS_ARCH": _ARCHITECTURES[platform.machine()],
        "GAS_GLIBC": f"2.{glibc_floor(app)}",
        "GAS_ICONS": str(icons),
        "GAS_LINUX": str(_LINUX),
        "GAS_MAINTAINER": _maintainer(),
        "GAS_VERSION": __version__,
    }
    return [_make(nfpm, kind, out, environ) for kind in KINDS]


def glibc_floor(app: Path) -> int:
    """Return the minor version of the oldest glibc 2 that the app runs with."""
    objdump = _program("objdump", "on Debian: apt-get install binutils")
    found = [0]
    for file in app.rglob("*"):
        if file.is_file() and (".so" in file.name or os.access(file, os.X_OK)):
            listed = subprocess.run(
                [objdump, "--dynamic-syms", file], capture_output=True, text=True, check=False
            )
            found += map(int, _GLIBC.findall(listed.stdout))
    return max(found)


def _make(nfpm: str, kind: str, out: Path, environ: dict[str, str]) -> Path:
    before = set(out.glob(f"*.{kind}"))
    for old in before:
        old.unlink()
    command = [nfpm, "package", "--config", str(_LINUX / "nfpm.yaml"), "--packager", kind]
    subprocess.run([*command, "--target", f"{out}/"], env=environ, check=True)
    (made,) = out.glob(f"*.{kind}")
    return made


def _program(name: str, remedy: str) -> str:
    """Return where a program is: beside the running Python, or on the path."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        raise NoPackagerError(f"There is no {name}; {remedy}.")
    return found


def _maintainer() -> str:
    """Return who makes the packages, as Debian's own tools are told."""
    name = os.environ.get("DEBFULLNAME", TITLE)
    return f"{name} <{os.environ.get('DEBEMAIL', 'nobody@localhost')}>"
