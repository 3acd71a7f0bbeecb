"""A session for the window: the same, but awaited, and blocking nobody."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from desktop.auth.errors import SignInCancelledError
from desktop.auth.session import Session, SessionState
from desktop.errors import DesktopError, KeyringLockedError


class BrowserSignIn:
    """Runs a session's blocking calls in worker threads; is `desktop.auth.ports.SignIn`.

    Args:
        open_url: opens the system's browser; called in the loop's thread.
    """

    def __init__(self, session: Session, open_url: Callable[[str], object]) -> None:
        self._session = session
        self._open_url = open_url

    @property
    def kept(self) -> bool:
        """Whether the sign-in outlives the app."""
        return self._session.vault.persistent

    async def restore(self) -> bool:
        """Return whether a kept sign-in was found.

        Raises:
            KeyringLockedError: there may be one, but the keyring is locked.
        """
        state = await asyncio.to_thread(self._session.restore)
        if state is SessionState.LOCKED:
            raise KeyringLockedError
        return state is SessionState.SIGNED_IN

    async def sign_in(
        self, show_link: Callable[[str], None], show_trouble: Callable[[DesktopError], None]
    ) -> None:
        """Sign in by the browser; *show_link* gets the address as soon as it is known.

        Cancelling the task ends the waiting.  What keeps a browser from opening goes to
        *show_trouble* and ends nothing, for the address can be opened elsewhere.
        """
        loop = asyncio.get_running_loop()
        cancelled = threading.Event()

        def show(url: str) -> None:
            show_link(url)
            try:
                self._open_url(url)
            except DesktopError as error:
                show_trouble(error)

        def open_url(url: str) -> None:
            # One that was cancelled before it began to wait ends here.
            if cancelled.is_set():
                raise SignInCancelledError
            # Qt must not be called while the process ends.
            if not loop.is_closed():
                loop.call_soon_threadsafe(show, url)

        try:
            await asyncio.to_thread(self._session.sign_in, open_url)
        except asyncio.CancelledError:
            cancelled.set()
            self._session.cancel()
            raise

    async def sign_out(self) -> bool:
        """End the sign-in here, then at Globus; return False if Globus could not be told."""
        return await asyncio.to_thread(self._session.sign_out)

    async def authorization_header(self, *, renew: bool = False) -> str:
        """Return a valid ``Authorization`` header; errors are those of the session."""
        return await asyncio.to_thread(self._session.authorization_header, renew=renew)
