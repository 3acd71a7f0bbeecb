"""The log on the screen, the support bundle, and reports of bugs."""

from __future__ import annotations

import asyncio
import logging
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from desktop.support.activity import KEPT, Activity
from desktop.ui.actions.activity import BugReports
from desktop.ui.clock import machine_time
from desktop.ui.models.activity import ActivityModel, Part
from desktop.ui.shell_sample import sample_activity
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.report import Report
from desktop.ui.views.sidebar import Page
from tests.desktop.clicks import click, enter
from tests.desktop.conftest import Run
from tests.desktop.desk import Desk, eventually

_log = logging.getLogger("desktop.test")


@pytest.fixture
def activity(qapp: QApplication) -> Iterator[Activity]:
    made = Activity(Path("/home/ada"))
    made.begin()
    yield made
    made.end()


def texts(model: ActivityModel) -> list[object]:
    return [model.index(row, Part.TEXT).data() for row in range(model.rowCount())]


def test_qt_finds_no_fault_while_the_log_grows_and_is_filtered(activity: Activity) -> None:
    model = ActivityModel(activity)
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(model, fatal)
    for number in range(KEPT + 50):
        _log.info("event %d", number)
        if number % 400 == 0:
            model.refresh()
    model.refresh()
    assert (model.rowCount(), texts(model)[0]) == (KEPT, "event 50")
    model.set_filter(logging.WARNING, "")
    assert model.rowCount() == 0
    model.set_filter(logging.DEBUG, "EVENT 77")
    _log.info("event 777 again")
    model.refresh()
    assert texts(model)[-1] == "event 777 again"
    assert tester.model() is model


def test_the_page_filters_and_copies(window: MainWindow) -> None:
    page = window.activity
    page.model.activity = sample_activity()
    page.model.set_filter(logging.INFO, "")
    window.show_pages()
    window.open_page(Page.ACTIVITY)
    QTest.keyClicks(page.filter, "live")
    assert texts(page.model) == ["live events connected"] * 2
    click(page.copy)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("  ")[-1] for line in lines] == ["live events connected"] * 2
    page.table.selectRow(1)
    QTest.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == f"{lines[1]}\n"
    QTest.keyClicks(page.filter, "xx")
    assert page.states.currentWidget() is page.nothing
    click(page.nothing.action)
    assert page.model.rowCount() == 9


async def test_what_the_app_does_is_in_its_log(desk: Desk, activity: Activity) -> None:
    await enter(desk)
    await eventually(lambda: "live events connected" in [e.text for e in activity.entries()])
    said = [entry.text for entry in activity.entries()]
    assert {"signed in", "account read: free", "list read: 0 jobs"} <= set(said)
    assert "GET /v1/me: 200" in said
    assert not any("token-of-ada" in text or "ada@" in text for text in said)


def saved(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.suffix in {".zip", ".txt"}]


async def report(window: MainWindow) -> Report:
    await eventually(lambda: window.findChild(Report))
    found = window.findChild(Report)
    assert found is not None
    return found


async def choose(window: MainWindow, place: Path) -> None:
    await eventually(lambda: window.findChild(QFileDialog))
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(place))
    dialog.close()


# Qt's own dialog says it off the screen, where sizes have no limits.
@pytest.mark.qt_log_ignore("propagateSizeHints")
async def test_a_bundle_is_read_before_it_is_saved(desk: Desk, tmp_path: Path) -> None:
    await enter(desk)
    desk.window.open_page(Page.ACTIVITY)
    click(desk.window.activity.bundle)
    shown = await report(desk.window)
    files = {name: text.toPlainText() for name, text in shown.texts.items()}
    assert set(files) == {"log.txt", "versions.json", "settings.json"}
    click(shown.save)
    place = tmp_path / "help.zip"
    await choose(desk.window, place)
    await eventually(lambda: "Support bundle saved" in desk.window.toasts.texts)
    with zipfile.ZipFile(place) as zipped:
        assert {name: zipped.read(name).decode() for name in zipped.namelist()} == files


async def test_a_bundle_that_nobody_wants_is_nowhere(desk: Desk, tmp_path: Path) -> None:
    await enter(desk)
    desk.window.open_page(Page.ACTIVITY)
    click(desk.window.activity.bundle)
    shown = await report(desk.window)
    click(shown.copy)
    assert "versions.json" in QGuiApplication.clipboard().text()
    click(shown.back)
    await eventually(lambda: not desk.window.findChildren(Report))
    assert saved(tmp_path) == []


@pytest.fixture
def bugs(
    window: MainWindow, loop: asyncio.AbstractEventLoop, tmp_path: Path
) -> Iterator[BugReports]:
    hook = sys.excepthook
    made = BugReports(window, machine_time, tmp_path)
    made.install(loop)
    yield made
    sys.excepthook = hook
    loop.set_exception_handler(None)


@pytest.mark.qt_log_ignore("propagateSizeHints")
async def test_a_bug_is_shown_and_kept_only_if_somebody_saves_it(
    window: MainWindow, bugs: BugReports, arun: Run, tmp_path: Path
) -> None:
    asyncio.get_running_loop().call_soon(lambda: 1 / 0)
    shown = await report(window)
    (text,) = (each.toPlainText() for each in shown.texts.values())
    assert "ZeroDivisionError" in text
    assert "test_activity.py" in text
    bugs.tell(KeyError("another one meanwhile"))
    assert bugs.count == 2
    assert len(window.findChildren(Report)) == 1
    assert saved(tmp_path) == []
    click(shown.save)
    place = tmp_path / "bug.txt"
    await choose(window, place)
    await eventually(place.exists)
    await eventually(lambda: place.read_text("utf-8") == text)
    await eventually(lambda: bugs.report is None)


async def test_a_bug_in_a_slot_is_shown_too(
    window: MainWindow, bugs: BugReports, arun: Run
) -> None:
    sys.excepthook(ZeroDivisionError, ZeroDivisionError("in a slot"), None)
    shown = await report(window)
    click(shown.back)
    await eventually(lambda: bugs.report is None)
    assert bugs.count == 1


def break_down(text: str) -> None:
    raise RuntimeError(text)


def break_down_elsewhere() -> None:
    raise RuntimeError("elsewhere")


async def close(window: MainWindow, bugs: BugReports) -> None:
    shown = await report(window)
    click(shown.back)
    await eventually(lambda: bugs.report is None and not window.findChildren(Report))


async def test_a_bug_that_comes_again_is_shown_once(
    window: MainWindow, bugs: BugReports, arun: Run, activity: Activity
) -> None:
    timer = QTimer(window, interval=5)
    timer.timeout.connect(lambda: break_down(f"number {bugs.count}"))
    timer.start()
    await close(window, bugs)
    seen = bugs.count
    await eventually(lambda: bugs.count > seen + 5)
    assert not window.findChildren(Report)
    timer.stop()
    QTimer.singleShot(0, break_down_elsewhere)
    await close(window, bugs)
    assert len([entry for entry in activity.entries() if entry.text.startswith("bug")]) == 2


def test_a_bug_before_or_after_the_loop_is_printed(
    bugs: BugReports, loop: asyncio.AbstractEventLoop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not loop.is_running()
    bugs.tell(ZeroDivisionError("while the app ends"))
    assert "ZeroDivisionError: while the app ends" in capsys.readouterr().err
    assert bugs.report is None
    assert bugs.count == 1
