"""Paying: what leads to the premium plan, and what does not."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from backend.domain.accounts import Account, Change
from backend.domain.errors import ConflictError, UnavailableError
from backend.domain.plans import Plan
from backend.domain.subscriptions import PaymentEvent, SubscriptionStatus
from backend.services.billing_ports import ForgedError
from tests.fakes.billing import GOOD_SIGNATURE, message
from tests.fakes.clock import FakeClock
from tests.fakes.people import ALICE
from tests.fakes.service import FakeService
from tests.unit.services.trouble import Meanwhile

TYPES = ("checkout.session.completed", "customer.subscription.created", "invoice.paid")


class Shop:
    """The service, and Alice, who may pay."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.service = FakeService(clock=self.clock)
        self.billing, self.payments = self.service.billing, self.service.payments
        self.id = self.service.accounts.sign_in(ALICE).id
        self._numbers = itertools.count(1)

    @property
    def account(self) -> Account:
        return self.service.accounts.get(self.id)

    @property
    def customer(self) -> str:
        assert self.account.customer_id is not None
        return self.account.customer_id

    def checkout(self) -> str:
        return self.billing.checkout(self.account)

    def pay(self) -> None:
        """Pay, and let the payment service tell."""
        self.checkout()
        self.payments.pay(self.account.checkout_id or "")
        self.tell("checkout.session.completed")

    def tell(self, kind: str, event_id: str | None = None) -> bool:
        event = PaymentEvent(
            event_id or f"evt_{next(self._numbers)}", kind, self.clock(), self.customer
        )
        return self.billing.receive(message(event), GOOD_SIGNATURE)

    def changes(self) -> list[Change]:
        return [change.kind for change in self.service.accounts.outbox.waiting]


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_who_pays_is_premium_and_that_is_sent_on_and_told(shop: Shop) -> None:
    shop.pay()
    assert shop.account.plan is Plan.PREMIUM
    assert shop.changes() == [Change.PROFILE, Change.UPGRADED]
    event = shop.service.live.events[shop.id][-1]
    assert event.type == "account"
    assert event.data["me"]["plan"] == "premium"
    assert event.data["me"]["upgrade_url"] is None
    assert event.data["me"]["subscription"]["renews_at"] == "2026-12-23T12:00:00Z"


def test_a_page_that_was_opened_or_come_back_from_grants_nothing(shop: Shop) -> None:
    shop.checkout()
    shop.tell("checkout.session.completed")
    shop.billing.reconcile()
    assert shop.account.plan is Plan.FREE


def test_the_content_of_a_message_grants_nothing(shop: Shop) -> None:
    shop.checkout()
    for kind in TYPES:
        assert shop.tell(kind)
    assert shop.account.plan is Plan.FREE


@pytest.mark.parametrize("order", list(itertools.permutations([*TYPES, TYPES[0]])))
def test_messages_may_come_in_any_order_and_twice(order: tuple[str, ...]) -> None:
    shop = Shop()
    shop.checkout()
    shop.payments.pay(shop.account.checkout_id or "")
    for kind in order:
        shop.tell(kind, f"evt_{kind}")
    assert shop.account.plan is Plan.PREMIUM
    assert shop.changes() == [Change.PROFILE, Change.UPGRADED]


def test_an_end_that_is_told_before_the_beginning_is_an_end(shop: Shop) -> None:
    shop.checkout()
    shop.payments.pay(shop.account.checkout_id or "", status=SubscriptionStatus.CANCELED)
    shop.tell("customer.subscription.deleted")
    shop.tell("customer.subscription.created")
    assert shop.account.plan is Plan.FREE
    assert shop.changes() == [Change.PROFILE]


def test_a_message_that_comes_again_is_not_even_looked_into(shop: Shop) -> None:
    shop.checkout()
    assert shop.tell("invoice.paid", "evt_same")
    asked = shop.payments.asked
    assert not shop.tell("invoice.paid", "evt_same")
    assert shop.payments.asked == asked


def test_a_message_about_something_else_is_remembered_and_nobody_is_asked(shop: Shop) -> None:
    shop.checkout()
    asked = shop.payments.asked
    assert shop.tell("customer.updated", "evt_other")
    assert not shop.tell("customer.updated", "evt_other")
    assert shop.payments.asked == asked


