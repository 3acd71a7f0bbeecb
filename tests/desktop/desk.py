"""The whole app but for the browser and the keyring, for tests that click."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx2
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from desktop.errors import DesktopError, SignedOutError, SignedOutEverywhereError
from desktop.platform.opening import Opener
from desktop.ports import Clock
from desktop.services import FILTERS, JOURNAL, Services, signed_services
from desktop.settings import Settings
from desktop.store.filters import StoredFilters
from desktop.store.journal import Journal
from desktop.store.memory import StoredMemory
from desktop.support.crashes import CrashWatch
from desktop.ui.clock import ServiceClock, machine_time
from desktop.ui.models.jobs import JobsModel
from desktop.ui.views.main_window import MainWindow
from desktop.wiring import Actions, connect

_STEP_SECONDS = 0.005


@dataclass
class FakeSignIn:
    """A sign-in without browser or keyring; is a SignIn and an Authorization.

    Attributes:
        token: of whoever is signed in, "" for nobody.
        link: what the browser would open.
        trouble: what keeps a browser from opening.
        browser: finish it to come back from the browser.
        is_told: whether the identity service can be told of a sign-out.
        began: when the sign-in was first confirmed; None for one that is new.
        account: the id of the account that the sign-in was confirmed for.
    """

    token: str = ""
    kept: bool = True
    link: str = "https://auth.globus.test/authorize?state=s"
    sign_out_page: str = "https://auth.globus.test/v2/web/logout"
    found: bool | Exception = False
    trouble: DesktopError | None = None
    browser: asyncio.Event = field(default_factory=asyncio.Event)
    is_told: bool = True
    renewals: int = 0
    began: datetime | None = None
    account: str = ""

    async def restore(self) -> bool:
        if isinstance(self.found, Exception):
            raise self.found
        return self.found

    async def refresh(self) -> None:
        """It is known for good where to sign in."""

    async def sign_in(
        self,
        show_link: Callable[[str], None],
        show_trouble: Callable[[DesktopError], None],
        *,
        keep: bool = True,
    ) -> None:
        show_link(self.link)
        if self.trouble is not None:
            show_trouble(self.trouble)
        await self.browser.wait()
        self.token, self.account = self.token or "token-of-ada", ""
        self.kept = self.kept and keep

    async def sign_out(self) -> bool:
        self.token, self.began, self.account = "", None, ""
        return self.is_told

    async def confirm(self, account: str, now: datetime, ended: datetime | None) -> None:
        self.account = account
        if self.began is not None and ended is not None and self.began <= ended:
            raise SignedOutEverywhereError
        self.began = self.began or now

    async def authorization_header(self, *, renew: bool = False) -> str:
        self.renewals += renew
        if not self.token:
            raise SignedOutError
        return f"Bearer {self.token}"


@dataclass
class Desk:
    """A window and everything behind it."""

    window: MainWindow
    actions: Actions
    services: Services
    sign_in: FakeSignIn
    settings: Settings
    opened: list[str] = field(default_factory=list)

    @property
    def model(self) -> JobsModel:
        return self.window.model

    async def close(self) -> None:
        self.window.close()
        await self.actions.stop()
        await self.services.close()

    def drop(self, *paths: Path) -> None:
        """Let files go over the window.

        The window's handlers are called as Qt would: its drag manager keeps the target of the last
        drag, also that of another test, and may then deliver nothing.
        """
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        none = Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(QPoint(5, 5), copy, mime, left, none)
        enter.ignore()
        self.window.dragEnterEvent(enter)
        if enter.isAccepted():
            self.window.dropEvent(QDropEvent(QPointF(5, 5), copy, mime, left, none))


def open_desk(
    window: MainWindow,
    server: str,
    folder: Path,
    sign_in: FakeSignIn,
    machine: Clock = machine_time,
    *,
    steady: Callable[[], float] = time.monotonic,
) -> Desk:
    """Connect *window* with the service at *server*."""
    settings = Settings(
        server=server,
        data=folder / "data",
        downloads=folder / "Downloads",
        home=folder,
        file=folder / "config" / "settings.json",
    )
    memory = StoredMemory(settings.data / "app.sqlite")
    http = httpx2.AsyncClient(base_url=server)
    journal = Journal(settings.data / JOURNAL)
    filters = StoredFilters(settings.data / FILTERS)
    services = signed_services(
        http,
        memory,
        journal,
        filters=filters,
        sign_in=sign_in,
        authorization=sign_in,
        wait=lambda _failures: 0.0,
    )
    opened: list[str] = []

    def note(url: str) -> bool:
        opened.append(url)
        return True

    opener = Opener(server, note, ("gas.test", "pay.test", "auth.globus.test"))
    clock = ServiceClock(machine, steady)
    window.model.clock = clock
    watch = CrashWatch(settings.data)
    actions = connect(window, clock, services, settings, opener, watch=watch)
    return Desk(window, actions, services, sign_in, settings, opened)


async def eventually(truth: Callable[[], object]) -> None:
    """Wait until *truth* holds; whoever runs this sets the limit."""
    while not truth():  # noqa: ASYNC110 - a test looks from outside, where no event tells
        await asyncio.sleep(_STEP_SECONDS)
