"""Ending a sign-in: what is kept on this machine goes first, whatever Globus does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from keyring.errors import KeyringError
from typing_extensions import override

from desktop.auth.endpoints import GlobusEndpoints
from desktop.auth.globus import GlobusConnection
from desktop.auth.session import Session, SessionState
from desktop.auth.storage import VaultTokenStorage
from desktop.auth.vault import KeyringVault, MemoryVault
from desktop.errors import KeyringLockedError, OfflineError
from tests.fakes.keyring import FakeKeyring
from tests.unit.desktop.kept_tokens import keep_tokens

LIMIT_SECONDS = 60


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A Globus that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


def endpoints_at(globus: socket.socket) -> GlobusEndpoints:
    return GlobusEndpoints(f"http://127.0.0.1:{globus.getsockname()[1]}", "app", "service", "all")


def session_at(globus: socket.socket, backend: FakeKeyring) -> Session:
    endpoints = endpoints_at(globus)
    vault = KeyringVault(backend, endpoints.vault_service)
    keep_tokens(vault, endpoints)
    return Session(endpoints, vault)


def test_the_tokens_are_gone_while_globus_is_silent(silent: socket.socket) -> None:
    backend, told = FakeKeyring(), list[bool]()
    with closing(session_at(silent, backend)) as session:
        assert session.restore() is SessionState.SIGNED_IN
        ending = threading.Thread(target=lambda: told.append(session.sign_out()))
        ending.start()
        # It asks Globus now, and waits.
        silent.settimeout(LIMIT_SECONDS)
        asking, _ = silent.accept()
        assert backend.secrets == {}
        assert session.restore() is SessionState.SIGNED_OUT
        assert told == []
        asking.close()
        silent.close()
        ending.join(LIMIT_SECONDS)
    assert told == [False]


def test_a_sign_out_holds_up_nothing_else(silent: socket.socket) -> None:
    with closing(session_at(silent, FakeKeyring())) as session:
        ending = threading.Thread(target=session.sign_out)
        ending.start()
        silent.settimeout(LIMIT_SECONDS)
        asking, _ = silent.accept()
        assert session.restore() is SessionState.SIGNED_OUT
        assert ending.is_alive()
        asking.close()
        silent.close()
        ending.join(LIMIT_SECONDS)
        assert not ending.is_alive()


def test_the_tokens_are_gone_also_while_one_is_renewed(silent: socket.socket) -> None:
    backend = WatchedKeyring()
    with closing(session_at(silent, backend)) as session:
        renewing = threading.Thread(target=renew, args=[session])
        renewing.start()
        silent.settimeout(LIMIT_SECONDS)
        asking, _ = silent.accept()
        ending = threading.Thread(target=session.sign_out)
        ending.start()
        assert backend.emptied.wait(LIMIT_SECONDS)
        assert renewing.is_alive()
        assert ending.is_alive()
        asking.close()
        silent.close()
        for thread in (renewing, ending):
            thread.join(LIMIT_SECONDS)
            assert not thread.is_alive()
        assert backend.secrets == {}


class WatchedKeyring(FakeKeyring):
    """Tells when the last that it kept is gone."""

    def __init__(self) -> None:
        super().__init__()
        self.emptied = threading.Event()

    @override
    def delete_password(self, service: str, username: str) -> None:
        super().delete_password(service, username)
        if not self.secrets:
            self.emptied.set()


def renew(session: Session) -> None:
    """Get a new token of a Globus that gives none."""
    with pytest.raises(OfflineError):
        session.authorization_header(renew=True)


def test_who_signs_in_next_waits_for_nobody_to_revoke_the_last(silent: socket.socket) -> None:
    endpoints = endpoints_at(silent)
    staging = VaultTokenStorage(next_vault := MemoryVault(), endpoints.scopes)
    keep_tokens(next_vault, endpoints, "next")
    with (
        closing(session_at(silent, FakeKeyring())) as session,
        closing(GlobusConnection(endpoints, staging)) as connection,
    ):
        taking = threading.Thread(target=session._take_over, args=(staging, connection))
        taking.start()
        silent.settimeout(LIMIT_SECONDS)
        asking, _ = silent.accept()
        assert session.authorization_header() == "Bearer next"
        assert taking.is_alive()
        asking.close()
        silent.close()
        taking.join(LIMIT_SECONDS)
        assert not taking.is_alive()
        assert session.restore() is SessionState.SIGNED_IN


def test_a_keyring_that_refuses_to_forget_keeps_globus_from_nothing(
    silent: socket.socket,
) -> None:
    with closing(session_at(silent, StubbornKeyring())) as session:
        errors: list[Exception] = []
        ending = threading.Thread(target=lambda: errors.append(refusal(session)))
        ending.start()
        silent.settimeout(LIMIT_SECONDS)
        asking, _ = silent.accept()
        assert b"/v2/oauth2/token/revoke" in asking.recv(1_000)
        asking.close()
        silent.close()
        ending.join(LIMIT_SECONDS)
    assert len(errors) == 1


def refusal(session: Session) -> KeyringLockedError:
    """Sign out, and return what the keyring has against it."""
    with pytest.raises(KeyringLockedError) as raised:
        session.sign_out()
    return raised.value


class StubbornKeyring(FakeKeyring):
    """Gives what it keeps, and lets go of nothing."""

    @override
    def delete_password(self, service: str, username: str) -> None:
        raise KeyringError("read only")


def test_nobody_signed_in_is_nobody_to_tell_of(silent: socket.socket) -> None:
    backend = FakeKeyring()
    with closing(session_at(silent, backend)) as session:
        backend.secrets.clear()
        assert session.sign_out()
