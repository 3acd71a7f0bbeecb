"""A file that is to be sent: its checksums, its parts, and whether it is still the same."""

from __future__ import annotations

import base64
import errno
import hashlib
import math
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from backend.wire import MAX_PARTS, MIN_PART_BYTES, NewJob
from desktop.errors import DesktopError, FileAwayError, FileChangedError, ForbiddenError
from desktop.ports import Progress
from desktop.sentences import reason_of, said
from desktop.transfer.names import shown_name

CHUNK = 1024**2
"""Bytes that are read, hashed or written at once."""

# Whatever else keeps a file from being read may pass by itself: a network drive that is away has no
# such file, or a handle that is stale, or is not connected.
_LASTING = frozenset(
    {errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}
)


class StoppedError(Exception):
    """The transfer was called off; nobody needs to be told."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells a file from its later self without reading it.

    Attributes:
        size: in bytes.
        mtime_ns: when its content last changed, in nanoseconds.
        inode: the file system's number of the file; another one is another file.
    """

    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Fingerprint:
        """Return the fingerprint of *path* as it is now.

        Raises:
            OSError: it cannot be looked at.
        """
        found = path.stat()
        return cls(found.st_size, found.st_mtime_ns, found.st_ino)


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

    def new_job(self, request: str | None = None) -> NewJob:
        """Return the request for a job on this file; *request* names it, from try to try."""
        named = None if request is None else f"{request} {self.sha256}"
        return NewJob(
            name=shown_name(self.path),
            size=self.fingerprint.size,
            sha256=self.sha256,
            part_sha256=list(self.part_sha256),
            request=named and hashlib.sha256(named.encode()).hexdigest()[:32],
        )

    def part_length(self, number: int) -> int:
        """Return how many bytes part *number* has, from 1."""
        size, length = self.fingerprint.size, part_size(self.fingerprint.size)
        return min(length, size - (number - 1) * length)

    def is_unchanged(self) -> bool:
        """Whether the file looks as it did when its checksums were made.

        Raises:
            FileAwayError, ForbiddenError: it cannot be looked at.
        """
        with reading(self.path):
            return Fingerprint.of(self.path) == self.fingerprint

    def check_unchanged(self) -> None:
        """Make sure that the file looks as it did when its checksums were made.

        Raises:
            FileChangedError: it does not.
            FileAwayError, ForbiddenError: it cannot be looked at.
        """
        if not self.is_unchanged():
            raise self._changed()

    def check_part(self, number: int) -> None:
        """Make sure that a part still has its checksum; it is read for that.

        Raises:
            FileChangedError: it has another one.
            FileAwayError, ForbiddenError: it cannot be read.
        """
        digest = hashlib.sha256()
        length = part_size(self.fingerprint.size)
        with reading(self.path):
            for data in read_pieces(self.path, (number - 1) * length, self.part_length(number)):
                digest.update(data)
        if _base64(digest.digest()) != self.part_sha256[number - 1]:
            raise self._changed()

    def _changed(self) -> FileChangedError:
        return FileChangedError(
            said(
                "{name} changed while it was being sent. Send it again from the start.",
                name=shown_name(self.path),
            )
        )


def part_size(size: int) -> int:
    """Return how many bytes each part of a file of *size* bytes has (the last may have fewer)."""
    needed = math.ceil(size / MAX_PARTS / CHUNK) * CHUNK
    return max(MIN_PART_BYTES, needed)


def read_pieces(path: Path, offset: int, length: int, most: int = CHUNK) -> Iterator[bytes]:
    """Yield *length* bytes of *path* from *offset* on, *most* at once; fewer if it ends before."""
    with path.open("rb", buffering=0) as file:
        file.seek(offset)
        while length and (data := file.read(min(most, length))):
            yield data
            length -= len(data)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say ForbiddenError for what keeps *path* from being read, FileAwayError if it may pass."""
    try:
        yield
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> DesktopError:
    name, reason = shown_name(path), reason_of(error)
    if error.errno in _LASTING:
        return ForbiddenError(said("{name} cannot be read: {reason}.", name=name, reason=reason))
    return FileAwayError(
        said(
            "{name} cannot be read: {reason}. Make sure that it is there and that its drive is "
            "connected.",
            name=name,
            reason=reason,
        )
    )


def read_source(path: Path, progress: Progress, stop: threading.Event) -> Source:
    """Read *path* once for its checksums.

    Raises:
        ForbiddenError: it cannot be read, or is empty.
        FileAwayError: it cannot be read now.
        FileChangedError: it changed while it was read.
        StoppedError: *stop* was set.
    """
    with reading(path):
        fingerprint = Fingerprint.of(path)
        if fingerprint.size == 0:
            raise ForbiddenError(
                said("{name} is empty. A VCF has at least a header.", name=shown_name(path))
            )
        progress.begin("preparing", fingerprint.size)
        sha256, parts = _checksums(path, fingerprint.size, progress, stop)
    source = Source(path, fingerprint, sha256, parts)
    source.check_unchanged()
    return source


def _checksums(
    path: Path, size: int, progress: Progress, stop: threading.Event
) -> tuple[str, tuple[str, ...]]:
    whole, parts = hashlib.sha256(), []
    # Each byte is hashed twice, and both at once take as long as one.
    with path.open("rb", buffering=0) as file, ThreadPoolExecutor(1) as beside:
        for length in _lengths(size):
            part, left = hashlib.sha256(), length
            while left and (data := file.read(min(CHUNK, left))):
                if stop.is_set():
                    raise StoppedError
                hashed = beside.submit(whole.update, data)
                part.update(data)
                hashed.result()
                left -= len(data)
                progress.add(len(data))
            parts.append(_base64(part.digest()))
    return whole.hexdigest(), tuple(parts)


def _lengths(size: int) -> list[int]:
    whole, rest = divmod(size, part_size(size))
    return [part_size(size)] * whole + ([rest] if rest else [])


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
