"""Deletions of accounts, and the record of accesses, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from backend.domain.accounts import Change
from backend.domain.deletions import Deletion
from backend.domain.errors import ConflictError, UnavailableError
from backend.domain.plans import Plan
from backend.services.access_log import Access
from tests.fakes.accounts import FakeAccounts
from tests.fakes.live_events import FakeLiveEvents


class FakeDeletions:
    """The port `Deletions`.

    Attributes:
        stored: every deletion, by account.
    """

    def __init__(self, accounts: FakeAccounts, live: FakeLiveEvents) -> None:
        self._accounts = accounts
        self._live = live
        self.stored: dict[str, Deletion] = {}

    def request(self, account_id: str, now: datetime) -> bool:
        with self._accounts.lock:
            account = self._accounts.get(account_id)
            if account.deleting_at is not None:
                return False
            closed = replace(account, plan=Plan.FREE, deleting_at=now)
            self._accounts.announce(closed, Change.DELETED)
            self.stored[account_id] = Deletion(account_id, requested_at=now, next_at=now)
        self._live.tell(closed)
        return True

    def take(self, now: datetime, lease: timedelta) -> Deletion | None:
        waiting = [
            (one.next_at, one.account_id)
            for one in self.stored.values()
            if one.finished_at is None and one.next_at <= now
        ]
        if not waiting:
            return None
        account_id = min(waiting)[1]
        self.stored[account_id] = replace(self.stored[account_id], next_at=now + lease)
        return self.stored[account_id]

    def save(self, deletion: Deletion, next_at: datetime) -> Deletion:
        self._own(deletion)
        self.stored[deletion.account_id] = replace(deletion, next_at=next_at)
        return self.stored[deletion.account_id]

    def _own(self, deletion: Deletion) -> None:
        stored = self.stored[deletion.account_id]
        if stored.finished_at is not None or stored.next_at != deletion.next_at:
            raise ConflictError("Somebody else goes on with the deletion of this account.")

    def silence(self, account_id: str) -> None:
        waiting = self._accounts.outbox.waiting
        waiting[:] = [change for change in waiting if change.contact.account_id != account_id]

    def finish(self, deletion: Deletion) -> None:
        with self._accounts.lock:
            self._own(deletion)
            self._accounts.remove(deletion.account_id)
            self.stored[deletion.account_id] = replace(deletion, jobs_left=())
        self._live.events.pop(deletion.account_id, None)
        self._live.cursors.pop(deletion.account_id, None)


class FakeAccessLog:
    """The port `AccessLog`.

    Attributes:
        noted: every access, in order.
        down: whether nothing can be recorded.
    """

    def __init__(self) -> None:
        self.noted: list[Access] = []
        self.down = False

    def note(self, access: Access) -> None:
        if self.down:
            raise UnavailableError("The database does not answer.")
        self.noted.append(access)

    def of_job(self, job_id: str) -> Sequence[Access]:
        return [access for access in self.noted if access.job_id == job_id]
