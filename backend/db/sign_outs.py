"""Signing out everywhere, in Postgres."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete

from backend.db.account_rows import Describe, account_of, locked, tell
from backend.db.engine import transaction
from backend.db.models import WebSessionRow


class PostgresSignOuts:
    """The port `SignOuts`.

    Args:
        engine: made by `engine.connect`.
        describe: what an account's apps are told of it.
    """

    def __init__(self, engine: Engine, describe: Describe) -> None:
        self._engine = engine
        self._describe = describe

    def everywhere(self, account_id: str, now: datetime) -> None:
        """Refuse the account's tokens that were issued up to *now*, and end its web sessions."""
        with transaction(self._engine) as session:
            row = locked(session, account_id)
            row.signed_out_at = max(now, row.signed_out_at or now)
            session.execute(delete(WebSessionRow).where(WebSessionRow.account_id == account_id))
            tell(session, account_of(row), self._describe, now)
