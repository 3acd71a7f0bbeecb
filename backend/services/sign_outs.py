"""Signing out everywhere: what was signed in until now is not any more."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from backend import logs
from backend.services.ports import Clock

LOGGER = logging.getLogger(__name__)


class SignOuts(Protocol):
    """The sign-ins of accounts, as they are ended all at once."""

    def everywhere(self, account_id: str, now: datetime) -> None:
        """Refuse the account's tokens that were issued up to *now*, and end its web sessions.

        Its apps are told by a live event in the same transaction.  An earlier *now* than the
        latest one lets nobody in again.

        Raises:
            NotFoundError: there is no such account.
        """


@dataclass(frozen=True, slots=True)
class SigningOut:
    """Signs people out."""

    sign_outs: SignOuts
    clock: Clock

    def everywhere(self, account_id: str) -> None:
        """End every sign-in of an account, in apps and browsers; the next one is good again.

        Raises:
            NotFoundError: there is no such account.
            UnavailableError: the database is down, and nothing happened.
        """
        self.sign_outs.everywhere(account_id, self.clock())
        logs.event(LOGGER, "signed out everywhere", account_id=account_id)
