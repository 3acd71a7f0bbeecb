"""Somebody at the real app's window, within the app's own process and loop.

A visit is a process of its own, as the app is: its settings come from the environment, its
browser, keyring and screen are the system's.  It prints each step that it reaches and, at the
end, what it has found.
"""

from __future__ import annotations

import asyncio
import faulthandler
import json
import os
import sys
import traceback
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMessageLogContext, QPoint, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from desktop.app import run
from desktop.selftest import report_bugs
from desktop.settings import Settings
from desktop.ui.models.columns import Column
from desktop.ui.views.main_window import MainWindow

FOUND = "found: "
# A fault, not slowness, is what makes a step take this long, in seconds.
STEP_SECONDS = 60.0
WATCHDOG_SECONDS = 180.0
_LOOK_SECONDS = 0.02
_HARMLESS = {QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg}


class Visit:
    """One run of the app.

    Args:
        use: what is done at the window.
        pictures: the folder where the screen is kept as it is at each step.

    Attributes:
        found: what the test is told in the end.
        trouble: Qt's warnings, and bugs; with the first of them the visit ends.
    """

    window: MainWindow

    def __init__(self, use: Callable[[Visit], Coroutine[Any, Any, None]], pictures: Path) -> None:
        self.found: dict[str, Any] = {}
        self.trouble: list[str] = []
        self.failure: str | None = "the window was closed too early"
        self._use, self._pictures = use, pictures
        self._steps: list[str] = []
        self._work: asyncio.Task[None] | None = None

    def run(self, open_app: Callable[[Callable[[MainWindow], None]], int] | None = None) -> int:
        """Open the app, use it, close it, and return the process's exit code.

        Args:
            open_app: runs the app, has the window told, and returns the code; without, as the
                environment says.
        """
        faulthandler.dump_traceback_later(WATCHDOG_SECONDS, exit=True)
        qInstallMessageHandler(self._hear)
        code = (open_app or _open)(self._begin)
        faulthandler.cancel_dump_traceback_later()
        if self.failure is None and not self.trouble:
            _say(FOUND + json.dumps(self.found))
            return code
        reached = self._steps[-1] if self._steps else "nothing"
        _say("\n".join([f"FAILED after: {reached}", self.failure or "", *self.trouble]))
        return 1

    def reach(self, step: str) -> None:
        """Say that *step* is reached, and keep what the screen shows."""
        self._steps.append(step)
        _say(f"step: {step}")
        self._keep_picture(f"{len(self._steps):02d} {step}")

    async def until(self, truth: Callable[[], Any], what: str) -> Any:
        """Return what *truth* returns as soon as it is true.

        Raises:
            AssertionError: it takes too long, or there is trouble meanwhile.
        """
        try:
            async with asyncio.timeout(STEP_SECONDS):
                while not (found := truth()):
                    assert not self.trouble, "there is trouble, which is told below"
                    await asyncio.sleep(_LOOK_SECONDS)
                return found
        except TimeoutError:
            raise AssertionError(f"not within {STEP_SECONDS:.0f} s: {what}") from None

    async def click(self, widget: QWidget) -> None:
        """Click with the mouse as soon as that is possible."""
        name = widget.accessibleName() or type(widget).__name__
        await self.until(lambda: widget.isVisible() and widget.isEnabled(), f"a usable {name}")
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def says(self, column: Column) -> str:
        """Return what the first row of the table says in *column*, "" where there is no row."""
        model = self.window.model
        return str(model.index(0, column).data()) if model.rowCount() else ""

    def click_result(self, wanted: str) -> None:
        """Click in the first row on the action that is called *wanted*."""
        table = self.window.annotations.table
        index = self.window.model.index(0, Column.RESULT)
        option = QStyleOptionViewItem()
        table.initViewItemOption(option)
        option.rect = table.visualRect(index)
        middle = option.rect.center().y()
        places = [QPoint(x, middle) for x in range(option.rect.left(), option.rect.right())]
        hits = [
            place for place in places if table.results.action_at(place, option, index) == wanted
        ]
        assert hits, f"the row offers no {wanted}: {self.says(Column.RESULT)}"
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=hits[len(hits) // 2])

    def _begin(self, window: MainWindow) -> None:
        self.window = window
        report_bugs(self.trouble.append)
        self._work = asyncio.get_running_loop().create_task(self._do())

    async def _do(self) -> None:
        try:
            assert QGuiApplication.platformName() == "xcb"
            await self._use(self)
        except Exception:  # noqa: BLE001 - whatever it is, the visit has failed and must say so
            self.failure = f"{traceback.format_exc()}{self._log()}"
            self._keep_picture("failure")
        else:
            self.failure = None
        self.window.close()

    def _log(self) -> str:
        entries = self.window.activity.model.activity.entries()
        return "\n".join(["The app's own log:", *(entry.line for entry in entries)])

    def _keep_picture(self, name: str) -> None:
        self.window.repaint()
        file = self._pictures / f"{name}.png"
        assert QGuiApplication.primaryScreen().grabWindow(0).save(str(file))

    def _hear(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if kind not in _HARMLESS:
            self.trouble.append(f"{kind.name} of {context.category}: {text}")


def _open(ready: Callable[[MainWindow], None]) -> int:
    return run(Settings.read(os.environ, Path.home()), ready=ready)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
