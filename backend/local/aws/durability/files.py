"""Bytes of stored objects: one file each, never held in memory."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

from backend.local.aws.durability.journal import active

BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredBody:
    """Bytes that are in a file already; a key takes the file over instead of copying it.

    Attributes:
        size: in bytes.
    """

    path: Path
    size: int

    def __len__(self) -> int:
        """Return the size, in bytes."""
        return self.size


def copied(path: Path | None, begin: int = 0, size: int | None = None) -> StoredBody:
    """Return a new file with *size* bytes of the one at *path*, from *begin*; None is no bytes."""
    journal = active()
    if journal is None:
        raise RuntimeError("no data folder is open: objects cannot be copied")
    made = journal.objects / uuid.uuid4().hex
    with made.open("wb") as target:
        if path is not None:
            with path.open("rb") as source:
                source.seek(begin)
                left = path.stat().st_size - begin if size is None else size
                while left > 0 and (block := source.read(min(BLOCK, left))):
                    target.write(block)
                    left -= len(block)
        return StoredBody(made, target.tell())


class StoredFile:
    """What moto takes for the temporary file of a key: a file of the journal's folder.

    It is opened for each call only, so that many objects do not need many file descriptors.
    Closing it removes the file once no row of the journal names it any more.

    Attributes:
        path: where the bytes are; None before the first write.
    """

    def __init__(self, _max_size: int = 0) -> None:
        self.path: Path | None = None
        self._position = 0

    def seek(self, position: int) -> None:
        """Read or write from *position* next, in bytes from the start."""
        self._position = position

    def truncate(self) -> None:
        """Forget what was there: the next write begins a new file."""
        self.close()

    def write(self, data: bytes) -> None:
        """Write *data* at the present position."""
        journal = active()
        if journal is None:
            raise RuntimeError("no data folder is open: objects cannot be written")
        if self.path is None:
            self.path = journal.objects / uuid.uuid4().hex
            self.path.touch()
        with self.path.open("r+b") as file:
            file.seek(self._position)
            file.write(data)
            self._position = file.tell()

    def read(self, size: int = -1) -> bytes:
        """Return up to *size* bytes from the present position."""
        if self.path is None:
            return b""
        with self.path.open("rb") as file:
            file.seek(self._position)
            data = file.read(size)
            self._position = file.tell()
        return data

    def adopt(self, path: Path) -> None:
        """Take over the file at *path*."""
        self.close()
        self.path = path

    def close(self) -> None:
        """Let go of the file; its bytes go when the present unit is committed."""
        path, self.path = self.path, None
        self._position = 0
        journal = active()
        if path is not None and journal is not None:
            journal.discard(path)
