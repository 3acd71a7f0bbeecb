"""What somebody sends when they ask for help: everything in it can be read before it is saved."""

from __future__ import annotations

import json
import os
import platform
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from backend import __version__
from desktop.choices import Choices
from desktop.settings import Settings
from desktop.support.activity import Entry, redacted

NAME = "gas-support.zip"
CRASH = "crash.txt"
_PACKAGES = ("PySide6-Essentials", "qasync", "httpx2", "pydantic", "globus-sdk", "keyring")
# What is said of the settings as it is; of the rest only whether it was chosen.
_PLAIN = frozenset({"parallel_parts", "bandwidth", "notifications", "scheme", "language"})


def support_files(
    entries: Sequence[Entry], settings: Settings, about: Mapping[str, str], crash: str = ""
) -> dict[str, str]:
    """Return the files of a support bundle by name: log, versions, settings without secrets.

    Args:
        entries: the log.
        settings: as they are now.
        about: further facts of the system.
        crash: the report of a crash, where there is one.
    """
    log = "".join(f"{entry.line}\n" for entry in entries)
    files = {
        "log.txt": log,
        "versions.json": _json({**_versions(), **about}),
        "settings.json": redacted_settings(settings),
    }
    return files | ({CRASH: crash} if crash else {})


def save_bundle(path: Path, files: Mapping[str, str]) -> None:
    """Write *files* into a zip at *path*, in place of what is there.

    Raises:
        OSError: it cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    part = Path(name)
    try:
        kind = zipfile.ZIP_DEFLATED
        with os.fdopen(handle, "wb") as raw, zipfile.ZipFile(raw, "w", kind) as zipped:
            for file, text in files.items():
                zipped.writestr(file, text)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def redacted_settings(settings: Settings) -> str:
    """Return the settings as JSON; a proxy's address, which may hold a password, is left out."""
    home = str(settings.home)
    standard, choices = Choices(), settings.choices
    said: dict[str, object] = {}
    for name in Choices.model_fields:
        value = getattr(choices, name)
        chosen = "chosen" if value != getattr(standard, name) else "standard"
        said[name] = value if name in _PLAIN else chosen
    said["server"] = redacted(settings.server, home)
    said["problems"] = [redacted(str(problem), home) for problem in settings.problems]
    return _json(said)


def _versions() -> dict[str, str]:
    found = {"app": __version__, "Python": platform.python_version(), "system": platform.platform()}
    return found | {name: _version(name) for name in _PACKAGES}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        # A frozen app has no metadata of what was built into it.
        return "built in"


def _json(content: object) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n"
