"""What SNS sends: its fields, its headers and what of it is signed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from backend.local.aws.private import Json
from backend.local.aws.sns_http.notary import Notary

NOTIFICATION = "Notification"
CONFIRMATION = "SubscriptionConfirmation"
SIGNED = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    CONFIRMATION: (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """A message for one subscription, not signed yet.

    Attributes:
        type: NOTIFICATION or CONFIRMATION.
        subscription: its ARN.
        at: when it was published, as SNS writes it.
        token: what confirms the subscription, of a CONFIRMATION.
        raw: whether the text is sent as it is.
    """

    type: str
    topic: str
    subscription: str
    text: str
    at: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    subject: str = ""
    attributes: Mapping[str, Json] = field(default_factory=dict)
    token: str = ""
    raw: bool = False


def written(at: datetime) -> str:
    """Return a time as SNS writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def string_to_sign(fields: Mapping[str, Json]) -> bytes:
    """Return the fields that the signature is over, each name and value on a line of its own.

    Source: "Verifying the signatures of Amazon SNS messages", Amazon SNS Developer Guide.
    """
    names = [name for name in SIGNED[fields["Type"]] if name in fields]
    return "".join(f"{name}\n{fields[name]}\n" for name in names).encode()


class Writer:
    """Writes messages down and signs them; *address* returns that of this server."""

    def __init__(self, notary: Notary, address: Callable[[], str]) -> None:
        self._notary = notary
        self._address = address

    def fields(self, message: Message) -> dict[str, Json]:
        """Return a message as the JSON that carries it."""
        fields: dict[str, Json] = {
            "Type": message.type,
            "MessageId": message.id,
            "TopicArn": message.topic,
            "Message": message.text,
            "Timestamp": message.at,
            "SignatureVersion": "2",
        }
        if message.subject:
            fields["Subject"] = message.subject
        if message.token:
            fields["Token"] = message.token
            fields["SubscribeURL"] = self._action("ConfirmSubscription", message, message.token)
        fields["Signature"] = self._notary.sign(string_to_sign(fields))
        fields["SigningCertURL"] = self._address() + self._notary.path()
        if message.type == NOTIFICATION:
            fields["UnsubscribeURL"] = self._action("Unsubscribe", message)
        if message.attributes:
            fields["MessageAttributes"] = message.attributes
        return fields

    def request(self, message: Message) -> tuple[bytes, dict[str, str]]:
        """Return the body and the headers of the request that brings a message."""
        headers = {
            "Content-Type": "text/plain; charset=UTF-8",
            "User-Agent": "Amazon Simple Notification Service Agent",
            "x-amz-sns-message-type": message.type,
            "x-amz-sns-message-id": message.id,
            "x-amz-sns-topic-arn": message.topic,
        }
        if message.type == NOTIFICATION:
            headers["x-amz-sns-subscription-arn"] = message.subscription
        if message.raw:
            return message.text.encode(), headers | {"x-amz-sns-rawdelivery": "true"}
        return json.dumps(self.fields(message)).encode(), headers

    def _action(self, action: str, message: Message, token: str = "") -> str:
        query = {"Action": action}
        if token:
            query |= {"TopicArn": message.topic, "Token": token}
        else:
            query |= {"SubscriptionArn": message.subscription}
        return f"{self._address()}/?{urlencode(query)}"
