"""Sends the parts of a file; called in a worker thread."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator

import httpx2

from backend.wire import SentPart, UploadPart
from desktop.errors import OfflineError, ServerFaultError
from desktop.ports import Progress
from desktop.transfer.source import CHUNK, Source, StoppedError

TRIES = 5
"""How often a part is sent before the transfer gives up."""

_FORBIDDEN = 403


class ExpiredError(Exception):
    """The addresses of the parts do not work any more; ask for new ones."""


class Uploader:
    """Sends parts of one file, each until it is taken.

    Args:
        http: keeps the connection open from part to part; safe to share between threads.
        stop: set it to end the transfer within one write.
    """

    def __init__(
        self, http: httpx2.Client, source: Source, progress: Progress, stop: threading.Event
    ) -> None:
        self._http = http
        self._source = source
        self._progress = progress
        self._stop = stop

    def send(self, part: UploadPart) -> SentPart:
        """Send one part and return what was taken.

        Raises:
            ExpiredError: its address has expired.
            FileChangedError: the file is not what it was.
            OfflineError, ServerFaultError: it was not taken, several times.
            StoppedError: the transfer was called off.
        """
        for failures in range(TRIES):
            self._source.check_unchanged()
            before = self._progress.done
            try:
                return self._put(part)
            except (OfflineError, ServerFaultError):
                self._progress.done = before
                if failures + 1 == TRIES:
                    raise
                self._wait(failures)
        raise AssertionError("the last try returns or raises")

    def _put(self, part: UploadPart) -> SentPart:
        # Without its length S3 refuses a body that is sent in pieces.
        headers = {**part.headers, "Content-Length": str(part.size)}
        try:
            answer = self._http.put(part.url, content=self._pieces(part), headers=headers)
        except httpx2.TransportError as error:
            raise OfflineError from error
        if answer.status_code == _FORBIDDEN:
            raise ExpiredError
        if answer.is_error:
            raise ServerFaultError(
                f"The file store refused a part of the file (status {answer.status_code})."
            )
        checksum = self._source.part_sha256[part.number - 1]
        return SentPart(number=part.number, etag=answer.headers.get("etag", ""), sha256=checksum)

    def _pieces(self, part: UploadPart) -> Iterator[bytes]:
        left = part.size
        with self._source.path.open("rb", buffering=0) as file:
            file.seek(part.offset)
            while left and (data := file.read(min(CHUNK, left))):
                if self._stop.is_set():
                    raise StoppedError
                yield data
                left -= len(data)
                self._progress.done += len(data)

    def _wait(self, failures: int) -> None:
        """Wait before the next try, longer each time; being called off ends the wait."""
        seconds = 2.0**failures * (1 + random.random()) / 2  # noqa: S311 - it is no secret
        if self._stop.wait(seconds):
            raise StoppedError
