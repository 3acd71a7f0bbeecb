"""One app works on a folder: later starts are handed to it, and two at once are one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from desktop.ui.instance import (
    LOCK,
    FirstInstance,
    Start,
    hand_over,
    instance_name,
    tell_refused,
)

ROOT = Path(__file__).parents[2]
LIMIT_SECONDS = 60
STARTS = 4
# Who is asked lives in the thread that asks, so it answers only afterwards.
WAIT = 10
MANY = 14_000


def start(folder: Path, file: str, deed: object, copies: int = 1) -> subprocess.Popen[str]:
    script = Path(__file__).with_name("instance_child.py")
    return subprocess.Popen(
        [sys.executable, str(script), str(folder), file, str(deed), str(copies)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def said(child: subprocess.Popen[str]) -> str:
    answer, _ = child.communicate(timeout=LIMIT_SECONDS)
    return answer.strip()


@pytest.fixture
def name(tmp_path: Path) -> str:
    return instance_name(tmp_path)


@pytest.fixture
def first(qapp: QApplication, tmp_path: Path) -> Iterator[FirstInstance]:
    made = FirstInstance(tmp_path)
    assert made.listen()
    yield made
    made.close()


def test_a_second_start_hands_its_files_to_the_first(
    first: FirstInstance, name: str, qtbot: QtBot
) -> None:
    files = [Path("/data/ünïcode.vcf"), Path("/data/b c.vcf.gz")]
    with qtbot.waitSignal(first.called) as called:
        assert hand_over(name, files, WAIT)
    assert called.args == [files]


def test_thousands_of_files_are_handed_over(
    first: FirstInstance, tmp_path: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(first.called, timeout=LIMIT_SECONDS * 1000) as called:
        child = start(tmp_path, "a.vcf", 0, MANY)
    assert called.args == [[Path("a.vcf")] * MANY]
    assert said(child) == Start.HANDED_OVER


def test_without_files_it_raises_the_first(first: FirstInstance, name: str, qtbot: QtBot) -> None:
    with qtbot.waitSignal(first.called) as called:
        assert hand_over(name, [], WAIT)
    assert called.args == [[]]


def test_nobody_there_is_no_second_start(qapp: QApplication, name: str) -> None:
    assert not hand_over(name, [])


def test_folders_of_other_people_have_other_names(tmp_path: Path) -> None:
    assert instance_name(tmp_path / "a") != instance_name(tmp_path / "b")


@pytest.mark.parametrize("nonsense", [b"{]\n", b'{"a": 1}\n', b'[1, "/x", null]\n', b"\n"])
def test_nonsense_does_no_harm(
    first: FirstInstance, name: str, qtbot: QtBot, nonsense: bytes
) -> None:
    taken: list[list[Path]] = []
    first.called.connect(taken.append)
    socket = QLocalSocket()
    socket.connectToServer(name)
    assert socket.waitForConnected(1000)
    socket.write(nonsense)
    socket.waitForBytesWritten(1000)
    assert hand_over(name, [Path("/data/a.vcf")], WAIT)
    qtbot.waitUntil(lambda: [Path("/data/a.vcf")] in taken)
    socket.disconnectFromServer()
    assert [files for files in taken if files not in ([], [Path("/x")])] == [[Path("/data/a.vcf")]]


def test_a_second_beside_a_living_one_is_refused_and_changes_nothing(
    first: FirstInstance, name: str, tmp_path: Path, qtbot: QtBot
) -> None:
    assert not FirstInstance(tmp_path).listen()
    with qtbot.waitSignal(first.called) as called:
        assert FirstInstance(tmp_path).begin([Path("/data/a.vcf")]) is Start.HANDED_OVER
    assert called.args == [[Path("/data/a.vcf")]]


def test_a_start_beside_one_that_ends_is_the_first_when_it_has(
    first: FirstInstance, tmp_path: Path
) -> None:
    first.stop_listening()
    second = FirstInstance(tmp_path)
    assert second.begin([Path("/data/a.vcf")], waits=[1]) is Start.REFUSED
    first.close()
    assert second.begin([Path("/data/a.vcf")]) is Start.FIRST
    second.close()


def test_one_of_several_starts_at_once_is_the_first_and_gets_all_files(tmp_path: Path) -> None:
    folder = tmp_path / "not made yet"
    children = [start(folder, f"{number}.vcf", STARTS - 1) for number in range(STARTS)]
    answers = [said(child) for child in children]
    (chief,) = (number for number, answer in enumerate(answers) if answer.startswith(Start.FIRST))
    others = [f"{number}.vcf" for number in range(STARTS) if number != chief]
    assert answers[chief] == " ".join([Start.FIRST, *others])
    assert answers.count(Start.HANDED_OVER) == STARTS - 1


def test_what_a_crash_left_behind_is_removed(
    qapp: QApplication, tmp_path: Path, name: str, qtbot: QtBot
) -> None:
    assert said(start(tmp_path, "a.vcf", "crash")) == ""
    assert (tmp_path / LOCK).exists()
    assert not hand_over(name, [])
    again = FirstInstance(tmp_path)
    assert again.begin([]) is Start.FIRST
    with qtbot.waitSignal(again.called):
        assert hand_over(name, [], WAIT)
    again.close()
    assert not (tmp_path / LOCK).exists()


def told(tmp_path: Path, error: OSError | None) -> str:
    """Return what a refused start says, and close it."""
    read: list[str] = []

    def close() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        read.append(box.text())
        box.accept()

    QTimer.singleShot(0, close)
    tell_refused("The app", tmp_path, error)
    (text,) = read
    return text


# The system's style says it off the screen, where sizes have no limits.
@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_a_refused_start_names_the_remedy(qtbot: QtBot, tmp_path: Path) -> None:
    assert str(tmp_path / LOCK) in told(tmp_path, None)


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_a_start_without_a_folder_is_refused_with_its_own_remedy(
    qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.touch()
    for folder, reason in ((file, "File exists"), (file / "data", "Not a directory")):
        first = FirstInstance(folder)
        assert first.begin([Path("/data/a.vcf")]) is Start.REFUSED
        text = told(folder, first.error)
        assert f"{folder}, which cannot be made: {reason}." in text
        assert "GAS_DESKTOP_DATA" in text
        assert LOCK not in text


def test_where_the_folder_is_there_a_refusal_has_no_error(
    first: FirstInstance, tmp_path: Path
) -> None:
    first.stop_listening()
    second = FirstInstance(tmp_path)
    assert second.begin([], waits=[]) is Start.REFUSED
    assert second.error is None
