"""Sign-ins on the web pages, in Postgres."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Engine, delete, update

from backend.db.engine import transaction
from backend.db.models import WebSessionRow
from backend.services.web_sessions import WebSession


class PostgresWebSessions:
    """The port `WebSessions`.

    Args:
        engine: made by `engine.connect`.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, session: WebSession) -> None:
        """Keep *session*, in place of an earlier one of the same digest."""
        with transaction(self._engine) as database:
            database.merge(WebSessionRow(**asdict(session)))

    def get(self, digest: str) -> WebSession | None:
        """Return the session of that digest, ended by time or not; None if there is none."""
        with transaction(self._engine) as database:
            row = database.get(WebSessionRow, digest)
        if row is None:
            return None
        return WebSession(row.digest, row.account_id, row.created_at, row.expires_at)

    def extend(self, digest: str, expires_at: datetime) -> None:
        """Let the session end later; one that is not there any more is not made anew."""
        this = WebSessionRow.digest == digest
        with transaction(self._engine) as database:
            database.execute(update(WebSessionRow).where(this).values(expires_at=expires_at))

    def remove(self, digest: str) -> None:
        """Forget a session; nothing happens if there is none."""
        with transaction(self._engine) as database:
            database.execute(delete(WebSessionRow).where(WebSessionRow.digest == digest))

    def remove_all(self, account_id: str) -> None:
        """Forget every session of an account."""
        with transaction(self._engine) as database:
            database.execute(delete(WebSessionRow).where(WebSessionRow.account_id == account_id))

    def remove_expired(self, now: datetime) -> None:
        """Forget every session that has ended by *now*."""
        with transaction(self._engine) as database:
            database.execute(delete(WebSessionRow).where(WebSessionRow.expires_at <= now))
