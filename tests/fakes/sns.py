"""SNS as it calls by HTTP: messages that it signed, and the certificate to check them with."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from backend.services.ports import Clock

TOPIC = "arn:aws:sns:us-east-1:123456789012:gas_start_thaw"
CERTIFICATE = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-" + "0a" * 16 + ".pem"
_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
_COMMON = ("MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_FIELDS = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", *_COMMON),
    "UnsubscribeConfirmation": ("Message", *_COMMON),
}


def a_key(bits: int = 2048) -> RSAPrivateKey:
    """Return a new key."""
    return generate_private_key(65537, bits)


def certificate_of(
    key: RSAPrivateKey, begins: datetime, lasts: timedelta = timedelta(days=365)
) -> bytes:
    """Return a certificate of *key*, signed by itself."""
    return (
        x509.CertificateBuilder()
        .subject_name(_NAME)
        .issuer_name(_NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + lasts)
        .sign(key, SHA256())
        .public_bytes(Encoding.PEM)
    )


class FakeSns:
    """Signs messages, and serves its certificate to whom it is the `transport`.

    Attributes:
        asked: the addresses that were asked for, in order.
        answers: what is found at an address; everything else is 404.
    """

    def __init__(self, key: RSAPrivateKey, clock: Clock) -> None:
        self.key = key
        self.clock = clock
        self.asked: list[str] = []
        certificate = certificate_of(key, clock() - timedelta(days=1))
        self.answers: dict[str, httpx2.Response] = {
            CERTIFICATE: httpx2.Response(200, content=certificate)
        }
        self.transport = httpx2.MockTransport(self._answer)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(str(request.url))
        return self.answers.get(str(request.url), httpx2.Response(404))

    def message(self, kind: str = "Notification", **fields: Any) -> dict[str, Any]:
        """Return a message, signed as it is, but for those *fields* that are None: they are not."""
        at = self.clock().astimezone(UTC).isoformat(timespec="milliseconds")
        message = {
            "Type": kind,
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": TOPIC,
            "Message": '{"account_id": "somebody"}',
            "Timestamp": at.replace("+00:00", "Z"),
            "SignatureVersion": "2",
            "SigningCertURL": CERTIFICATE,
        }
        if kind != "Notification":
            message |= {"Token": "t" * 64, "SubscribeURL": "https://sns.us-east-1.amazonaws.com/?"}
        message = {name: value for name, value in (message | fields).items() if value is not None}
        return message | {"Signature": self.signature(message)}

    def signature(self, message: dict[str, Any]) -> str:
        """Return the signature of a message, base64."""
        names = [name for name in _FIELDS.get(message["Type"], ()) if name in message]
        signed = "".join(f"{name}\n{message[name]}\n" for name in names).encode()
        return base64.b64encode(self.key.sign(signed, PKCS1v15(), SHA256())).decode()


def body(message: dict[str, Any]) -> bytes:
    """Return a message as it is sent."""
    return json.dumps(message).encode()
