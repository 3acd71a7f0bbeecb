"""The person's sign-in: begun, renewed, ended; for all threads of the app."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from enum import StrEnum

from globus_sdk.token_storage import TokenStorageData

from desktop.auth.endpoints import GlobusEndpoints
from desktop.auth.errors import SignInError
from desktop.auth.flow import TIME_LIMIT_SECONDS
from desktop.auth.globus import GlobusConnection
from desktop.auth.storage import VaultTokenStorage
from desktop.auth.vault import MemoryVault, TokenVault
from desktop.client.network import Network
from desktop.errors import KeyringLockedError, OfflineError, SignedOutError
from desktop.sentences import said

_STANDARD = Network()


class SessionState(StrEnum):
    """What is known of the sign-in; "locked" is not "signed out"."""

    SIGNED_OUT = "signed_out"
    LOCKED = "locked"
    SIGNED_IN = "signed_in"


class Session:
    """One person's sign-in at one registration.

    Every method may block on the network or the keyring; all can be called from any thread.

    Args:
        endpoints: where to sign in.
        vault: where the tokens are kept.
        seconds: how long a person may take to sign in.
        network: how Globus is reached.

    Attributes:
        state: what was true when it was last looked at.
        vault: where the tokens are kept.
    """

    def __init__(
        self,
        endpoints: GlobusEndpoints,
        vault: TokenVault,
        *,
        seconds: float = TIME_LIMIT_SECONDS,
        network: Network = _STANDARD,
    ) -> None:
        self.state = SessionState.SIGNED_OUT
        self.vault = vault
        self._endpoints = endpoints
        self._seconds, self._network = seconds, network
        self._storage = VaultTokenStorage(vault, endpoints.scopes)
        self._lock = threading.RLock()
        self._connection: GlobusConnection | None = None
        self._waiting_lock = threading.Lock()
        self._waiting: GlobusConnection | None = None

    def restore(self) -> SessionState:
        """Look for a kept sign-in, and return the state."""
        with self._lock:
            try:
                complete = self._storage.is_complete()
            except KeyringLockedError:
                self.state = SessionState.LOCKED
            else:
                self.state = SessionState.SIGNED_IN if complete else SessionState.SIGNED_OUT
            return self.state

    def sign_in(self, open_url: Callable[[str], object]) -> None:
        """Sign in by the browser, in place of whoever is signed in.

        Args:
            open_url: gets the address for the browser; called in this thread.

        Raises:
            SignInError: it did not come about; see `desktop.auth.errors`.
            KeyringLockedError: the tokens could not be kept.
            OfflineError: Globus cannot be reached.
        """
        if self.restore() is SessionState.LOCKED:
            raise KeyringLockedError
        # The new tokens are set apart until all is well, so that a failure changes nothing.
        staging = VaultTokenStorage(MemoryVault(), self._endpoints.scopes)
        connection = GlobusConnection(
            self._endpoints, staging, open_url, self._seconds, self._network
        )
        with closing(connection), self._cancellable(connection):
            connection.log_in()
            self._take_over(staging, connection)

    def cancel(self) -> None:
        """End a sign-in that waits for the browser; nothing happens if none does."""
        with self._waiting_lock:
            if self._waiting is not None:
                self._waiting.cancel()

    def authorization_header(self, *, renew: bool = False) -> str:
        """Return a valid ``Authorization`` header, renewed shortly before its token ends.

        Args:
            renew: get a new token in any case, as after the service has refused the last one.

        Raises:
            SignedOutError: nobody is signed in, or Globus has ended the sign-in.
            KeyringLockedError: the tokens cannot be read now.
            OfflineError: the token must be renewed and Globus cannot be reached. The sign-in
                stays as it is.
        """
        with self._lock:
            try:
                return self._connected().authorization_header(renew=renew)
            except KeyringLockedError:
                self.state = SessionState.LOCKED
                raise
            except SignedOutError:
                self._forget()
                raise

    def sign_out(self) -> bool:
        """Forget the tokens and revoke them; return False if Globus could not be told.

        They are forgotten first, and while a token is being renewed, too: Globus may be silent for
        longer than the app is open.

        Raises:
            KeyringLockedError: the tokens cannot be read, or not be forgotten; those that can be
                read are revoked all the same.
        """
        kept: dict[str, TokenStorageData] = {}
        try:
            kept = self._storage.get_token_data_by_resource_server()
            self._storage.remove_all()
            with self._lock:
                # What was renewed meanwhile is kept again.
                kept |= self._storage.get_token_data_by_resource_server()
                self._forget()
        except KeyringLockedError:
            with self._lock:
                # What is known of the tokens is good for no more requests.
                self.close()
                self.state = SessionState.LOCKED
            raise
        finally:
            told = not kept or self._revoke(kept)
        return told

    def close(self) -> None:
        """Let go of connections; the sign-in stays."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _cancellable(self, connection: GlobusConnection) -> Iterator[None]:
        with self._waiting_lock:
            if self._waiting is not None:
                raise SignInError(said("A sign-in is waiting for the browser already."))
            self._waiting = connection
        try:
            yield
        finally:
            with self._waiting_lock:
                self._waiting = None

    def _take_over(self, staging: VaultTokenStorage, connection: GlobusConnection) -> None:
        """Keep the new tokens in place of the old; where the keyring refuses, revoke them.

        The old ones are revoked when they are gone.  Nobody waits for Globus meanwhile.
        """
        gone: dict[str, TokenStorageData] = {}
        try:
            with self._lock:
                old = self._storage.get_token_data_by_resource_server()
                self._forget()
                gone = old
                self._storage.store_token_data_by_resource_server(
                    staging.get_token_data_by_resource_server()
                )
                self.state = SessionState.SIGNED_IN
        except KeyringLockedError:
            self.state = SessionState.LOCKED
            connection.log_out()
            raise
        finally:
            if gone:
                self._revoke(gone)

    def _connected(self) -> GlobusConnection:
        if self._connection is None:
            if not self._storage.is_complete():
                raise SignedOutError
            self._connection = GlobusConnection(
                self._endpoints, self._storage, network=self._network
            )
        self.state = SessionState.SIGNED_IN
        return self._connection

    def _revoke(self, tokens: dict[str, TokenStorageData]) -> bool:
        """Have tokens revoked that are kept nowhere any more; return whether that worked."""
        held = VaultTokenStorage(MemoryVault(), self._endpoints.scopes)
        held.store_token_data_by_resource_server(tokens)
        with closing(GlobusConnection(self._endpoints, held, network=self._network)) as connection:
            try:
                connection.log_out()
            except OfflineError:
                return False
            return True

    def _forget(self) -> None:
        self.close()
        self._storage.remove_all()
        self.state = SessionState.SIGNED_OUT
