"""The outbox in Postgres."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine, select

from backend.db.engine import transaction
from backend.db.models import OutboxRow
from backend.domain.accounts import AccountChange, Change, Contact
from backend.domain.plans import Plan


class PostgresOutbox:
    """The port `Outbox`: one transaction a change, so what was sent stays sent."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def send_on(self, send: Callable[[AccountChange], None], *, limit: int) -> int:
        """Give up to *limit* changes to *send*, oldest first, and forget those it took.

        A change that another process is sending is passed over.  What *send* raises ends it: that
        change stays, those before it are forgotten.
        """
        for sent in range(limit):
            if not self._send_one(send):
                return sent
        return limit

    def _send_one(self, send: Callable[[AccountChange], None]) -> bool:
        oldest = select(OutboxRow).order_by(OutboxRow.id).limit(1)
        with transaction(self._engine) as session:
            row = session.scalars(oldest.with_for_update(skip_locked=True)).first()
            if row is None:
                return False
            send(_change(row))
            session.delete(row)
        return True


def _change(row: OutboxRow) -> AccountChange:
    contact = Contact(row.account_id, Plan(row.plan), row.name, row.email, row.version)
    return AccountChange(Change(row.kind), contact)
