"""Somebody's machine for the app as a process of its own: screen, home, browser, session bus."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.desktop import browser
from tests.desktop.visit import FOUND, WATCHDOG_SECONDS

ROOT = Path(__file__).parents[2]
NO_BUS = "disabled:"
# Of the machine that the test runs on, the app sees this and nothing else.
_INHERITED = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the app runs.

    Attributes:
        folder: of everything that is on it.
        display: its screen.
        server: the address of the service that the app is set up for.
        bus: the address of its session bus.
    """

    folder: Path
    display: str
    server: str
    bus: str = NO_BUS

    @property
    def home(self) -> Path:
        """The person's home."""
        return self.folder / "home"

    @property
    def runtime(self) -> Path:
        """The folder for sockets; theirs and nobody else's."""
        return self.folder / "run"

    @property
    def pictures(self) -> Path:
        """What the screen showed."""
        return self.folder / "pictures"

    @property
    def browsed(self) -> list[str]:
        """What was done in the browser."""
        log = self.folder / "browser.log"
        return log.read_text("utf-8").splitlines() if log.exists() else []

    def set_up(self) -> Machine:
        """Make the folders, and install the browser."""
        self.home.mkdir()
        self.runtime.mkdir(mode=0o700)
        browser.install(self.folder / "bin", self.folder / "browser.log")
        return self

    def visit(self, module: str, *arguments: str) -> dict[str, Any]:
        """Run a module that visits the app, and return what it has found.

        Raises:
            AssertionError: it failed; the message says at which step, and where the pictures are.
        """
        pictures = self.pictures.joinpath(*arguments)
        pictures.mkdir(parents=True)
        ended = subprocess.run(
            [sys.executable, "-m", module, str(pictures), *arguments],
            cwd=ROOT,
            env=self._environ(),
            capture_output=True,
            text=True,
            timeout=WATCHDOG_SECONDS + 10,
            check=False,
        )
        steps, _, found = ended.stdout.partition(FOUND)
        told = f"{steps}{ended.stderr}\nin the browser: {self.browsed}\npictures: {pictures}"
        assert (ended.returncode, ended.stderr) == (0, ""), told
        return dict(json.loads(found))

    def _environ(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return {
            **inherited,
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{inherited['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(self.runtime),
            "DISPLAY": self.display,
            "QT_QPA_PLATFORM": "xcb",
            "DBUS_SESSION_BUS_ADDRESS": self.bus,
            "GAS_SERVER": self.server,
        }
