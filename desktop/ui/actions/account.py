"""The plan: where it can be changed, and learning that it was."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from backend.wire import PaymentPage
from desktop.errors import ConflictError, DesktopError
from desktop.platform.opening import Opener
from desktop.ports import Api
from desktop.ui.actions.session import SessionActions
from desktop.ui.aio import Tasks
from desktop.ui.error_words import error_words
from desktop.ui.language import tr
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.main_window import MainWindow

LOOK_MILLISECONDS = 3000
"""How often the account is looked at beside the live events, which may be held up somewhere."""

LOOKS_AFTER_OPENING = 300
"""How often after a page of the payment service was opened: for a quarter of an hour."""

_log = logging.getLogger(__name__)


class AccountActions(QObject):
    """Opens the pages where the plan is changed, and looks whether it has been.

    Args:
        server: the service's address; its page of the account is there.
    """

    def __init__(
        self,
        window: MainWindow,
        session: SessionActions,
        *,
        api: Api,
        opener: Opener,
        server: str,
        tasks: Tasks,
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._api = window, session, api
        self._opener, self._server, self._tasks = opener, server, tasks
        self._looks_left = 0
        self._paying: asyncio.Task[Any] | None = None
        self._timer = QTimer(self, interval=LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)
        self._connect()

    def upgrade(self) -> None:
        """Open the page where the premium plan is paid."""
        self._begin(self._api.checkout, "opening the checkout")

    def manage(self) -> None:
        """Open the page where the subscription is managed."""
        self._begin(self._api.portal, "opening the payment page")

    def open_account(self) -> None:
        """Open the service's page of the account, where it can be deleted."""
        self._open(f"{self._server}/account")

    def _connect(self) -> None:
        window, page = self._window, self._window.account
        for source in (window.sidebar.upgrade_clicked, page.upgrade_clicked):
            source.connect(self.upgrade)
        window.annotations.upgrade_wanted.connect(self.upgrade)
        page.manage_clicked.connect(self.manage)
        page.delete_clicked.connect(self.open_account)
        page.opened_page.connect(self._watch)
        self._session.left.connect(self._open)
        for end in (self._session.signed_out, self._session.interrupted):
            end.connect(self._call_off)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._look_again)

    def _begin(self, page: Callable[[], Awaitable[PaymentPage]], name: str) -> None:
        """Ask for a page of the payment service, one at a time."""
        if self._paying is None or self._paying.done():
            self._paying = self._tasks.start(self._pay(page), name)

    def _call_off(self) -> None:
        if self._paying is not None:
            self._paying.cancel()

    async def _pay(self, page: Callable[[], Awaitable[PaymentPage]]) -> None:
        try:
            with self._at_work():
                address = (await page()).url
        except ConflictError as error:
            # What the app shows is older than what the service knows.
            self._window.toasts.say(*error_words(error), Tone.WARN)
            self._session.refresh_me()
            return
        if self._open(address):
            _log.info("a page of the payment service opened")
            self._looks_left = LOOKS_AFTER_OPENING
            self._timer.start()
            self._window.account.say_opened(
                tr("A page has opened in your browser. What you change there shows here at once.")
            )

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """Have the buttons say that a page is on its way."""
        window = self._window
        views = (window.sidebar, window.account, window.annotations.details)
        for each in views:
            each.set_busy(True)
        try:
            yield
        finally:
            for each in views:
                each.set_busy(False)

    def _open(self, address: str) -> bool:
        try:
            self._opener.open(address)
        except DesktopError as error:
            self._window.toasts.say(*error_words(error), Tone.BAD)
            return False
        return True

    def _watch(self) -> None:
        """Look at the account while its page is looked at."""
        self._session.refresh_me()
        self._timer.start()

    def _look(self) -> None:
        self._looks_left = max(0, self._looks_left - 1)
        if self._looks_left or self._window.account.isVisible():
            self._session.refresh_me()
        else:
            self._timer.stop()
            self._window.account.say_opened("")

    def _look_again(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self._session.refresh_me()
