"""What a crash of native code, as Qt's or a driver's, leaves behind: no exception tells of it."""

from __future__ import annotations

import faulthandler
import logging
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from backend import __version__
from desktop.support.bugs import report_text

_PREFIX, _SUFFIX = "crash-", ".txt"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CrashReport:
    """What earlier starts left behind, as it may be shown.

    Attributes:
        text: where each of them was when it crashed, the latest first.
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

    Not caught is what Python itself finds and says on standard error ("Fatal Python error").
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: tuple[int, Path] | None = None

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
        # Standard error is left out: a program without a console has none.
        faulthandler.enable(handle)

    def tidy(self) -> None:
        """Remove what was left behind by starts that did not crash; for the first app only.

        A start that has not yet become the first may lose its file by this, and gets another.
        """
        for file in self._others():
            if _size(file) == 0:
                _remove(file)
        if self._open is not None and not self._open[1].exists():
            self.close()
            self.begin()

    def report(self, home: Path) -> CrashReport | None:
        """Return what earlier starts left behind, None if none of them crashed.

        Args:
            home: the person's folder, whose name gets into no report.
        """
        crashed = sorted(filter(_size, self._others()), key=_changed, reverse=True)
        told = {file: text for file in crashed if (text := _told(file, home))}
        return CrashReport("\n".join(told.values()), tuple(told)) if told else None

    def close(self) -> None:
        """Leave nothing behind: the process ends as it should, or will do so soon."""
        if self._open is None:
            return
        handle, file = self._open
        self._open = None
        faulthandler.disable()
        os.close(handle)
        _remove(file)

    def _others(self) -> Iterator[Path]:
        own = None if self._open is None else self._open[1].name
        found = self._folder.glob(f"{_PREFIX}*{_SUFFIX}")
        return (file for file in found if file.name != own)


def _told(file: Path, home: Path) -> str:
    """Return what *file* says, "" if it cannot be read, as somebody else's cannot."""
    try:
        lines = file.read_text("utf-8", errors="replace").splitlines()
    except OSError as error:
        _log.warning("the report of a crash cannot be read: %s", error)
        return ""
    version, _, _ = file.name.removeprefix(_PREFIX).rpartition("-")
    return report_text(lines, datetime.fromtimestamp(_changed(file), UTC), home, version)


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
