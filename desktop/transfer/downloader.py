"""Saves a download: beside its place first, checked, then moved there; in a worker thread.

A piece that is left of a download with a key is the beginning of the next one with that key. What
the ledger has of it stays after its end, until the queue is saved without it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx2

from backend.wire import Download
from desktop.client.network import unreachable
from desktop.errors import (
    DamagedError,
    ForbiddenError,
    ServerFaultError,
)
from desktop.ports import Progress
from desktop.sentences import reason_of, said
from desktop.transfer.bandwidth import Bandwidth
from desktop.transfer.ledger import BegunDownload, Ledger
from desktop.transfer.names import places, safe_name
from desktop.transfer.source import CHUNK, StoppedError

LONGEST_TEXT = 1024**2
"""Of a text file only so many bytes are read."""

_PARTIAL, _UNSATISFIABLE = 206, 416
_LONGEST_STEM = 100


@dataclass(frozen=True, slots=True)
class Downloader:
    """Saves one file.

    Attributes:
        key: of the download in the ledger; None for one that is not gone on with.
        stop: set it to end the download with the next bytes that come.
    """

    http: httpx2.Client
    ledger: Ledger
    bandwidth: Bandwidth
    progress: Progress
    stop: threading.Event
    key: str | None = None

    def save(self, link: Download, folder: Path, name: str | None = None) -> Path:
        """Save what *link* points to in *folder* and return where.

        With a *name* it takes the place of a file of that name; without, it gets the name that
        comes with it, and replaces nothing.

        Raises:
            DamagedError: the content does not have the promised length or checksum.
            ForbiddenError: the folder cannot be written to.
            OfflineError, ServerFaultError: it did not come.
            StoppedError: `stop` was set; without a key nothing is left behind.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            saved = self._arrived(link, folder, name) or self._fetched(link, folder, name)
            _keep(folder)
        except OSError as error:
            words = said(
                "{name} cannot be saved in {folder}: {reason}.",
                name=link.name,
                folder=str(folder),
                reason=reason_of(error),
            )
            raise ForbiddenError(words) from error
        return saved

    def _fetched(self, link: Download, folder: Path, name: str | None) -> Path:
        with self._part(link, folder) as (part, version):
            _require_room(folder, link, part.stat().st_size)
            self._receive(link, part, version)
            if name is not None:
                return part.replace(folder / name)
            return _move(part, folder, safe_name(link.name))

    def _arrived(self, link: Download, folder: Path, name: str | None) -> Path | None:
        """Return what an earlier run with this key has saved, though nobody noted its end."""
        begun = None if self.key is None else self.ledger.download(self.key)
        if begun is None or begun.part.exists() or link.sha256 is None:
            return None
        for place in places(folder, safe_name(link.name)) if name is None else [folder / name]:
            if not place.is_file():
                break
            if place.stat().st_size == link.size and self._checksum(place) == link.sha256:
                return place
        return None

    def _checksum(self, path: Path) -> str:
        with path.open("rb") as file:
            self.progress.begin("downloading", path.stat().st_size)
            return self._read_in(file).hexdigest()

    @contextmanager
    def _part(self, link: Download, folder: Path) -> Iterator[tuple[Path, str]]:
        """Give the file that is written to, and the version of what is in it already."""
        part, version = self._begun(link, folder)
        try:
            yield part, version
        except DamagedError:
            part.unlink(missing_ok=True)
            raise
        except BaseException:
            if self.key is None:
                part.unlink(missing_ok=True)
            raise

    def _begun(self, link: Download, folder: Path) -> tuple[Path, str]:
        if self.key is None:
            # Only its owner may read the file: a genome is nobody else's business.
            handle, name = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
            os.close(handle)
            return Path(name), ""
        begun = self.ledger.download(self.key)
        if begun is not None and begun.part.parent == folder and begun.part.is_file():
            return begun.part, begun.version
        stem = safe_name(link.name)[:_LONGEST_STEM]
        part = folder / f".{stem}.{self.key[:8]}.part"
        os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        self.ledger.begin_download(self.key, BegunDownload(part, ""))
        return part, ""

    def _receive(self, link: Download, part: Path, version: str) -> None:
        with part.open("r+b") as file:
            self.progress.begin("downloading", link.size or 0)
            # What is there is worth something only if it can be told that the rest belongs to it.
            if not (version or (link.size is not None and link.sha256 is not None)):
                file.truncate()
            sha256 = self._read_in(file)
            if link.size is None or file.tell() != link.size:
                sha256 = self._fetch(link, file, sha256, version)
            file.flush()
            os.fsync(file.fileno())
            found = (file.tell(), sha256.hexdigest())
        if link.size not in {None, found[0]} or link.sha256 not in {None, found[1]}:
            words = said(
                "{name} came damaged and was not saved. Download it again.", name=link.name
            )
            raise DamagedError(words)

    def _read_in(self, file: IO[bytes]) -> hashlib._Hash:
        """Read what is there already, and return its checksum."""
        sha256 = hashlib.sha256()
        while data := file.read(CHUNK):
            if self.stop.is_set():
                raise StoppedError
            sha256.update(data)
            self.progress.add(len(data))
        return sha256

    def _fetch(
        self, link: Download, file: IO[bytes], sha256: hashlib._Hash, version: str
    ) -> hashlib._Hash:
        """Fetch what is not there, or everything if that cannot be had; return the checksum."""
        have = file.tell()
        # The bytes as stored: a .gz is not to be unpacked on the way.
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers |= {"Range": f"bytes={have}-"} | ({"If-Range": version} if version else {})
        try:
            with self.http.stream("GET", link.url, headers=headers) as answer:
                if answer.status_code == _UNSATISFIABLE:
                    # What is there is longer than what the store has now: begin anew.
                    file.truncate(0)
                _check(answer)
                if have and not _goes_on(answer, have):
                    file.seek(0)
                    file.truncate()
                    self.progress.begin("downloading", link.size or 0)
                    sha256 = hashlib.sha256()
                self._note_version(Path(file.name), answer)
                self._write(answer, file, sha256)
        except httpx2.RequestError as error:
            raise unreachable(error) from error
        return sha256

    def _note_version(self, part: Path, answer: httpx2.Response) -> None:
        # A weak tag does not tell one run of bytes from another (RFC 9110, 8.8.1).
        version = answer.headers.get("etag", "")
        if self.key is not None and version and not version.startswith("W/"):
            self.ledger.begin_download(self.key, BegunDownload(part, version))

    def _write(self, answer: httpx2.Response, file: IO[bytes], sha256: hashlib._Hash) -> None:
        for data in answer.iter_raw(self.bandwidth.piece(CHUNK)):
            if self.stop.is_set() or not self.bandwidth.take(len(data), self.stop.wait):
                raise StoppedError
            file.write(data)
            sha256.update(data)
            self.progress.add(len(data))


