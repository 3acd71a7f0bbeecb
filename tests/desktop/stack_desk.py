"""The window of a test on a whole local stack, whose browser signs Ada in."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from backend.local.person import signs_in_as
from desktop.platform.opening import Opener
from desktop.services import open_services
from desktop.settings import Settings
from desktop.support.crashes import CrashWatch
from desktop.ui.clock import ServiceClock, machine_time
from desktop.ui.views.main_window import MainWindow
from desktop.wiring import connect
from tests.desktop.browser import USERNAME
from tests.desktop.desk import Desk, FakeSignIn, eventually

PATIENCE_SECONDS = 90.0


def open_stack_desk(window: MainWindow, server: str, folder: Path) -> Desk:
    """Connect *window* with the stack at *server*, as `desktop.wiring` does."""
    choose = signs_in_as(USERNAME)

    def browser(url: str) -> None:
        threading.Thread(target=choose, args=(url,), daemon=True).start()

    settings = Settings(server, data=folder / "data", downloads=folder / "Downloads")
    services = open_services(settings, browser)
    clock = ServiceClock(machine_time)
    window.model.clock = clock
    opener, watch = Opener(server, lambda _url: True), CrashWatch(settings.data)
    actions = connect(window, clock, services, settings, opener, watch=watch)
    return Desk(window, actions, services, FakeSignIn(), settings)


async def sign_in(desk: Desk) -> None:
    """Sign in by the button and the browser."""
    page = desk.window.sign_in
    desk.actions.session.begin()
    await eventually(page.sign_in.isVisible)
    QTest.mouseClick(page.sign_in, Qt.MouseButton.LeftButton)
    await eventually(lambda: desk.window.is_signed_in and desk.actions.session.me)


def within_patience(
    loop: asyncio.AbstractEventLoop, work: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    """Do *work*, which takes longer than a test over fakes may."""
    loop.run_until_complete(asyncio.wait_for(work(), PATIENCE_SECONDS))
