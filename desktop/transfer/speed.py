"""How fast something moves, and how long it will take: said only while it moves."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_WINDOW_SECONDS = 8.0
_STALLED_SECONDS = 3.0


class Speedometer:
    """The speed over the last seconds, as smooth as that window makes it.

    Args:
        now: a clock that never goes back, in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._marks: deque[tuple[float, int]] = deque()
        self._moved = now()

    def rate(self, done: int) -> float | None:
        """Return bytes a second, given that *done* bytes are; None at first and when stalled."""
        now = self._now()
        if not self._marks or done < self._marks[-1][1]:
            # A part that failed is sent again: what was counted for it never arrived.
            self._marks = deque([(now, done)])
            self._moved = now
            return None
        if done > self._marks[-1][1]:
            self._moved = now
        self._marks.append((now, done))
        while now - self._marks[0][0] > _WINDOW_SECONDS:
            self._marks.popleft()
        began, before = self._marks[0]
        if now - self._moved > _STALLED_SECONDS or now <= began or done == before:
            return None
        return (done - before) / (now - began)


def seconds_left(done: int, total: int, rate: float | None) -> float | None:
    """Return how long the rest takes at *rate* bytes a second; None while nobody knows."""
    return (total - done) / rate if rate and total else None
