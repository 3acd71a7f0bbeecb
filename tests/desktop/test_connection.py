"""Before anybody is signed in: which server it is about, and how it is reached."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.choices import Choices
from desktop.errors import OfflineError, ProxyError, UntrustedError
from desktop.settings import LOCAL_SERVER, Settings
from desktop.ui.actions.settings import ADDRESS
from desktop.ui.views.connection import ConnectionDialog
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.report import Report
from tests.certificate import write_certificate
from tests.desktop.clicks import click
from tests.desktop.desk import Desk, eventually


def kept(desk: Desk) -> dict[str, object]:
    file = desk.settings.file
    assert file is not None
    return dict(json.loads(file.read_text("utf-8"))) if file.exists() else {}


async def opened(desk: Desk) -> ConnectionDialog:
    click(desk.window.sign_in.connection)
    await eventually(lambda: desk.window.findChild(ConnectionDialog))
    dialog = desk.window.findChild(ConnectionDialog)
    assert dialog is not None
    await eventually(dialog.isVisible)
    return dialog


async def closed(desk: Desk) -> None:
    await eventually(lambda: not desk.window.findChildren(ConnectionDialog))


@pytest.mark.parametrize("state", ["show_idle", "show_waiting", "show_starting"])
async def test_the_page_says_at_which_server_one_signs_in(desk: Desk, state: str) -> None:
    page = desk.window.sign_in
    getattr(page, state)()
    assert page.server.isVisible()
    assert page.server.accessibleName() == desk.settings.server
    assert page.connection.isVisible()


async def test_a_server_is_entered_before_anybody_is_signed_in(desk: Desk) -> None:
    dialog = await opened(desk)
    assert dialog.fields.server.hasFocus()
    QTest.keyClicks(dialog.fields.server, "https://gas.example.org/")
    # It is enough to end the dialog; the field need not be left before.
    click(dialog.close_button)
    await closed(desk)
    await eventually(lambda: kept(desk) == {"server": "https://gas.example.org/"})
    page = desk.window.sign_in
    assert page.server.accessibleName() == desk.settings.server
    assert page.next_server.isVisible()
    assert page.next_server.accessibleName() == "From the next start: https://gas.example.org"


async def test_what_is_entered_is_kept_at_once_and_holds_from_the_next_start(desk: Desk) -> None:
    dialog = await opened(desk)
    assert not dialog.restart.isVisible()
    QTest.keyClicks(dialog.fields.proxy, "http://proxy.test:3128")
    QTest.keyClick(dialog.fields.proxy, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.restart.isVisible()
    await eventually(lambda: kept(desk) == {"proxy": "http://proxy.test:3128"})
    click(dialog.close_button)
    await closed(desk)
    # The page of the settings shows the same.
    assert desk.window.settings.connection.proxy.text() == "http://proxy.test:3128"


async def test_an_address_that_is_none_is_told_of_beside_it(desk: Desk) -> None:
    dialog = await opened(desk)
    fields = dialog.fields
    QTest.keyClicks(fields.server, "gas example")
    QTest.keyClicks(fields.proxy, "http://proxy.test")
    click(dialog.close_button)
    assert dialog.isVisible()
    assert dialog.problem.text() == ADDRESS
    assert fields.server.text() == "gas example"
    fields.server.setText("https://gas.example.org")
    click(dialog.close_button)
    await closed(desk)
    wanted = {"server": "https://gas.example.org", "proxy": "http://proxy.test"}
    await eventually(lambda: kept(desk) == wanted)


async def choose(dialog: ConnectionDialog, file: Path) -> None:
    """Choose *file* as the one of the certificates."""
    click(dialog.fields.choose)
    await answer(dialog, file)


async def answer(parent: QWidget, file: Path) -> None:
    """Choose *file* in the dialog over *parent*."""
    await eventually(lambda: parent.findChild(QFileDialog))
    files = parent.findChild(QFileDialog)
    assert files is not None
    files.filesSelected.emit([str(file)])
    files.close()


# Qt's own dialog says it off the screen, where sizes have no limits.
@pytest.mark.qt_log_ignore("propagateSizeHints")
async def test_a_file_without_certificates_is_told_of_where_it_was_chosen(
    desk: Desk, tmp_path: Path
) -> None:
    dialog = await opened(desk)
    file = tmp_path / "hospital.pem"
    file.write_text("no certificate", "utf-8")
    await choose(dialog, file)
    await eventually(lambda: "hospital.pem holds no certificates" in dialog.problem.text())
    assert kept(desk) == {}
    dialog.reject()
    await closed(desk)


@pytest.mark.qt_log_ignore("propagateSizeHints")
async def test_on_the_page_of_the_settings_a_file_without_certificates_is_told_of_in_a_toast(
    desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "hospital.pem").write_text("no certificate", "utf-8")
    desk.window.settings.file_wanted.emit("certificates")
    await answer(desk.window, tmp_path / "hospital.pem")
    await eventually(lambda: "Nothing is changed" in desk.window.toasts.texts)
    assert desk.actions.settings.settings.choices.certificates is None


@pytest.mark.qt_log_ignore("propagateSizeHints")
async def test_certificates_that_are_not_taken_later_are_told_of_there_too(
    desk: Desk, tmp_path: Path
) -> None:
    dialog = await opened(desk)
    actions = desk.actions.settings
    # No choice is taken beside one that cannot be used.
    broken = actions.settings.choices.model_copy(update={"parallel_parts": 0})
    actions.settings = actions.settings.choosing(broken)
    await choose(dialog, write_certificate(tmp_path)[0])
    await eventually(dialog.problem.isVisible)
    assert not desk.window.toasts.texts
    dialog.reject()
    await closed(desk)


async def test_who_cannot_sign_in_can_save_a_support_bundle(desk: Desk) -> None:
    dialog = await opened(desk)
    click(dialog.bundle)
    await closed(desk)
    await eventually(lambda: desk.window.findChild(Report))
    report = desk.window.findChild(Report)
    assert report is not None
    assert desk.settings.server in "".join(each.toPlainText() for each in report.texts.values())
    report.reject()


def test_what_is_wrong_in_the_file_is_said_before_anybody_is_signed_in(
    window: MainWindow, tmp_path: Path
) -> None:
    problem = "settings.json: server cannot be used: String should match pattern."
    settings = Settings("https://gas.example.org", tmp_path, tmp_path, problems=(problem,))
    dialog = ConnectionDialog(window)
    dialog.show_settings(replace(settings, server_is_given=True))
    dialog.open()
    assert dialog.problem.text() == problem
    # Whoever gave it on the command line cannot wonder why choosing changes nothing.
    assert not dialog.fields.server.isEnabled()
    click(dialog.close_button)
    assert not dialog.isVisible()


@pytest.mark.parametrize("error", [UntrustedError, ProxyError])
def test_what_is_told_to_be_changed_can_be_come_to(
    window: MainWindow, error: type[OfflineError]
) -> None:
    assert f"“{window.sign_in.connection.text()}” on the sign-in page" in error.remedy
    assert "Settings → Network" in error.remedy


def test_the_next_server_is_the_one_that_was_chosen() -> None:
    settings = Settings(LOCAL_SERVER, Path(), Path())
    assert settings.next_server == LOCAL_SERVER
    chosen = settings.choosing(Choices(server="https://gas.example.org/"))
    assert chosen.next_server == "https://gas.example.org"
    assert replace(chosen, server_is_given=True).next_server == LOCAL_SERVER
