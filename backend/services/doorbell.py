"""A doorbell: whoever rings has a queue looked into, in the background and once at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from backend import logs
from backend.domain.errors import ServiceError

LOGGER = logging.getLogger(__name__)

Drain = Callable[[], object]
# A call of `drain` that is under way when the process stops may be cut short: what it left in the
# queue comes again.
_END_WITHIN = 3.0


class Doorbell:
    """Calls *drain* in a thread of its own when somebody rings.

    Rings while it is at work make it look once more afterwards, however many they are.  A ring that
    is lost, or a call that fails, loses nothing but time: others look into the queue as well.
    """

    def __init__(self, drain: Drain) -> None:
        self._drain = drain
        self._rung = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Start to listen."""
        self._thread = threading.Thread(target=self._listen, name="doorbell", daemon=True)
        self._thread.start()

    def ring(self) -> None:
        """Have the queue looked into soon; returns at once."""
        self._rung.set()

    def close(self) -> None:
        """Stop, at the latest 3 s from now."""
        self._closed = True
        self._rung.set()
        if self._thread is not None:
            self._thread.join(_END_WITHIN)

    def _listen(self) -> None:
        while self._rung.wait() and not self._closed:
            self._rung.clear()
            try:
                self._drain()
            except ServiceError as error:
                logs.event(LOGGER, "doorbell unanswered", reason=str(error))
            except Exception as error:  # noqa: BLE001 - this is the door of a thread
                logs.failure(LOGGER, "doorbell failed", error)
