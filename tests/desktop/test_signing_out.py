"""Signing out everywhere, from one of two machines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.errors import SignedOutEverywhereError
from desktop.store.book import JobBook
from desktop.ui.models.jobs import JobsModel
from desktop.ui.sample import NOW
from desktop.ui.theme.theme import Theme
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.sidebar import Page
from tests.desktop.clicks import answer, click, enter
from tests.desktop.conftest import Run
from tests.desktop.desk import Desk, FakeSignIn, eventually, open_desk
from tests.desktop.http_service import HttpService
from tests.fakes.clock import FakeClock


@pytest.fixture
def other(
    qtbot: QtBot, theme: Theme, service: HttpService, tmp_path: Path, arun: Run
) -> Iterator[Desk]:
    """The app of the same person on another machine."""
    model = JobsModel(JobBook(), lambda: NOW)
    window = MainWindow(model, theme)
    model.setParent(window)
    window.show()
    qtbot.waitExposed(window)
    made = open_desk(window, service.url, tmp_path / "elsewhere", FakeSignIn())
    yield made
    arun(made.close())
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


async def test_signing_out_everywhere_ends_the_browser_s_sign_in_too(desk: Desk) -> None:
    await enter(desk)
    desk.window.open_page(Page.ACCOUNT)
    click(desk.window.account.leave)
    await answer(desk, "back")
    assert desk.window.is_signed_in
    click(desk.window.account.leave)
    await answer(desk, "go")
    await eventually(lambda: desk.opened)
    assert desk.opened == ["https://auth.globus.test/v2/web/logout"]
    assert not desk.window.is_signed_in
    assert desk.sign_in.token == ""
    assert desk.window.sign_in.problem.text() == ""


async def test_signing_out_everywhere_signs_out_the_apps_on_other_machines(
    desk: Desk, service: HttpService, other: Desk
) -> None:
    await enter(desk)
    await enter(other)
    desk.window.open_page(Page.ACCOUNT)
    click(desk.window.account.leave)
    await answer(desk, "go")
    await eventually(lambda: not other.window.is_signed_in)
    assert other.window.sign_in.problem.text() == SignedOutEverywhereError.remedy
    # Its own tokens are given back rather than renewed.
    await eventually(lambda: other.sign_in.token == "")
    assert other.sign_in.renewals == 0
    assert service.fakes.accounts.get(ada(service)).signed_out_at == service.fakes.clock()


async def test_a_machine_that_was_off_for_longer_than_its_token_lives_is_signed_out_too(
    service: HttpService, other: Desk
) -> None:
    await enter(other)
    fakes = service.fakes
    fakes.live.tell = lambda _account: None  # type: ignore[method-assign]
    fakes.signing_out.everywhere(ada(service))
    later = fakes.clock() + timedelta(days=3)
    # Its token has been renewed before anything was asked with it, so the service lets it in.
    other.sign_in.token = f"token-of-ada@{later.isoformat()}"
    other.actions.session.refresh_me()
    await eventually(lambda: not other.window.is_signed_in)
    assert other.window.sign_in.problem.text() == SignedOutEverywhereError.remedy
    await eventually(lambda: other.sign_in.token == "")
    other.sign_in.token = f"token-of-ada@{later.isoformat()}"
    other.sign_in.browser.set()
    # Who signs in anew begins later than that.
    clock = fakes.clock
    assert isinstance(clock, FakeClock)
    clock.advance(timedelta(days=3))
    other.actions.session.sign_in()
    await eventually(lambda: other.actions.session.me is not None)
    assert other.window.is_signed_in


async def test_who_cannot_reach_the_service_is_told_that_the_others_stay_signed_in(
    desk: Desk, service: HttpService
) -> None:
    await enter(desk)
    desk.window.open_page(Page.ACCOUNT)
    desk.sign_in.token = "globus-is-down"
    click(desk.window.account.leave)
    await answer(desk, "go")
    await eventually(lambda: not desk.window.is_signed_in)
    assert desk.window.sign_in.problem.text().startswith("You are signed out here only")
    assert service.fakes.accounts.get(ada(service)).signed_out_at is None


def ada(service: HttpService) -> str:
    (account,) = service.fakes.accounts.all()
    return account.id
