"""A keyring that is locked or takes nothing keeps nobody out, and nobody in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import keyring
import pytest
from keyring.errors import KeyringLocked, PasswordDeleteError
from typing_extensions import override

from desktop.auth.endpoints import GlobusEndpoints
from desktop.auth.errors import OWED, REFUSED
from desktop.auth.service import ServiceSignIn
from desktop.auth.vault import KeyringVault
from desktop.client.network import Network
from desktop.errors import DesktopError, KeyringLockedError, KeyringRefusedError
from desktop.sentences import Sentence
from desktop.settings import Settings
from desktop.store.memory import StoredMemory
from desktop.ui.views.main_window import MainWindow
from tests.desktop.clicks import answer, click, enter
from tests.desktop.desk import Desk, eventually, open_desk
from tests.desktop.http_service import HttpService
from tests.fakes.keyring import FakeKeyring
from tests.fakes.service import CONFIG
from tests.unit.desktop.kept_tokens import keep_tokens

LOCKED = KeyringLocked("dismissed")
HERE = CONFIG.model_copy(update={"globus_url": "http://127.0.0.1:9"})
"""A Globus that cannot be told of anything."""


class StubbornKeyring(FakeKeyring):
    """Gives what it keeps, and lets go of nothing."""

    @override
    def delete_password(self, service: str, username: str) -> None:
        self._check()
        raise PasswordDeleteError("read only")


@pytest.mark.usefixtures("arun")
@pytest.mark.parametrize("everywhere", [False, True])
@pytest.mark.parametrize(
    "case",
    [(FakeKeyring(), LOCKED, OWED), (StubbornKeyring(), None, REFUSED)],
    ids=["locked", "refusing"],
)
async def test_who_signed_out_is_not_let_in_by_the_next_click(
    window: MainWindow,
    service: HttpService,
    tmp_path: Path,
    case: tuple[FakeKeyring, Exception | None, Sentence],
    *,
    everywhere: bool,
) -> None:
    backend, trouble, words = case
    backend.trouble, before = None, keyring.get_keyring()
    endpoints = GlobusEndpoints(HERE.globus_url, HERE.client_id, HERE.resource_server, HERE.scope)
    keep_tokens(KeyringVault(backend, endpoints.vault_service), endpoints, "token-of-ada")
    keyring.set_keyring(backend)
    memory = StoredMemory(tmp_path / "app.sqlite")
    await memory.write_note(f"config {service.url}", HERE.model_dump_json())
    try:
        async with httpx2.AsyncClient(base_url=service.url) as http:
            settings = Settings(service.url, tmp_path, tmp_path)
            sign_in: Any = ServiceSignIn(settings, http, memory, lambda _url: None, Network())
            desk = open_desk(window, service.url, tmp_path, sign_in)
            session, page = desk.actions.session, window.sign_in
            session.begin()
            await eventually(lambda: session.me)
            backend.trouble = trouble
            if everywhere:
                session.leave()
                await answer(desk, "go")
            else:
                session.sign_out()
            await eventually(page.problem.isVisible)
            assert page.problem.text() == str(words)
            # What is known of the tokens opens nothing any more.
            with pytest.raises(DesktopError):
                await desk.services.api.me()
            session.begin()
            await eventually(page.retry.isVisible)
            assert page.locked.text() == str(words)
            backend.trouble = None
            click(page.retry)
            if trouble is None:
                await desk.actions.tasks.idle()
            else:
                await eventually(page.sign_in.isVisible)
                assert backend.secrets == {}
            assert not window.is_signed_in
            await desk.close()
    finally:
        keyring.set_keyring(before)
        memory.close()


@pytest.mark.parametrize("error", [KeyringLockedError(), KeyringRefusedError()])
async def test_a_keyring_that_is_no_good_keeps_nobody_out(
    desk: Desk, error: KeyringLockedError
) -> None:
    desk.sign_in.found = error
    desk.actions.session.begin()
    page = desk.window.sign_in
    await eventually(page.once.isVisible)
    assert page.locked.text() == error.remedy
    desk.sign_in.browser.set()
    click(page.once)
    await eventually(lambda: desk.window.is_signed_in)
    assert not desk.sign_in.kept
    assert "memory" in desk.window.banners.shown


async def test_an_ordinary_sign_in_is_kept(desk: Desk) -> None:
    await enter(desk)
    desk.actions.session.sign_out()
    await eventually(desk.window.sign_in.sign_in.isVisible)
    await desk.actions.tasks.idle()
    desk.sign_in.browser.set()
    click(desk.window.sign_in.sign_in)
    await eventually(lambda: desk.window.is_signed_in)
    assert desk.sign_in.kept
    assert "memory" not in desk.window.banners.shown
