"""An object of S3 as a local file that is filled as far as it is read."""

from __future__ import annotations

import os
import tempfile
import threading
import weakref
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from botocore.exceptions import ClientError

from backend.aws.clients import code, passing_faults
from backend.domain.errors import DamagedError, NotFoundError, UnavailableError

BLOCK = 1 << 16
"""Bytes that are fetched together at least."""

# A request costs about as much as a MiB on its way.
_GAP_BLOCKS = 16
_MOST_BLOCKS = 128
_END_BYTES = 1 << 19
_S3 = "The file store"
_MISSING = frozenset({"NoSuchKey", "404", "NotFound", "InvalidObjectState"})
_EMPTY = "InvalidRange"


@dataclass(frozen=True, slots=True)
class End:
    """The last bytes of an object of so many bytes."""

    size: int
    data: bytes


class Ranges(Protocol):
    """Objects that can be read in pieces."""

    def end(self, key: str, most: int) -> End:
        """Return the last *most* bytes, or all where there are fewer; raise NotFoundError."""

    def read(self, key: str, start: int, end: int) -> bytes:
        """Return the bytes from *start* to *end*, exclusive; raise NotFoundError."""


@dataclass(frozen=True, slots=True)
class S3Ranges:
    """The objects of one bucket."""

    client: Any
    bucket: str

    def end(self, key: str, most: int) -> End:
        """Return the last *most* bytes, or all where there are fewer; raise NotFoundError."""
        try:
            data, place = self._get(key, f"bytes=-{most}")
        except ClientError as error:
            if code(error) != _EMPTY:
                raise
            return End(0, b"")
        # Of an object without a byte, there is no place in it.
        return End(int(place.rpartition("/")[2] or len(data)), data)

    def read(self, key: str, start: int, end: int) -> bytes:
        """Return the bytes from *start* to *end*, exclusive; raise NotFoundError."""
        return self._get(key, f"bytes={start}-{end - 1}")[0]

    def _get(self, key: str, wanted: str) -> tuple[bytes, str]:
        """Return bytes of an object, and where in it they are."""
        with _found(), passing_faults(_S3):
            answer = self.client.get_object(Bucket=self.bucket, Key=key, Range=wanted)
            with answer["Body"] as body:
                return body.read(), str(answer.get("ContentRange", ""))


class _found:  # noqa: N801 - it is used like a function
    """Raises NotFoundError for what is not there, or not at hand."""

    def __enter__(self) -> None:
        """Nothing has happened yet."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Translate what happened."""
        if isinstance(error, ClientError) and code(error) in _MISSING:
            raise NotFoundError("The file is not in the file store.") from error


@dataclass(frozen=True, slots=True)
class Fetch:
    """Pieces on their way; end it by `drop`, whether they were waited for or not."""

    _parts: list[Future[None]]

    def wait(self) -> None:
        """Have the pieces at hand; raise what `TableCopy.require` does."""
        for part in self._parts:
            part.result()

    def drop(self) -> None:
        """Fetch no more; when this returns, nothing is under way."""
        # What is fetched after the copy is given up would be written to another file, which
        # has got its number by then.
        wait([part for part in self._parts if not part.cancel()])


class TableCopy:
    """A copy of an object, in a file without a name: it is gone when the process is.

    Its end is at hand from the beginning. Several threads may use it at once.

    Args:
        ranges: where the object is.
        key: its key.
        fetchers: do the requests.
        folder: where the file is; the system's folder for temporary files without.

    Attributes:
        size: of the object, in bytes.
        file: the copy; what `require` was not asked for is zeros.
    """

    def __init__(
        self, ranges: Ranges, key: str, fetchers: Executor, folder: Path | None = None
    ) -> None:
        end = ranges.end(key, _END_BYTES)
        self.size = end.size
        if not self.size:
            raise DamagedError("A result's table is empty.")
        self._ranges = ranges
        self._key = key
        self._fetchers = fetchers
        self._lock = threading.Lock()
        self._has = np.zeros(-(-self.size // BLOCK), dtype=bool)
        self._writing, name = _new_file(folder)
        # The number of a file that is given up unclosed would be lost for as long as the process.
        self._end = weakref.finalize(self, os.close, self._writing)
        try:
            with _passing_disk_faults():
                os.truncate(self._writing, self.size)
                self._keep_end(end.data)
                self.file = pa.memory_map(name, "r")
        except BaseException:
            self._end()
            raise
        finally:
            Path(name).unlink()

    @property
    def stored(self) -> int:
        """How many bytes of the disk it takes."""
        return int(np.count_nonzero(self._has)) * BLOCK

    def require(self, pieces: Iterable[tuple[int, int]]) -> None:
        """Have these pieces at hand, each from its first byte to its last, exclusive.

        Raises:
            NotFoundError: the object is gone.
            UnavailableError: S3 is down, or there is no room on the disk.
        """
        fetch = self.fetch(pieces)
        try:
            fetch.wait()
        finally:
            fetch.drop()

    def fetch(self, pieces: Iterable[tuple[int, int]]) -> Fetch:
        """Begin to fetch what of these pieces is not at hand; the caller ends it."""
        wanted = np.zeros(len(self._has), dtype=bool)
        for start, end in pieces:
            wanted[start // BLOCK : -(-end // BLOCK)] = True
        with self._lock:
            missing = np.flatnonzero(wanted & ~self._has)
        return Fetch([self._fetchers.submit(self._read, run) for run in _runs(missing)])

    def _keep_end(self, data: bytes) -> None:
        start = self.size - len(data)
        self._write(data, start)
        # Of the first block, the beginning may be missing.
        self._has[-(-start // BLOCK) :] = True

    def _read(self, run: tuple[int, int]) -> None:
        first, last = run
        data = self._ranges.read(self._key, first * BLOCK, min(last * BLOCK, self.size))
        self._write(data, first * BLOCK)
        with self._lock:
            self._has[first:last] = True

    def _write(self, data: bytes, start: int) -> None:
        rest = memoryview(data)
        with _passing_disk_faults():
            while rest:
                # Of what does not fit on the disk, a part may be written.
                written = os.pwrite(self._writing, rest, start)
                rest, start = rest[written:], start + written

    def close(self) -> None:
        """Give the disk back; nobody may be reading."""
        self.file.close()
        self._end()


def _new_file(folder: Path | None) -> tuple[int, str]:
    with _passing_disk_faults():
        return tempfile.mkstemp(prefix="gas-table-", dir=folder)


@contextmanager
def _passing_disk_faults() -> Iterator[None]:
    """Raise UnavailableError for what the disk refuses."""
    try:
        yield
    except OSError as error:
        raise UnavailableError(
            "The disk for copies of results does not take more; try again in some minutes."
        ) from error


def _runs(blocks: Any) -> Iterator[tuple[int, int]]:  # noqa: ANN401 - an array of numpy's
    """Yield runs of blocks that hold all *blocks*, which ascend; the end is exclusive."""
    if not len(blocks):
        return
    cuts = np.flatnonzero(np.diff(blocks) > _GAP_BLOCKS) + 1
    for part in np.split(blocks, cuts):
        first, last = int(part[0]), int(part[-1]) + 1
        for start in range(first, last, _MOST_BLOCKS):
            yield start, min(start + _MOST_BLOCKS, last)
