"""The port `Payments` on Stripe, by its own library and the version of the API that it is made for.

An object of that library is no dict: what may be missing is read by `getattr`, and the items of a
subscription by their key, as `items` would be taken for a method.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import stripe
from stripe.params import CustomerCreateParams
from stripe.params.checkout import SessionCreateParams

from backend.domain.accounts import Account
from backend.domain.errors import UnavailableError
from backend.domain.subscriptions import PaymentEvent, Subscription, SubscriptionStatus
from backend.services.billing_ports import Checkout, ForgedError, NoCustomerError
from backend.services.ports import Clock

# A message that was signed earlier than this many seconds ago is refused: somebody kept it.
TOLERANCE_SECONDS = 300
_CONNECT_SECONDS, _READ_SECONDS = 3.0, 10.0
_RETRIES = 2
# A person with more subscriptions than this does not exist.
_MOST_SUBSCRIPTIONS = 100
_LONGEST_SIGNATURE = 4096
_MISSING = "resource_missing"
# Stripe gives the first answer, a failure too, to all requests of a day that have the same key.
_SAME_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class StripePayments:
    """Stripe; for several threads.

    Attributes:
        client: made by `connect`.
        secrets: what messages are signed with: two while one is replaced by the other.
        price: the lookup key of the premium plan's price.
        live: whether real money moves; messages of the other mode are refused.
        clock: the time.
    """

    client: stripe.StripeClient
    secrets: tuple[str, ...] = field(repr=False)
    price: str
    live: bool
    clock: Clock

    def create_customer(self, account: Account) -> str:
        """Return the id of a customer for the account; asked twice at once, it is one customer."""
        customer: CustomerCreateParams = {
            "name": account.name,
            "metadata": {"account_id": account.id},
        }
        if account.email:
            customer["email"] = account.email
        key = self._key(f"customer-{account.id}-after-{account.customer_id}", customer)
        with _passing_faults():
            return self.client.v1.customers.create(customer, {"idempotency_key": key}).id

    def start_checkout(
        self, account: Account, customer_id: str, *, success_url: str, cancel_url: str
    ) -> Checkout:
        """Open a page where the account's customer pays for the premium plan."""
        with _passing_faults(), _missing_customer():
            page: SessionCreateParams = {
                "mode": "subscription",
                "customer": customer_id,
                "client_reference_id": account.id,
                "line_items": [{"price": self._price_id(), "quantity": 1}],
                "success_url": success_url,
                "cancel_url": cancel_url,
                "subscription_data": {"metadata": {"account_id": account.id}},
            }
            key = self._key(f"checkout-{account.id}-after-{account.checkout_id}", page)
            session = self.client.v1.checkout.sessions.create(page, {"idempotency_key": key})
        return Checkout(session.id, str(session.url))

    def _key(self, name: str, fields: Mapping[str, object]) -> str:
        """Return the key of a request that Stripe is to do once, however often it is asked now.

        Stripe refuses a key that comes again with other fields, so the key names the fields.
        Source: https://docs.stripe.com/api/idempotent_requests
        """
        digest = hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()[:16]
        return f"{name}-{digest}-{int(self.clock().timestamp() // _SAME_FOR.total_seconds())}"

    def _price_id(self) -> str:
        prices = self.client.v1.prices.list({"lookup_keys": [self.price], "active": True})
        if not prices.data:
            raise LookupError(f"Stripe has no active price with the lookup key {self.price}.")
        return prices.data[0].id

    def open_checkout(self, checkout_id: str) -> str | None:
        """Return where a page to pay at is; None if it was used, is over, or is gone."""
        try:
            with _passing_faults():
                session = self.client.v1.checkout.sessions.retrieve(checkout_id)
        except stripe.InvalidRequestError as error:
            if error.code != _MISSING:
                raise
            return None
        return session.url if session.status == "open" else None

    def portal(self, customer_id: str, *, return_url: str) -> str:
        """Return where the customer changes the card and ends the subscription."""
        with _passing_faults(), _missing_customer():
            session = self.client.v1.billing_portal.sessions.create(
                {"customer": customer_id, "return_url": return_url}
            )
        return session.url

    def subscriptions(self, customer_id: str) -> Sequence[Subscription]:
        """Return all subscriptions of the customer, as they are now; none if they are gone."""
        try:
            with _passing_faults():
                found = self.client.v1.subscriptions.list(
                    {"customer": customer_id, "status": "all", "limit": _MOST_SUBSCRIPTIONS}
                )
        except stripe.InvalidRequestError as error:
            if error.code != _MISSING:
                raise
            return []
        return [_subscription(one) for one in found.data]

    def forget(self, customer_id: str) -> None:
        """Delete the customer; subscriptions end at once.  Nothing happens if there is none."""
        try:
            with _passing_faults():
                self.client.v1.customers.delete(customer_id)
        except stripe.InvalidRequestError as error:
            if error.code != _MISSING:
                raise

    def verify(self, payload: bytes, signature: str) -> PaymentEvent:
        """Return the message in *payload*; raise ForgedError if it is not to be believed.

        Source: https://docs.stripe.com/webhooks#verify-manually
        """
        event = self._event(payload, signature)
        if bool(event.livemode) is not self.live:
            raise ForgedError("The message is of Stripe's other mode: test and live do not mix.")
        customer = getattr(event.data.object, "customer", None)
        return PaymentEvent(
            id=event.id,
            type=event.type,
            created_at=_time(event.created),
            customer_id=customer if isinstance(customer, str) else getattr(customer, "id", None),
        )

    def _event(self, payload: bytes, signature: str) -> stripe.Event:
        # The library compares as text, which only works for ASCII.
        if signature.isascii() and len(signature) <= _LONGEST_SIGNATURE:
            for secret in self.secrets:
                try:
                    return self.client.construct_event(
                        payload, signature, secret, TOLERANCE_SECONDS
                    )
                except (stripe.SignatureVerificationError, ValueError):
                    continue
        raise ForgedError("The message does not carry a signature of Stripe's made just now.")


