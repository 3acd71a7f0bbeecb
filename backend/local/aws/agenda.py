"""Things that are to be done at their time, by one thread that waits and a few that work."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

log = logging.getLogger(__name__)
HANDS = 4
# In seconds.  While a machine sleeps, its clock for waits stands still and the time does not.
_LONGEST_WAIT = 60.0

Act = Callable[[], None]


class Agenda:
    """What is to be done, and when; nothing is done before `start` or after `close`.

    Nothing here is on disk: who enters something enters it again after a restart.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._entries: list[tuple[datetime, int, Act]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._closed = False
        self._waiter = threading.Thread(target=self._wait, daemon=True)
        self._hands = ThreadPoolExecutor(HANDS, thread_name_prefix="agenda")

    def enter(self, due: datetime, act: Act) -> None:
        """Do *act* when *due* has come; several may be done at the same time."""
        with self._changed:
            heapq.heappush(self._entries, (due, next(self._numbers), act))
            self._changed.notify()

    def start(self) -> None:
        """Begin; what fell due before is done at once."""
        self._waiter.start()

    def close(self) -> None:
        """Forget what is not due yet, and return when all that was begun has ended."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._waiter.is_alive():
            self._waiter.join()
        self._hands.shutdown(cancel_futures=True)

    def _wait(self) -> None:
        while (act := self._next()) is not None:
            self._hands.submit(act).add_done_callback(_report)

    def _next(self) -> Act | None:
        """Return what is due, as soon as something is; None once it is closed."""
        with self._changed:
            while not self._closed:
                left = _LONGEST_WAIT
                if self._entries:
                    left = (self._entries[0][0] - self._now()).total_seconds()
                    if left <= 0:
                        return heapq.heappop(self._entries)[2]
                self._changed.wait(min(left, _LONGEST_WAIT))
        return None


def _report(done: Future[None]) -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        log.error("something on the agenda failed", exc_info=error)
