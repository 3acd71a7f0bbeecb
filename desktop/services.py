"""Everything behind the window, put together: network, keyring, disk.

Importing this takes a while, so it is done after the window has been painted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx2

from backend import __version__
from desktop.auth.ports import SignIn
from desktop.auth.service import ServiceSignIn
from desktop.client.api import ApiClient
from desktop.client.connection import Authorization, Connection
from desktop.client.events import EventStream
from desktop.client.network import Network, usable_address
from desktop.client.variants import VariantsClient
from desktop.settings import Settings
from desktop.store.filters import StoredFilters
from desktop.store.journal import Journal
from desktop.store.memory import StoredMemory
from desktop.store.queue import StoredQueue
from desktop.transfer.transfers import FileTransfers
from desktop.transfer.uploader import growing_wait
from desktop.update.check import ReleaseCheck

_TIMEOUT = httpx2.Timeout(30.0, connect=10.0)
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
    wait: Callable[[int], float] = growing_wait,
) -> Services:
    """Return the services for requests that *authorization* signs; *files* moves the bytes.

    *wait* is as `FileTransfers` wants it.
    """
    connection = Connection(http, authorization)
    api = ApiClient(connection)
    return Services(
        sign_in=sign_in,
        api=api,
        updates=EventStream(connection),
        transfers=FileTransfers(api, files or httpx2.Client(timeout=_TIMEOUT), journal, wait),
        memory=memory,
        queue=StoredQueue(journal),
        variants=VariantsClient(connection),
        filters=filters,
        releases=ReleaseCheck(http, memory, __version__),
        http=http,
    )
