"""The time at the stand-in, which tests can move forward."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from backend.local.stripe.database import Database

DAY = 86_400
"""Seconds."""


class Clock:
    """The real time and what it was moved by; never goes back.

    Args:
        real: seconds since the epoch.
    """

    def __init__(self, database: Database, real: Callable[[], float]) -> None:
        self.real = real
        self._database = database
        self._moment: int | None = None

    def now(self) -> int:
        """Return the time, in seconds since the epoch."""
        if self._moment is not None:
            return self._moment
        return int(self.real()) + int(self._database.note("clock", "0"))

    def advance(self, seconds: int) -> None:
        """Move on by *seconds*, within a transaction."""
        ahead = int(self._database.note("clock", "0")) + seconds
        self._database.keep_note("clock", str(ahead))

    @contextmanager
    def at(self, moment: int) -> Iterator[None]:
        """Let the block happen at *moment*: what fell due is dated by when it did."""
        self._moment = moment
        try:
            yield
        finally:
            self._moment = None


def months_after(anchor: int, months: int) -> int:
    """Return the time so many calendar months after *anchor*.

    A month that has no such day ends with its last, and the next one has the anchor's day again:
    https://docs.stripe.com/billing/subscriptions/billing-cycle.
    """
    start = datetime.fromtimestamp(anchor, UTC)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())
