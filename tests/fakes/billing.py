"""A payment service, and the accounts as somebody pays for them, in memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from backend.domain.accounts import Account, Change
from backend.domain.billing import check_due
from backend.domain.errors import UnavailableError
from backend.domain.plans import Plan
from backend.domain.subscriptions import PaymentEvent, Subscription, SubscriptionStatus
from backend.services.billing_ports import Checkout, ForgedError, NoCustomerError, Settle
from backend.services.ports import Clock
from tests.fakes.accounts import FakeAccounts
from tests.fakes.live_events import FakeLiveEvents

GOOD_SIGNATURE = "signed"


@dataclass
class FakePayments:
    """The port `Payments`; people pay by `pay`.

    Attributes:
        customers: subscriptions by customer.
        open_pages: pages to pay at, and whose they are.
        down: whether the service is.
        asked: how often the subscriptions of a customer were asked for.
        asked_pages: pages by whose they are, and which one was the latest before.
    """

    clock: Clock
    customers: dict[str, list[Subscription]] = field(default_factory=dict)
    open_pages: dict[str, str] = field(default_factory=dict)
    down: bool = False
    asked: int = 0
    asked_pages: dict[tuple[str, str | None], str] = field(default_factory=dict)

    def create_customer(self, account: Account) -> str:
        self._work()
        former = account.customer_id
        customer_id = f"cus_{account.id}" if former is None else f"{former}_again"
        self.customers.setdefault(customer_id, [])
        return customer_id

    def start_checkout(
        self, account: Account, customer_id: str, *, success_url: str, cancel_url: str
    ) -> Checkout:
        self._work()
        self._know(customer_id)
        asked = (account.id, account.checkout_id)
        if asked not in self.asked_pages:
            page = self.asked_pages[asked] = f"cs_{len(self.asked_pages) + 1}"
            self.open_pages[page] = customer_id
        return Checkout(self.asked_pages[asked], f"https://pay.test/{self.asked_pages[asked]}")

    def open_checkout(self, checkout_id: str) -> str | None:
        self._work()
        return f"https://pay.test/{checkout_id}" if checkout_id in self.open_pages else None

    def portal(self, customer_id: str, *, return_url: str) -> str:
        self._work()
        self._know(customer_id)
        return f"https://pay.test/portal/{customer_id}"

    def subscriptions(self, customer_id: str) -> Sequence[Subscription]:
        self._work()
        self.asked += 1
        return list(self.customers.get(customer_id, []))

    def forget(self, customer_id: str) -> None:
        self._work()
        self.customers.pop(customer_id, None)
        self.open_pages = {page: id_ for page, id_ in self.open_pages.items() if id_ != customer_id}

    def verify(self, payload: bytes, signature: str) -> PaymentEvent:
        if signature != GOOD_SIGNATURE:
            raise ForgedError("The message does not carry a signature made just now.")
        fields = json.loads(payload)
        return PaymentEvent(**fields | {"created_at": self.clock()})

    def _work(self) -> None:
        if self.down:
            raise UnavailableError("The payment service does not answer.")

    def _know(self, customer_id: str) -> None:
        if customer_id not in self.customers:
            raise NoCustomerError

    def pay(self, checkout_id: str, **changes: object) -> Subscription:
        """Pay at an open page: a subscription for a month."""
        customer_id = self.open_pages.pop(checkout_id)
        paid = Subscription(
            id=f"sub_{checkout_id}",
            status=SubscriptionStatus.ACTIVE,
            period_end=self.clock() + timedelta(days=30),
        )
        paid = replace(paid, **changes)  # type: ignore[arg-type]
        self.customers[customer_id].append(paid)
        return paid

    def change(self, customer_id: str, **changes: object) -> None:
        """Change the customer's latest subscription."""
        latest = self.customers[customer_id].pop()
        self.customers[customer_id].append(replace(latest, **changes))  # type: ignore[arg-type]


def message(event: PaymentEvent) -> bytes:
    """Return the body in which `FakePayments` finds *event*."""
    return json.dumps(asdict(event), default=str).encode()


class FakeBilledAccounts:
    """The port `BilledAccounts`."""

    def __init__(self, accounts: FakeAccounts, live: FakeLiveEvents, clock: Clock) -> None:
        self._accounts = accounts
        self._live = live
        self._clock = clock
        self.events: set[str] = set()
        self.due: dict[str, datetime] = {}

    def assign_customer(
        self, account_id: str, customer_id: str, *, instead_of: str | None = None
    ) -> Account:
        with self._accounts.lock:
            account = self._accounts.get(account_id)
            if account.customer_id == instead_of:
                account = replace(account, customer_id=customer_id)
                self._accounts.put(account)
                self.due[account_id] = check_due(account, self._clock())
            return account

    def note_checkout(self, account_id: str, checkout_id: str) -> None:
        with self._accounts.lock:
            account = self._accounts.get(account_id)
            self._accounts.put(replace(account, checkout_id=checkout_id))

    def settle(self, account_id: str, settle: Settle) -> Account:
        with self._accounts.lock:
            before = self._accounts.get(account_id)
            after = settle(before)
            self.due[account_id] = check_due(after, self._clock())
            if after.plan is not before.plan:
                premium = after.plan is Plan.PREMIUM
                self._accounts.announce(after, Change.UPGRADED if premium else Change.DOWNGRADED)
            elif after != before:
                self._accounts.put(after)
        if after != before:
            self._live.tell(after)
        return after

    def receive(self, event: PaymentEvent, settle: Settle) -> bool:
        with self._accounts.lock:
            if event.id in self.events:
                return False
            for account in self._accounts.all():
                if account.customer_id is not None and account.customer_id == event.customer_id:
                    self.settle(account.id, settle)
            self.events.add(event.id)
        return True

    def take_due(self, now: datetime, retry: timedelta) -> str | None:
        with self._accounts.lock:
            open_ones = {one.id for one in self._accounts.all() if one.deleting_at is None}
            due = [(at, id_) for id_, at in self.due.items() if at <= now and id_ in open_ones]
            if not due:
                return None
            account_id = min(due)[1]
            self.due[account_id] = now + retry
            return account_id
