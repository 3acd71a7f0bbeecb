"""What the window asks of sign-ins, and of what is remembered of them.

The real ones are in `desktop.services` and `desktop.store`; nothing here knows the network, the
keyring or the disk.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from desktop.errors import DesktopError


class SignIn(Protocol):
    """Somebody's sign-in: kept, renewed, ended."""

    async def restore(self) -> bool:
        """Return whether a kept sign-in was found; one that was signed out is removed instead.

        Raises:
            KeyringLockedError: there may be one, but the keyring is locked.
        """

    async def refresh(self) -> None:
        """Learn for the next time where to sign in, as that may have changed; never fails."""

    async def sign_in(
        self,
        show_link: Callable[[str], None],
        show_trouble: Callable[[DesktopError], None],
        *,
        keep: bool = True,
    ) -> None:
        """Sign in by the browser; *show_link* gets the address as soon as it is known.

        Cancelling the task ends the waiting.  What keeps a browser from opening goes to
        *show_trouble*; the waiting goes on.  Unless it is to *keep* the sign-in, the keyring is
        left as it is.

        Raises:
            KeyringRefusedError, KeyringLockedError: the sign-in cannot be kept.
        """

    async def sign_out(self) -> bool:
        """End the sign-in here, then at the identity service; False if that could not be told.

        Raises:
            KeyringLockedError: what is kept could not be removed; `restore` does it.
        """

    async def confirm(self, account: str, now: datetime, ended: datetime | None) -> None:
        """Note whose the sign-in is and when it began, as the service has told its time *now*.

        Raises:
            SignedOutEverywhereError: it began before all sign-ins were *ended*; a token that was
                renewed since looks new to the service.
        """

    @property
    def sign_out_page(self) -> str:
        """Where a browser is signed out at the identity service; "" while that is not known."""

    @property
    def kept(self) -> bool:
        """Whether the sign-in outlives the app; False where there is no keyring."""


class Accounts(Protocol):
    """Who was signed in last, remembered between starts; a disk that fails knows of nobody."""

    async def account(self, server: str) -> str:
        """Return the ID of the account that was signed in at *server* last, "" for none."""
        ...

    async def note_account(self, server: str, account_id: str) -> None:
        """Remember it, or "" after a sign-out."""
        ...
