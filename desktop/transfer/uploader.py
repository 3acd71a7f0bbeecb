"""Sends the parts of a file; called in a worker thread."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx2

from backend.wire import SentPart, UploadPart
from desktop.client.network import unreachable
from desktop.errors import OfflineError, ServerFaultError, gist
from desktop.ports import Progress
from desktop.sentences import said
from desktop.transfer.bandwidth import Bandwidth
from desktop.transfer.source import CHUNK, Source, StoppedError, read_pieces, reading
from desktop.waits import growing

TRIES = 3
"""How often a part is sent before the whole transfer has to wait for better times."""

_log = logging.getLogger(__name__)
_BAD_REQUEST, _FORBIDDEN, _NOT_FOUND = 400, 403, 404


class ExpiredError(Exception):
    """The addresses of the parts do not work any more; ask for new ones."""


class GoneError(Exception):
    """The service does not await the file any more; begin anew."""


def growing_wait(failures: int) -> float:
    """Return how many seconds a part waits after it failed *failures* times before, from 0."""
    return growing(failures) * (1 + random.random()) / 2  # noqa: S311 - it is no secret


def _always(_words: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Uploader:
    """Sends parts of one file, each until it is taken; several threads may send at once.

    Attributes:
        http: keeps connections open from part to part.
        stop: set it to end the transfer within one write.
        wait: gives the seconds before another try, after so many failures before this one.
        is_news: whether the log does not have this of the transfer already.
    """

    http: httpx2.Client
    source: Source
    progress: Progress
    bandwidth: Bandwidth
    stop: threading.Event
    wait: Callable[[int], float] = growing_wait
    is_news: Callable[[str], bool] = _always

    def send(self, part: UploadPart) -> SentPart:
        """Send one part and return what was taken.

        Raises:
            ExpiredError: its address has expired.
            GoneError: the file store knows nothing of the upload.
            FileChangedError: the file is not what it was, or does not look so.
            FileAwayError, ForbiddenError: it cannot be read.
            OfflineError, ServerFaultError: it was not taken, several times.
            StoppedError: the transfer was called off.
        """
        for failures in range(TRIES):
            self.source.check_unchanged()
            counted = _Counted(self.progress)
            try:
                return self._put(part, counted)
            except (OfflineError, ServerFaultError) as error:
                if failures + 1 == TRIES:
                    raise
                if self.is_news(gist(error)):
                    _log.info("part %d was not taken: %s", part.number, gist(error))
            finally:
                counted.settle()
            self._wait(failures)
        raise AssertionError("the last try returns or raises")

    def _put(self, part: UploadPart, counted: _Counted) -> SentPart:
        # Without its length S3 refuses a body that is sent in pieces.
        headers = {**part.headers, "Content-Length": str(part.size)}
        body = self._pieces(part, counted)
        try:
            with reading(self.source.path):
                answer = self.http.put(part.url, content=body, headers=headers)
        except httpx2.RequestError as error:
            raise unreachable(error) from error
        self._require_taken(answer, part)
        counted.keep()
        checksum = self.source.part_sha256[part.number - 1]
        return SentPart(number=part.number, etag=answer.headers.get("etag", ""), sha256=checksum)

    def _require_taken(self, answer: httpx2.Response, part: UploadPart) -> None:
        status = answer.status_code
        if status == _FORBIDDEN:
            raise ExpiredError
        if status == _NOT_FOUND:
            raise GoneError
        if status == _BAD_REQUEST:
            # The store compares what came with the signed checksum. If the file still has it, the
            # bytes were damaged on their way, and are sent again.
            self.source.check_part(part.number)
        if answer.is_error:
            refusal = ServerFaultError(
                said("The file store refused a part of the file (status {status}).", status=status)
            )
            refusal.status = status
            raise refusal

    def _pieces(self, part: UploadPart, counted: _Counted) -> Iterator[bytes]:
        most = self.bandwidth.piece(CHUNK)
        for data in read_pieces(self.source.path, part.offset, part.size, most):
            if self.stop.is_set() or not self.bandwidth.take(len(data), self.stop.wait):
                raise StoppedError
            yield data
            counted.add(len(data))

    def _wait(self, failures: int) -> None:
        """Wait before the next try, longer each time; being called off ends the wait."""
        if self.stop.wait(self.wait(failures)):
            raise StoppedError


class _Counted:
    """The bytes of one try, which count for nothing unless the part is taken."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._bytes = progress, 0

    def add(self, count: int) -> None:
        self._bytes += count
        self._progress.add(count)

    def keep(self) -> None:
        self._bytes = 0

    def settle(self) -> None:
        self._progress.add(-self._bytes)
        self._bytes = 0
