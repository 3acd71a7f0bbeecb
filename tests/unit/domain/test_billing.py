"""What a subscription is worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.accounts import Account
from backend.domain.billing import CHECK_AFTER, CHECK_EVERY, billed, check_due
from backend.domain.plans import Plan
from backend.domain.subscriptions import Subscription, SubscriptionStatus
from tests.fakes.clock import START

NOW = START
GRACE = timedelta(days=7)
END = NOW + timedelta(days=30)
ACCOUNT = Account("a" * 32, "alice", "Alice", "alice@local.test", "", customer_id="cus_1")
ACTIVE = Subscription("sub_1", SubscriptionStatus.ACTIVE, END)
OVERDUE = replace(ACTIVE, status=SubscriptionStatus.PAST_DUE)
ENDED = replace(ACTIVE, status=SubscriptionStatus.CANCELED)


@pytest.mark.parametrize(
    ("status", "plan"),
    [
        (SubscriptionStatus.ACTIVE, Plan.PREMIUM),
        (SubscriptionStatus.TRIALING, Plan.PREMIUM),
        (SubscriptionStatus.PAST_DUE, Plan.PREMIUM),
        (SubscriptionStatus.UNPAID, Plan.FREE),
        (SubscriptionStatus.PAUSED, Plan.FREE),
        (SubscriptionStatus.INCOMPLETE, Plan.FREE),
        (SubscriptionStatus.CANCELED, Plan.FREE),
        (SubscriptionStatus.INCOMPLETE_EXPIRED, Plan.FREE),
    ],
)
def test_the_plan_follows_from_the_status(status: SubscriptionStatus, plan: Plan) -> None:
    assert billed(ACCOUNT, [replace(ACTIVE, status=status)], NOW, GRACE).plan is plan


def test_no_subscription_is_the_free_plan() -> None:
    premium = replace(ACCOUNT, plan=Plan.PREMIUM, subscription=ACTIVE)
    assert billed(premium, [], NOW, GRACE) == ACCOUNT


def test_an_overdue_payment_leaves_the_plan_for_the_grace_and_no_longer() -> None:
    first = billed(ACCOUNT, [OVERDUE], NOW, GRACE)
    assert first.subscription is not None
    assert first.subscription.grace_until == NOW + GRACE
    later = billed(first, [OVERDUE], NOW + GRACE - timedelta(seconds=1), GRACE)
    assert later == first
    assert billed(later, [OVERDUE], NOW + GRACE, GRACE).plan is Plan.FREE


def test_a_new_period_does_not_begin_the_grace_anew() -> None:
    first = billed(ACCOUNT, [OVERDUE], NOW, GRACE)
    renewed = replace(OVERDUE, period_end=END + timedelta(days=30))
    assert billed(first, [renewed], NOW + timedelta(days=30), GRACE).plan is Plan.FREE


def test_who_pays_in_time_and_is_overdue_again_has_a_new_grace() -> None:
    first = billed(ACCOUNT, [OVERDUE], NOW, GRACE)
    paid = billed(first, [ACTIVE], NOW + timedelta(days=1), GRACE)
    assert paid.subscription == ACTIVE
    again = billed(paid, [OVERDUE], NOW + timedelta(days=31), GRACE)
    assert again.subscription is not None
    assert again.subscription.grace_until == NOW + timedelta(days=31) + GRACE


@given(st.permutations([ENDED, OVERDUE, replace(ACTIVE, id="sub_2")]))
def test_of_several_subscriptions_the_best_counts_in_any_order(found: list[Subscription]) -> None:
    after = billed(ACCOUNT, found, NOW, GRACE)
    assert after.subscription is not None
    assert (after.subscription.id, after.plan) == ("sub_2", Plan.PREMIUM)


def test_of_equals_the_one_that_lasts_longest_counts() -> None:
    longer = replace(ACTIVE, id="sub_2", period_end=END + timedelta(days=1))
    assert billed(ACCOUNT, [ACTIVE, longer], NOW, GRACE).subscription == longer
    assert billed(ACCOUNT, [longer, ACTIVE], NOW, GRACE).subscription == longer


def test_an_account_that_is_being_deleted_is_free_whatever_is_paid() -> None:
    closed = replace(ACCOUNT, deleting_at=NOW)
    assert billed(closed, [ACTIVE], NOW, GRACE).plan is Plan.FREE


@given(
    st.lists(
        st.builds(
            Subscription,
            id=st.sampled_from(["sub_1", "sub_2"]),
            status=st.sampled_from(SubscriptionStatus),
            period_end=st.none() | st.just(END),
            cancel_at_period_end=st.booleans(),
        ),
        max_size=3,
    )
)
def test_settling_twice_is_settling_once(found: list[Subscription]) -> None:
    once = billed(ACCOUNT, found, NOW, GRACE)
    assert billed(once, found, NOW, GRACE) == once
    assert check_due(once, NOW) > NOW


def test_somebody_looks_every_day_and_when_something_should_end() -> None:
    assert check_due(ACCOUNT, NOW) == NOW + CHECK_EVERY
    overdue = billed(ACCOUNT, [OVERDUE], NOW, timedelta(hours=1))
    assert check_due(overdue, NOW) == NOW + timedelta(hours=1)
    ending = replace(ACTIVE, cancel_at_period_end=True, period_end=NOW + timedelta(hours=2))
    assert check_due(billed(ACCOUNT, [ending], NOW, GRACE), NOW) == (
        NOW + timedelta(hours=2) + CHECK_AFTER
    )


def test_what_should_have_ended_is_looked_at_again_but_not_at_once() -> None:
    ending = replace(ACTIVE, cancel_at_period_end=True, period_end=NOW - timedelta(hours=2))
    assert check_due(billed(ACCOUNT, [ending], NOW, GRACE), NOW) == NOW + CHECK_AFTER
