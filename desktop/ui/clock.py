"""The service's time: a machine whose clock is wrong still counts down rightly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from desktop.ports import Clock


class ServiceClock:
    """Call it for the time, in UTC, as the service has it.

    Args:
        machine: this machine's own time.
    """

    def __init__(self, machine: Clock) -> None:
        self._machine = machine
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """Return the time now, in UTC."""
        return self._machine() + self._ahead

    def set(self, server_time: datetime) -> None:
        """Take over the service's time, as it has just said it."""
        self._ahead = server_time - self._machine()


def machine_time() -> datetime:
    """Return this machine's time, in UTC."""
    return datetime.now(UTC)
