"""The update notice in the window, against a real web server; and its settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from desktop.choices import Choices
from desktop.ui.release_sample import RELEASE
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.sidebar import Page
from desktop.update.source import ReleaseSource
from tests.desktop.clicks import click, enter
from tests.desktop.desk import Desk, eventually
from tests.unit.desktop.manifests import (
    ADDRESS,
    OTHER_KEY,
    ManifestServer,
    manifest,
    public,
    serving_manifest,
)

PAGE = "https://127.0.0.1/download"


@pytest.fixture
def server() -> Iterator[ManifestServer]:
    with serving_manifest() as made:
        yield made


def set_up(desk: Desk, source: ReleaseSource) -> None:
    """Start looking, with *source* chosen before."""
    chosen = desk.actions.settings
    chosen.settings = replace(
        chosen.settings,
        choices=Choices(update_manifest=source.address, update_key=source.key),
    )
    desk.actions.releases.begin()


async def told(desk: Desk, server: ManifestServer) -> None:
    set_up(desk, server.source)
    await eventually(desk.window.release_bar.isVisible)


async def test_a_newer_version_is_told_of_before_anybody_is_signed_in(
    desk: Desk, server: ManifestServer
) -> None:
    await told(desk, server)
    bar = desk.window.release_bar
    assert not desk.window.is_signed_in
    assert (bar.title.text(), bar.summary.text()) == (
        "Version 1.2.0 is there",
        "Results open twice as fast.",
    )
    assert bar.summary.textFormat() == Qt.TextFormat.PlainText
    await enter(desk)
    assert bar.isVisible()
    assert len(server.asked) == 1
    # Whoever serves the manifest learns nothing of who asks.
    assert not {"authorization", "cookie"} & set(server.asked[0])


async def test_by_default_nobody_is_asked(desk: Desk, server: ManifestServer) -> None:
    set_up(desk, ReleaseSource())
    await desk.actions.tasks.idle()
    assert not desk.window.release_bar.isVisible()
    assert server.asked == []


async def test_a_download_opens_the_page_in_the_browser(desk: Desk, server: ManifestServer) -> None:
    await told(desk, server)
    click(desk.window.release_bar.download)
    assert desk.opened == [PAGE]
    assert not desk.window.release_bar.isVisible()
    await desk.actions.tasks.idle()
    desk.actions.releases._timer.timeout.emit()
    await desk.actions.tasks.idle()
    assert not desk.window.release_bar.isVisible()


async def test_a_browser_that_does_not_open_leaves_the_notice(
    desk: Desk, server: ManifestServer
) -> None:
    await told(desk, server)
    desk.actions.releases._opener._open_url = lambda _url: False
    click(desk.window.release_bar.download)
    assert "Not possible" in desk.window.toasts.texts
    assert desk.window.release_bar.isVisible()


@pytest.mark.parametrize("answer", ["later", "skip"])
async def test_an_answer_by_the_keyboard_is_remembered(
    desk: Desk, server: ManifestServer, answer: str
) -> None:
    await told(desk, server)
    desk.window.activateWindow()
    chosen = getattr(desk.window.release_bar, answer)
    chosen.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(chosen, Qt.Key.Key_Space)
    assert not desk.window.release_bar.isVisible()
    await desk.actions.tasks.idle()
    names = {"later": "release later", "skip": "release skipped"}
    assert "1.2.0" in (await desk.services.memory.note(names[answer]) or "")
    desk.actions.releases._timer.timeout.emit()
    await desk.actions.tasks.idle()
    assert not desk.window.release_bar.isVisible()


@pytest.mark.parametrize(
    "document",
    [manifest(page="https://elsewhere.example/"), b"<html>", b" " * 70_000],
    ids=["page elsewhere", "no manifest", "too large"],
)
async def test_what_cannot_be_used_bothers_nobody(
    desk: Desk, server: ManifestServer, document: bytes
) -> None:
    server.document = document
    set_up(desk, server.source)
    await desk.actions.tasks.idle()
    assert len(server.asked) == 1
    assert not desk.window.release_bar.isVisible()
    assert list(desk.window.toasts.texts) == []


async def test_a_redirect_to_another_server_is_not_followed(
    desk: Desk, server: ManifestServer
) -> None:
    with serving_manifest() as other:
        server.status, server.headers = 302, {"Location": other.url}
        set_up(desk, server.source)
        await desk.actions.tasks.idle()
        assert other.asked == []
    assert not desk.window.release_bar.isVisible()


def write(field: QLineEdit, text: str) -> None:
    field.clear()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def kept(desk: Desk) -> dict[str, object]:
    file = desk.settings.file
    assert file is not None
    return dict(json.loads(file.read_text("utf-8"))) if file.exists() else {}


async def test_what_is_chosen_in_the_settings_holds_at_once(
    desk: Desk, server: ManifestServer
) -> None:
    set_up(desk, ReleaseSource())
    await enter(desk)
    desk.window.open_page(Page.SETTINGS)
    page, bar = desk.window.settings, desk.window.release_bar
    assert not page.update_state.isVisible()
    write(page.update_manifest, server.url)
    assert page.update_state.text() == "Without its key the address is not asked."
    write(page.update_key, public())
    await eventually(bar.isVisible)
    assert not page.update_state.isVisible()
    await eventually(lambda: len(kept(desk)) == 2)
    assert kept(desk) == {"update_manifest": server.url, "update_key": public()}
    # Another key vouches for nothing that was told before.
    write(page.update_key, public(OTHER_KEY))
    await desk.actions.releases._look()
    assert not bar.isVisible()
    write(page.update_manifest, "")
    assert page.update_state.text() == "Without an address the key is of no use."


async def test_what_is_no_address_or_no_key_is_not_taken(desk: Desk) -> None:
    set_up(desk, ReleaseSource())
    await enter(desk)
    desk.window.open_page(Page.SETTINGS)
    page = desk.window.settings
    write(page.update_manifest, "http://gas.example.org/manifest.json")
    write(page.update_key, "secret")
    assert list(desk.window.toasts.texts) == ["Nothing is changed", "Nothing is changed"]
    # What was typed stays, to be mended.
    assert page.update_key.text() == "secret"
    assert page.refusals["update_key"].isVisible()
    assert kept(desk) == {}


async def test_what_was_told_from_outside_cannot_be_chosen(desk: Desk) -> None:
    await enter(desk)
    told_source = ReleaseSource(ADDRESS, public())
    page = desk.window.settings
    page.show_settings(replace(desk.settings, told_source=told_source))
    desk.window.open_page(Page.SETTINGS)
    assert (page.update_manifest.text(), page.update_key.text()) == (ADDRESS, public())
    assert not page.update_manifest.isEnabled()
    assert not page.update_key.isEnabled()


def test_a_notice_takes_no_focus_and_comes_last(window: MainWindow) -> None:
    window.show_pages()
    window.activateWindow()
    window.annotations.filter.setFocus()
    window.release_bar.show_release(RELEASE)
    assert window.annotations.filter.hasFocus()
    seen = []
    for _ in range(60):
        focused = QApplication.focusWidget()
        if focused is None or focused in seen:
            break
        seen.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    bar = window.release_bar
    places = [seen.index(each) for each in (bar.download, bar.later, bar.skip)]
    assert places == sorted(places)
    assert bar.accessibleName().startswith("Version 1.2.0 is there. Results open")
    assert bar.skip.accessibleName() == "Skip this version, version 1.2.0"


@pytest.mark.usefixtures("german")
def test_a_notice_is_german_too(window: MainWindow) -> None:
    window.release_bar.show_release(RELEASE)
    assert window.release_bar.title.text() == "Version 1.2.0 ist da"
    assert window.release_bar.later.text() == "Später"


def test_a_long_sentence_fits_into_the_smallest_window(window: MainWindow) -> None:
    window.show_pages()
    window.resize(window.minimumSize())
    window.release_bar.show_release(replace(RELEASE, summary="A word and more. " * 11))
    QApplication.processEvents()
    bar = window.release_bar
    assert window.size() == window.minimumSize()
    assert bar.summary.height() >= bar.summary.heightForWidth(bar.summary.width())
    assert bar.skip.geometry().right() < bar.width()
    assert bar.height() < 100
