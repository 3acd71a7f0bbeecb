"""Ending a sign-in: what is kept on this machine goes first, whatever Globus does."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from desktop.auth.endpoints import GlobusEndpoints
from desktop.auth.session import Session, SessionState
from desktop.auth.vault import KeyringVault
from tests.fakes.keyring import FakeKeyring
from tests.unit.desktop.kept_tokens import keep_tokens

LIMIT_SECONDS = 10


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A Globus that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


def session_at(globus: socket.socket, backend: FakeKeyring) -> Session:
    endpoints = GlobusEndpoints(
        f"http://127.0.0.1:{globus.getsockname()[1]}", "app", "service", "all"
    )
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
        began = time.monotonic()
        assert session.restore() is SessionState.SIGNED_OUT
        assert time.monotonic() - began < 1
        asking.close()
        silent.close()
        ending.join(LIMIT_SECONDS)
        assert not ending.is_alive()


def test_nobody_signed_in_is_nobody_to_tell_of(silent: socket.socket) -> None:
    backend = FakeKeyring()
    with closing(session_at(silent, backend)) as session:
        backend.secrets.clear()
        assert session.sign_out()
