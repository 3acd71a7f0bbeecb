"""Paying for the premium plan.

Only what the payment service says, asked for and read under the account's lock, changes a plan: not
the content of a message, not the order or number of messages, and no page that a browser came to.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from backend import logs
from backend.domain.accounts import Account
from backend.domain.billing import billed
from backend.domain.errors import ConflictError, NotFoundError
from backend.services.billing_ports import BilledAccounts, NoCustomerError, Payments
from backend.services.ports import Clock

LOGGER = logging.getLogger(__name__)
# What could not be looked at is looked at again after so long.
RETRY = timedelta(minutes=10)
_MOST_AT_ONCE = 100
# Messages of other types say nothing of a plan; the payment service is asked for these only.
EVENT_TYPES = frozenset(
    {
        "checkout.session.completed",
        "customer.subscription.created",
        "customer.subscription.deleted",
        "customer.subscription.updated",
        "invoice.paid",
        "invoice.payment_failed",
    }
)
# The payment service writes the page's id here; nothing is believed of who comes back with it.
_CHECKOUT_ID = "{CHECKOUT_SESSION_ID}"


@dataclass(frozen=True, slots=True)
class Billing:
    """Leads people to where they pay, and keeps plans in step with what is paid.

    Attributes:
        web_url: where they come back to.
        grace: how long the plan stays after a payment was first seen to be overdue.
    """

    payments: Payments
    accounts: BilledAccounts
    clock: Clock
    web_url: str
    grace: timedelta

    def checkout(self, account: Account) -> str:
        """Return the address of a page to pay for the premium plan at: the open one, or a new one.

        Raises:
            ConflictError: there is a subscription already.
            UnavailableError: the payment service is down.
        """
        customer_id, account = self._customer(account)
        subscription = account.subscription
        if subscription is not None and subscription.is_live:
            raise ConflictError(
                "The account has a subscription already. Manage it on the billing page: there it "
                "is paid, changed and ended."
            )
        page = self._open_page(account)
        if page is not None:
            return page
        try:
            return self._new_page(account, customer_id)
        except NoCustomerError:
            # The customer was deleted at the payment service, and all that was paid by it ended.
            customer_id, account = self._new_customer(account)
            return self._new_page(account, customer_id)

    def portal(self, account: Account) -> str:
        """Return the address of the page where a subscription is managed.

        Raises:
            ConflictError: there was never one.
            UnavailableError: the payment service is down.
        """
        if account.customer_id is None or account.subscription is None:
            raise ConflictError(
                "The account has had no subscription so far, so there is nothing to manage. "
                "Upgrade to Premium first."
            )
        return self.payments.portal(account.customer_id, return_url=f"{self.web_url}/account")

    def receive(self, payload: bytes, signature: str) -> bool:
        """Do what follows from a message of the payment service; False if it came before.

        Args:
            payload: the body, byte for byte.
            signature: the header that came with it.

        Raises:
            ForgedError: it is not to be believed.
            UnavailableError: something is down; the payment service sends the message again.
        """
        event = self.payments.verify(payload, signature)
        if event.type not in EVENT_TYPES:
            event = replace(event, customer_id=None)
        news = self.accounts.receive(event, self._settled)
        logs.event(LOGGER, "payment event", event_id=event.id, type=event.type, news=news)
        return news

    def reconcile(self, then: Callable[[Account], object] = lambda _account: None) -> int:
        """Look at subscriptions that nobody has looked at for a day, or that should have ended.

        Returns how many were looked at.  It does not take all at once: call it every few seconds.

        Args:
            then: called with each account as it is afterwards.

        Raises:
            UnavailableError: the payment service is down; what is left comes later.
        """
        for looked_at in range(_MOST_AT_ONCE):
            account_id = self.accounts.take_due(self.clock(), RETRY)
            if account_id is None:
                return looked_at
            try:
                account = self.accounts.settle(account_id, self._settled)
            except NotFoundError:
                logs.event(LOGGER, "account gone", account_id=account_id)
            else:
                then(account)
        return _MOST_AT_ONCE

    def _settled(self, account: Account) -> Account:
        """Return the account as it is to be by what the payment service says now."""
        if account.customer_id is None:
            return account
        found = self.payments.subscriptions(account.customer_id)
        return billed(account, found, self.clock(), self.grace)

    def _customer(self, account: Account) -> tuple[str, Account]:
        """Return who pays, and the account as it is now: what was paid a moment ago counts."""
        if account.customer_id is not None:
            return account.customer_id, self.accounts.settle(account.id, self._settled)
        return self._new_customer(account)

    def _new_customer(self, account: Account) -> tuple[str, Account]:
        """Return who pays from now on, which somebody else may have made, and the account."""
        created = self.payments.create_customer(account)
        account = self.accounts.assign_customer(account.id, created, instead_of=account.customer_id)
        return account.customer_id or created, account

    def _open_page(self, account: Account) -> str | None:
        """Two windows show one page, so nobody pays twice."""
        if account.checkout_id is None:
            return None
        return self.payments.open_checkout(account.checkout_id)

    def _new_page(self, account: Account, customer_id: str) -> str:
        page = self.payments.start_checkout(
            account,
            customer_id,
            success_url=f"{self.web_url}/billing/done?session={_CHECKOUT_ID}",
            cancel_url=f"{self.web_url}/billing/cancelled",
        )
        self.accounts.note_checkout(account.id, page.id)
        return page.url
