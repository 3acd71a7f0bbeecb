"""The page of the settings: what is chosen is kept and followed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from desktop.choices import Choices, Language, Scheme
from desktop.settings import Settings
from desktop.transfer.bandwidth import TransferLimits
from desktop.ui.theme.tokens import DARK, LIGHT
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.sidebar import Page
from tests.desktop.clicks import click, enter
from tests.desktop.desk import Desk, eventually


def kept(desk: Desk) -> dict[str, object]:
    file = desk.settings.file
    assert file is not None
    return dict(json.loads(file.read_text("utf-8"))) if file.exists() else {}


async def opened(desk: Desk) -> None:
    await enter(desk)
    desk.window.open_page(Page.SETTINGS)


async def test_what_is_chosen_is_kept_and_followed(desk: Desk) -> None:
    await opened(desk)
    page = desk.window.settings
    page.parts.setValue(9)
    page.bandwidth.setValue(2.5)
    page.bandwidth.editingFinished.emit()
    page.notifications.click()
    await eventually(lambda: len(kept(desk)) == 3)
    assert kept(desk) == {"parallel_parts": 9, "bandwidth": 2_500_000, "notifications": False}
    assert desk.services.transfers._limits == TransferLimits(9, 2_500_000)
    assert not desk.actions.settings.settings.choices.notifications


async def test_the_colours_change_at_once(desk: Desk) -> None:
    await opened(desk)
    page, theme = desk.window.settings, desk.window.theme
    page.scheme.setCurrentIndex(page.scheme.findData(Scheme.DARK))
    assert theme.tokens is DARK
    page.scheme.setCurrentIndex(page.scheme.findData(Scheme.LIGHT))
    assert theme.tokens is LIGHT
    await eventually(lambda: kept(desk) == {"scheme": "light"})


async def test_what_counts_from_the_next_start_says_so(desk: Desk) -> None:
    await opened(desk)
    page = desk.window.settings
    assert not page.restart.isVisible()
    page.language.setCurrentIndex(page.language.findData(Language.GERMAN))
    assert page.restart.isVisible()
    await eventually(lambda: kept(desk) == {"language": "de"})


async def test_an_address_that_is_none_is_not_taken(desk: Desk) -> None:
    await opened(desk)
    page = desk.window.settings
    QTest.keyClicks(page.connection.server, "gas example")
    QTest.keyClick(page.connection.server, Qt.Key.Key_Return)
    assert "The server is not changed" in desk.window.toasts.texts
    assert page.connection.server.text() == ""
    QTest.keyClicks(page.connection.server, "https://gas.example.org")
    QTest.keyClick(page.connection.server, Qt.Key.Key_Return)
    await eventually(lambda: kept(desk) == {"server": "https://gas.example.org"})


# Qt's own dialog says it off the screen, where sizes have no limits.
@pytest.mark.qt_log_ignore("propagateSizeHints")
async def test_results_go_where_somebody_chose(desk: Desk, tmp_path: Path) -> None:
    await opened(desk)
    click(desk.window.settings.paths["downloads"].choose)
    await eventually(lambda: desk.window.findChild(QFileDialog))
    dialog = desk.window.findChild(QFileDialog)
    assert dialog is not None
    dialog.filesSelected.emit([str(tmp_path)])
    dialog.close()
    await eventually(lambda: kept(desk) == {"downloads": str(tmp_path)})
    assert desk.actions.downloads.folder == tmp_path


async def test_settings_that_cannot_be_kept_are_told_of(desk: Desk) -> None:
    await opened(desk)
    file = desk.settings.file
    assert file is not None
    # Where the folder should be is a file.
    file.parent.parent.mkdir(parents=True, exist_ok=True)
    file.parent.write_text("", "utf-8")
    desk.window.settings.parts.setValue(2)
    await eventually(lambda: "Not possible" in desk.window.toasts.texts)
    assert desk.services.transfers._limits.parts_at_once == 2


def test_what_is_wrong_in_the_file_is_said(window: MainWindow, tmp_path: Path) -> None:
    problem = "settings.json: parallel_parts cannot be used: Input should be 1 to 16."
    settings = Settings(
        "https://gas.example.org",
        tmp_path,
        tmp_path,
        choices=Choices(server="https://other.example.org"),
        server_is_given=True,
        problems=(problem,),
    )
    window.settings.show_settings(settings)
    window.show_pages()
    window.open_page(Page.SETTINGS)
    assert window.settings.problems.isVisible()
    assert window.settings.problems.text() == problem
    # Whoever gave it on the command line cannot wonder why choosing changes nothing.
    assert not window.settings.connection.server.isEnabled()
    assert window.settings.connection.server.text() == "https://gas.example.org"
