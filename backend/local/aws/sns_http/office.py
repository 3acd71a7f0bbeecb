"""Everything that sends to endpoints by HTTP, put together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from backend.local.aws.durability.journal import Journal
from backend.local.aws.sns_http.deliverer import Deliverer
from backend.local.aws.sns_http.messages import Writer
from backend.local.aws.sns_http.notary import Notary
from backend.local.aws.sns_http.subscribers import Subscribers


class Office:
    """The sending side of SNS by HTTP; nothing leaves before `start`.

    Attributes:
        now: the clock.
        notary: shows the certificate that the messages are signed with.
        writer: signs messages, also those that go to queues.
        subscribers: the subscriptions.
    """

    def __init__(
        self,
        journal: Journal,
        folder: Path,
        *,
        address: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        """Send what *journal* holds, with the key of *folder*; *address* is of this server."""
        self.now = now
        self.notary = Notary(folder, now)
        self.writer = Writer(self.notary, address)
        self._deliverer = Deliverer(journal, self.writer, now)
        self.subscribers = Subscribers(journal, self._deliverer, now)

    def start(self) -> None:
        """Begin to send."""
        self._deliverer.start()

    def close(self) -> None:
        """Stop sending; what is not delivered is sent after the next start."""
        self._deliverer.close()
