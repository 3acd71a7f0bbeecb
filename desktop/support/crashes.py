"""What a crash of native code, as Qt's or a driver's, leaves behind: no exception tells of it."""

from __future__ import annotations

import faulthandler
import logging
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from backend import __version__
from desktop.support.bugs import report_text

KEPT = 5
"""How many reports wait until somebody has looked at them; older ones are forgotten."""

_PREFIX, _SUFFIX = "crash-", ".txt"
_HEADS = re.compile(r"^(?:Fatal Python error|Windows fatal exception): .*", re.MULTILINE)
_OF_COM = re.compile(r"Windows fatal exception: code 0x8001", re.IGNORECASE)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CrashReport:
    """What earlier starts left behind, as it may be shown.

    Attributes:
        text: where each of the latest was when it crashed, the latest first.
        files: where that is on the disk.
    """

    text: str
    files: tuple[Path, ...]

    def remove(self) -> None:
        """Delete it from the disk; what cannot be deleted is logged."""
        for file in self.files:
            _remove(file)


class CrashWatch:
    """Has the place of every thread written into a file of *folder* if native code crashes.

    Each start has a file of its own, which only this person can read: two starts never share one,
    and a crash while Qt begins is caught, too, when nobody knows yet which app is the first.  Until
    then the file is empty, and so it stays where the process is killed or the power fails.

    Not caught is what Python itself finds and says on standard error ("Fatal Python error").  On
    Windows exceptions are written down, too, that native code handles itself and goes on after: a
    file that has nothing but those of COM, whose codes begin with 0x8001, is no report.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: tuple[int, Path] | None = None
        self._was_enabled = False

    def begin(self) -> None:
        """Be ready for a crash; where that is not possible it is logged."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # The version is in the name, for the next start may be that of another one.
            handle, name = tempfile.mkstemp(_SUFFIX, f"{_PREFIX}{__version__}-", self._folder)
        except OSError as error:
            _log.warning("a crash would leave no report: %s", error)
            return
        self._open = handle, Path(name)
        self._was_enabled = faulthandler.is_enabled()
        # Standard error is left out: a program without a console has none.
        faulthandler.enable(handle)

    def tidy(self) -> None:
        """Remove what starts left behind that did not crash, or long ago; for the first app only.

        A start that has not yet become the first may lose its file by this, and gets another.
        """
        for file in set(self._others()).difference(self._crashed()[:KEPT]):
            _remove(file)
        if self._open is not None and not self._open[1].exists():
            self.close()
            self.begin()

    def report(self, home: Path) -> CrashReport | None:
        """Return what the latest starts left behind, None if none of them crashed.

        Args:
            home: the person's folder, whose name gets into no report.
        """
        told = {file: text for file in self._crashed()[:KEPT] if (text := _told(file, home))}
        return CrashReport("\n".join(told.values()), tuple(told)) if told else None

    def close(self) -> None:
        """Leave nothing behind: the process ends as it should, or will do so soon."""
        if self._open is None:
            return
        handle, file = self._open
        self._open = None
        if self._was_enabled and sys.__stderr__ is not None:
            # As by `-X faulthandler`, which a developer may have wanted for the end, too.
            faulthandler.enable(sys.__stderr__)
        else:
            faulthandler.disable()
        os.close(handle)
        _remove(file)

    def _crashed(self) -> list[Path]:
        """Return the files of earlier starts that crashed, the latest first."""
        crashed = (file for file in self._others() if _size(file) and not _is_of_com(file))
        return sorted(crashed, key=_changed, reverse=True)

    def _others(self) -> Iterator[Path]:
        own = None if self._open is None else self._open[1].name
        found = self._folder.glob(f"{_PREFIX}*{_SUFFIX}")
        return (file for file in found if file.name != own)


def _told(file: Path, home: Path) -> str:
    """Return what *file* says, "" if it cannot be read, as somebody else's cannot."""
    lines = _text(file).splitlines()
    version, _, _ = file.name.removeprefix(_PREFIX).rpartition("-")
    at = datetime.fromtimestamp(_changed(file), UTC)
    return report_text(lines, at, home, version) if lines else ""


def _is_of_com(file: Path) -> bool:
    """Whether *file* has only what COM has handled, as RPC_E_CANTCALLOUT_ININPUTSYNCCALL."""
    heads = _HEADS.findall(_text(file))
    return bool(heads) and all(map(_OF_COM.match, heads))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", errors="replace")
    except OSError as error:
        _log.warning("the report of a crash cannot be read: %s", error)
        return ""


def _size(file: Path) -> int:
    """Return the size in bytes, 0 for what is gone."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _changed(file: Path) -> float:
    """Return when it was last written to, which is when its process crashed."""
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("the report of a crash cannot be removed: %s", error)
