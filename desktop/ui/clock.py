"""The service's time: a machine whose clock is wrong still counts down rightly."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from desktop.ports import Clock

JUMP_SECONDS = 2.0
"""By so much a clock that is set by hand jumps at least; corrections over the network are less."""


class ServiceClock:
    """Call it for the time, in UTC, as the service has it.

    Args:
        machine: this machine's own time.
        steady: seconds that go by evenly, whatever somebody does to the machine's time.
    """

    def __init__(self, machine: Clock, steady: Callable[[], float] = time.monotonic) -> None:
        self._machine, self._steady = machine, steady
        self._ahead = timedelta()
        self._not_before = steady()
        self._since = machine(), steady()

    def __call__(self) -> datetime:
        """Return the time now, in UTC."""
        return self._machine() + self._ahead

    def set(self, server_time: datetime) -> None:
        """Take over the service's time, as it has just said it."""
        self._since = self._machine(), self._steady()
        self._ahead = server_time - self._since[0]
        self._not_before = self._since[1]

    def wait(self, seconds: float) -> None:
        """Let the service not be asked for so long, unless it says the time by itself."""
        self._not_before = self._steady() + seconds

    @property
    def is_due(self) -> bool:
        """Whether the service is to be asked for the time now."""
        return self.is_off and self._steady() >= self._not_before

    @property
    def is_off(self) -> bool:
        """Whether the machine's clock was set, or stood still in its sleep, since `set`."""
        then, began = self._since
        passed = (self._machine() - then).total_seconds()
        return abs(passed - (self._steady() - began)) > JUMP_SECONDS


def machine_time() -> datetime:
    """Return this machine's time, in UTC."""
    return datetime.now(UTC)
