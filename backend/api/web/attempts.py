"""One browser's way through the sign-in: what it takes along, signed, while it is at Globus.

`state` binds the way back to this browser, `nonce` the id_token to this attempt (OpenID Connect
Core 1.0, 3.1.2.1), the verifier the code to whoever asked for it (PKCE, RFC 7636).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

VALID_FOR = timedelta(minutes=10)
AFTER_SIGN_IN = "/jobs"

# Visible ASCII but for the backslash, which browsers take for a slash; "//" would name a host.
_OUR_PATH = re.compile(r"/(?!/)[\x21-\x5b\x5d-\x7e]*")
_LONGEST_PATH = 1500
_ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to sign in.

    Attributes:
        page: the path on this site that was asked for first.
    """

    state: str
    nonce: str
    verifier: str
    page: str
    expires_at: datetime


def begin(page: str, now: datetime, new_secret: Callable[[], str]) -> Attempt:
    """Return a new attempt; one that would lead to another site leads to the jobs."""
    page = page if is_ours(page) else AFTER_SIGN_IN
    # Two secrets make the 43 characters that a verifier has at least.
    verifier = f"{new_secret()}{new_secret()}"
    return Attempt(new_secret(), new_secret(), verifier, page, now + VALID_FOR)


def is_ours(page: str) -> bool:
    """Whether *page* is a path on this site that one may be sent to after the sign-in."""
    if len(page) > _LONGEST_PATH or page.startswith("/sign-"):
        return False
    return _OUR_PATH.fullmatch(page) is not None


def seal(attempt: Attempt, key: bytes) -> str:
    """Return *attempt* as text that only who has *key* can make."""
    claims = {
        "state": attempt.state,
        "nonce": attempt.nonce,
        "verifier": attempt.verifier,
        "page": attempt.page,
        "exp": int(attempt.expires_at.timestamp()),
    }
    return jwt.encode(claims, key, _ALGORITHM)


def unseal(sealed: str, key: bytes, now: datetime) -> Attempt | None:
    """Return the attempt; None if it is over, or was not made by `seal`."""
    options: Any = {"verify_exp": False, "require": ["state", "nonce", "verifier", "page", "exp"]}
    try:
        claims = jwt.decode(sealed, key, [_ALGORITHM], options=options)
    except jwt.InvalidTokenError:
        return None
    expires_at = datetime.fromtimestamp(claims["exp"], now.tzinfo)
    if expires_at <= now:
        return None
    return Attempt(claims["state"], claims["nonce"], claims["verifier"], claims["page"], expires_at)
