"""The subscriptions by HTTP: which are confirmed, and what is sent to them."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from typing import Any

from backend.local.aws.durability.journal import Journal
from backend.local.aws.sns_http.deliverer import Deliverer, Delivery
from backend.local.aws.sns_http.messages import CONFIRMATION, Message, written

TOKEN_BYTES = 128
ASKED = (
    "You have chosen to subscribe to the topic {topic}.\n"
    "To confirm the subscription, visit the SubscribeURL included in this message."
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """An endpoint that wants the messages of a topic.

    Attributes:
        token: what its endpoint confirms it with.
    """

    arn: str
    topic: str
    protocol: str
    endpoint: str
    token: str
    confirmed: bool = False


class Subscribers:
    """All subscriptions by HTTP, known by their ARNs; safe to use from any thread."""

    def __init__(self, journal: Journal, deliverer: Deliverer, now: Callable[[], datetime]) -> None:
        self._journal = journal
        self._deliverer = deliverer
        self._now = now
        self._lock = threading.Lock()
        rows = journal.rows("select * from http_subscription")
        self._known = {row[0]: _subscription(*row) for row in rows}

    def join(self, arn: str, topic: str, protocol: str, endpoint: str) -> Subscription:
        """Subscribe; ask the endpoint to confirm it unless it did so for an earlier process.

        One that was subscribed before keeps its ARN, which is then not *arn*.
        """
        wanted = (topic, protocol, endpoint)
        with self._lock:
            subscription = self._find(*wanted)
            if subscription is None:
                subscription = Subscription(arn, *wanted, secrets.token_hex(TOKEN_BYTES))
                self._keep(subscription)
        if not subscription.confirmed:
            self._ask(subscription)
        return subscription

    def confirm(self, topic: str, token: str) -> Subscription | None:
        """Return the subscription that *token* confirms; None if it confirms none."""
        with self._lock:
            for each in self._known.values():
                if each.topic == topic and hmac.compare_digest(each.token, token):
                    confirmed = replace(each, confirmed=True)
                    self._keep(confirmed)
                    return confirmed
        return None

    def leave(self, arn: str) -> None:
        """Forget a subscription."""
        with self._lock:
            if self._known.pop(arn, None) is not None:
                forget = ("delete from http_subscription where arn = ?", (arn,))
                self._journal.change(("http subscription", arn), lambda: [forget])

    def notify(self, message: Message) -> None:
        """Send a message to its subscription, if that is confirmed."""
        subscription = self._known.get(message.subscription)
        if subscription is not None and subscription.confirmed:
            self._deliverer.send(Delivery(message, subscription.endpoint))

    def _find(self, topic: str, protocol: str, endpoint: str) -> Subscription | None:
        wanted = (topic, protocol, endpoint)
        for each in self._known.values():
            if (each.topic, each.protocol, each.endpoint) == wanted:
                return each
        return None

    def _ask(self, subscription: Subscription) -> None:
        message = Message(
            type=CONFIRMATION,
            topic=subscription.topic,
            subscription=subscription.arn,
            text=ASKED.format(topic=subscription.topic),
            at=written(self._now()),
            token=subscription.token,
        )
        self._deliverer.send(Delivery(message, subscription.endpoint))

    def _keep(self, subscription: Subscription) -> None:
        self._known[subscription.arn] = subscription
        row = ("insert or replace into http_subscription values(?, ?, ?, ?, ?, ?)",
               astuple(subscription))  # fmt: skip
        self._journal.change(("http subscription", subscription.arn), lambda: [row])


def _subscription(*row: Any) -> Subscription:  # noqa: ANN401
    return replace(Subscription(*row), confirmed=bool(row[-1]))
