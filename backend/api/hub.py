"""Who waits for live events in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from backend.api.limits import too_many

_RETRY_SECONDS = 15


class Hub:
    """Who waits for events, by account; lives in one event loop.

    Args:
        per_account: an account has no more streams and polls than this at once.

    Attributes:
        closed: whether the streams are to end.
    """

    def __init__(self, per_account: int = 8) -> None:
        self._per_account = per_account
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self.closed = False

    def close(self) -> None:
        """Have all streams end: the process stops, and clients find another."""
        self.closed = True
        self.wake(None)

    def wake(self, account_id: str | None) -> None:
        """Wake the streams of one account, or of all."""
        accounts = list(self._waiting) if account_id is None else [account_id]
        for account in accounts:
            for event in self._waiting.get(account, ()):
                event.set()

    @contextmanager
    def waiting(self, account_id: str) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever the account may have news.

        Raises:
            HTTPException: 429, as the account waits in too many places.
        """
        if len(self._waiting.get(account_id, ())) >= self._per_account:
            raise too_many(
                f"The account has {self._per_account} event streams open; close one.",
                _RETRY_SECONDS,
            )
        event = asyncio.Event()
        self._waiting.setdefault(account_id, set()).add(event)
        try:
            yield event
        finally:
            self._waiting[account_id].discard(event)
            if not self._waiting[account_id]:
                del self._waiting[account_id]
