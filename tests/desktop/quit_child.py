"""The app with a keyring that blocks from a moment on; run by `test_quit`.

Arguments: the service's address, the folder that it works on, and the files that it is started
with.  It prints `closing` when it closes its window: as soon as the file `go` is in the folder,
and the keyring holds up a call.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import httpx2
import keyring
from globus_sdk.token_storage import TokenStorageData
from PySide6.QtCore import QTimer
from typing_extensions import override

from backend.wire import ServiceConfig
from desktop.app import run
from desktop.auth.endpoints import GlobusEndpoints
from desktop.auth.storage import VaultTokenStorage
from desktop.auth.vault import choose_vault
from desktop.settings import Settings
from desktop.ui.views.main_window import MainWindow
from tests.fakes.keyring import FakeKeyring

BLOCKS_SECONDS = 60.0
CLOSING = "closing"
GO = "go"
_LATER = 4_000_000_000
_LOOK_MILLISECONDS = 20


class BlockingKeyring(FakeKeyring):
    """Holds up each call for a minute while *blocks* is set, as one that asks a person does."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks, self.held = threading.Event(), threading.Event()

    @override
    def get_password(self, service: str, username: str) -> str | None:
        if self.blocks.is_set():
            self.held.set()
            threading.Event().wait(BLOCKS_SECONDS)
        return super().get_password(service, username)


def sign_in(server: str) -> None:
    """Put tokens into the keyring, as an earlier sign-in left them."""
    config = ServiceConfig.model_validate_json(httpx2.get(f"{server}/v1/config").content)
    endpoints = GlobusEndpoints(
        config.globus_url, config.client_id, config.resource_server, config.scope
    )
    tokens = {
        name: TokenStorageData(
            name, "ada", " ".join(scopes), "token-of-ada", "renewal", _LATER, "Bearer"
        )
        for name, scopes in endpoints.scopes.items()
    }
    vault = choose_vault(endpoints.vault_service)
    VaultTokenStorage(vault, endpoints.scopes).store_token_data_by_resource_server(tokens)


def main(server: str, folder: Path, files: list[Path]) -> int:
    held = BlockingKeyring()
    keyring.set_keyring(held)
    sign_in(server)
    closed = threading.Event()

    def look(window: MainWindow) -> None:
        if closed.is_set():
            return
        if held.held.is_set():
            closed.set()
            sys.stdout.write(f"{CLOSING}\n")
            sys.stdout.flush()
            window.close()
        elif (folder / GO).exists():
            begun = held.blocks.is_set()
            held.blocks.set()
            if not begun:
                # The kept sign-in is looked for again; transfers go on meanwhile.
                window.sign_in.retry_clicked.emit()

    def ready(window: MainWindow) -> None:
        timer = QTimer(window, interval=_LOOK_MILLISECONDS)
        timer.timeout.connect(lambda: look(window))
        timer.start()

    settings = Settings(server, data=folder / "data", downloads=folder, home=folder)
    return run(settings, files=files, ready=ready)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]]))
