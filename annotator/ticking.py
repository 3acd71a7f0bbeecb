"""Telling how far the work is, often enough to stop soon and seldom enough to cost nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

_EVERY_SECONDS = 0.2


class Progress(Protocol):
    """Told how many records are done of how many; may raise to stop the work.

    While the records are still being counted, none are done and *total* grows.
    """

    def __call__(self, done: int, total: int) -> None:
        """Take note of *done* records of *total*."""


class Ticker:
    """Passes progress on at most five times a second.

    Args:
        clock: seconds that never go back.
    """

    def __init__(self, progress: Progress, clock: Callable[[], float] = time.monotonic) -> None:
        self._progress = progress
        self._clock = clock
        self._last = clock()
        self._done = 0
        self._total = 0

    def counted(self, total: int) -> None:
        """*total* records have been counted so far."""
        self._total = total
        self.tick()

    def finished(self, records: int) -> None:
        """*records* more are done; always passed on."""
        self._done += records
        self._tell()

    def tick(self) -> None:
        """The work goes on; pass that on if it was not done lately."""
        if self._clock() - self._last >= _EVERY_SECONDS:
            self._tell()

    def _tell(self) -> None:
        """Pass on where the work stands."""
        self._last = self._clock()
        self._progress(self._done, self._total)
