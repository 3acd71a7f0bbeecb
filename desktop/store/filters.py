"""The filters of variants that people keep, each under a name, and the columns that they chose.

They are no cache: unlike the rest of what the app remembers, nobody else has them.  They are kept
by account, since they may name samples.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from backend.wire import VariantFilter
from desktop.errors import ForbiddenError
from desktop.sentences import said
from desktop.store.kept import KeptDatabase, Lost, unheard

_SCHEMA = (
    """
CREATE TABLE IF NOT EXISTS filter (owner TEXT NOT NULL, name TEXT NOT NULL, form TEXT NOT NULL,
  PRIMARY KEY (owner, name)) WITHOUT ROWID
""",
    """
CREATE TABLE IF NOT EXISTS chosen_column (owner TEXT NOT NULL, key TEXT NOT NULL,
  shown INTEGER NOT NULL, PRIMARY KEY (owner, key)) WITHOUT ROWID
""",
)
_SAVE = "INSERT OR REPLACE INTO filter VALUES (?, ?, ?)"
_LOAD = "SELECT name, form FROM filter WHERE owner = ? ORDER BY name COLLATE NOCASE"
_REMOVE = "DELETE FROM filter WHERE owner = ? AND name = ?"
_SAVE_COLUMN = "INSERT OR REPLACE INTO chosen_column VALUES (?, ?, ?)"
_LOAD_COLUMNS = "SELECT key, shown FROM chosen_column WHERE owner = ? AND shown IN (0, 1)"
_FORGET_COLUMNS = "DELETE FROM chosen_column WHERE owner = ?"
_Result = TypeVar("_Result")


class StoredFilters:
    """Filters and chosen columns in a file of their own; is `desktop.variant_ports.SavedFilters`.

    It is `desktop.variant_ports.ChosenColumns`, too.

    Each call opens the file in a thread and closes it again: they are rare.

    Attributes:
        lost: told on the loop where a file is kept that could not be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = asyncio.Lock()
        self.lost: Lost = unheard

    async def load(self, owner: str) -> Mapping[str, VariantFilter]:
        """Return the filters of *owner* by name; those of a newer app's form are left out."""
        rows = await self._do(lambda file: file.execute(_LOAD, (owner,)).fetchall())
        filters = {name: _read(form) for name, form in rows}
        return {name: wanted for name, wanted in filters.items() if wanted is not None}

    async def save(self, owner: str, name: str, wanted: VariantFilter) -> None:
        """Keep a filter in place of the one of that name."""
        form = wanted.model_dump_json(exclude_defaults=True)
        await self._do(lambda file: file.execute(_SAVE, (owner, name, form)))

    async def remove(self, owner: str, name: str) -> None:
        """Forget the filter of that name, if there is one."""
        await self._do(lambda file: file.execute(_REMOVE, (owner, name)))

    async def load_columns(self, owner: str) -> Mapping[str, bool]:
        """Return whether *owner* has columns shown, by key; a newer app's words are left out."""
        rows = await self._do(lambda file: file.execute(_LOAD_COLUMNS, (owner,)).fetchall())
        return {key: bool(shown) for key, shown in rows}

    async def save_columns(self, owner: str, choices: Mapping[str, bool]) -> None:
        """Keep the choices of these columns; those of others stay."""
        rows = [(owner, key, shown) for key, shown in choices.items()]
        await self._do(lambda file: file.executemany(_SAVE_COLUMN, rows))

    async def forget_columns(self, owner: str) -> None:
        """Forget all that *owner* chose."""
        await self._do(lambda file: file.execute(_FORGET_COLUMNS, (owner,)))

    async def _do(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        lost: list[Path] = []
        try:
            # One after the other, so what was chosen last stays; and of two that find a damaged
            # file at once, the second would throw away what the first has set aside.
            async with self._turn:
                return await asyncio.to_thread(self._work, work, lost.append)
        finally:
            for kept in lost:
                self.lost(kept)

    def _work(self, work: Callable[[sqlite3.Connection], _Result], lost: Lost) -> _Result:
        def in_one(file: sqlite3.Connection) -> _Result:
            with file:
                return work(file)

        try:
            with closing(KeptDatabase(self._path, _connect, lost)) as file:
                return file.do(in_one)
        except (sqlite3.Error, OSError) as error:
            raise ForbiddenError(
                said(
                    "The saved filters and chosen columns cannot be read or written: {reason}.",
                    reason=str(error),
                )
            ) from error


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    try:
        for table in _SCHEMA:
            connection.execute(table)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _read(form: str) -> VariantFilter | None:
    try:
        return VariantFilter.model_validate_json(form)
    except ValidationError:
        return None
