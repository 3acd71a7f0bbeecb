"""Where newer versions are told of, and by whose word."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import HttpUrl

from desktop.platform.opening import is_loopback

KEY_BYTES = 32
"""How long a public key of Ed25519 is (RFC 8032, section 5.1.5)."""


@dataclass(frozen=True, slots=True)
class ReleaseSource:
    """Set up by whoever runs the service, or by nobody.

    Attributes:
        address: of the signed manifest; "" for none.
        key: the public key that it is signed for, in base64; "" for none.
        hosts: those that a download page may be on besides the manifest's own.
    """

    address: str = ""
    key: str = ""
    hosts: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether there is an address to ask and a key to check the answer with."""
        return bool(self.address and self.key)


def check_manifest_address(address: str) -> str:
    """Return *address* if a manifest may be asked for there; "" stands for none.

    Raises:
        ValueError: it is neither https nor on this machine.
    """
    parts = urlsplit(address)
    local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if address and not local and parts.scheme != "https":
        raise ValueError("It must begin with https://")
    return address


def check_key(key: str) -> str:
    """Return *key* if it can be a public key in base64; "" stands for none.

    Raises:
        ValueError: it cannot.
    """
    if key and len(key_bytes(key)) != KEY_BYTES:
        raise ValueError(f"A key has {KEY_BYTES} bytes")
    return key


def key_bytes(key: str) -> bytes:
    """Return the bytes of a *key* in base64.

    Raises:
        ValueError: it is not base64.
    """
    try:
        return base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("A key is written in base64") from None


def host_of(address: str) -> str:
    """Return the host of *address* in the letters of the network, as "xn--mnchen-3ya.example".

    Raises:
        ValueError: it is no address.
    """
    return HttpUrl(address).host or ""
