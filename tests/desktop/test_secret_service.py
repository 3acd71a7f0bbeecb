"""The real app, a real local stack and a real keyring in one session."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend.local.stack import Stack
from tests.desktop.browser import SIGNED_IN
from tests.desktop.machine import Machine
from tests.desktop.screen import virtual_screen
from tests.desktop.secret_service import SecretService, running_secret_service
from tests.stack import running_stack

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.xvfb]

VISIT = "tests.desktop.keyring_visit"
# So near to its end a token is renewed for every request, which needs the keyring.
TOKEN_SECONDS = 60


@pytest.fixture
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("stack")
    config = folder / "sign_in.json"
    config.write_text(json.dumps({"access_token_seconds": TOKEN_SECONDS}), "utf-8")
    with running_stack(folder / "data", sign_in=config) as stack:
        yield stack


@pytest.fixture
def machine(stack: Stack, tmp_path: Path) -> Iterator[Machine]:
    with virtual_screen() as display:
        yield Machine(tmp_path, display, stack.api_url).set_up()


@pytest.fixture
def keyring(machine: Machine) -> Iterator[SecretService]:
    with running_secret_service(machine.home, machine.runtime) as service:
        yield service


def tokens(keyring: SecretService) -> set[str]:
    """Return every token that is kept; there is an access and a refresh token by entry."""
    entries = [json.loads(secret) for secret in keyring.secrets().values()]
    return {entry[kind] for entry in entries for kind in ("access_token", "refresh_token")}


def files_with(home: Path, secrets: set[str]) -> list[Path]:
    """Return the files that have one of the *secrets* in them."""
    files = [path for path in home.rglob("*") if path.is_file()]
    assert files
    return [
        path for path in files if any(secret.encode() in path.read_bytes() for secret in secrets)
    ]


def test_the_sign_in_is_kept_in_the_keyring_and_nowhere_else(
    machine: Machine, keyring: SecretService
) -> None:
    machine = replace(machine, bus=keyring.bus)
    machine.visit(VISIT, "first")
    secrets = tokens(keyring)
    assert len(secrets) == 4
    machine.visit(VISIT, "second")
    keyring.unlock()
    secrets |= tokens(keyring)
    keyring.lock()
    assert files_with(machine.home, secrets) == []
    machine.visit(VISIT, "third")
    assert keyring.is_empty()
    assert files_with(machine.home, secrets) == []
    assert machine.browsed == [SIGNED_IN]
