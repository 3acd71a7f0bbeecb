"""What somebody pays for, and what the payment service says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SubscriptionStatus(StrEnum):
    """How a subscription is, in Stripe's words.

    Source: https://docs.stripe.com/api/subscriptions/object#subscription_object-status
    """

    ACTIVE = "active"
    TRIALING = "trialing"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"
    INCOMPLETE = "incomplete"
    CANCELED = "canceled"
    INCOMPLETE_EXPIRED = "incomplete_expired"


PAID = frozenset({SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIALING})
_OVER = frozenset(
    {
        SubscriptionStatus.INCOMPLETE,
        SubscriptionStatus.CANCELED,
        SubscriptionStatus.INCOMPLETE_EXPIRED,
    }
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription, as it was when it was last looked at.

    Attributes:
        period_end: until when it is paid, or would be.
        cancel_at_period_end: whether it ends then instead of being renewed.
        grace_until: while a payment is overdue, until when the plan stays all the same; ours.
    """

    id: str
    status: SubscriptionStatus
    period_end: datetime | None
    cancel_at_period_end: bool = False
    grace_until: datetime | None = None

    @property
    def is_live(self) -> bool:
        """Whether it goes on, so that a second one would be paid beside it."""
        return self.status not in _OVER

    def entitles(self, now: datetime) -> bool:
        """Whether it gives the premium plan at *now*."""
        if self.status is SubscriptionStatus.PAST_DUE:
            return self.grace_until is not None and now < self.grace_until
        return self.status in PAID


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """A message of the payment service: something about *customer_id* changed (None: nobody's).

    Attributes:
        id: the same each time it is delivered.
        type: in the payment service's words.
    """

    id: str
    type: str
    created_at: datetime
    customer_id: str | None
