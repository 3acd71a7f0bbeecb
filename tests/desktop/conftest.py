"""The window in tests: off the screen, off the session bus, against the real API over fakes."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
# Qt and keyring would otherwise talk to whatever bus the machine has.
os.environ["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"
os.environ["QT_API"] = "pyside6"

from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import qasync
from PySide6.QtCore import QEvent, QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from typing_extensions import override

from desktop.choices import Language
from desktop.store.book import JobBook
from desktop.ui.aio import closing_generators
from desktop.ui.language import speak
from desktop.ui.models.jobs import JobsModel
from desktop.ui.sample import ME, NOW, sample_jobs
from desktop.ui.theme.theme import Theme, dress
from desktop.ui.theme.tokens import LIGHT
from desktop.ui.views.main_window import MainWindow
from tests.desktop.desk import Desk, FakeSignIn, open_desk
from tests.desktop.http_service import HttpService, serving

# Only a fault takes so long.
LIMIT_SECONDS = 60.0

Run = Callable[[Coroutine[Any, Any, Any]], Any]


class SteadyLoop(qasync.QEventLoop):
    """A loop that counts as running whenever it does something.

    pytest-qt handles Qt's events between the phases of a test, and with them what was to be done
    by tasks that the test has not ended yet; anyio would not find the loop that they belong to.
    """

    @override
    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Any = None
    ) -> Any:
        return super().call_later(delay, self._call, callback, *args, context=context)

    def _call(self, callback: Callable[..., object], *args: Any) -> None:
        before = asyncio._get_running_loop()
        asyncio._set_running_loop(self)
        try:
            callback(*args)
        finally:
            asyncio._set_running_loop(before)


@pytest.fixture(autouse=True)
def collected_here() -> Iterator[None]:
    """Have what a test leaves of Qt's be deleted now, and found in Qt's thread.

    Windows that are still there are dressed anew with each theme, which takes longer with each.
    """
    gc.disable()
    yield
    if QApplication.instance() is not None:
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    # All that was made meanwhile is in the youngest generation.
    gc.collect(0)
    gc.enable()


@pytest.fixture(scope="session")
def loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """One loop for all tests: the app has one, too."""
    qapp.setQuitOnLastWindowClosed(False)
    with SteadyLoop(qapp) as made, closing_generators(made):
        yield made
    # What it leaves are Qt's own objects: they are collected in the thread that they belong to.
    del made
    gc.collect()


@pytest.fixture
def arun(loop: asyncio.AbstractEventLoop) -> Run:
    """Run a coroutine to its end, on Qt's own loop, for a minute at most."""

    def run(work: Coroutine[Any, Any, Any]) -> Any:
        return loop.run_until_complete(asyncio.wait_for(work, LIMIT_SECONDS))

    return run


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine on Qt's own loop; its fixtures must include the loop."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    asked = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in asked}
    arun: Any = pyfuncitem.funcargs["arun"]
    arun(pyfuncitem.obj(**arguments))
    return True


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    """German, for what is said from now on."""
    translators = speak(qapp, Language.GERMAN)
    assert translators
    yield
    for translator in translators:
        qapp.removeTranslator(translator)
    QLocale.setDefault(QLocale.c())


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """The light scheme, in a font that every system has."""
    made = dress(qapp, "DejaVu Sans")
    made.use(LIGHT)
    return made


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> Iterator[MainWindow]:
    """The window, shown, with an empty table, at the time of the samples."""
    model = JobsModel(JobBook(), lambda: NOW)
    made = MainWindow(model, theme)
    model.setParent(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    # Not left to qtbot, which closes its widgets before what works behind them has ended.
    made.close()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def filled(window: MainWindow) -> MainWindow:
    """The window of the sample person, with a job of each kind."""
    window.set_me(ME)
    window.show_pages()
    window.annotations.set_loading(False)
    window.model.put(sample_jobs())
    window.model.flush()
    return window


@pytest.fixture
def service() -> Iterator[HttpService]:
    """The real API over fakes, served."""
    with serving() as made:
        yield made


@pytest.fixture
def desk(window: MainWindow, service: HttpService, tmp_path: Path, arun: Run) -> Iterator[Desk]:
    """The app of Ada, who is not signed in yet."""
    made = open_desk(window, service.url, tmp_path, FakeSignIn())
    yield made
    arun(made.close())
