"""The window in tests: off the screen, off the session bus, against the real API over fakes."""

from __future__ import annotations

import asyncio
import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
# Qt and keyring would otherwise talk to whatever bus the machine has.
os.environ["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"
os.environ["QT_API"] = "pyside6"

from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import qasync
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import Actions, connect
from desktop.platform.opening import Opener
from desktop.services import Services
from desktop.settings import Settings
from desktop.store.book import JobBook
from desktop.ui.clock import ServiceClock
from desktop.ui.models.jobs import JobsModel
from desktop.ui.theme.theme import Theme, dress
from desktop.ui.theme.tokens import LIGHT
from desktop.ui.views.main_window import MainWindow
from tests.desktop.desk import Desk, FakeSignIn, open_desk
from tests.fakes.clock import FakeClock
from tests.fakes.http_service import HttpService, serving

LIMIT_SECONDS = 10.0

Result = TypeVar("Result")
Run = Callable[[Coroutine[Any, Any, Result]], Result]


@pytest.fixture(scope="session")
def loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """One loop for all tests; making one a test is slow and no better."""
    qapp.setQuitOnLastWindowClosed(False)
    with qasync.QEventLoop(qapp, already_running=False) as made:
        asyncio.set_event_loop(made)
        yield made


@pytest.fixture
def arun(loop: asyncio.AbstractEventLoop) -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Run a coroutine to its end, on Qt's own loop, for ten seconds at most."""

    def run(work: Coroutine[Any, Any, Any]) -> Any:
        return loop.run_until_complete(asyncio.wait_for(work, LIMIT_SECONDS))

    return run
