"""A screen that nobody sees, for trying the app."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

_SIZE = "1600x1000x24"


class NoScreenError(Exception):
    """There is no Xvfb; the message says how to get it."""


@contextmanager
def virtual_screen() -> Iterator[str]:
    """Run Xvfb and give the name of its display, as ":7".

    Raises:
        NoScreenError: it is not installed, or did not start.
    """
    program = shutil.which("Xvfb")
    if program is None:
        raise NoScreenError("There is no Xvfb; on Debian: apt-get install xvfb")
    reading, writing = os.pipe()
    command = [program, "-displayfd", str(writing), "-screen", "0", _SIZE, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        if not number:
            raise NoScreenError("Xvfb did not start; `Xvfb -displayfd 1` says why.")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()