def connect(secret_key: str, api_url: str | None = None) -> stripe.StripeClient:
    """Return a client that serves all threads, tries again, and does not wait for ever.

    Args:
        secret_key: of the account at Stripe.
        api_url: of the local stand-in; None for Stripe itself.
    """
    # It would write a file into the home folder of whoever runs this.
    stripe.enable_telemetry = False
    return stripe.StripeClient(
        secret_key,
        base_addresses={"api": api_url} if api_url else {},
        max_network_retries=_RETRIES,
        http_client=stripe.RequestsClient(timeout=(_CONNECT_SECONDS, _READ_SECONDS)),
    )


def _subscription(found: stripe.Subscription) -> Subscription:
    ends = [item.current_period_end for item in found["items"].data]
    # Whoever ends a subscription has it end at the end of the period, or at a time that is named.
    end = found.cancel_at or max(ends, default=None)
    return Subscription(
        id=found.id,
        status=SubscriptionStatus(found.status),
        period_end=None if end is None else _time(end),
        cancel_at_period_end=found.cancel_at_period_end or found.cancel_at is not None,
    )


def _time(seconds_since_epoch: int) -> datetime:
    return datetime.fromtimestamp(seconds_since_epoch, UTC)


@contextmanager
def _missing_customer() -> Iterator[None]:
    """Raise NoCustomerError where a request names a customer that is not there (any more)."""
    try:
        yield
    except stripe.InvalidRequestError as error:
        if error.code == _MISSING and error.param == "customer":
            raise NoCustomerError from error
        raise


@contextmanager
def _passing_faults() -> Iterator[None]:
    """Raise UnavailableError for faults of Stripe that may pass."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise UnavailableError("Stripe does not answer. Try again in a minute.") from error
    except stripe.StripeError as error:
        status = error.http_status or 0
        # 409: another request of ours for the same thing is still under way.  One with the same key
        # and other fields is done when the key has become another.
        passes = status == HTTPStatus.CONFLICT or isinstance(error, stripe.IdempotencyError)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or passes:
            raise UnavailableError("Stripe is busy. Try again in a minute.") from error
        raise
