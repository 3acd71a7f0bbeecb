"""What an account's subscription is worth: which plan, until when, and when to look again.

Nothing here depends on the order in which the payment service says things, or on how often.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from backend.domain.accounts import Account
from backend.domain.plans import Plan
from backend.domain.subscriptions import Subscription, SubscriptionStatus

# Without any reason an account is looked at this often: a message can be lost.
CHECK_EVERY = timedelta(days=1)
# After the moment at which something should have happened, the payment service needs a little.
CHECK_AFTER = timedelta(minutes=1)
# Of several subscriptions the one whose status comes first in the list of them counts.
_RANKS = {status: rank for rank, status in enumerate(SubscriptionStatus)}


def billed(
    account: Account, found: Iterable[Subscription], now: datetime, grace: timedelta
) -> Account:
    """Return *account* as it is to be when *found* are all subscriptions of its customer.

    Args:
        account: as it is stored.
        found: what the payment service says at *now*.
        now: the time.
        grace: how long the plan stays after a payment was first seen to be overdue.
    """
    subscription = _weightiest(found)
    if subscription is not None:
        until = _grace_until(account.subscription, subscription, now, grace)
        subscription = replace(subscription, grace_until=until)
    entitled = subscription is not None and subscription.entitles(now)
    premium = entitled and account.deleting_at is None
    return replace(account, subscription=subscription, plan=Plan.PREMIUM if premium else Plan.FREE)


def _weightiest(found: Iterable[Subscription]) -> Subscription | None:
    """Return the one that gives most, and of equals the one that lasts longest."""

    def weight(one: Subscription) -> tuple[int, float]:
        lasts = 0.0 if one.period_end is None else one.period_end.timestamp()
        return (-_RANKS[one.status], lasts)

    return max(found, key=weight, default=None)


def _grace_until(
    before: Subscription | None, after: Subscription, now: datetime, grace: timedelta
) -> datetime | None:
    """A grace that has begun goes on: looking again does not make it longer."""
    if after.status is not SubscriptionStatus.PAST_DUE:
        return None
    begun = before is not None and before.id == after.id
    return (before.grace_until if before is not None and begun else None) or now + grace


def check_due(account: Account, now: datetime) -> datetime:
    """Return when somebody should look at the account's subscription again, later than *now*."""
    moments = [now + CHECK_EVERY]
    subscription = account.subscription
    if subscription is not None and account.plan is Plan.PREMIUM:
        if subscription.grace_until is not None:
            moments.append(subscription.grace_until)
        if subscription.cancel_at_period_end and subscription.period_end is not None:
            moments.append(subscription.period_end + CHECK_AFTER)
    return min(moment if moment > now else now + CHECK_AFTER for moment in moments)
