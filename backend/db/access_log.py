"""The record of accesses to results, in Postgres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Engine, select

from backend.db.engine import transaction
from backend.db.models import AccessRow
from backend.services.access_log import Access, Via


class PostgresAccessLog:
    """The port `AccessLog`: rows are only ever added.

    Args:
        engine: made by `engine.connect`.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(self, access: Access) -> None:
        """Keep a record of it."""
        with transaction(self._engine) as session:
            session.add(AccessRow(**asdict(access)))

    def of_job(self, job_id: str) -> Sequence[Access]:
        """Return the accesses to a job's files, in order."""
        query = select(AccessRow).where(AccessRow.job_id == job_id).order_by(AccessRow.id)
        with transaction(self._engine) as session:
            return [_access(row) for row in session.scalars(query)]


def _access(row: AccessRow) -> Access:
    return Access(
        account_id=row.account_id,
        job_id=row.job_id,
        what=row.what,
        via=Via(row.via),
        request_id=row.request_id,
        at=row.at,
    )
