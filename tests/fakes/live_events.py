"""Live events in memory: the side that tells and the side that listens."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from backend.domain.accounts import Account
from backend.domain.errors import NotFoundError
from backend.domain.job import Job
from backend.domain.plans import Plans
from backend.services.live import Batch, StoredEvent, Wake
from backend.services.ports import Clock
from backend.views import account_event, job_view
from tests.fakes.accounts import FakeAccounts


class FakeLiveEvents:
    """The port `LiveEvents`."""

    def __init__(self, accounts: FakeAccounts, plans: Plans, clock: Clock) -> None:
        self._accounts = accounts
        self._plans = plans
        self._clock = clock
        self._lock = threading.Lock()
        self._versions: dict[str, int] = {}
        self.events: dict[str, list[StoredEvent]] = {}
        self.cursors: dict[str, int] = {}
        self.watchers: list[Callable[[str], None]] = []

    def publish(self, job: Job) -> bool:
        with self._lock:
            if self._versions.get(job.id, -1) >= job.version:
                return False
            try:
                limits = self._plans.limits(self._accounts.get(job.owner).plan)
            except NotFoundError:
                return False
            view = job_view(job, limits, self._clock())
            self._versions[job.id] = job.version
            self._add(job.owner, "job", {"job": view.model_dump(mode="json")})
        self._wake(job.owner)
        return True

    def tell(self, account: Account) -> None:
        """Tell the account's apps how it is."""
        upgrade_url = "https://gas.test/upgrade"
        event = account_event(account, self._plans, upgrade_url, self._clock())
        with self._lock:
            self._add(account.id, "account", event.model_dump(mode="json"))
        self._wake(account.id)

    def _add(self, account_id: str, kind: str, data: dict[str, Any]) -> None:
        self.cursors[account_id] = self.cursor(account_id) + 1
        stored = StoredEvent(self.cursors[account_id], kind, data)
        self.events.setdefault(account_id, []).append(stored)

    def _wake(self, account_id: str) -> None:
        for watcher in self.watchers:
            watcher(account_id)

    def cursor(self, account_id: str) -> int:
        return self.cursors.get(account_id, 0)

    def forget(self, account_id: str, *, keep: int) -> None:
        """Drop all but the last *keep* events, as pruning does."""
        self.events[account_id] = self.events[account_id][-keep:] if keep else []


class FakeEventLog:
    """The port `EventLog` over what was published here."""

    def __init__(self, live: FakeLiveEvents) -> None:
        self.live = live

    async def cursor(self, account_id: str) -> int:
        return self.live.cursor(account_id)

    async def read(self, account_id: str, after: int, limit: int) -> Batch:
        kept = self.live.events.get(account_id, [])
        events = tuple(event for event in kept if event.seq > after)[:limit]
        return Batch(events, self.live.cursor(account_id))

    @asynccontextmanager
    async def listening(self, wake: Wake) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()

        def watcher(account_id: str) -> None:
            loop.call_soon_threadsafe(wake, account_id)

        self.live.watchers.append(watcher)
        try:
            yield
        finally:
            self.live.watchers.remove(watcher)
