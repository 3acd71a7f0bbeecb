"""Signing in and out, and who is signed in."""

from __future__ import annotations

import asyncio
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from backend.wire import Me
from desktop.errors import DesktopError, KeyringLockedError, SignedOutError
from desktop.ports import Api, SignIn
from desktop.ui.aio import Tasks
from desktop.ui.clock import ServiceClock
from desktop.ui.views.banner import Notice
from desktop.ui.views.main_window import MainWindow

_NOT_KEPT = (
    "This machine has no keyring that can be used, so you stay signed in only until you close "
    "the app."
)


class SessionActions(QObject):
    """Takes the window from the sign-in to the pages, and back.

    Attributes:
        me: who is signed in, as soon as the service has said so.

    Signals:
        signed_in: the pages are shown.
        interrupted: the sign-in is shown, but nobody was signed out.
        signed_out: the sign-in is shown, and what was shown before is to be forgotten.
    """

    signed_in = Signal()
    interrupted = Signal()
    signed_out = Signal()

    def __init__(
        self, window: MainWindow, sign_in: SignIn, api: Api, clock: ServiceClock, tasks: Tasks
    ) -> None:
        super().__init__(window)
        self.me: Me | None = None
        self._window, self._sign_in, self._api = window, sign_in, api
        self._clock, self._tasks = clock, tasks
        self._waiting: asyncio.Task[Any] | None = None
        self._link = ""
        page = window.sign_in
        page.sign_in_clicked.connect(self.sign_in)
        page.cancel_clicked.connect(self.cancel)
        page.copy_clicked.connect(self.copy_link)
        page.retry_clicked.connect(self.begin)
        window.account.sign_out_clicked.connect(self.sign_out)

    def begin(self) -> None:
        """Look for a kept sign-in."""
        self._window.sign_in.show_starting()
        self._tasks.start(self._restore(), "looking for a kept sign-in")

    def sign_in(self) -> None:
        """Sign in by the browser."""
        if self._waiting is not None and not self._waiting.done():
            return
        self._link = ""
        self._window.sign_in.show_waiting()
        self._waiting = self._tasks.start(self._wait_for_browser(), "signing in")

    def cancel(self) -> None:
        """Do not wait for the browser any longer."""
        if self._waiting is not None:
            self._waiting.cancel()
        self._window.sign_in.show_idle()

    def copy_link(self) -> None:
        """Put the sign-in's address on the clipboard."""
        QGuiApplication.clipboard().setText(self._link)
        self._window.sign_in.confirm_copy()

    def sign_out(self) -> None:
        """End the sign-in, here and at the identity service."""
        self._tasks.start(self._leave(), "signing out")

    def end(self, error: DesktopError) -> None:
        """The service does not know the sign-in any more, or it cannot be read."""
        if isinstance(error, KeyringLockedError):
            self._show_sign_in()
            self._window.sign_in.show_locked(error.sentence)
            self.interrupted.emit()
        elif isinstance(error, SignedOutError) and self._window.is_signed_in:
            self._show_sign_in()
            self._window.sign_in.show_idle(error.sentence)
            self.signed_out.emit()

    def refresh_me(self) -> None:
        """Ask again who is signed in, as after a visit to the payment page."""
        if self._window.is_signed_in:
            self._tasks.start(self.read_me(), "reading the account")

    async def read_me(self) -> None:
        """Learn who is signed in, and what time it is at the service."""
        me = await self._api.me()
        self._clock.set(me.server_time)
        changed = self.me is None or _known(me) != _known(self.me)
        self.me = me
        if changed:
            self._window.set_me(me)

    async def _restore(self) -> None:
        try:
            found = await self._sign_in.restore()
        except KeyringLockedError as error:
            self._window.sign_in.show_locked(error.sentence)
        except DesktopError as error:
            self._window.sign_in.show_idle(error.sentence)
        else:
            if found:
                self._enter()
            else:
                self._window.sign_in.show_idle()

    async def _wait_for_browser(self) -> None:
        try:
            await self._sign_in.sign_in(self._offer_link)
        except KeyringLockedError as error:
            self._window.sign_in.show_locked(error.sentence)
        except DesktopError as error:
            self._window.sign_in.show_idle(error.sentence)
        else:
            self._enter()

    def _offer_link(self, link: str) -> None:
        self._link = link
        self._window.sign_in.allow_copy()

    def _enter(self) -> None:
        self._window.show_pages()
        if not self._sign_in.kept:
            self._window.banners.put(Notice("memory", _NOT_KEPT, icon="lock", closable=True))
        self.signed_in.emit()

    async def _leave(self) -> None:
        self._show_sign_in()
        self._window.sign_in.show_idle()
        self.signed_out.emit()
        await self._sign_in.sign_out()

    def _show_sign_in(self) -> None:
        self.me = None
        for key in ("memory", "offline"):
            self._window.banners.take(key)
        self._window.show_sign_in()


def _known(me: Me) -> dict[str, Any]:
    """Return what the window shows of an account; the time is another each time."""
    return me.model_dump(exclude={"server_time"})
