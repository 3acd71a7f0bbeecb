"""The address on this machine that the browser comes back to (RFC 8252, 7.3)."""

from __future__ import annotations

import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from desktop.auth.errors import SignInCancelledError, SignInTimedOutError

_PAGE = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign-in</title>
<h1>%s</h1><p>You can close this tab and return to the application.</p></html>"""

_IDLE_SECONDS = 10
"""How long a connection may be silent; browsers open some that they never use."""


class LoopbackReceiver:
    """Takes one answer of the browser, the one that carries `state`; all else is not found.

    It listens from the beginning to the end of a ``with`` block, on a port that the system chooses.
    """

    def __init__(self) -> None:
        self.state = secrets.token_urlsafe(32)
        self._server: _Server | None = None
        self._answer: dict[str, str] | None = None
        self._cancelled = False
        self._lock = threading.Lock()
        self._settled = threading.Event()

    @property
    def redirect_uri(self) -> str:
        """The address, in the form that Globus lets native apps use: any port and no path."""
        if self._server is None:
            raise RuntimeError("The receiver has no address before it listens.")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._server = _Server(self)
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def wait(self, seconds: float) -> dict[str, str]:
        """Return the browser's answer: the parameters of its address.

        Raises:
            SignInTimedOutError: none came within *seconds*.
            SignInCancelledError: `cancel` was called.
        """
        settled = self._settled.wait(seconds)
        with self._lock:
            if self._cancelled:
                raise SignInCancelledError
            if not settled or self._answer is None:
                raise SignInTimedOutError
            return self._answer

    def cancel(self) -> None:
        """End the waiting, from any thread."""
        with self._lock:
            self._cancelled = True
            self._settled.set()

    def take(self, target: str) -> dict[str, str] | None:
        """Return the parameters of a request's *target* if it is the answer, and the first."""
        try:
            address = urlsplit(target)
        except ValueError:
            return None
        answer = dict(parse_qsl(address.query))
        given = answer.get("state", "").encode()
        with self._lock:
            known = secrets.compare_digest(given, self.state.encode())
            if address.path != "/" or not known or self._answer is not None:
                return None
            self._answer = answer
            return answer

    def settle(self) -> None:
        """Wake up who waits; called when the browser has got its page."""
        self._settled.set()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, receiver: LoopbackReceiver) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.receiver = receiver


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _IDLE_SECONDS
    server_version = "sign-in"
    sys_version = ""

    def do_GET(self) -> None:
        answer = self.server.receiver.take(self.path)
        if answer is None:
            self.send_error(404)
            return
        try:
            self._show(b"Thank you" if "code" in answer else b"The sign-in was refused")
        finally:
            self.server.receiver.settle()

    def _show(self, heading: bytes) -> None:
        page = _PAGE % heading
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Write nothing: the address holds the code."""
