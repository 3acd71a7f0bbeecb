"""Signing in and out, and who is signed in."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from backend.wire import Me
from desktop.auth.errors import UNTOLD
from desktop.auth.ports import SignIn
from desktop.errors import (
    DesktopError,
    KeyringLockedError,
    SignedOutError,
    SignedOutEverywhereError,
    gist,
    wanted_wait,
)
from desktop.ports import Api
from desktop.ui.aio import Tasks
from desktop.ui.clock import ServiceClock
from desktop.ui.error_words import error_words, in_words
from desktop.ui.language import tr
from desktop.ui.views.banner import Notice
from desktop.ui.views.dialogs import Decision
from desktop.ui.views.main_window import MainWindow

CLOCK_MILLISECONDS = 2000
CLOCK_WAIT_SECONDS = 30.0
"""So long at least the service is left alone before it is asked for the time once more."""

_log = logging.getLogger(__name__)


class SessionActions(QObject):
    """Takes the window from the sign-in to the pages, and back.

    Attributes:
        me: who is signed in, as soon as the service has said so.
        number: grows with each sign-in and at its end; what was asked for under another one is
            not to be done any more.
        restored: whether the sign-in is that of the last start.

    Signals:
        signed_in: the pages are shown.
        interrupted: the sign-in is shown, but nobody was signed out.
        signed_out: the sign-in is shown, and what was shown before is to be forgotten.
        plan_changed: the account has another plan, so the list must be read anew.
        left: somebody wants to be signed out in the browser, too; arg: the page that does it.
    """

    signed_in = Signal()
    interrupted = Signal()
    signed_out = Signal()
    plan_changed = Signal()
    left = Signal(str)

    def __init__(
        self, window: MainWindow, sign_in: SignIn, api: Api, clock: ServiceClock, tasks: Tasks
    ) -> None:
        super().__init__(window)
        self.me: Me | None = None
        self.number = 0
        self.restored = False
        self._window, self._sign_in, self._api = window, sign_in, api
        self._clock, self._tasks = clock, tasks
        self._waiting: asyncio.Task[Any] | None = None
        self._looking: asyncio.Task[Any] | None = None
        self._link = ""
        page = window.sign_in
        page.sign_in_clicked.connect(self.sign_in)
        page.once_clicked.connect(lambda: self.sign_in(keep=False))
        page.cancel_clicked.connect(self.cancel)
        page.copy_clicked.connect(self.copy_link)
        page.retry_clicked.connect(self.begin)
        window.account.sign_out_clicked.connect(self.sign_out)
        window.account.leave_clicked.connect(self.leave)
        watch = QTimer(self, interval=CLOCK_MILLISECONDS)
        watch.timeout.connect(self._check_clock)
        watch.start()

    def begin(self) -> None:
        """Look for a kept sign-in."""
        self._window.sign_in.show_starting()
        self._tasks.start(self._restore(), "looking for a kept sign-in")

    def sign_in(self, *, keep: bool = True) -> None:
        """Sign in by the browser, and *keep* the sign-in unless the app is to forget it at its end.

        What the keyring has is left alone then.
        """
        if self._waiting is not None and not self._waiting.done():
            return
        self._link = ""
        self._window.sign_in.show_waiting()
        self._waiting = self._tasks.start(self._wait_for_browser(keep=keep), "signing in")

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

    def leave(self) -> None:
        """After asking, end every sign-in of the person: at the service, here, in the browser."""
        self._tasks.start(self._leave_everywhere(), "signing out everywhere")

    def end(self, error: DesktopError) -> None:
        """The service does not know the sign-in any more, or it cannot be read."""
        _log.warning("the sign-in cannot be used: %s", gist(error))
        if isinstance(error, KeyringLockedError):
            self._show_sign_in()
            self._window.sign_in.show_locked(tr(error.title), in_words(error.words))
            self.interrupted.emit()
        elif isinstance(error, SignedOutError) and self._window.is_signed_in:
            self._show_sign_in()
            self._window.sign_in.show_idle(in_words(error.words))
            self.signed_out.emit()
            if isinstance(error, SignedOutEverywhereError):
                # Its tokens could be renewed still, which is not what the person wants.
                sentence = in_words(error.words)
                self._tasks.start(self._give_back(sentence), "forgetting the sign-in")

    def refresh_me(self) -> None:
        """Ask again who is signed in, as after a visit to the payment page.

        What keeps the service from answering is not told: the live events tell of it, too.
        """
        looking = self._looking is not None and not self._looking.done()
        if self._window.is_signed_in and not looking:
            self._looking = self._tasks.start(self._look(), "reading the account")

    async def read_me(self) -> None:
        """Learn who is signed in, and what time it is at the service.

        Raises:
            SignedOutEverywhereError: the person has signed out everywhere since.
        """
        number = self.number
        me = await self._api.me()
        if number == self.number:
            await self._sign_in.confirm(me.id, me.server_time, me.signed_out_at)
        if number != self.number:
            return
        self._clock.set(me.server_time)
        changed = self.me is None or _known(me) != _known(self.me)
        self.me = me
        if changed:
            _log.info("account read: %s", me.plan)
            self._window.set_me(me)

    def _check_clock(self) -> None:
        """Learn the service's time anew after this machine's clock was set."""
        if self._clock.is_due and not self._window.is_offline:
            self._clock.wait(CLOCK_WAIT_SECONDS)
            self.refresh_me()

    async def _look(self) -> None:
        plan = self.me.plan if self.me else None
        try:
            await self.read_me()
        except (SignedOutError, KeyringLockedError):
            raise
        except DesktopError as error:
            _log.info("account not read: %s", gist(error))
            self._clock.wait(max(CLOCK_WAIT_SECONDS, wanted_wait(error)))
            return
        if self.me is not None and plan not in {None, self.me.plan}:
            self.plan_changed.emit()

    async def _restore(self) -> None:
        try:
            found = await self._sign_in.restore()
        except KeyringLockedError as error:
            self._window.sign_in.show_locked(*error_words(error))
        except DesktopError as error:
            self._window.sign_in.show_idle(error_words(error)[1])
        else:
            if found:
                self._enter(restored=True)
                await self._sign_in.refresh()
            else:
                self._window.sign_in.show_idle()

    async def _wait_for_browser(self, *, keep: bool) -> None:
        try:
            await self._sign_in.sign_in(self._offer_link, self._tell_trouble, keep=keep)
        except KeyringLockedError as error:
            self._window.sign_in.show_locked(*error_words(error))
        except DesktopError as error:
            self._window.sign_in.show_idle(error_words(error)[1])
        else:
            self._enter()

    def _offer_link(self, link: str) -> None:
        self._link = link
        self._window.sign_in.allow_copy()

    def _tell_trouble(self, error: DesktopError) -> None:
        _log.warning("no browser opened: %s", gist(error))
        self._window.sign_in.show_trouble(in_words(error.words))

    def _enter(self, *, restored: bool = False) -> None:
        _log.info("signed in")
        self.number += 1
        self.restored = restored
        self._window.show_pages()
        if not self._sign_in.kept:
            sentence = tr(
                "This machine has no keyring that can be used, so you stay signed in only until "
                "you close the app."
            )
            self._window.banners.put(Notice("memory", sentence, icon="lock", closable=True))
        self.signed_in.emit()

    async def _leave_everywhere(self) -> None:
        number = self.number
        question = Decision(
            self._window,
            title=tr("Sign out everywhere?"),
            sentence=tr(
                "This app is signed out here and on all your other machines, and every browser is "
                "signed out of the pages of the service. Then a page opens that signs your browser "
                "out of Globus."
            ),
            go=tr("Sign out"),
        )
        if await question.decided() and number == self.number:
            others = await self._end_others()
            page = self._sign_in.sign_out_page
            await self._leave(others)
            if page:
                self.left.emit(page)

    async def _end_others(self) -> str:
        """End the sign-ins elsewhere; return what to say if that failed, "" if not."""
        try:
            await self._api.sign_out_everywhere()
        except SignedOutEverywhereError:
            return ""
        except DesktopError as error:
            _log.warning("the other sign-ins could not be ended: %s", gist(error))
            return tr(
                "You are signed out here only: the service could not be told to sign you out "
                "elsewhere. Sign in again and repeat it."
            )
        return ""

    async def _leave(self, sentence: str = "") -> None:
        _log.info("signed out")
        self._show_sign_in()
        self._window.sign_in.show_idle(sentence)
        self.signed_out.emit()
        await self._give_back(sentence)

    async def _give_back(self, sentence: str) -> None:
        """Forget the sign-in; say after *sentence* what is left of it, if something is."""
        number = self.number
        try:
            left = "" if await self._sign_in.sign_out() else in_words(UNTOLD)
        except KeyringLockedError as error:
            left = in_words(error.words)
        if not left:
            return
        _log.warning("something is left of the sign-in, at Globus or in the keyring")
        if number == self.number:
            self._window.sign_in.show_problem("\n".join(filter(None, (sentence, left))))

    def _show_sign_in(self) -> None:
        self.me = None
        self.number += 1
        if self._looking is not None:
            self._looking.cancel()
        for key in ("memory", "offline"):
            self._window.banners.take(key)
        self._window.show_sign_in()


def _known(me: Me) -> dict[str, Any]:
    """Return what the window shows of an account; the time is another each time."""
    return me.model_dump(exclude={"server_time"})
