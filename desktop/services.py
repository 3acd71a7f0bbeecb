"""Everything behind the window, put together: network, keyring, disk.

Importing this takes a while, so it is done after the window has been painted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import httpx2
from pydantic import ValidationError

from backend.wire import ServiceConfig
from desktop.auth.endpoints import GlobusEndpoints
from desktop.auth.session import Session
from desktop.auth.sign_in import BrowserSignIn
from desktop.auth.vault import choose_vault
from desktop.client.api import ApiClient, service_config
from desktop.client.connection import Authorization, Connection
from desktop.client.events import EventStream
from desktop.errors import OfflineError
from desktop.ports import SignIn
from desktop.settings import Settings
from desktop.store.memory import StoredMemory
from desktop.transfer.transfers import FileTransfers

_TIMEOUT = httpx2.Timeout(30.0, connect=10.0)
_CONFIG = "config "


@dataclass(frozen=True, slots=True)
class Services:
    """What the window works with; close it when the window is gone."""

    sign_in: SignIn
    api: ApiClient
    updates: EventStream
    transfers: FileTransfers
    memory: StoredMemory
    http: httpx2.AsyncClient

    async def close(self) -> None:
        """Let go of connections, threads and files; tasks must have ended before."""
        await self.http.aclose()
        await asyncio.to_thread(self.transfers.close)
        await asyncio.to_thread(self.memory.close)
