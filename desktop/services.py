"""Everything behind the window, put together: network, keyring, disk.

Importing this takes a while, so it is done after the window has been painted.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime

import httpx2
from pydantic import ValidationError

from backend import __version__
from backend.wire import ServiceConfig
from desktop.auth.endpoints import GlobusEndpoints
from desktop.auth.session import Session
from desktop.auth.sign_in import BrowserSignIn
from desktop.auth.vault import choose_vault
from desktop.client.api import ApiClient, service_config
from desktop.client.connection import Authorization, Connection
from desktop.client.events import EventStream
from desktop.client.network import Network, usable_address
from desktop.client.variants import VariantsClient
from desktop.errors import OfflineError, SignedOutEverywhereError
from desktop.ports import SignIn
from desktop.settings import Settings
from desktop.store.filters import StoredFilters
from desktop.store.journal import Journal
from desktop.store.memory import StoredMemory
from desktop.store.queue import StoredQueue
from desktop.transfer.transfers import FileTransfers
from desktop.update.check import ReleaseCheck

_TIMEOUT = httpx2.Timeout(30.0, connect=10.0)
_CONFIG = "config "
_BEGAN = "signed in "
_log = logging.getLogger(__name__)
JOURNAL = "transfers.sqlite"
FILTERS = "filters.sqlite"


@dataclass(frozen=True, slots=True)
class Services:
    """What the window works with; close it when the window is gone."""

    sign_in: SignIn
    api: ApiClient
    updates: EventStream
    transfers: FileTransfers
    memory: StoredMemory
    queue: StoredQueue
    variants: VariantsClient
    filters: StoredFilters
    releases: ReleaseCheck
    http: httpx2.AsyncClient

    async def close(self) -> None:
        """Let go of connections, threads and files; tasks must have ended before."""
        async with AsyncExitStack() as rest:
            # Each is closed even if another fails: http first, then from the last to the first.
            for close in (self.queue.close, self.memory.close, self.transfers.close):
                rest.push_async_callback(asyncio.to_thread, close)
            await self.http.aclose()


def open_services(settings: Settings, open_url: Callable[[str], object]) -> Services:
    """Return the services of the configured server; nothing is asked of it yet.

    Args:
        settings: where things are.
        open_url: opens the system's browser; called in the loop's thread.
    """
    memory = StoredMemory(settings.data / "app.sqlite")
    network = Network(settings.choices.proxy, settings.choices.certificates)
    options = network.options()
    base = usable_address(settings.server)
    http = httpx2.AsyncClient(base_url=base, timeout=_TIMEOUT, **options)
    sign_in = ServiceSignIn(settings, http, memory, open_url, network)
    journal = Journal(settings.data / JOURNAL)
    filters = StoredFilters(settings.data / FILTERS)
    return signed_services(
        http,
        memory,
        journal,
        filters=filters,
        sign_in=sign_in,
        authorization=sign_in,
        files=httpx2.Client(timeout=_TIMEOUT, **options),
    )


def signed_services(
    http: httpx2.AsyncClient,
    memory: StoredMemory,
    journal: Journal,
    *,
    filters: StoredFilters,
    sign_in: SignIn,
    authorization: Authorization,
    files: httpx2.Client | None = None,
) -> Services:
    """Return the services for requests that *authorization* signs; *files* moves the bytes."""
    connection = Connection(http, authorization)
    api = ApiClient(connection)
    return Services(
        sign_in=sign_in,
        api=api,
        updates=EventStream(connection),
        transfers=FileTransfers(api, files or httpx2.Client(timeout=_TIMEOUT), journal),
        memory=memory,
        queue=StoredQueue(journal),
        variants=VariantsClient(connection),
        filters=filters,
        releases=ReleaseCheck(http, memory, __version__),
        http=http,
    )


class ServiceSignIn:
    """The sign-in that the configured service asks for; is `desktop.ports.SignIn`.

    Where to sign in is asked of the service once, and remembered for starts without a network.
    """

    def __init__(
        self,
        settings: Settings,
        http: httpx2.AsyncClient,
        memory: StoredMemory,
        open_url: Callable[[str], object],
        network: Network,
    ) -> None:
        self._network = network
        self._note, self._began = _CONFIG + settings.server, _BEGAN + settings.server
        self._is_new = False
        self._http, self._memory, self._open_url = http, memory, open_url
        self._browser: BrowserSignIn | None = None
        self._sign_out_page = ""
        self._lock = asyncio.Lock()

    @property
    def kept(self) -> bool:
        """Whether the sign-in outlives the app."""
        return self._browser is None or self._browser.kept

    @property
    def sign_out_page(self) -> str:
        """Where a browser is signed out at Globus; "" while that is not known."""
        return self._sign_out_page

    async def restore(self) -> bool:
        """Return whether a kept sign-in was found."""
        return await (await self._connected()).restore()

    async def sign_in(self, show_link: Callable[[str], None]) -> None:
        """Sign in by the browser; *show_link* gets the address as soon as it is known."""
        await (await self._connected()).sign_in(show_link)
        self._is_new = True

    async def sign_out(self) -> None:
        """End the sign-in here and, if it can be reached, at Globus."""
        await (await self._connected()).sign_out()

    async def confirm(self, now: datetime, ended: datetime | None) -> None:
        """Note when the sign-in began; raise SignedOutEverywhereError if it is of before *ended*.

        One of unknown beginning counts as old; a disk that fails signs nobody out.
        """
        try:
            await self._confirm(now, ended)
        except (sqlite3.Error, OSError) as error:
            _log.warning("when the sign-in began is not remembered: %s", error)

    async def _confirm(self, now: datetime, ended: datetime | None) -> None:
        noted = None if self._is_new else await self._memory.note(self._began)
        if ended is not None and not self._is_new and not _is_after(noted, ended):
            raise SignedOutEverywhereError
        if noted is None:
            await self._memory.write_note(self._began, now.isoformat())
            self._is_new = False

    async def authorization_header(self, *, renew: bool = False) -> str:
        """Return a valid ``Authorization`` header."""
        return await (await self._connected()).authorization_header(renew=renew)

    async def _connected(self) -> BrowserSignIn:
        async with self._lock:
            if self._browser is None:
                config = await self._config()
                self._sign_out_page = f"{config.globus_url.rstrip('/')}/v2/web/logout"
                self._browser = await asyncio.to_thread(self._make, config)
            return self._browser

    def _make(self, config: ServiceConfig) -> BrowserSignIn:
        endpoints = GlobusEndpoints(
            auth_url=config.globus_url,
            desktop_client_id=config.client_id,
            resource_server=config.resource_server,
            scope=config.scope,
        )
        vault = choose_vault(endpoints.vault_service)
        session = Session(endpoints, vault, network=self._network)
        return BrowserSignIn(session, self._open_url)

    async def _config(self) -> ServiceConfig:
        try:
            config = await service_config(self._http)
        except OfflineError:
            remembered = await self._memory.note(self._note)
            if remembered is None:
                raise
            try:
                return ServiceConfig.model_validate_json(remembered)
            except ValidationError:
                raise OfflineError from None
        await self._memory.write_note(self._note, config.model_dump_json())
        return config


def _is_after(noted: str | None, moment: datetime) -> bool:
    """Return whether a noted time is later; what cannot be read is not."""
    try:
        return noted is not None and datetime.fromisoformat(noted) > moment
    except (TypeError, ValueError):
        return False
