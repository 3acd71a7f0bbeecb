"""A limit on how many bytes move in a second, shared by all threads that move them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

PARTS_AT_ONCE = 4

_BURST_SECONDS = 0.25
_SMALLEST_PIECE = 16 * 1024

Wait = Callable[[float], bool]
"""Waits so many seconds; returns at once, and True, when the transfer is called off."""


@dataclass(frozen=True, slots=True)
class TransferLimits:
    """How much of the network transfers may take.

    Attributes:
        parts_at_once: parts of one file that are on their way at the same time.
        rate: bytes a second that all uploads may take together, and all downloads too; None for as
            many as there can be.
    """

    parts_at_once: int = PARTS_AT_ONCE
    rate: int | None = None


class Bandwidth:
    """A bucket that fills with *rate* bytes a second; whoever moves bytes takes them out first.

    The bucket holds a quarter of a second's bytes, so that a pause is not caught up with.

    Args:
        rate: bytes a second; None for no limit.
        now: a clock that never goes back, in seconds.
    """

    def __init__(
        self, rate: float | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._rate = rate
        self._free_at = now()

    def set_rate(self, rate: float | None) -> None:
        """Change the limit; what waits already waits by the old one."""
        with self._lock:
            self._rate, self._free_at = rate, self._now()

    def piece(self, most: int) -> int:
        """Return how many bytes to move at once: fewer than *most* under a tight limit."""
        rate = self._rate
        if rate is None:
            return most
        return max(_SMALLEST_PIECE, min(most, int(rate * _BURST_SECONDS)))

    def take(self, count: int, wait: Wait) -> bool:
        """Wait until *count* bytes may move; return False if the transfer was called off."""
        with self._lock:
            if self._rate is None:
                return True
            now = self._now()
            begin = max(self._free_at, now - _BURST_SECONDS)
            self._free_at = begin + count / self._rate
            seconds = self._free_at - now
        return seconds <= 0 or not wait(seconds)
