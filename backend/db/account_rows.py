"""Accounts as rows: read, locked, changed, and what is told of a change in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.db.live_events import add_event, next_number
from backend.db.models import AccountRow, OutboxRow
from backend.domain.accounts import Account, Change
from backend.domain.errors import NotFoundError
from backend.domain.plans import Plan
from backend.domain.subscriptions import Subscription, SubscriptionStatus
from backend.services.live import StoredEvent
from backend.wire import AccountEvent

# What an account's apps are told of it.
Describe = Callable[[Account], AccountEvent]


def locked(session: Session, account_id: str) -> AccountRow:
    """Return the account's row, which nobody else changes until commit.

    Raises:
        NotFoundError: there is none.
    """
    row = session.scalars(
        select(AccountRow).where(AccountRow.id == account_id).with_for_update()
    ).first()
    if row is None:
        raise NotFoundError("There is no such account.")
    return row


def announce(session: Session, row: AccountRow, kind: Change) -> None:
    """Have a new version of the account sent on at commit, as it is in *row* now."""
    row.version += 1
    session.add(outbox_row(row, kind))


def outbox_row(row: AccountRow, kind: Change) -> OutboxRow:
    """Return what is to be sent on of the account."""
    return OutboxRow(
        account_id=row.id,
        kind=kind.value,
        plan=row.plan,
        name=row.name,
        email=row.email,
        version=row.version,
    )


def tell(session: Session, account: Account, describe: Describe, now: datetime) -> None:
    """Tell the account's apps, at commit, how it is."""
    owner = next_number(session, account.id)
    if owner is not None:
        payload = describe(account).model_dump(mode="json")
        add_event(session, account.id, StoredEvent(owner.seq, "account", payload), now)


def account_of(row: AccountRow) -> Account:
    """Return the account in *row*."""
    return Account(
        id=row.id,
        sub=row.sub,
        name=row.name,
        email=row.email,
        organization=row.organization,
        plan=Plan(row.plan),
        customer_id=row.stripe_customer_id,
        checkout_id=row.stripe_checkout_id,
        subscription=_subscription(row),
        deleting_at=row.deleting_at,
        signed_out_at=row.signed_out_at,
    )


def _subscription(row: AccountRow) -> Subscription | None:
    if row.stripe_subscription_id is None or row.subscription_status is None:
        return None
    return Subscription(
        id=row.stripe_subscription_id,
        status=SubscriptionStatus(row.subscription_status),
        period_end=row.subscription_period_end,
        cancel_at_period_end=row.cancel_at_period_end,
        grace_until=row.grace_until,
    )
