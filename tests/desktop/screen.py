"""A virtual screen for tests that need a real window system."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

SIZE = "1600x1000x24"


@contextmanager
def virtual_screen() -> Iterator[str]:
    """Run a screen of our own and yield the name of its display; skip where there is no Xvfb."""
    binary = shutil.which("Xvfb")
    if binary is None:
        pytest.skip("there is no Xvfb; on Debian: apt-get install xvfb")
    reading, writing = os.pipe()
    command = [binary, "-displayfd", str(writing), "-screen", "0", SIZE, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            yield f":{answer.readline().strip()}"
    finally:
        server.terminate()
        server.wait()
