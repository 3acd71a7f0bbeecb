"""Live events in Postgres: the side that tells."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Engine, Executable, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.db.engine import transaction
from backend.db.models import AccountRow, EventRow, JobVersionRow
from backend.domain.job import Job
from backend.domain.plans import Plan, Plans
from backend.services.live import StoredEvent
from backend.services.ports import Clock
from backend.views import job_view
from backend.wire import JobEvent

# What `NOTIFY` and `LISTEN` name.
CHANNEL = "events"
KEPT_EVENTS = 1_000
KEPT_FOR = timedelta(hours=24)
# SQS holds a message for 14 days at most, so after that no old one can come.
_VERSIONS_KEPT_FOR = timedelta(days=15)


class PostgresLiveEvents:
    """The port `LiveEvents`: one transaction an event, and a notification at its commit.

    Args:
        engine: made by `engine.connect`.
        plans: what an owner may see of a result follows from the plan.
        clock: the time.
    """

    def __init__(self, engine: Engine, plans: Plans, clock: Clock) -> None:
        self._engine = engine
        self._plans = plans
        self._clock = clock

    def publish(self, job: Job) -> bool:
        """Tell the owner how the job is now; False if they know this version or a newer one.

        False as well when there is no such owner any more.
        """
        now = self._clock()
        with transaction(self._engine) as session:
            if not _is_news(session, job, now):
                return False
            owner = next_number(session, job.owner)
            if owner is None:
                return False
            view = job_view(job, self._plans.limits(owner.plan), now)
            payload = JobEvent(job=view).model_dump(mode="json")
            add_event(session, job.owner, StoredEvent(owner.seq, "job", payload), now)
        return True

    def cursor(self, account_id: str) -> int:
        """Return the number of the account's latest event, 0 before the first."""
        query = select(AccountRow.event_seq).where(AccountRow.id == account_id)
        with transaction(self._engine) as session:
            return session.scalar(query) or 0

    def prune(self) -> int:
        """Drop what is older than a day or behind an account's last 1,000; return how many.

        A client that comes back for what was dropped is told to read its jobs anew.
        """
        now = self._clock()
        with transaction(self._engine) as session:
            # It looks at every event, and nobody waits for it.
            session.execute(text("SET LOCAL statement_timeout = '60s'"))
            gone = session.execute(_superfluous(now)).all()
            old = JobVersionRow.at < now - _VERSIONS_KEPT_FOR
            session.execute(delete(JobVersionRow).where(old))
        return len(gone)


def _is_news(session: Session, job: Job, now: datetime) -> bool:
    statement = insert(JobVersionRow).values(job_id=job.id, version=job.version, at=now)
    newer = statement.on_conflict_do_update(
        index_elements=[JobVersionRow.job_id],
        set_={"version": statement.excluded.version, "at": statement.excluded.at},
        where=JobVersionRow.version < statement.excluded.version,
    ).returning(JobVersionRow.job_id)
    return session.execute(newer).first() is not None


class NextNumber(NamedTuple):
    """The number of an account's next event, and its plan at that moment."""

    seq: int
    plan: Plan


def next_number(session: Session, account_id: str) -> NextNumber | None:
    """Return the number of the account's next event; None if there is no such account.

    The account's row is locked until commit, so that the numbers have no gaps.
    """
    statement = (
        update(AccountRow)
        .where(AccountRow.id == account_id)
        .values(event_seq=AccountRow.event_seq + 1)
        .returning(AccountRow.event_seq, AccountRow.plan)
    )
    row = session.execute(statement).first()
    return None if row is None else NextNumber(row.event_seq, Plan(row.plan))


def add_event(session: Session, account_id: str, event: StoredEvent, at: datetime) -> None:
    """Store an event of the account, and wake the account's streams at commit."""
    row = EventRow(account_id=account_id, seq=event.seq, type=event.type, payload=event.data, at=at)
    session.add(row)
    session.execute(select(func.pg_notify(CHANNEL, account_id)))


def _superfluous(now: datetime) -> Executable:
    behind = EventRow.seq <= AccountRow.event_seq - KEPT_EVENTS
    return (
        delete(EventRow)
        .where(EventRow.account_id == AccountRow.id, or_(EventRow.at < now - KEPT_FOR, behind))
        .returning(EventRow.seq)
    )
