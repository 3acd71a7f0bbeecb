"""Saves a download: beside its place first, checked, then moved there; in a worker thread."""

from __future__ import annotations

import hashlib
import itertools
import os
import tempfile
import threading
from pathlib import Path
from typing import IO

import httpx2

from backend.wire import Download
from desktop.errors import DamagedError, ForbiddenError, OfflineError, ServerFaultError
from desktop.ports import Progress
from desktop.transfer.names import numbered, safe_name
from desktop.transfer.source import CHUNK, StoppedError

LONGEST_TEXT = 1024**2
"""Of a text file only so many bytes are read."""


def save(
    http: httpx2.Client, link: Download, folder: Path, progress: Progress, stop: threading.Event
) -> Path:
    """Save what *link* points to in *folder* and return where; what is there is never replaced.

    Raises:
        DamagedError: the content does not have the promised length or checksum.
        ForbiddenError: the folder cannot be written to.
        OfflineError, ServerFaultError: it did not come.
        StoppedError: *stop* was set; nothing is left behind.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Only its owner may read the file: a genome is nobody else's business.
        handle, name = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                _receive(http, link, file, progress, stop)
                file.flush()
                os.fsync(file.fileno())
            return _move(part, folder, safe_name(link.name))
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else "unknown reason"
        raise ForbiddenError(f"{link.name} cannot be saved in {folder}: {reason}.") from error


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
    except httpx2.TransportError as error:
        raise OfflineError from error
    return text[:LONGEST_TEXT].decode(errors="replace")


def _receive(
    http: httpx2.Client,
    link: Download,
    file: IO[bytes],
    progress: Progress,
    stop: threading.Event,
) -> None:
    sha256 = hashlib.sha256()
    progress.step, progress.done, progress.total = "downloading", 0, link.size or 0
    try:
        with http.stream("GET", link.url) as answer:
            _check(answer)
            # The bytes as stored: a .gz is not to be unpacked on the way.
            for data in answer.iter_raw(CHUNK):
                if stop.is_set():
                    raise StoppedError
                file.write(data)
                sha256.update(data)
                progress.done += len(data)
    except httpx2.TransportError as error:
        raise OfflineError from error
    if link.size not in {None, progress.done} or link.sha256 not in {None, sha256.hexdigest()}:
        raise DamagedError(f"{link.name} came damaged and was not saved. Download it again.")


def _check(answer: httpx2.Response) -> None:
    if answer.is_error:
        raise ServerFaultError("The file store did not give the file. Try the download again.")


def _move(part: Path, folder: Path, name: str) -> Path:
    """Move *part* to a name in *folder* that is free, in one step; return where."""
    for number in itertools.count():
        target = folder / numbered(name, number)
        try:
            # Whoever makes the empty file has the name; nothing is ever overwritten.
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            continue
        return part.replace(target)
    raise AssertionError("numbers do not end")
