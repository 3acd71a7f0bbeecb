"""Deletions of accounts, in Postgres."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select

from backend.db.account_rows import Describe, account_of, announce, locked, tell
from backend.db.engine import transaction
from backend.db.models import AccountRow, DeletionRow, OutboxRow
from backend.domain.accounts import Change
from backend.domain.deletions import Deletion
from backend.domain.errors import NotFoundError
from backend.domain.plans import Plan


class PostgresDeletions:
    """The port `Deletions`.

    Args:
        engine: made by `engine.connect`.
        describe: what an account's apps are told of it.
    """

    def __init__(self, engine: Engine, describe: Describe) -> None:
        self._engine = engine
        self._describe = describe

    def request(self, account_id: str, now: datetime) -> bool:
        """Close the account: it is on the free plan, and nobody can use it any more."""
        with transaction(self._engine) as session:
            row = locked(session, account_id)
            if row.deleting_at is not None:
                return False
            row.deleting_at, row.plan = now, Plan.FREE.value
            announce(session, row, Change.DELETED)
            session.add(_row(Deletion(account_id, requested_at=now, next_at=now)))
            tell(session, account_of(row), self._describe, now)
        return True

    def get(self, account_id: str) -> Deletion:
        """Return the deletion of the account; raise NotFoundError if none was asked for."""
        with transaction(self._engine) as session:
            row = session.get(DeletionRow, account_id)
        if row is None:
            raise NotFoundError("Nobody asked for the deletion of this account.")
        return _deletion(row)

    def take(self, now: datetime, lease: timedelta) -> Deletion | None:
        """Return a deletion that waits to be gone on with; None if none does."""
        waiting = (
            select(DeletionRow)
            .where(DeletionRow.finished_at.is_(None), DeletionRow.next_at <= now)
            .order_by(DeletionRow.next_at)
            .limit(1)
        )
        with transaction(self._engine) as session:
            row = session.scalars(waiting.with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            row.next_at = now + lease
            return _deletion(row)

    def save(self, deletion: Deletion) -> None:
        """Store how far a deletion is."""
        with transaction(self._engine) as session:
            session.merge(_row(deletion))

    def silence(self, account_id: str) -> None:
        """Forget the changes of the account that are not sent on yet; none is sent afterwards.

        This waits for one that is being sent: its row is locked.
        """
        with transaction(self._engine) as session:
            session.execute(delete(OutboxRow).where(OutboxRow.account_id == account_id))

    def finish(self, deletion: Deletion) -> None:
        """Delete the account with all that names it, and keep *deletion* as the trace.

        Aliases, live events and sign-ins on the pages go with the account's row.
        """
        with transaction(self._engine) as session:
            session.execute(delete(AccountRow).where(AccountRow.id == deletion.account_id))
            session.merge(_row(replace(deletion, jobs_left=())))


def _row(deletion: Deletion) -> DeletionRow:
    return DeletionRow(
        account_id=deletion.account_id,
        requested_at=deletion.requested_at,
        next_at=deletion.next_at,
        finished_at=deletion.finished_at,
        jobs=deletion.jobs,
        files=deletion.files,
        jobs_left=list(deletion.jobs_left),
    )


def _deletion(row: DeletionRow) -> Deletion:
    return Deletion(
        account_id=row.account_id,
        requested_at=row.requested_at,
        next_at=row.next_at,
        finished_at=row.finished_at,
        jobs=row.jobs,
        files=row.files,
        jobs_left=tuple(row.jobs_left),
    )
