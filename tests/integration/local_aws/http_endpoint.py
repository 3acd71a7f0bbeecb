"""An endpoint that is subscribed to a topic, and hears what is sent to it."""

from __future__ import annotations

import json
import ssl
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from tests.stack import until


@dataclass(frozen=True)
class Call:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return self.headers["x-amz-sns-message-type"]

    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


class Endpoint:
    """A server that notes who calls, and answers with the statuses that it is given."""

    def __init__(self, certificate: Path | None = None, *, port: int = 0) -> None:
        self.calls: list[Call] = []
        self.statuses: list[int] = []
        calls, statuses = self.calls, self.statuses

        class Handler(BaseHTTPRequestHandler):
            protocol_version: ClassVar[str] = "HTTP/1.0"

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                fields = {name.lower(): value for name, value in self.headers.items()}
                status = statuses.pop(0) if statuses else 200
                self.send_response(status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()
                calls.append(Call(self.path, fields, self.rfile.read(length)))

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        scheme = "http"
        if certificate is not None:
            scheme, context = "https", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self.url = f"{scheme}://127.0.0.1:{self.port}/thaw?from=sns"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def of_type(self, kind: str) -> list[Call]:
        return [call for call in list(self.calls) if call.type == kind]

    def awaited(self, kind: str, number: int = 1) -> list[Call]:
        """Return the calls of a type, once there are so many."""

        def look() -> list[Call] | None:
            found = self.of_type(kind)
            return found if len(found) >= number else None

        return list(until(look, f"{number} of {kind}", 20))
