"""Signing out everywhere, in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tests.fakes.accounts import FakeAccounts
from tests.fakes.live_events import FakeLiveEvents
from tests.fakes.web_sessions import FakeWebSessions


class FakeSignOuts:
    """The port `SignOuts`."""

    def __init__(
        self, accounts: FakeAccounts, sessions: FakeWebSessions, live: FakeLiveEvents
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._live = live

    def everywhere(self, account_id: str, now: datetime) -> None:
        with self._accounts.lock:
            account = self._accounts.get(account_id)
            ended = replace(account, signed_out_at=max(now, account.signed_out_at or now))
            self._accounts.put(ended)
            self._sessions.remove_all(account_id)
        self._live.tell(ended)
