"""What kinds of settings there are: from the text in a variable to a value.

A parser raises ValueError, saying what the value must be, for a text that is none.
"""

from __future__ import annotations

import ipaddress
import types
from collections.abc import Callable
from dataclasses import field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from backend.domain.archive import Tier


def text(value: str) -> str:
    """Return any text as it is."""
    return value


def seconds(value: str) -> timedelta:
    """Return a duration, given in seconds."""
    number = float(value)
    if number <= 0:
        raise ValueError("it must be above 0 seconds")
    return timedelta(seconds=number)


def count(value: str) -> int:
    """Return a whole number above 0."""
    number = int(value)
    if number <= 0:
        raise ValueError("it must be a whole number above 0")
    return number


def url(value: str) -> str:
    """Return an address of http or https, without a slash at its end."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it must be an http or https address")
    return value.rstrip("/")


def names(value: str) -> tuple[str, ...]:
    """Return what commas separate."""
    return tuple(name.strip() for name in value.split(",") if name.strip())


def networks(value: str) -> tuple[str, ...]:
    """Return IP networks that commas separate."""
    return tuple(str(ipaddress.ip_network(name)) for name in names(value))


def mode(value: str) -> str:
    """Return "local" or "production"."""
    if value not in {"local", "production"}:
        raise ValueError('it must be "local" or "production"')
    return value


def archive(value: str) -> str:
    """Return "vault" or "storage_class"."""
    if value not in {"vault", "storage_class"}:
        raise ValueError('it must be "vault" or "storage_class"')
    return value


def tier_times(value: str) -> dict[Tier, timedelta]:
    """Return a duration for each tier, given as `Expedited=300,Standard=18000`."""
    given = dict(item.partition("=")[::2] for item in names(value))
    if set(given) != set(Tier):
        raise ValueError(f"it must give each of {', '.join(Tier)} a number of seconds")
    return {tier: seconds(given[tier]) for tier in Tier}


def stripe_key(value: str) -> str:
    """Return a secret or a restricted key of Stripe's."""
    if not value.startswith(("sk_live_", "rk_live_", "sk_test_", "rk_test_")):
        raise ValueError('it must begin with "sk_live_", "rk_live_", "sk_test_" or "rk_test_"')
    return value


def signing_secrets(value: str) -> tuple[str, ...]:
    """Return what Stripe signs with, separated by commas."""
    secrets = names(value)
    if not secrets or not all(secret.startswith("whsec_") for secret in secrets):
        raise ValueError('each must begin with "whsec_"')
    return secrets


def permission(value: str) -> bool:
    """Return whether something is allowed."""
    if value not in {"allow", "refuse"}:
        raise ValueError('it must be "allow" or "refuse"')
    return value == "allow"


def setting(parse: Callable[[str], object], meaning: str, default: str | None = None) -> Any:  # noqa: ANN401
    """Return the field of a setting: how it is read, what it means, and what it is if not set."""
    metadata = {"parse": parse, "meaning": meaning, "default": default}
    return field(metadata=types.MappingProxyType(metadata))


def secret(parse: Callable[[str], object], meaning: str) -> Any:  # noqa: ANN401
    """Like `setting`, of something that no message and no log may show."""
    metadata = {"parse": parse, "meaning": meaning, "default": None, "secret": True}
    return field(repr=False, metadata=types.MappingProxyType(metadata))


def is_loopback(address: str) -> bool:
    """Whether an address of http leads to this machine."""
    host = urlsplit(address).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
