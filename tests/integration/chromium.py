"""A real browser, driven by the DevTools protocol of Chromium.

https://chromedevtools.github.io/devtools-protocol says what the methods are.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.stack import until

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = (
    "--headless",
    "--remote-debugging-port=0",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
)


class Chromium:
    """One tab.

    Attributes:
        complaints: what the browser wrote to its console: a broken policy, a file not found.
    """

    def __init__(self, line: ClientConnection) -> None:
        self.complaints: list[str] = []
        self._line = line
        self._asked = 0
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = {"sessionId": attached["sessionId"]}
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    _session: dict[str, str] = {}  # noqa: RUF012 - before there is a tab, the browser is asked

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol for this tab."""
        return self._ask(method, **parameters)

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._asked += 1
        message = {"id": self._asked, "method": method, "params": parameters, **self._session}
        self._line.send(json.dumps(message))
        while True:
            heard = json.loads(self._line.recv(timeout=60))
            if heard.get("id") == self._asked:
                assert "error" not in heard, heard["error"]
                answer: dict[str, Any] = heard["result"]
                return answer
            if heard.get("method") == "Log.entryAdded":
                entry = heard["params"]["entry"]
                self.complaints.append(f"{entry['text']} ({entry.get('url', '')})")

    def open(self, url: str) -> None:
        """Go to an address and wait for the page."""
        self.call("Page.navigate", url=url)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def value(self, script: str) -> Any:
        """Return what *script* comes to on the page; None while one page makes way for another."""
        answer = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, userGesture=True
        )
        return None if "exceptionDetails" in answer else answer["result"].get("value")

    def wait(self, script: str) -> Any:
        """Wait until *script* is true on the page, and return what it comes to."""
        return until(lambda: self.value(script), script)

    def click(self, selector: str) -> None:
        """Click on what *selector* finds."""
        self.wait(f"!!document.querySelector({json.dumps(selector)})")
        self.value(f"document.querySelector({json.dumps(selector)}).click()")

    def at(self, path: str) -> None:
        """Wait until the page at *path* is shown."""
        self.wait(f"document.readyState === 'complete' && location.pathname === '{path}'")

    def text(self) -> str:
        """Return what can be read on the page."""
        return str(self.value("document.body.innerText"))

    def look(self, *, width: int, scheme: str) -> None:
        """Have a window of that width in pixels, and the person's choice of light or dark."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.call("Emulation.setEmulatedMedia", features=[feature])

    def picture(self, to: Path) -> None:
        """Save a picture of the page."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        to.write_bytes(base64.b64decode(shot["data"]))

    def save_downloads_in(self, folder: Path) -> None:
        """Have downloads saved in *folder* without a question."""
        self.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))


@contextmanager
def chromium(profile: Path) -> Iterator[Chromium]:
    """Run the browser with a fresh *profile*; skip the test where there is none."""
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        pytest.skip("Chromium is not installed")
    # Chromium's own sandbox refuses to work for root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    command = [program, *_OPTIONS, *sandbox, f"--user-data-dir={profile}", "about:blank"]
    note = profile / "DevToolsActivePort"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with (
        # The browser leaves files there, and makes a socket: its path must be short.
        tempfile.TemporaryDirectory(prefix="gas-", ignore_cleanup_errors=True) as scratch,
        subprocess.Popen(command, env=_environ(scratch), **quiet) as running,
    ):
        try:
            until(lambda: note.exists() and len(note.read_text().split()) > 1, "the browser")
            port, path = note.read_text().split()
            with connect(f"ws://127.0.0.1:{port}{path}", proxy=None, max_size=None) as line:
                tab = Chromium(line)
                yield tab
                tab.call("Browser.close")
        finally:
            running.terminate()
            running.wait(30)


def _environ(scratch: str) -> dict[str, str]:
    """Keep the browser from the desktop's session, the home folder and any proxy."""
    wanted = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG"}}
    return {**wanted, "HOME": scratch, "TMPDIR": scratch}
