"""What is told on the page of the sign-in when something does not go its usual way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import keyring
import pytest

from desktop.auth.endpoints import GlobusEndpoints
from desktop.auth.errors import SignInCancelledError
from desktop.auth.service import ServiceSignIn
from desktop.auth.sign_in import BrowserSignIn
from desktop.auth.vault import KeyringVault
from desktop.client.network import Network
from desktop.errors import DesktopError, ForbiddenError
from desktop.platform.opening import COPY_LINK, Opener
from desktop.settings import Settings
from desktop.store.memory import StoredMemory
from desktop.ui.views.main_window import MainWindow
from tests.desktop.clicks import click, enter
from tests.desktop.conftest import Run
from tests.desktop.desk import Desk, eventually, open_desk
from tests.desktop.http_service import HttpService
from tests.fakes.keyring import FakeKeyring
from tests.fakes.service import CONFIG
from tests.unit.desktop.kept_tokens import keep_tokens

LINK = "https://auth.globus.org/authorize"


@pytest.fixture
def keyring_of_ada() -> Iterator[None]:
    before, fake = keyring.get_keyring(), FakeKeyring()
    told = CONFIG
    endpoints = GlobusEndpoints(told.globus_url, told.client_id, told.resource_server, told.scope)
    keep_tokens(KeyringVault(fake, endpoints.vault_service), endpoints, "token-of-ada")
    keyring.set_keyring(fake)
    yield
    keyring.set_keyring(before)


class CancelledSession:
    """Opens the browser, and is called off at once."""

    def sign_in(self, open_url: Callable[[str], object]) -> None:
        open_url(LINK)
        raise SignInCancelledError


async def test_without_a_browser_the_page_says_so_and_the_waiting_goes_on(desk: Desk) -> None:
    page = desk.window.sign_in
    page.show_idle()
    desk.sign_in.trouble = ForbiddenError(COPY_LINK)
    click(page.sign_in)
    await eventually(page.trouble.isVisible)
    assert page.trouble.text() == str(COPY_LINK)
    assert not page.waiting.isVisible()
    # It is of no use to say so where nothing can be copied.
    assert page.copy.isVisible()
    assert page.copy.isEnabled()
    desk.sign_in.browser.set()
    await eventually(lambda: desk.window.is_signed_in)
    # The next time the browser may be there.
    page.show_waiting()
    assert page.trouble.isHidden()
    assert not page.waiting.isHidden()


async def test_a_browser_that_does_not_open_is_no_bug(arun: Run) -> None:
    bugs: list[dict[str, Any]] = []
    links: list[str] = []
    troubles: list[DesktopError] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: bugs.append(context))
    session: Any = CancelledSession()
    opener = Opener("https://gas.test", lambda _url: False)
    try:
        sign_in = BrowserSignIn(session, opener.open_link)
        task = asyncio.create_task(sign_in.sign_in(links.append, troubles.append))
        await eventually(lambda: troubles and task.done())
        assert isinstance(task.exception(), SignInCancelledError)
    finally:
        loop.set_exception_handler(None)
    assert (links, bugs) == ([LINK], [])
    assert [error.words for error in troubles] == [COPY_LINK]


async def test_a_sign_out_that_globus_could_not_be_told_of_is_said(desk: Desk) -> None:
    await enter(desk)
    desk.sign_in.is_told = False
    desk.actions.session.sign_out()
    page = desk.window.sign_in
    await eventually(page.problem.isVisible)
    assert "Globus could not be told" in page.problem.text()
    assert page.sign_in.isVisible()
    assert desk.sign_in.token == ""


async def test_a_sign_out_that_is_told_needs_no_words(desk: Desk) -> None:
    await enter(desk)
    desk.actions.session.sign_out()
    await eventually(desk.window.sign_in.sign_in.isVisible)
    await desk.actions.tasks.idle()
    assert desk.window.sign_in.problem.isHidden()


@pytest.mark.usefixtures("arun", "keyring_of_ada")
@pytest.mark.parametrize("status", [403, 404, 502, 503])
async def test_a_service_that_does_not_say_where_to_sign_in_ends_no_kept_sign_in(
    window: MainWindow, service: HttpService, tmp_path: Path, status: int
) -> None:
    transport = httpx2.MockTransport(lambda _request: httpx2.Response(status))
    memory = StoredMemory(tmp_path / "app.sqlite")
    await memory.write_note(f"config {service.url}", CONFIG.model_dump_json())
    async with httpx2.AsyncClient(base_url=service.url, transport=transport) as http:
        settings = Settings(service.url, tmp_path, tmp_path)
        sign_in: Any = ServiceSignIn(settings, http, memory, lambda _url: None, Network())
        desk = open_desk(window, service.url, tmp_path, sign_in)
        desk.actions.session.begin()
        await eventually(lambda: desk.actions.session.me)
        assert window.is_signed_in
        await desk.close()
    memory.close()


async def test_a_kept_sign_in_is_used_before_it_is_asked_where_to_sign_in(desk: Desk) -> None:
    asked: list[bool] = []

    async def refresh() -> None:
        asked.append(desk.window.is_signed_in)

    desk.sign_in.refresh = refresh  # type: ignore[method-assign]
    await enter(desk)
    await eventually(lambda: asked)
    assert asked == [True]
