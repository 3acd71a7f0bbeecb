"""Damage as a loss of power leaves it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def lose_page(path: Path, table: str) -> None:
    """Overwrite the first page of *table* in a database that is closed; the others stay."""
    with closing(sqlite3.connect(path)) as database:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        (page,) = database.execute(query, (table,)).fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    content = bytearray(path.read_bytes())
    content[size * (page - 1) : size * page] = bytes(size)
    path.write_bytes(content)
