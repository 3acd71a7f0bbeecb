"""The sign-in where the service says: asked for, remembered, and changed when it says another."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime

import httpx2
from pydantic import ValidationError

from backend.wire import ServiceConfig
from desktop.auth.endpoints import GlobusEndpoints
from desktop.auth.errors import OWED, REFUSED, UNTOLD
from desktop.auth.notes import SignInNotes
from desktop.auth.session import Session
from desktop.auth.sign_in import BrowserSignIn
from desktop.auth.vault import MemoryVault, TokenVault, choose_vault
from desktop.client.api import service_config
from desktop.client.network import Network
from desktop.errors import (
    DesktopError,
    ForbiddenError,
    KeyringLockedError,
    KeyringRefusedError,
    OfflineError,
    ServerFaultError,
    SignedOutError,
    SignedOutEverywhereError,
    gist,
)
from desktop.sentences import said
from desktop.settings import Settings
from desktop.store.memory import StoredMemory

PATIENCE_SECONDS = 5.0
"""So long a person who signs in waits for what is known already, or for a Globus of the past."""

_CONFIG = "config "
_log = logging.getLogger(__name__)


class ServiceSignIn:
    """The sign-in that the configured service asks for; is `desktop.auth.ports.SignIn`.

    Where to sign in is asked of the service, and remembered for starts without it: the remembered
    goes first, so that a service that fails keeps nobody out.

    Args:
        open_url: opens the system's browser; called in the loop's thread.
        patience: for answers that can be done without, in seconds.

    Attributes:
        account: the id of the account that the sign-in is for; "" while that is not known.
    """

    def __init__(
        self,
        settings: Settings,
        http: httpx2.AsyncClient,
        memory: StoredMemory,
        open_url: Callable[[str], object],
        network: Network,
        *,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._network, self._server = network, settings.server
        self._note, self._notes = _CONFIG + settings.server, SignInNotes(memory, settings.server)
        self.account = ""
        self._is_new, self._patience = False, patience
        self._http, self._memory, self._open_url = http, memory, open_url
        self._browser: BrowserSignIn | None = None
        # One that is not kept, beside what the keyring may have.
        self._once: BrowserSignIn | None = None
        self._config: ServiceConfig | None = None
        self._sign_out_page = ""
        self._lock = asyncio.Lock()

    @property
    def kept(self) -> bool:
        """Whether the sign-in outlives the app."""
        browser = self._once or self._browser
        return browser is None or browser.kept

    @property
    def sign_out_page(self) -> str:
        """Where a browser is signed out at Globus; "" while that is not known."""
        return self._sign_out_page

    async def restore(self) -> bool:
        """Return whether a kept sign-in was found; one that was signed out is removed instead.

        Raises:
            OfflineError: it is removed, and Globus could not be told.
        """
        browser = await self._connected()
        if await self._notes.is_owed():
            if not await self.sign_out():
                raise OfflineError(UNTOLD)
            return False
        found = await browser.restore()
        if found:
            self.account = await self._notes.account()
        return found

    async def refresh(self) -> None:
        """Ask where to sign in and remember it for the next time; what fails is logged."""
        try:
            await self._asked()
        except DesktopError as error:
            _log.info("where to sign in is not known anew: %s", gist(error))

    async def sign_in(
        self,
        show_link: Callable[[str], None],
        show_trouble: Callable[[DesktopError], None],
        *,
        keep: bool = True,
    ) -> None:
        """Sign in by the browser; *show_link* gets the address as soon as it is known.

        *show_trouble* gets what keeps a browser from opening.  Unless it is to *keep* the sign-in,
        the keyring is left as it is.
        """
        browser = await self._connected(anew=True)
        if not keep and self._config is not None:
            browser = self._make(self._config, MemoryVault())
        await browser.sign_in(show_link, show_trouble)
        self._once = None if keep else browser
        self._is_new, self.account = True, ""
        if keep:
            # What was to be removed is replaced.
            await self._notes.settle()
            await self._notes.forget_once()

    async def sign_out(self) -> bool:
        """End the sign-in here, then at Globus; return False if Globus could not be told.

        That it is to be done is noted until it is, so that a keyring that is locked does not bring
        the person back in.

        Raises:
            KeyringLockedError: the keyring did not give up what it keeps; `restore` tries it again.
        """
        self.account = ""
        await self._notes.owe()
        try:
            told = await self._end()
        except KeyringLockedError as error:
            if self._notes.is_owing:
                # Where the disk was full, jobs are forgotten by now.
                await self._notes.owe()
            refused = isinstance(error, KeyringRefusedError)
            raise type(error)(REFUSED if refused else OWED) from error
        await self._notes.settle()
        return told

    async def _end(self) -> bool:
        """End what is kept and what is not, side by side: each may take long."""
        kept, once, self._once = await self._connected(), self._once, None
        ended = [browser.sign_out() for browser in (kept, once) if browser is not None]
        return all(await asyncio.gather(*ended))

    async def confirm(self, account: str, now: datetime, ended: datetime | None) -> None:
        """Note when the sign-in began; raise SignedOutEverywhereError if it is of before *ended*.

        One of unknown beginning counts as old; a disk that fails signs nobody out.  The id of its
        *account* goes with each request from now on.
        """
        self.account = account
        try:
            await self._confirm(now, ended)
        except (sqlite3.Error, OSError) as error:
            _log.warning("when the sign-in began is not remembered: %s", error)

    async def _confirm(self, now: datetime, ended: datetime | None) -> None:
        once = self._once is not None
        noted = None if self._is_new else await self._notes.began(once=once)
        if ended is not None and not self._is_new and not _is_after(noted, ended):
            raise SignedOutEverywhereError
        if noted is None:
            await self._notes.begin(now, once=once)
            self._is_new = False

    async def authorization_header(self, *, renew: bool = False) -> str:
        """Return a valid ``Authorization`` header."""
        if self._notes.is_owing and self._once is None:
            raise SignedOutError
        browser = self._once or await self._connected()
        return await browser.authorization_header(renew=renew)

    async def _connected(self, *, anew: bool = False) -> BrowserSignIn:
        """Return the sign-in; *anew* one at where the service says now, if it says anything."""
        async with self._lock:
            if self._browser is None or anew:
                config = await (self._asked_first() if anew else self._remembered_first())
                if self._browser is None or config != self._config:
                    await self._leave_former()
                    self._sign_out_page = f"{config.globus_url.rstrip('/')}/v2/web/logout"
                    self._browser = await asyncio.to_thread(self._make_kept, config)
                    self._config = config
            return self._browser

    async def _leave_former(self) -> None:
        """Forget a sign-in in whose place another comes: nobody would ask for its tokens again."""
        if self._browser is None:
            return
        try:
            async with asyncio.timeout(self._patience):
                await self._browser.sign_out()
        except (DesktopError, TimeoutError) as error:
            _log.warning("the former sign-in was not ended: %s", gist(error))

    def _make_kept(self, config: ServiceConfig) -> BrowserSignIn:
        return self._make(config, choose_vault(_endpoints(config).vault_service))

    def _make(self, config: ServiceConfig, vault: TokenVault) -> BrowserSignIn:
        session = Session(_endpoints(config), vault, network=self._network)
        return BrowserSignIn(session, self._open_url)

    async def _remembered_first(self) -> ServiceConfig:
        return await self._remembered() or await self._asked()

    async def _asked_first(self) -> ServiceConfig:
        known = self._config or await self._remembered()
        if known is None:
            return await self._asked()
        try:
            async with asyncio.timeout(self._patience):
                return await self._asked()
        except (DesktopError, TimeoutError) as error:
            _log.info("where to sign in is not known anew: %s", gist(error))
            return known

    async def _remembered(self) -> ServiceConfig | None:
        try:
            note = await self._memory.note(self._note)
            return ServiceConfig.model_validate_json(note) if note else None
        except (sqlite3.Error, OSError, ValidationError) as error:
            _log.warning("where to sign in is not remembered: %s", gist(error))
            return None

    async def _asked(self) -> ServiceConfig:
        """Ask the service where to sign in, and remember it.

        Raises:
            ForbiddenError: what answers is no annotation service, for those tell everybody.
        """
        try:
            config = await service_config(self._http)
        except (ForbiddenError, SignedOutError, ServerFaultError) as error:
            if isinstance(error, ServerFaultError) and not _is_of_another(error):
                raise
            words = said(
                "No annotation service that this app knows answers at {server}. Another server can "
                "be entered under “Connection…”.",
                server=self._server,
            )
            raise ForbiddenError(words) from error
        try:
            await self._memory.write_note(self._note, config.model_dump_json())
        except (sqlite3.Error, OSError) as error:
            _log.warning("where to sign in is not remembered: %s", error)
        return config


def _endpoints(config: ServiceConfig) -> GlobusEndpoints:
    return GlobusEndpoints(
        auth_url=config.globus_url,
        desktop_client_id=config.client_id,
        resource_server=config.resource_server,
        scope=config.scope,
    )


def _is_of_another(error: ServerFaultError) -> bool:
    """Return whether something was answered that none of our services would."""
    return isinstance(error.__cause__, ValidationError)


def _is_after(noted: str | None, moment: datetime) -> bool:
    """Return whether a noted time is later; what cannot be read is not."""
    try:
        return noted is not None and datetime.fromisoformat(noted) > moment
    except (TypeError, ValueError):
        return False
