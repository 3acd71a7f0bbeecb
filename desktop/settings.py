"""What the app is told from outside: command line, environment, and what somebody chose in it.

The first that says something counts, in this order.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from desktop.choices import Choices, read_choices

LOCAL_SERVER = "http://127.0.0.1:8400"
_NAME = "genomics-annotation-service"
_FILE = "settings.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are, and how the app is wanted.

    Attributes:
        server: the service's address, without a slash at its end.
        data: the folder of what the app remembers.
        downloads: where results go unless somebody chooses otherwise.
        home: the person's folder, whose name is theirs and gets into no report.
        file: where choices are kept; None to keep none.
        choices: what somebody chose in the app.
        server_is_given: whether the address was told from outside, so that no choice counts.
        problems: a sentence for each value of the file that cannot be used.
    """

    server: str
    data: Path
    downloads: Path
    home: Path = Path()
    file: Path | None = None
    choices: Choices = field(default_factory=Choices)
    server_is_given: bool = False
    problems: tuple[str, ...] = ()

    @classmethod
    def read(cls, environ: Mapping[str, str], home: Path, server: str | None = None) -> Self:
        """Return the settings; *server*, from the command line, goes before the environment."""
        given = server or environ.get("GAS_SERVER")
        told = environ.get("GAS_DESKTOP_DATA")
        data = Path(told) if told else _data_folder(environ, home)
        file = (data if told else _settings_folder(environ, home)) / _FILE
        choices, problems = read_choices(file)
        return cls(
            server=(given or choices.server or LOCAL_SERVER).rstrip("/"),
            data=data,
            downloads=choices.downloads or home / "Downloads",
            home=home,
            file=file,
            choices=choices,
            server_is_given=bool(given),
            problems=problems,
        )

    @property
    def parallel_parts(self) -> int:
        """How many parts of one file are sent at the same time."""
        return self.choices.parallel_parts

    @property
    def bandwidth(self) -> int | None:
        """Bytes a second that uploads may take, and downloads too; None for no limit."""
        return self.choices.bandwidth

    @property
    def uploads(self) -> Path:
        """Where choosing files begins."""
        return self.choices.uploads or self.downloads.parent

    def choosing(self, choices: Choices) -> Self:
        """Return the settings under other choices; the server stays until the next start."""
        return replace(self, choices=choices, downloads=choices.downloads or self.downloads)


def _data_folder(environ: Mapping[str, str], home: Path) -> Path:
    """Return the platform's folder for a program's own data."""
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / _NAME
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / _NAME
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / _NAME


def _settings_folder(environ: Mapping[str, str], home: Path) -> Path:
    """Return the platform's folder for a program's settings."""
    if sys.platform == "win32":
        return Path(environ.get("APPDATA") or home / "AppData" / "Roaming") / _NAME
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / _NAME
    return Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / _NAME
