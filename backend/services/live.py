"""Live events as they are read: a log of each account's events, in order and without gaps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

# Called with the account that has a new event, or with None when any account may have one.
Wake = Callable[[str | None], None]


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """Event number *seq* of an account; *data* is what the app is sent."""

    seq: int
    type: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """Events in order, and the number of the account's *latest*, both read at one moment."""

    events: tuple[StoredEvent, ...]
    latest: int

    def follows(self, after: int) -> bool:
        """Whether nothing is missing between event *after* and these."""
        return (self.events[0].seq == after + 1) if self.events else (self.latest == after)


class EventLog(Protocol):
    """The kept events of all accounts; every method raises UnavailableError when it is down."""

    async def cursor(self, account_id: str) -> int:
        """Return the number of the account's latest event, 0 before the first."""

    async def read(self, account_id: str, after: int, limit: int) -> Batch:
        """Return up to *limit* of the account's events after number *after*."""

    def listening(self, wake: Wake) -> AbstractAsyncContextManager[None]:
        """While within, have *wake* called after each new event is committed."""
