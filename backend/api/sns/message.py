"""One message of SNS, as it came: nothing in it is believed yet."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backend.domain.errors import RejectedError

LONGEST = 256 * 1024
"""SNS's own limit, in bytes."""

_VERSION = "2"


class Kind(StrEnum):
    """What SNS sends."""

    NOTIFICATION = "Notification"
    SUBSCRIPTION = "SubscriptionConfirmation"
    UNSUBSCRIBED = "UnsubscribeConfirmation"


_OF_SUBSCRIPTIONS = (
    *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
)
# What is signed, in this order.
_SIGNED = {
    Kind.NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    Kind.SUBSCRIPTION: _OF_SUBSCRIPTIONS,
    Kind.UNSUBSCRIBED: _OF_SUBSCRIPTIONS,
}
_OPTIONAL = frozenset({"Subject"})


@dataclass(frozen=True, slots=True)
class Message:
    """A message and its signature.

    Attributes:
        token: confirms a subscription; "" in a notification.
        signed: the bytes that the signature is of.
        certificate: where the message says that the signer's certificate is.
    """

    kind: Kind
    id: str
    topic: str
    at: datetime
    token: str
    signed: bytes
    signature: bytes
    certificate: str


def parse(body: bytes) -> Message:
    """Return the message in *body*; raise RejectedError if it has not the form of one."""
    try:
        fields = json.loads(body)
        return _message(fields)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RejectedError("This is not a message of SNS with a signature we know.") from error


def _message(fields: Mapping[str, object]) -> Message:
    kind = Kind(_text(fields, "Type"))
    if _text(fields, "SignatureVersion") != _VERSION:
        raise ValueError("another way to sign")
    at = datetime.fromisoformat(_text(fields, "Timestamp"))
    if at.tzinfo is None:
        raise ValueError("a time of no zone")
    return Message(
        kind=kind,
        id=_text(fields, "MessageId"),
        topic=_text(fields, "TopicArn"),
        at=at,
        token="" if kind is Kind.NOTIFICATION else _text(fields, "Token"),
        signed=_signed(kind, fields),
        signature=base64.b64decode(_text(fields, "Signature"), validate=True),
        certificate=_text(fields, "SigningCertURL"),
    )


def _signed(kind: Kind, fields: Mapping[str, object]) -> bytes:
    """Return each name and each value on a line of its own."""
    names = (name for name in _SIGNED[kind] if name in fields or name not in _OPTIONAL)
    return "".join(f"{name}\n{_text(fields, name)}\n" for name in names).encode()


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value