def test_a_forged_message_does_nothing(shop: Shop) -> None:
    shop.checkout()
    event = PaymentEvent("evt_1", "invoice.paid", shop.clock(), shop.customer)
    with pytest.raises(ForgedError):
        shop.billing.receive(message(event), "forged")
    assert shop.service.billed_accounts.events == set()


def test_a_message_that_could_not_be_dealt_with_is_dealt_with_when_it_comes_again(
    shop: Shop,
) -> None:
    shop.checkout()
    shop.payments.pay(shop.account.checkout_id or "")
    shop.payments.down = True
    with pytest.raises(UnavailableError):
        shop.tell("invoice.paid", "evt_same")
    shop.payments.down = False
    assert shop.tell("invoice.paid", "evt_same")
    assert shop.account.plan is Plan.PREMIUM


def test_a_customer_of_nobody_here_is_nobodys_business(shop: Shop) -> None:
    event = PaymentEvent("evt_1", "invoice.paid", shop.clock(), "cus_of_another_product")
    assert shop.billing.receive(message(event), GOOD_SIGNATURE)
    assert shop.account.plan is Plan.FREE


def test_two_windows_show_one_page_to_pay_at(shop: Shop) -> None:
    assert shop.checkout() == shop.checkout()
    assert len(shop.payments.asked_pages) == 1


def test_two_clicks_at_the_same_moment_open_one_page(shop: Shop) -> None:
    shop.checkout()
    shop.payments.open_pages.clear()
    before = shop.account
    first = shop.billing.checkout(before)
    shop.service.accounts.put(before)
    assert shop.billing.checkout(before) == first


def test_a_page_whose_time_is_over_is_replaced(shop: Shop) -> None:
    first = shop.checkout()
    shop.payments.open_pages.clear()
    assert shop.checkout() != first


def test_who_was_deleted_at_the_payment_service_can_pay_as_a_new_customer(shop: Shop) -> None:
    shop.pay()
    former = shop.customer
    shop.payments.forget(former)
    with pytest.raises(ConflictError, match="Upgrade to Premium first"):
        shop.billing.portal(shop.account)
    page = shop.checkout()
    assert shop.account.plan is Plan.FREE
    assert shop.customer != former
    assert shop.checkout() == page
    shop.pay()
    assert shop.account.plan is Plan.PREMIUM


def test_two_who_miss_a_customer_at_the_same_moment_become_one(shop: Shop) -> None:
    shop.checkout()
    shop.payments.forget(shop.customer)
    pages: list[str] = []
    others = Meanwhile(
        shop.service.billed_accounts, "assign_customer", lambda: pages.append(shop.checkout())
    )
    pages.append(replace(shop.billing, accounts=others).checkout(shop.account))
    assert len(shop.payments.customers) == 1
    assert shop.payments.open_pages[shop.account.checkout_id or ""] == shop.customer


def test_who_has_just_paid_cannot_pay_again_though_nobody_told_yet(shop: Shop) -> None:
    shop.checkout()
    shop.payments.pay(shop.account.checkout_id or "")
    with pytest.raises(ConflictError, match="has a subscription already"):
        shop.checkout()
    assert shop.account.plan is Plan.PREMIUM


@pytest.mark.parametrize(
    "status", [SubscriptionStatus.PAST_DUE, SubscriptionStatus.UNPAID, SubscriptionStatus.PAUSED]
)
def test_who_owes_is_led_to_the_portal_not_to_a_second_subscription(
    shop: Shop, status: SubscriptionStatus
) -> None:
    shop.pay()
    shop.payments.change(shop.customer, status=status)
    with pytest.raises(ConflictError, match="billing page"):
        shop.checkout()
    assert shop.billing.portal(shop.account).startswith("https://pay.test/portal/")


def test_who_had_a_subscription_can_have_another(shop: Shop) -> None:
    shop.pay()
    shop.payments.change(shop.customer, status=SubscriptionStatus.CANCELED)
    shop.pay()
    assert shop.account.plan is Plan.PREMIUM
    assert shop.changes() == [
        Change.PROFILE,
        Change.UPGRADED,
        Change.DOWNGRADED,
        Change.UPGRADED,
    ]


def test_there_is_no_portal_for_who_never_paid(shop: Shop) -> None:
    with pytest.raises(ConflictError, match="Upgrade to Premium first"):
        shop.billing.portal(shop.account)
    shop.checkout()
    with pytest.raises(ConflictError):
        shop.billing.portal(shop.account)


