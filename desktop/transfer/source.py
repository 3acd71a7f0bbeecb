"""A file that is to be sent: its checksums, its parts, and whether it is still the same."""

from __future__ import annotations

import base64
import hashlib
import math
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from backend.wire import MAX_PARTS, MIN_PART_BYTES, NewJob, Options
from desktop.errors import FileChangedError, ForbiddenError
from desktop.ports import Progress

CHUNK = 1024**2
"""Bytes that are read, hashed or written at once."""


class StoppedError(Exception):
    """The transfer was called off; nobody needs to be told."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells a file from its later self: bytes, and nanoseconds of its last change."""

    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> Fingerprint:
        """Return the fingerprint of *path* as it is now."""
        found = path.stat()
        return cls(found.st_size, found.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Source:
    """A file with its checksums.

    Attributes:
        sha256: of the whole, hexadecimal.
        part_sha256: of each part of `part_size(size)` bytes, base64, in order.
    """

    path: Path
    fingerprint: Fingerprint
    sha256: str
    part_sha256: tuple[str, ...]

    def new_job(self, options: Options | None = None) -> NewJob:
        """Return the request for a job on this file."""
        return NewJob(
            name=self.path.name,
            size=self.fingerprint.size,
            sha256=self.sha256,
            part_sha256=list(self.part_sha256),
            options=options or Options(),
        )

    def check_unchanged(self) -> None:
        """Make sure that the file is what it was when its checksums were made.

        Raises:
            FileChangedError: it is not.
        """
        try:
            same = Fingerprint.of(self.path) == self.fingerprint
        except OSError:
            same = False
        if not same:
            raise FileChangedError(
                f"{self.path.name} changed while it was being sent. Add it again."
            )


def part_size(size: int) -> int:
    """Return how many bytes each part of a file of *size* bytes has (the last may have fewer)."""
    needed = math.ceil(size / MAX_PARTS / CHUNK) * CHUNK
    return max(MIN_PART_BYTES, needed)


def read_source(path: Path, progress: Progress, stop: threading.Event) -> Source:
    """Read *path* once for its checksums.

    Raises:
        ForbiddenError: it cannot be read, or is empty.
        FileChangedError: it changed while it was read.
        StoppedError: *stop* was set.
    """
    try:
        fingerprint = Fingerprint.of(path)
        if fingerprint.size == 0:
            raise ForbiddenError(f"{path.name} is empty. A VCF has at least a header.")
        progress.step, progress.done, progress.total = "checking", 0, fingerprint.size
        sha256, parts = _checksums(path, fingerprint.size, progress, stop)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else "unknown reason"
        raise ForbiddenError(f"{path.name} cannot be read: {reason}.") from error
    source = Source(path, fingerprint, sha256, parts)
    source.check_unchanged()
    return source


def _checksums(
    path: Path, size: int, progress: Progress, stop: threading.Event
) -> tuple[str, tuple[str, ...]]:
    whole, parts = hashlib.sha256(), []
    with path.open("rb", buffering=0) as file:
        for length in _lengths(size):
            part, left = hashlib.sha256(), length
            while left and (data := file.read(min(CHUNK, left))):
                if stop.is_set():
                    raise StoppedError
                whole.update(data)
                part.update(data)
                left -= len(data)
                progress.done += len(data)
            parts.append(base64.b64encode(part.digest()).decode())
    return whole.hexdigest(), tuple(parts)


def _lengths(size: int) -> list[int]:
    whole, rest = divmod(size, part_size(size))
    return [part_size(size)] * whole + ([rest] if rest else [])
