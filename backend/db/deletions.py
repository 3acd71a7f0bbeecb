"""Deletions of accounts, in Postgres."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from backend.db.account_rows import Describe, account_of, announce, locked, tell
from backend.db.engine import transaction
from backend.db.models import AccountRow, DeletionRow, OutboxRow
from backend.domain.accounts import Change
from backend.domain.deletions import Deletion
from backend.domain.errors import ConflictError
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
            session.add(DeletionRow(**_values(Deletion(account_id, requested_at=now, next_at=now))))
            tell(session, account_of(row), self._describe, now)
        return True

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

    def save(self, deletion: Deletion, next_at: datetime) -> Deletion:
        """Store how far a deletion is, and that nobody else gets it before *next_at*."""
        after = replace(deletion, next_at=next_at)
        with transaction(self._engine) as session:
            _write(session, deletion, after)
        return after

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
            _write(session, deletion, replace(deletion, jobs_left=()))
            session.execute(delete(AccountRow).where(AccountRow.id == deletion.account_id))


def _write(session: Session, held: Deletion, after: Deletion) -> None:
    """Write *after* if the deletion is still the caller's, who has it as *held*.

    Each take and each save names another time, so the time says whose it is.
    """
    statement = (
        update(DeletionRow)
        .where(
            DeletionRow.account_id == held.account_id,
            DeletionRow.next_at == held.next_at,
            DeletionRow.finished_at.is_(None),
        )
        .values(_values(after))
        .returning(DeletionRow.account_id)
    )
    if session.execute(statement).first() is None:
        raise ConflictError("Somebody else goes on with the deletion of this account.")


def _values(deletion: Deletion) -> dict[str, Any]:
    return {field.name: getattr(deletion, field.name) for field in fields(deletion)} | {
        "jobs_left": list(deletion.jobs_left)
    }


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
