"""How many requests that cost much are worked on at once: of one account, and of all."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from backend.domain.errors import UnavailableError


class Places:
    """Places to work in; several threads may ask for them at once.

    Args:
        each: places that one account has.
        total: places of all accounts.
    """

    def __init__(self, each: int, total: int) -> None:
        self._each = each
        self._total = total
        self._taken: Counter[str] = Counter()
        self._changes = threading.Condition(threading.Lock())

    @contextmanager
    def taken(self, owner: str, *, wait: float = 0.0) -> Iterator[None]:
        """Have a place for the block; wait up to *wait* seconds for one.

        Raises:
            UnavailableError: there is none.
        """
        self._take(owner, wait)
        try:
            yield
        finally:
            self._free(owner)

    def _take(self, owner: str, wait: float) -> None:
        with self._changes:
            self._changes.wait_for(lambda: self._is_free(owner), wait)
            if self._taken[owner] >= self._each:
                raise UnavailableError(
                    "Earlier requests of yours are still being worked on; wait for their end."
                )
            if self._taken.total() >= self._total:
                raise UnavailableError("Too many results are being read; try again soon.")
            self._taken[owner] += 1

    def _is_free(self, owner: str) -> bool:
        return self._taken[owner] < self._each and self._taken.total() < self._total

    def _free(self, owner: str) -> None:
        with self._changes:
            self._taken[owner] -= 1
            # Accounts that have none are not remembered.
            self._taken += Counter()
            self._changes.notify_all()
