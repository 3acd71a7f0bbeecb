"""What is behind the window: it opens whatever the settings say, and closes as a whole."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.auth.service import ServiceSignIn
from desktop.choices import Choices
from desktop.errors import DesktopError, OfflineError, SignedOutEverywhereError
from desktop.services import Services, open_services
from desktop.settings import Settings
from desktop.transfer.transfers import FileTransfers
from tests.fakes.clock import START
from tests.fakes.service import CONFIG

HOUR = timedelta(hours=1)
ADA = "a" * 32


def opened(folder: Path, server: str, proxy: str = "") -> Services:
    # Choices refuse such a proxy; the address may come from the command line, too.
    choices = Choices.model_construct(proxy=proxy)
    settings = Settings(server, folder / "data", folder / "Downloads", choices=choices)
    return open_services(settings, lambda _url: None)


@pytest.mark.parametrize("server", ["http://gas.test:abc", "http://[::1", "http://☃.test"])
def test_an_address_that_is_none_is_a_service_that_cannot_be_reached(
    tmp_path: Path, server: str
) -> None:
    async def start() -> None:
        services = opened(tmp_path, server)
        try:
            with pytest.raises(OfflineError):
                await services.sign_in.restore()
        finally:
            await services.close()

    asyncio.run(start())


@pytest.mark.parametrize("proxy", ["/", "http://proxy:abc", "http://[::1"])
def test_a_proxy_that_is_none_is_left_out(tmp_path: Path, proxy: str) -> None:
    async def start() -> None:
        services = opened(tmp_path, "http://127.0.0.1:9", proxy)
        await services.close()
        assert services.http.is_closed

    asyncio.run(start())


class BrokenTransfers:
    """Closes, and says then that it could not."""

    def __init__(self, transfers: FileTransfers) -> None:
        self._transfers = transfers

    def close(self) -> None:
        self._transfers.close()
        raise sqlite3.OperationalError


def test_what_cannot_be_closed_keeps_nothing_else_open(tmp_path: Path) -> None:
    async def end() -> None:
        services = opened(tmp_path, "http://127.0.0.1:9")
        broken: Any = BrokenTransfers(services.transfers)
        with pytest.raises(sqlite3.OperationalError):
            await replace(services, transfers=broken).close()
        assert services.http.is_closed
        for work in (services.memory.load(), services.queue.load("ada")):
            with pytest.raises(RuntimeError, match="shutdown"):
                await work

    asyncio.run(end())


class Browser:
    """A sign-in that comes about."""

    async def sign_in(
        self, show_link: Callable[[str], None], _show_trouble: Callable[[DesktopError], None]
    ) -> None:
        show_link("")


def test_a_sign_in_from_before_all_were_ended_is_over_also_after_a_restart(tmp_path: Path) -> None:
    async def use(work: Callable[[ServiceSignIn], Coroutine[Any, Any, None]]) -> None:
        services = opened(tmp_path, "http://127.0.0.1:9")
        try:
            assert isinstance(services.sign_in, ServiceSignIn)
            await work(services.sign_in)
        finally:
            await services.close()

    async def first(sign_in: ServiceSignIn) -> None:
        await sign_in.confirm(ADA, START, None)
        await sign_in.confirm(ADA, START + 2 * HOUR, START - HOUR)

    async def later(sign_in: ServiceSignIn) -> None:
        for ended in (START, START + HOUR):
            with pytest.raises(SignedOutEverywhereError):
                await sign_in.confirm(ADA, START + 2 * HOUR, ended)
        sign_in._browser, sign_in._config = Browser(), CONFIG  # type: ignore[assignment]
        await sign_in.sign_in(lambda _link: None, lambda _error: None)
        await sign_in.confirm(ADA, START + 2 * HOUR, START + HOUR)

    async def at_last(sign_in: ServiceSignIn) -> None:
        await sign_in.confirm(ADA, START + 3 * HOUR, START + HOUR)

    for work in (first, later, at_last):
        asyncio.run(use(work))


def test_a_sign_in_of_unknown_beginning_counts_as_old(tmp_path: Path) -> None:
    async def start() -> None:
        services = opened(tmp_path, "http://127.0.0.1:9")
        try:
            with pytest.raises(SignedOutEverywhereError):
                await services.sign_in.confirm(ADA, START + HOUR, START)
        finally:
            await services.close()

    asyncio.run(start())
