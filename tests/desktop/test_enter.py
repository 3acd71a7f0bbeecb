"""Enter in a question presses the button that has the focus, and else what loses nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.views.connection import ConnectionDialog
from desktop.ui.views.dialogs import Decision
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.report import Choice, Report

NO, YES = QDialog.DialogCode.Rejected, QDialog.DialogCode.Accepted

Open = Callable[[QDialog], list[int]]


@pytest.fixture
def opened(qtbot: QtBot) -> Open:
    """Open a dialog; return where it is noted how it ends."""

    def make(dialog: QDialog) -> list[int]:
        ended: list[int] = []
        dialog.finished.connect(ended.append)
        dialog.open()
        dialog.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
        return ended

    return make


def decision(window: MainWindow, *, danger: bool = False) -> Decision:
    return Decision(window, title="Sign out everywhere?", sentence="", go="Go", danger=danger)


def report(window: MainWindow, back: str = "") -> Report:
    return Report(window, title="A report", sentence="", files={"log": "text"}, back=back)


def press_enter(widget: QWidget | None = None) -> None:
    """Press Enter in *widget*, which the keyboard comes to first; else where the focus is."""
    if widget is not None:
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        assert widget.hasFocus()
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Return)


@pytest.mark.parametrize("danger", [False, True])
@pytest.mark.parametrize(("which", "wanted"), [("go", YES), ("back", NO)])
def test_a_question_is_answered_by_the_button_that_has_the_focus(
    window: MainWindow, opened: Open, which: str, wanted: int, *, danger: bool
) -> None:
    question = decision(window, danger=danger)
    ended = opened(question)
    press_enter(getattr(question, which))
    assert ended == [wanted]


@pytest.mark.parametrize(("danger", "wanted"), [(False, YES), (True, NO)])
def test_enter_at_once_loses_nothing(
    window: MainWindow, opened: Open, wanted: int, *, danger: bool
) -> None:
    ended = opened(decision(window, danger=danger))
    press_enter()
    assert ended == [wanted]


@pytest.mark.parametrize(
    ("back", "which", "wanted"),
    [
        ("", "save", Choice.SAVE),
        ("", "back", Choice.DISCARD),
        ("Discard", "save", Choice.SAVE),
        ("Discard", "back", Choice.DISCARD),
    ],
)
def test_a_report_is_done_with_what_the_button_says_that_has_the_focus(
    window: MainWindow, opened: Open, back: str, which: str, wanted: Choice
) -> None:
    shown = report(window, back)
    ended = opened(shown)
    press_enter(getattr(shown, which))
    assert ended == [wanted]


@pytest.mark.parametrize("back", ["", "Discard"])
def test_enter_on_copy_copies_and_leaves_the_report_open(
    window: MainWindow, opened: Open, back: str
) -> None:
    QGuiApplication.clipboard().clear()
    shown = report(window, back)
    ended = opened(shown)
    press_enter(shown.copy)
    assert QGuiApplication.clipboard().text() == "log\ntext"
    assert ended == []
    shown.reject()


def test_enter_at_once_deletes_no_report_of_a_crash(window: MainWindow, opened: Open) -> None:
    ended = opened(report(window, "Discard"))
    press_enter()
    assert ended == [Choice.SAVE]


def test_enter_in_a_field_of_the_connection_presses_no_button(
    window: MainWindow, opened: Open
) -> None:
    dialog = ConnectionDialog(window)
    pressed: list[QPushButton] = []
    for each in dialog.findChildren(QPushButton):
        each.clicked.connect(lambda _=False, each=each: pressed.append(each))
    ended = opened(dialog)
    for field in (dialog.fields.server, dialog.fields.proxy):
        press_enter(field)
    assert (pressed, ended) == ([], [])
    dialog.reject()


def test_enter_on_a_button_of_the_connection_presses_it(window: MainWindow, opened: Open) -> None:
    dialog = ConnectionDialog(window)
    wanted: list[str] = []
    dialog.fields.file_wanted.connect(wanted.append)
    ended = opened(dialog)
    press_enter(dialog.fields.choose)
    assert (wanted, ended) == (["certificates"], [])
    press_enter(dialog.bundle)
    assert ended == [ConnectionDialog.BUNDLE]


def test_enter_on_done_ends_the_connection(window: MainWindow, opened: Open) -> None:
    dialog = ConnectionDialog(window)
    ended = opened(dialog)
    press_enter(dialog.close_button)
    assert ended == [YES]
