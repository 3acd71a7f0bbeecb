"""A crash of native code leaves a report, which is shown at the next start; nothing else does."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from desktop.ui.views.report import Report
from desktop.ui.views.sidebar import Page
from tests.desktop.clicks import click, enter
from tests.desktop.conftest import Run
from tests.desktop.crash_child import READY
from tests.desktop.desk import Desk, eventually
from tests.desktop.test_activity import choose, report

ROOT = Path(__file__).parents[2]
LIMIT_SECONDS = 60
FAULTS = ("Traceback", "Fatal")
posix = pytest.mark.skipif(
    sys.platform == "win32",
    reason="no signal ends a process there, none can be caught, and files have no modes",
)
DUMP = 'Fatal Python error: Aborted\n\nCurrent thread 0x01:\n  File "{home}/app.py", line 7 in f\n'


def start(folder: Path, deed: str, **environ: str) -> subprocess.Popen[str]:
    script = Path(__file__).with_name("crash_child.py")
    return subprocess.Popen(
        [sys.executable, str(script), str(folder), deed],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(child: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Return the exit code, what was printed, and what was printed as an error."""
    try:
        said, faults = child.communicate(timeout=LIMIT_SECONDS)
    finally:
        child.kill()
    return child.returncode, said, faults


def ended_well(child: subprocess.Popen[str]) -> bool:
    """Whether it ends in order; Qt or a driver may have said something on standard error."""
    code, said, faults = ended(child)
    return (code, said) == (0, "") and not any(each in faults for each in FAULTS)


async def begun(desk: Desk) -> None:
    """Let the app look for what an earlier start left behind, where there is nothing to show."""
    desk.actions.crashes.begin()
    await desk.actions.tasks.idle()


@contextmanager
def staying(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Have an app run for the block."""
    with start(folder, "stay") as child:
        # What hangs is ended, and then says nothing.
        limit = threading.Timer(LIMIT_SECONDS, child.kill)
        limit.start()
        try:
            assert child.stdout is not None
            assert child.stdout.readline().strip() == READY
            limit.cancel()
            yield child
        finally:
            limit.cancel()
            child.kill()


def left(folder: Path) -> list[Path]:
    return sorted((folder / "data").glob("crash-*"))


def crashed(folder: Path, name: str = "crash-0.9-a.txt") -> Path:
    """Have an earlier start crashed, and return what it left behind."""
    file = folder / "data" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(DUMP.format(home=folder), "utf-8")
    return file


@posix
@pytest.mark.parametrize(
    ("deed", "name", "place"),
    [("segfault", "SIGSEGV", "in segfault"), ("abort", "SIGABRT", "in _run")],
)
def test_a_crash_is_shown_at_the_next_start_and_then_it_is_gone(
    tmp_path: Path, deed: str, name: str, place: str
) -> None:
    code, _, _ = ended(start(tmp_path, deed))
    assert code == -signal.Signals[name]
    (file,) = left(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    code, said, faults = ended(start(tmp_path, "read"))
    assert code == 0
    assert not any(each in faults for each in FAULTS)
    assert "Fatal Python error: " in said
    assert place in said
    assert str(tmp_path) not in said
    assert left(tmp_path) == []


@posix
def test_a_crash_of_qt_while_it_begins_leaves_a_report_too(tmp_path: Path) -> None:
    code, _, _ = ended(start(tmp_path, "close", QT_QPA_PLATFORM="no-such-platform"))
    assert code == -signal.SIGABRT
    (file,) = left(tmp_path)
    assert "Fatal Python error: Aborted" in file.read_text("utf-8")


@posix
def test_an_app_that_was_killed_says_nothing_and_the_next_start_tidies_up(
    desk: Desk, arun: Run, tmp_path: Path
) -> None:
    with staying(tmp_path) as child:
        (file,) = left(tmp_path)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        child.kill()
        assert ended(child)[0] == -signal.SIGKILL
    assert [path.stat().st_size for path in left(tmp_path)] == [0]
    arun(begun(desk))
    assert desk.window.findChildren(Report) == []
    assert ended_well(start(tmp_path, "close"))
    assert left(tmp_path) == []


def test_an_app_that_ends_in_order_leaves_nothing(tmp_path: Path) -> None:
    assert ended_well(start(tmp_path, "close"))
    assert left(tmp_path) == []


@posix
def test_a_second_start_leaves_the_first_one_s_file_alone(tmp_path: Path) -> None:
    with staying(tmp_path) as first:
        before = left(tmp_path)
        assert ended_well(start(tmp_path, "close"))
        assert left(tmp_path) == before
        first.terminate()
        assert ended(first)[0] == 0
    assert left(tmp_path) == []


async def test_a_discarded_report_is_gone(desk: Desk, tmp_path: Path) -> None:
    file = crashed(tmp_path)
    desk.actions.crashes.begin()
    shown = await report(desk.window)
    click(shown.copy)
    copied = QGuiApplication.clipboard().text()
    assert "gas-desktop 0.9, " in copied
    assert 'File "~/app.py", line 7 in f' in copied
    assert file.exists()
    click(shown.back)
    await desk.actions.tasks.idle()
    assert not file.exists()


# Qt's own dialog says it off the screen, where sizes have no limits.
@pytest.mark.qt_log_ignore("propagateSizeHints")
async def test_a_saved_report_is_where_somebody_wants_it_and_nowhere_else(
    desk: Desk, tmp_path: Path
) -> None:
    file = crashed(tmp_path)
    desk.actions.crashes.begin()
    shown = await report(desk.window)
    (text,) = (each.toPlainText() for each in shown.texts.values())
    QTest.keyClick(shown, Qt.Key.Key_Return)
    place = tmp_path / "for a friend.txt"
    await choose(desk.window, place)
    await desk.actions.tasks.idle()
    assert place.read_text("utf-8") == text
    assert "Crash report saved" in desk.window.toasts.texts
    assert not file.exists()


@pytest.mark.qt_log_ignore("propagateSizeHints")
async def test_a_report_that_cannot_be_saved_is_not_lost(desk: Desk, tmp_path: Path) -> None:
    file = crashed(tmp_path)
    desk.actions.crashes.begin()
    click((await report(desk.window)).save)
    await choose(desk.window, tmp_path / "no such folder" / "crash.txt")
    await desk.actions.tasks.idle()
    assert "Not possible" in desk.window.toasts.texts
    assert file.exists()


async def test_what_is_left_for_later_is_in_the_bundle_and_shown_again(
    desk: Desk, tmp_path: Path
) -> None:
    file = crashed(tmp_path)
    await enter(desk)
    desk.actions.crashes.begin()
    QTest.keyClick(await report(desk.window), Qt.Key.Key_Escape)
    await eventually(lambda: not desk.window.findChildren(Report))
    assert file.exists()
    desk.window.open_page(Page.ACTIVITY)
    click(desk.window.activity.bundle)
    bundle = await report(desk.window)
    assert "Fatal Python error: Aborted" in bundle.texts["crash.txt"].toPlainText()
    click(bundle.back)
    await eventually(lambda: not desk.window.findChildren(Report))
    desk.actions.crashes.begin()
    click((await report(desk.window)).back)
    await eventually(lambda: not file.exists())


async def test_a_report_that_is_open_at_the_end_of_the_app_is_shown_again(
    desk: Desk, tmp_path: Path
) -> None:
    file = crashed(tmp_path)
    desk.actions.crashes.begin()
    await report(desk.window)
    await desk.actions.tasks.stop()
    assert file.exists()
