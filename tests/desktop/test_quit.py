"""Closing the window ends the app, whatever the keyring and the network do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

from desktop.transfer.queue import AT_ONCE
from tests.desktop.http_service import VCF, HttpService
from tests.desktop.quit_child import BLOCKS_SECONDS, CLOSING, GO

ROOT = Path(__file__).parents[2]
TRANSFERS = 4
START_SECONDS = 30.0
# It takes less than two, but the machine of a test may be busy with others.
END_SECONDS = 20.0
assert END_SECONDS < BLOCKS_SECONDS / 2


def start(server: str, folder: Path) -> subprocess.Popen[str]:
    script = Path(__file__).with_name("quit_child.py")
    files = []
    for number in range(TRANSFERS):
        files.append(folder / f"{number}.vcf")
        files[-1].write_bytes(VCF)
    return subprocess.Popen(
        [sys.executable, str(script), server, str(folder), *map(str, files)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_app_ends_while_the_keyring_blocks_and_four_files_are_on_their_way(
    service: HttpService, tmp_path: Path
) -> None:
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as store:
        store.settimeout(START_SECONDS)
        # The store takes what is sent and never answers.
        service.fakes.inputs.base_url = f"http://127.0.0.1:{store.getsockname()[1]}/inputs"
        child = start(service.url, tmp_path)
        watchdog = threading.Timer(START_SECONDS, child.kill)
        watchdog.start()
        try:
            # The fourth file waits for its turn.
            while len(taken) < AT_ONCE:
                taken.append(store.accept()[0])
            (tmp_path / GO).touch()
            assert child.stdout is not None
            assert child.stdout.readline().strip() == CLOSING
            assert child.wait(END_SECONDS) == 0
        finally:
            watchdog.cancel()
            child.kill()
            child.communicate()
            for connection in taken:
                connection.close()
