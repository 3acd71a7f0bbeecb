"""Whether a message is SNS's, of our topic, of now, and new."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from backend.api.sns.certificates import Certificates
from backend.api.sns.message import Message
from backend.domain.errors import RejectedError
from backend.services.ports import Clock

OLDEST = timedelta(hours=1)
FURTHEST_AHEAD = timedelta(minutes=5)
_MOST_SEEN = 10_000


class Verification:
    """Checks messages of one *topic*.

    Attributes:
        certificates: where the keys of SNS come from.
    """

    def __init__(self, topic: str, certificates: Certificates, clock: Clock) -> None:
        self._topic = topic
        self.certificates = certificates
        self._clock = clock

    async def check(self, message: Message) -> None:
        """Return if *message* is one of SNS's for us; what is cheap to see is seen first.

        Raises:
            RejectedError: it is not.
            UnavailableError: that cannot be told now.
        """
        if message.topic != self._topic:
            raise RejectedError("The message is not of the topic that this address listens to.")
        now = self._clock()
        if not now - OLDEST <= message.at <= now + FURTHEST_AHEAD:
            raise RejectedError("The message is not of this hour.")
        key = await self.certificates.key(message.certificate)
        try:
            key.verify(message.signature, message.signed, PKCS1v15(), SHA256())
        except InvalidSignature as error:
            raise RejectedError("The message is not signed by SNS.") from error


class Seen:
    """Which messages were dealt with: as long as they could come again, or the latest 10,000."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: OrderedDict[str, datetime] = OrderedDict()

    def __contains__(self, message: Message) -> bool:
        """Whether the message was dealt with; one that is older than `OLDEST` is refused anyway."""
        return message.id in self._until

    def add(self, message: Message) -> None:
        """Note that the message was dealt with."""
        now = self._clock()
        while self._until and next(iter(self._until.values())) <= now:
            self._until.popitem(last=False)
        self._until[message.id] = now + OLDEST + FURTHEST_AHEAD
        if len(self._until) > _MOST_SEEN:
            self._until.popitem(last=False)
