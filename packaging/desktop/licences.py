"""The licence texts that go with the frozen app: its own, and those of all that is in it."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from needs import PROJECT, needed_distributions

Entry = tuple[str, str, str]
"""As PyInstaller wants it: the place in the app, the file, what it is."""

FOLDER = "licences"
_TEXTS = Path(__file__).resolve().parent / "texts"
_OURS = Path(__file__).resolve().parents[2] / "LICENSE"
_WORDS = ("LICEN", "COPYING", "NOTICE", "AUTHORS")


def texts(binaries: Iterable[str], scratch: Path) -> list[Entry]:
    """Return all texts.

    Args:
        binaries: the files of libraries that come along.
        scratch: a folder for the list of versions, which is made here.
    """
    listed = scratch / "versions.txt"
    listed.write_text(versions(), "utf-8")
    found = [_entry(path) for path in [*sorted(_TEXTS.glob("*.txt")), listed]]
    found.append((f"{FOLDER}/LICENSE.txt", str(_OURS), "DATA"))
    found += _texts_of_python()
    for name in sorted(needed_distributions() - {PROJECT}):
        found += _texts_of(name)
    return [*found, *_texts_of_system(binaries)]


def versions() -> str:
    """Return a line for each distribution that the app has, with its version."""
    lines = [f"Python {platform.python_version()}"]
    for name in sorted(needed_distributions() - {PROJECT}):
        try:
            lines.append(f"{name} {distribution(name).version}")
        except PackageNotFoundError:
            continue
    return "\n".join(lines) + "\n"


def _entry(path: Path, below: str = FOLDER) -> Entry:
    return f"{below}/{path.name}", str(path), "DATA"


def _texts_of_python() -> Iterator[Entry]:
    for folder in (Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix)):
        text = folder / "LICENSE.txt"
        if text.is_file():
            yield _entry(text, f"{FOLDER}/python")
            return


def _texts_of(name: str) -> Iterator[Entry]:
    """Yield the texts that a distribution has with it; Qt's are ours, for its wheels have none."""
    try:
        found: Distribution = distribution(name)
    except PackageNotFoundError:
        return
    for file in found.files or ():
        if file.name.upper().startswith(_WORDS) and file.suffix not in {".py", ".pyc"}:
            yield _entry(Path(str(file.locate())), f"{FOLDER}/{name}")


def _texts_of_system(binaries: Iterable[str]) -> Iterator[Entry]:
    """Yield the notices of the Debian packages that libraries were taken from."""
    query = shutil.which("dpkg-query")
    if query is None:
        return
    packages = {_package(query, Path(file)) for file in binaries} - {None}
    for package in sorted(filter(None, packages)):
        notice = Path("/usr/share/doc") / package / "copyright"
        if notice.is_file():
            yield f"{FOLDER}/system/{package}.txt", str(notice), "DATA"


def _package(query: str, file: Path) -> str | None:
    """Return the package that owns *file*, perhaps by its place before /usr was merged."""
    if not file.is_relative_to("/usr") and not file.is_relative_to("/lib"):
        return None
    real = file.resolve()
    places = {str(real), str(real).removeprefix("/usr")}
    shown = subprocess.run(
        [query, "--search", *places], capture_output=True, text=True, check=False
    ).stdout
    return shown.split(":", 1)[0] or None