def read_text(http: httpx2.Client, link: Download) -> str:
    """Return the beginning of a text file, 1 MiB at most; errors are those of `save`."""
    text = bytearray()
    try:
        with http.stream("GET", link.url) as answer:
            _check(answer)
            for data in answer.iter_bytes(CHUNK):
                text += data
                if len(text) >= LONGEST_TEXT:
                    break
    except httpx2.RequestError as error:
        raise unreachable(error) from error
    if len(text) < LONGEST_TEXT and link.sha256 not in {None, hashlib.sha256(text).hexdigest()}:
        raise DamagedError(said("{name} came damaged. Open it again.", name=link.name))
    return text[:LONGEST_TEXT].decode(errors="replace")


def _require_room(folder: Path, link: Download, have: int) -> None:
    free = shutil.disk_usage(folder).free + have
    if link.size is not None and link.size > free:
        raise ForbiddenError(
            said(
                "{name} has {size:,} bytes, and {folder} has room for {free:,}. Make room, or save "
                "it elsewhere.",
                name=link.name,
                size=link.size,
                folder=str(folder),
                free=free,
            )
        )


def _goes_on(answer: httpx2.Response, have: int) -> bool:
    """Whether an answer goes on where *have* bytes end."""
    span = answer.headers.get("content-range", "")
    return answer.status_code == _PARTIAL and span.startswith(f"bytes {have}-")


def _check(answer: httpx2.Response) -> None:
    if answer.is_error:
        words = said("The file store did not give the file. Try the download again.")
        refusal = ServerFaultError(words)
        refusal.status = answer.status_code
        raise refusal


def _move(part: Path, folder: Path, name: str) -> Path:
    """Move *part* to a name in *folder* that is free; return where."""
    for target in places(folder, name):
        try:
            _give_name(part, target)
        except FileExistsError:
            # An earlier move may have ended before the old name was taken away.
            if not os.path.samestat(part.lstat(), target.lstat()):
                continue
        part.unlink(missing_ok=True)
        return target
    raise AssertionError("numbers do not end")


def _give_name(part: Path, target: Path) -> None:
    """Have *part* be found at *target*, with all its bytes from the first moment.

    Raises:
        FileExistsError: something is there.
    """
    try:
        target.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:
        # The file system knows no hard links. Whoever makes the empty file has the name; nothing
        # is ever overwritten.
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        part.replace(target)


def _keep(folder: Path) -> None:
    """Have the names in *folder* outlive a loss of power, where the system can be asked for it."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
