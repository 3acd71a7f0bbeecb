"""The key that messages are signed with, and its certificate, made once per data folder."""

from __future__ import annotations

import base64
import hashlib
import os
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from backend.local.aws.requests import Environ, StartResponse, answer

PREFIX = "/SimpleNotificationService-"
KEY_BITS = 2048
VALID = timedelta(days=3650)
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])


class Notary:
    """Signs with RSA and SHA-256, which SNS calls version 2; and shows its certificate.

    The key is made when it is needed first: making one takes a tenth of a second.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._now = now
        self._lock = threading.Lock()
        self._key: rsa.RSAPrivateKey | None = None
        self._certificate = b""

    def sign(self, text: bytes) -> str:
        """Return the signature of *text*, in base 64."""
        signature = self._ready().sign(text, padding.PKCS1v15(), hashes.SHA256())
        return base64.b64encode(signature).decode()

    def path(self) -> str:
        """Return where this server shows the certificate."""
        self._ready()
        return f"{PREFIX}{hashlib.sha256(self._certificate).hexdigest()[:32]}.pem"

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """Answer a request for the certificate, which is for everybody."""
        if environ["REQUEST_METHOD"] != "GET" or environ["PATH_INFO"] != self.path():
            return answer(start, 404, b"", "text/plain")
        return answer(start, 200, self._certificate, "application/x-pem-file")

    def _ready(self) -> rsa.RSAPrivateKey:
        with self._lock:
            if self._key is None:
                self._key, self._certificate = self._load() or self._make()
            return self._key

    @property
    def _file(self) -> Path:
        return self._folder / "sns.pem"

    def _load(self) -> tuple[rsa.RSAPrivateKey, bytes] | None:
        try:
            both = self._file.read_bytes()
        except FileNotFoundError:
            return None
        key = serialization.load_pem_private_key(both, password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError(f"{self._file} holds no RSA key; remove it and one is made")
        certificate = x509.load_pem_x509_certificate(both)
        return key, certificate.public_bytes(serialization.Encoding.PEM)

    def _make(self) -> tuple[rsa.RSAPrivateKey, bytes]:
        key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        certificate = self._certified(key).public_bytes(serialization.Encoding.PEM)
        draft = self._file.with_suffix(".new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(private + certificate)
        draft.replace(self._file)
        return key, certificate

    def _certified(self, key: rsa.RSAPrivateKey) -> x509.Certificate:
        now = self._now()
        return (
            x509.CertificateBuilder()
            .subject_name(NAME)
            .issuer_name(NAME)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now)
            .not_valid_after(now + VALID)
            .sign(key, hashes.SHA256())
        )