def test_who_ends_the_subscription_is_premium_until_the_period_is_over(shop: Shop) -> None:
    shop.pay()
    shop.payments.change(shop.customer, cancel_at_period_end=True)
    shop.tell("customer.subscription.updated")
    assert shop.account.plan is Plan.PREMIUM
    told = shop.service.live.events[shop.id][-1].data["me"]["subscription"]
    assert (told["renews_at"], told["ends_at"]) == (None, "2026-12-23T12:00:00Z")
    shop.payments.change(shop.customer, status=SubscriptionStatus.CANCELED)
    shop.tell("customer.subscription.deleted")
    assert shop.account.plan is Plan.FREE
    assert shop.changes()[-1] is Change.DOWNGRADED


def test_an_overdue_account_loses_the_plan_when_the_grace_is_over_though_nobody_tells(
    shop: Shop,
) -> None:
    shop.pay()
    shop.payments.change(shop.customer, status=SubscriptionStatus.PAST_DUE)
    shop.tell("invoice.payment_failed")
    told = shop.service.live.events[shop.id][-1].data["me"]
    assert (told["plan"], told["subscription"]["pay_until"]) == ("premium", "2026-11-30T12:00:00Z")
    for _ in range(6):
        shop.clock.advance(timedelta(days=1))
        assert shop.billing.reconcile() == 1
        assert shop.account.plan is Plan.PREMIUM
    shop.clock.advance(timedelta(days=1))
    assert shop.billing.reconcile() == 1
    assert shop.account.plan is Plan.FREE
    assert shop.changes()[-1] is Change.DOWNGRADED


def test_a_lost_message_is_made_up_for_within_a_day(shop: Shop) -> None:
    shop.checkout()
    shop.payments.pay(shop.account.checkout_id or "")
    assert shop.billing.reconcile() == 0
    shop.clock.advance(timedelta(days=1))
    assert shop.billing.reconcile() == 1
    assert shop.account.plan is Plan.PREMIUM
    assert shop.billing.reconcile() == 0


def test_what_cannot_be_looked_at_now_is_looked_at_later(shop: Shop) -> None:
    shop.checkout()
    shop.payments.pay(shop.account.checkout_id or "")
    shop.clock.advance(timedelta(days=1))
    shop.payments.down = True
    with pytest.raises(UnavailableError):
        shop.billing.reconcile()
    shop.payments.down = False
    assert shop.billing.reconcile() == 0
    shop.clock.advance(timedelta(minutes=10))
    assert shop.billing.reconcile() == 1
    assert shop.account.plan is Plan.PREMIUM


def test_each_account_that_was_looked_at_is_told_of_as_it_is_then(shop: Shop) -> None:
    shop.checkout()
    shop.payments.pay(shop.account.checkout_id or "")
    seen: list[Account] = []
    assert shop.billing.reconcile(seen.append) == 0
    shop.clock.advance(timedelta(days=1))
    assert shop.billing.reconcile(seen.append) == 1
    assert seen == [shop.account]
    assert seen[0].plan is Plan.PREMIUM


def test_account_that_is_gone_meanwhile_is_passed_over(shop: Shop) -> None:
    shop.checkout()
    shop.clock.advance(timedelta(days=1))
    accounts = Meanwhile(
        shop.service.billed_accounts, "settle", lambda: shop.service.accounts.remove(shop.id)
    )
    seen: list[Account] = []
    assert replace(shop.billing, accounts=accounts).reconcile(seen.append) == 1
    assert seen == []


def test_account_that_nobody_pays_for_is_left_as_it_is(shop: Shop) -> None:
    shop.service.billed_accounts.due[shop.id] = shop.clock()
    asked = shop.payments.asked
    assert shop.billing.reconcile() == 1
    assert shop.payments.asked == asked
    assert shop.account.plan is Plan.FREE


def test_of_very_many_accounts_the_rest_are_looked_at_later(shop: Shop) -> None:
    for number in range(130):
        person = replace(ALICE, sub=f"sub-{number}", identities=(f"sub-{number}",))
        shop.billing.checkout(shop.service.accounts.sign_in(person))
    shop.clock.advance(timedelta(days=1))
    assert [shop.billing.reconcile() for _ in range(3)] == [100, 30, 0]
