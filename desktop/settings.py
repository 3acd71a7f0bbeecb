"""What the app is told from outside: the environment and the command line, read once."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LOCAL_SERVER = "http://127.0.0.1:8400"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are.

    Attributes:
        server: the service's address, without a slash at its end.
        data: the folder of what the app remembers.
        downloads: where results go unless somebody chooses otherwise.
    """

    server: str
    data: Path
    downloads: Path

    @classmethod
    def read(cls, environ: Mapping[str, str], home: Path, server: str | None = None) -> Settings:
        """Return the settings; *server*, from the command line, goes before the environment."""
        address = server or environ.get("GAS_SERVER") or LOCAL_SERVER
        data = environ.get("GAS_DESKTOP_DATA")
        return cls(
            server=address.rstrip("/"),
            data=Path(data) if data else _data_folder(environ, home),
            downloads=home / "Downloads",
        )


def _data_folder(environ: Mapping[str, str], home: Path) -> Path:
    """Return the platform's folder for a program's own data."""
    name = "genomics-annotation-service"
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / name
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / name
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / name
