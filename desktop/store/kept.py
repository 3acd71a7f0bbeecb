"""A database that nobody else has: one that cannot be read is set aside, and another is begun."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from desktop.store.database import database_files, or_anew

DAMAGED = ".damaged"
"""What is added to the name of a file that is set aside."""

Lost = Callable[[Path], object]
"""Is told where a file that could not be read is kept, in the thread that found it so."""

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")


def unheard(_kept: Path) -> None:
    """Tell nobody: the log has it."""


class KeptDatabase:
    """One connection, for one thread at a time; it is opened when it is first used.

    Args:
        path: of the file.
        connect: opens it, and makes the tables that are missing.
        lost: told of a file that is damaged, or of another app's form.
    """

    def __init__(
        self, path: Path, connect: Callable[[Path], sqlite3.Connection], lost: Lost
    ) -> None:
        self._path, self._connect, self._lost = path, connect, lost
        self._connection: sqlite3.Connection | None = None

    def do(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """Return what *work* does with the database, a new one where the old cannot be read.

        Raises:
            sqlite3.Error: the file is locked, say, or the disk full; it stays where it is.
            OSError: it cannot be opened, or not be set aside.
        """
        return or_anew(lambda: work(self._opened()), self._set_aside)

    def close(self) -> None:
        """Close it; what was written is on the disk."""
        opened, self._connection = self._connection, None
        if opened is not None:
            opened.close()

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                self._connection = self._connect(self._path)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                self._set_aside()
                self._connection = self._connect(self._path)
        return self._connection

    def _set_aside(self) -> None:
        self.close()
        kept = self._path.with_name(self._path.name + DAMAGED)
        for file, aside in zip(database_files(self._path), database_files(kept), strict=True):
            # A log that is left of an earlier one would be taken for this one's.
            aside.unlink(missing_ok=True)
            if file.exists():
                file.replace(aside)
        _log.warning("a database could not be read, and is kept as %s", kept)
        self._lost(kept)
