"""The page of the settings: what is chosen is kept and followed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.choices import Choices, Language, Scheme
from desktop.settings import Settings
from desktop.transfer.bandwidth import TransferLimits
from desktop.ui.actions.settings import ADDRESS
from desktop.ui.screens import sample_window
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import DARK, LIGHT
from desktop.ui.views.controls import ElidedLabel
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.settings import SettingsPage
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


def leave(widget: QWidget, reason: Qt.FocusReason) -> None:
    """Have the focus go somewhere else, as to another window or a menu."""
    QApplication.sendEvent(widget, QFocusEvent(QEvent.Type.FocusOut, reason))


LOOKING_ELSEWHERE = pytest.mark.parametrize(
    "reason", [Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason]
)


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


async def test_what_does_not_change_the_colours_dresses_nothing_anew(desk: Desk) -> None:
    await opened(desk)
    page, dressed = desk.window.settings, []
    desk.window.theme.changed.connect(lambda: dressed.append(desk.window.theme.tokens))
    page.parts.setValue(9)
    page.notifications.click()
    page.language.setCurrentIndex(page.language.findData(Language.GERMAN))
    assert dressed == []
    for scheme in (Scheme.DARK, Scheme.SYSTEM, Scheme.DARK):
        page.scheme.setCurrentIndex(page.scheme.findData(scheme))
    assert dressed == [DARK, LIGHT, DARK]


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
    # A slip is mended, not typed again; until then the page says that it does not hold.
    assert page.connection.server.text() == "gas example"
    assert page.refusals["server"].isVisible()
    assert page.refusals["server"].text() == f"Server: {ADDRESS}"
    page.connection.server.clear()
    QTest.keyClicks(page.connection.server, "https://gas.example.org")
    QTest.keyClick(page.connection.server, Qt.Key.Key_Return)
    await eventually(lambda: kept(desk) == {"server": "https://gas.example.org"})
    assert not page.refusals["server"].isVisible()


@LOOKING_ELSEWHERE
async def test_half_an_address_waits_while_another_window_is_looked_at(
    desk: Desk, reason: Qt.FocusReason
) -> None:
    await opened(desk)
    page, field = desk.window.settings, desk.window.settings.connection.proxy
    field.setFocus()
    QTest.keyClicks(field, "http://prox")
    leave(field, reason)
    assert field.text() == "http://prox"
    assert desk.actions.settings.settings.choices.proxy == ""
    QTest.keyClicks(field, "y.test:3128")
    page.bandwidth.setFocus()
    await eventually(lambda: kept(desk) == {"proxy": "http://proxy.test:3128"})


async def test_what_is_complete_counts_once_its_field_is_left_after_all(desk: Desk) -> None:
    await opened(desk)
    page, field = desk.window.settings, desk.window.settings.connection.proxy
    field.setFocus()
    QTest.keyClicks(field, "http://proxy.test")
    leave(field, Qt.FocusReason.ActiveWindowFocusReason)
    page.bandwidth.setFocus()
    await eventually(lambda: kept(desk) == {"proxy": "http://proxy.test"})


async def test_the_page_of_another_kind_is_opened_after_what_is_typed_counts(desk: Desk) -> None:
    await opened(desk)
    field = desk.window.settings.connection.proxy
    field.setFocus()
    QTest.keyClicks(field, "http://proxy.test")
    # The mouse gives the sidebar no focus.
    click(desk.window.sidebar.entries[Page.TRANSFERS])
    await eventually(lambda: kept(desk) == {"proxy": "http://proxy.test"})


async def test_what_is_typed_counts_when_the_window_is_closed(desk: Desk) -> None:
    await opened(desk)
    page = desk.window.settings
    QTest.keyClicks(page.connection.proxy, "http://proxy.test")
    page.bandwidth.setFocus()
    page.bandwidth.lineEdit().clear()
    QTest.keyClicks(page.bandwidth, "2")
    desk.window.close()
    choices = desk.actions.settings.settings.choices
    assert (choices.proxy, choices.bandwidth) == ("http://proxy.test", 2_000_000)
    # What began to be written may have been cut off by the end.
    await desk.actions.stop()
    assert kept(desk) == {"proxy": "http://proxy.test", "bandwidth": 2_000_000}


@LOOKING_ELSEWHERE
async def test_half_a_key_stays_and_is_not_refused_yet(desk: Desk, reason: Qt.FocusReason) -> None:
    await opened(desk)
    page = desk.window.settings
    page.update_key.setFocus()
    QTest.keyClicks(page.update_key, "AbCdEf123")
    leave(page.update_key, reason)
    assert page.update_key.text() == "AbCdEf123"
    assert not desk.window.toasts.texts


async def test_a_key_that_is_refused_stays_whatever_else_is_chosen(desk: Desk) -> None:
    await opened(desk)
    page, toasts = desk.window.settings, desk.window.toasts
    page.update_key.setFocus()
    QTest.keyClicks(page.update_key, "AbCdEf123")
    page.notifications.setFocus()
    assert list(toasts.texts) == ["Nothing is changed"]
    page.notifications.click()
    await eventually(lambda: kept(desk) == {"notifications": False})
    assert page.update_key.text() == "AbCdEf123"
    assert page.refusals["update_key"].isVisible()
    # It is said once, unless Enter asks again.
    page.update_key.setFocus()
    page.notifications.setFocus()
    assert len(toasts.texts) == 1
    QTest.keyClick(page.update_key, Qt.Key.Key_Return)
    assert len(toasts.texts) == 2
    page.update_key.clear()
    page.notifications.setFocus()
    QTest.keyClick(page.update_key, Qt.Key.Key_Return)
    assert not page.refusals["update_key"].isVisible()


@LOOKING_ELSEWHERE
async def test_half_a_bandwidth_is_not_kept(desk: Desk, reason: Qt.FocusReason) -> None:
    await opened(desk)
    page = desk.window.settings
    page.bandwidth.setFocus()
    page.bandwidth.lineEdit().clear()
    QTest.keyClicks(page.bandwidth, "2")
    leave(page.bandwidth, reason)
    assert desk.actions.settings.settings.bandwidth is None
    QTest.keyClick(page.bandwidth, Qt.Key.Key_End)
    page.parts.setFocus()
    await eventually(lambda: kept(desk) == {"bandwidth": 2_000_000})


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


LONG = Path("/home/somebody/results of the genomics service/of the year before last/all.of.them")


def settings_page(theme: Theme) -> MainWindow:
    """The smallest window with all that there can be on the page."""
    window = sample_window(theme)
    window.resize(window.minimumSize())
    page = window.settings
    for line in page.paths.values():
        line.show(LONG)
    page.connection.show_certificates(LONG)
    page.ask_restart()
    for name in page.refusals:
        page.refuse(name, ADDRESS)
    window.open_page(Page.SETTINGS)
    window.show()
    QApplication.processEvents()
    return window


def assert_nothing_is_cut(page: SettingsPage) -> None:
    content = page.widget()
    assert content.width() == page.viewport().width()
    for part in content.findChildren(QWidget):
        if part.isVisible() and not isinstance(part, QLineEdit):
            right = part.mapTo(content, part.rect().topRight()).x()
            assert right < content.width(), part
            assert part.width() >= part.minimumSizeHint().width(), part


def test_nothing_is_cut_in_the_smallest_window(qtbot: QtBot, theme: Theme) -> None:
    window = settings_page(theme)
    qtbot.addWidget(window)
    page = window.settings
    assert_nothing_is_cut(page)
    shown = page.connection.choose.parentWidget().findChildren(ElidedLabel)
    assert [each.accessibleDescription() for each in shown] == [str(LONG)]
    assert shown[0].text().startswith("/home")
    assert shown[0].text().endswith("them")


@pytest.mark.usefixtures("german")
def test_nothing_is_cut_in_german(qtbot: QtBot, theme: Theme) -> None:
    window = settings_page(theme)
    qtbot.addWidget(window)
    assert_nothing_is_cut(window.settings)


def test_the_cards_grow_no_wider_than_can_be_read(qtbot: QtBot, theme: Theme) -> None:
    window = settings_page(theme)
    qtbot.addWidget(window)
    window.resize(1360, 860)
    QApplication.processEvents()
    page = window.settings
    assert page.update_key.width() == page.connection.server.width() == 280
    assert page.update_key.parentWidget().width() == 720
