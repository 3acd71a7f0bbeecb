"""Topics, a queue and a mail service in memory."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.domain.errors import UnavailableError
from backend.domain.messages import AccountMessage, JobMessage
from backend.services.ports import Clock, Delivery, Mail


class FakeTopics:
    """The port `Topics`; the attributes hold what was published, in order."""

    def __init__(self) -> None:
        self.requests: list[JobMessage] = []
        self.endings: list[JobMessage] = []
        self.changes: list[JobMessage] = []
        self.thaws: list[AccountMessage] = []

    def request(self, message: JobMessage) -> None:
        self.requests.append(message)

    def ended(self, message: JobMessage) -> None:
        self.endings.append(message)

    def changed(self, message: JobMessage) -> None:
        self.changes.append(message)

    def start_thaw(self, message: AccountMessage) -> None:
        self.thaws.append(message)


@dataclass
class _Held:
    body: str
    visible_at: datetime
    tries: int = 0
    receipt: str = ""


class FakeQueue:
    """The port `Queue`: never waits; what was received is hidden for *visibility*.

    Several threads may use it at once.
    """

    def __init__(self, clock: Clock, visibility: timedelta = timedelta(seconds=120)) -> None:
        self._clock = clock
        self._visibility = visibility
        self._messages: list[_Held] = []
        self._received = 0
        self._lock = threading.Lock()

    def send(self, body: str) -> None:
        with self._lock:
            self._messages.append(_Held(body, self._clock()))

    def __len__(self) -> int:
        return len(self._messages)

    def receive(self, *, limit: int, wait: timedelta) -> Sequence[Delivery]:
        with self._lock:
            ready = [held for held in self._messages if held.visible_at <= self._clock()]
            return [self._deliver(held) for held in ready[:limit]]

    def _deliver(self, held: _Held) -> Delivery:
        self._received += 1
        held.tries += 1
        held.receipt = f"receipt-{self._received}"
        held.visible_at = self._clock() + self._visibility
        return Delivery(held.body, held.receipt, held.tries)

    def delete(self, delivery: Delivery) -> None:
        with self._lock:
            kept = [held for held in self._messages if held.receipt != delivery.receipt]
            self._messages = kept

    def hide(self, delivery: Delivery, duration: timedelta) -> None:
        with self._lock:
            for held in self._messages:
                if held.receipt == delivery.receipt:
                    held.visible_at = self._clock() + duration


class FakeMailer:
    """The port `Mailer`.

    Attributes:
        sent: what was handed over, in order.
        down: whether the mail service is.
    """

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.down = False

    def send(self, mail: Mail) -> None:
        if self.down:
            raise UnavailableError("The mail service is down.")
        self.sent.append(mail)
