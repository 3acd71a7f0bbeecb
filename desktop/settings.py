"""What the app is told from outside: command line, environment, and what somebody chose in it.

The first that says something counts, in this order.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from pydantic import ValidationError

from desktop.choices import Choices, read_choices
from desktop.sentences import Sentence, Words, said
from desktop.update.source import ReleaseSource

LOCAL_SERVER = "http://127.0.0.1:8400"
_NAME = "genomics-annotation-service"
_FILE = "settings.json"
# Whoever looks after many machines says it for all of them; the values are checked as choices are.
_UPDATES = {
    "update_manifest": "GAS_UPDATE_MANIFEST",
    "update_key": "GAS_UPDATE_KEY",
    "update_hosts": "GAS_UPDATE_HOSTS",
}


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
        told_source: what was told from outside of newer versions, so that no choice counts.
        problems: a sentence for each value of the file or the environment that cannot be used.
    """

    server: str
    data: Path
    downloads: Path
    home: Path = Path()
    file: Path | None = None
    choices: Choices = field(default_factory=Choices)
    server_is_given: bool = False
    told_source: ReleaseSource | None = None
    problems: tuple[Words, ...] = ()

    @classmethod
    def read(cls, environ: Mapping[str, str], home: Path, server: str | None = None) -> Self:
        """Return the settings; *server*, from the command line, goes before the environment."""
        given = server or environ.get("GAS_SERVER")
        told = environ.get("GAS_DESKTOP_DATA")
        data = Path(told) if told else _data_folder(environ, home)
        file = (data if told else _settings_folder(environ, home)) / _FILE
        choices, problems = read_choices(file)
        told_source, faults = _told_source(environ)
        return cls(
            server=_plain(given or choices.server or LOCAL_SERVER),
            data=data,
            downloads=choices.downloads or home / "Downloads",
            home=home,
            file=file,
            choices=choices,
            server_is_given=bool(given),
            told_source=told_source,
            problems=(*problems, *faults),
        )

    @property
    def next_server(self) -> str:
        """The service's address from the next start on."""
        return self.server if self.server_is_given else _plain(self.choices.server or LOCAL_SERVER)

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

    @property
    def release_source(self) -> ReleaseSource:
        """Where newer versions are told of."""
        return self.told_source if self.told_source is not None else _source_of(self.choices)

    def choosing(self, choices: Choices) -> Self:
        """Return the settings under other choices; the server stays until the next start."""
        return replace(self, choices=choices, downloads=choices.downloads or self.downloads)


def _told_source(environ: Mapping[str, str]) -> tuple[ReleaseSource | None, tuple[Sentence, ...]]:
    """Return what the environment says of newer versions, and a sentence for what is wrong in it.

    An address is never checked by a key from elsewhere, so one of the variables is enough for no
    choice to count; and a wrong one for nothing to be asked.
    """
    told = {name: environ[key] for name, key in _UPDATES.items() if key in environ}
    if not told:
        return None, ()
    hosts = told.get("update_hosts", "").split(",")
    content = {**told, "update_hosts": [host.strip() for host in hosts if host.strip()]}
    try:
        return _source_of(Choices.model_validate(content)), ()
    except ValidationError as error:
        wrong = {_UPDATES[str(fault["loc"][0])]: fault["msg"] for fault in error.errors()}
        problems = (
            said("{name} cannot be used: {reason}.", name=name, reason=words)
            for name, words in wrong.items()
        )
        return ReleaseSource(), tuple(problems)


def _plain(server: str) -> str:
    return server.rstrip("/")


def _source_of(choices: Choices) -> ReleaseSource:
    return ReleaseSource(choices.update_manifest, choices.update_key, choices.update_hosts)


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
