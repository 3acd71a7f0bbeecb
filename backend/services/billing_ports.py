"""What paying needs from the outside world.

As in `ports`: each has a fake in tests/fakes and one contract test for both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from backend.domain.accounts import Account
from backend.domain.errors import ConflictError, RejectedError
from backend.domain.subscriptions import PaymentEvent, Subscription

Settle = Callable[[Account], Account]


class ForgedError(RejectedError):
    """The message is not one of the payment service's, or not one that was just sent."""


class NoCustomerError(ConflictError):
    """The payment service does not know the customer, or not any more."""

    def __init__(self) -> None:
        super().__init__(
            "The payment service no longer knows this account, so there is nothing to manage. "
            "Upgrade to Premium first."
        )


@dataclass(frozen=True, slots=True)
class Checkout:
    """A page to pay at: what the payment service calls it, and where it is."""

    id: str
    url: str


class Payments(Protocol):
    """The payment service."""

    def create_customer(self, account: Account) -> str:
        """Return the id of a new customer for the account; asked twice at once, it is one.

        It is never the one that the account has.
        """

    def start_checkout(
        self, account: Account, customer_id: str, *, success_url: str, cancel_url: str
    ) -> Checkout:
        """Open a page where the account's customer pays for the premium plan.

        Asked twice at once, it is one page: the one that follows the account's latest.

        Raises:
            NoCustomerError: there is no such customer (any more).
        """

    def open_checkout(self, checkout_id: str) -> str | None:
        """Return where a page to pay at is; None if it was used, is over, or is gone."""

    def portal(self, customer_id: str, *, return_url: str) -> str:
        """Return where the customer changes the card and ends the subscription.

        Raises:
            NoCustomerError: there is no such customer (any more).
        """

    def subscriptions(self, customer_id: str) -> Sequence[Subscription]:
        """Return all subscriptions of the customer, as they are now, those that ended too.

        There are none if there is no such customer (any more).
        """

    def forget(self, customer_id: str) -> None:
        """Delete the customer; subscriptions end at once.  Nothing happens if there is none."""

    def verify(self, payload: bytes, signature: str) -> PaymentEvent:
        """Return the message in *payload*; raise ForgedError if it is not to be believed."""


class BilledAccounts(Protocol):
    """The accounts, as somebody pays for them.

    A change of the plan, its row in the outbox and the live event about it are one transaction.
    """

    def assign_customer(
        self, account_id: str, customer_id: str, *, instead_of: str | None = None
    ) -> Account:
        """Note who pays for the account, and return the account.

        Nothing is noted if by now that is somebody else than *instead_of*, None for nobody.

        Raises:
            NotFoundError: there is no such account.
        """

    def note_checkout(self, account_id: str, checkout_id: str) -> None:
        """Note which page to pay at was opened last."""

    def settle(self, account_id: str, settle: Settle) -> Account:
        """Store what *settle* makes of plan and subscription, and return the account.

        Nobody else changes the account meanwhile.

        Raises:
            NotFoundError: there is no such account.
        """

    def receive(self, event: PaymentEvent, settle: Settle) -> bool:
        """Settle the account of the event's customer, if there is one, and remember the event.

        False, and nothing happens, if the event was remembered before.
        """

    def take_due(self, now: datetime, retry: timedelta) -> str | None:
        """Return the id of an account whose subscription should be looked at; None if none is due.

        Until *retry* has passed nobody else gets it; `settle` sets when it is due again.
        """
