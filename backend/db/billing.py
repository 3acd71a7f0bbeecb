"""Who pays for which account, in Postgres."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.db.account_rows import Describe, account_of, announce, locked, tell
from backend.db.engine import transaction
from backend.db.models import AccountRow, StripeEventRow
from backend.domain.accounts import Account, Change
from backend.domain.billing import check_due
from backend.domain.plans import Plan
from backend.domain.subscriptions import PaymentEvent
from backend.services.billing_ports import Settle
from backend.services.ports import Clock

# Stripe sends a message again for three days, and people can for thirty.
_EVENTS_KEPT_FOR = timedelta(days=40)


class PostgresBilledAccounts:
    """The port `BilledAccounts`: one transaction a change, under the lock of the account's row.

    Args:
        engine: made by `engine.connect`.  A connection is held while the payment service is
            asked, so let it be one that nothing else waits for.
        describe: what an account's apps are told of it.
        clock: the time.
    """

    def __init__(self, engine: Engine, describe: Describe, clock: Clock) -> None:
        self._engine = engine
        self._describe = describe
        self._clock = clock

    def assign_customer(
        self, account_id: str, customer_id: str, *, instead_of: str | None = None
    ) -> Account:
        """Note who pays for the account unless that is not *instead_of*; return the account."""
        with transaction(self._engine) as session:
            row = locked(session, account_id)
            if row.stripe_customer_id == instead_of:
                row.stripe_customer_id = customer_id
                row.check_at = check_due(account_of(row), self._clock())
            return account_of(row)

    def note_checkout(self, account_id: str, checkout_id: str) -> None:
        """Note which page to pay at was opened last."""
        this = AccountRow.id == account_id
        with transaction(self._engine) as session:
            session.execute(update(AccountRow).where(this).values(stripe_checkout_id=checkout_id))

    def settle(self, account_id: str, settle: Settle) -> Account:
        """Store what *settle* makes of plan and subscription, and return the account."""
        with transaction(self._engine) as session:
            return self._settle(session, locked(session, account_id), settle)

    def receive(self, event: PaymentEvent, settle: Settle) -> bool:
        """Settle the account of the event's customer, if there is one, and remember the event."""
        with transaction(self._engine) as session:
            if not self._is_news(session, event):
                return False
            row = _payer(session, event.customer_id)
            if row is not None:
                self._settle(session, row, settle)
        return True

    def _is_news(self, session: Session, event: PaymentEvent) -> bool:
        """Whoever brings the same event meanwhile waits here until this one's commit."""
        values = {
            "id": event.id,
            "type": event.type,
            "created_at": event.created_at,
            "received_at": self._clock(),
        }
        statement = insert(StripeEventRow).values(values).on_conflict_do_nothing()
        return session.execute(statement.returning(StripeEventRow.id)).first() is not None

    def _settle(self, session: Session, row: AccountRow, settle: Settle) -> Account:
        before = account_of(row)
        after = settle(before)
        _write(row, after)
        row.check_at = check_due(after, self._clock())
        if after.plan is not before.plan:
            premium = after.plan is Plan.PREMIUM
            announce(session, row, Change.UPGRADED if premium else Change.DOWNGRADED)
        if after != before:
            tell(session, after, self._describe, self._clock())
        return after

    def take_due(self, now: datetime, retry: timedelta) -> str | None:
        """Return the id of an account whose subscription should be looked at; None if none is."""
        due = (
            select(AccountRow)
            .where(AccountRow.check_at <= now, AccountRow.deleting_at.is_(None))
            .order_by(AccountRow.check_at)
            .limit(1)
        )
        with transaction(self._engine) as session:
            row = session.scalars(due.with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            row.check_at = now + retry
            return row.id

    def prune(self) -> int:
        """Forget events that nobody sends again; return how many."""
        old = StripeEventRow.received_at < self._clock() - _EVENTS_KEPT_FOR
        with transaction(self._engine) as session:
            gone = session.execute(delete(StripeEventRow).where(old).returning(StripeEventRow.id))
            return len(gone.all())


def _payer(session: Session, customer_id: str | None) -> AccountRow | None:
    if customer_id is None:
        return None
    query = select(AccountRow).where(AccountRow.stripe_customer_id == customer_id)
    return session.scalars(query.with_for_update()).first()


def _write(row: AccountRow, account: Account) -> None:
    subscription = account.subscription
    row.plan = account.plan.value
    row.stripe_subscription_id = subscription.id if subscription else None
    row.subscription_status = subscription.status.value if subscription else None
    row.subscription_period_end = subscription.period_end if subscription else None
    row.cancel_at_period_end = subscription.cancel_at_period_end if subscription else False
    row.grace_until = subscription.grace_until if subscription else None
