"""Who is signed in on the web pages, browser by browser.

A browser holds a random secret.  Here only its digest is known, so who reads the table cannot sign
in with what is in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from backend.services.ports import Clock

# A browser that is not used for so long is signed out, and at the latest after `LONGEST`.
IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
# A visit is worth a write only when it moves the end by this much.
_STEP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class WebSession:
    """One browser's sign-in.

    Attributes:
        digest: SHA-256 of the browser's secret, 64 hexadecimal digits.
    """

    digest: str
    account_id: str
    created_at: datetime
    expires_at: datetime


class WebSessions(Protocol):
    """The kept sign-ins."""

    def put(self, session: WebSession) -> None:
        """Keep *session*, in place of an earlier one of the same digest."""

    def get(self, digest: str) -> WebSession | None:
        """Return the session of that digest, ended by time or not; None if there is none."""

    def extend(self, digest: str, expires_at: datetime) -> None:
        """Let the session end later; one that is not there any more is not made anew."""

    def remove(self, digest: str) -> None:
        """Forget a session; nothing happens if there is none."""

    def remove_all(self, account_id: str) -> None:
        """Forget every session of an account."""

    def remove_expired(self, now: datetime) -> None:
        """Forget every session that has ended by *now*."""


@dataclass(frozen=True, slots=True)
class Browsers:
    """Signs browsers in and out.

    Attributes:
        new_secret: makes what a browser proves itself by: at least 128 bits, never the same twice.
    """

    sessions: WebSessions
    clock: Clock
    new_secret: Callable[[], str]

    def sign_in(self, account_id: str, *, earlier: str | None = None) -> str:
        """Return the secret of a new session; the browser's *earlier* one ends."""
        now = self.clock()
        self.sessions.remove_expired(now)
        if earlier is not None:
            self.sign_out(earlier)
        secret = self.new_secret()
        self.sessions.put(WebSession(_digest(secret), account_id, now, now + IDLE))
        return secret

    def account_id(self, secret: str) -> str | None:
        """Return whose browser this is; None if nobody is signed in there (any more)."""
        session, now = self.sessions.get(_digest(secret)), self.clock()
        if session is None or session.expires_at <= now:
            return None
        later = min(now + IDLE, session.created_at + LONGEST)
        if later >= session.expires_at + _STEP:
            self.sessions.extend(session.digest, later)
        return session.account_id

    def sign_out(self, secret: str) -> None:
        """End the browser's session."""
        self.sessions.remove(_digest(secret))

    def sign_out_everywhere(self, account_id: str) -> None:
        """End all sessions of an account."""
        self.sessions.remove_all(account_id)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
