"""Signed manifests for tests, and a web server that serves one."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.update.source import ReleaseSource

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
HOST = "gas.example.org"
ADDRESS = f"https://{HOST}/manifest.json"
CONTENT = {
    "app": "gas-desktop",
    "version": "1.2.0",
    "released": "2026-11-20",
    "page": f"https://{HOST}/download",
    "summary": "Results open twice as fast.",
}


def public(key: Ed25519PrivateKey = KEY) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


SOURCE = ReleaseSource(ADDRESS, public())


def sealed(content: bytes, key: Ed25519PrivateKey = KEY) -> bytes:
    """Return the document that carries *content*, signed."""
    return envelope(content, key.sign(content))


def envelope(content: bytes, signature: bytes) -> bytes:
    parts = {"manifest": content, "signature": signature}
    told = {name: base64.b64encode(part).decode() for name, part in parts.items()}
    return json.dumps(told).encode()


def manifest(**changes: object) -> bytes:
    """Return a signed manifest in which *changes* differ from the usual."""
    return sealed(json.dumps({**CONTENT, **changes}).encode())


@dataclass
class ManifestServer:
    """A web server with one answer to everything.

    Attributes:
        document: the body of its answers.
        headers: of its answers, besides the length.
        asked: the headers of each request, in small letters.
    """

    url: str
    document: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    @property
    def source(self) -> ReleaseSource:
        return ReleaseSource(self.url, public())


@contextmanager
def serving_manifest() -> Iterator[ManifestServer]:
    """Serve on this machine, in a thread of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(server.status)
            for name, value in server.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(server.document)))
            self.end_headers()
            self.wfile.write(server.document)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = ManifestServer(f"http://127.0.0.1:{listening.server_port}/manifest.json")
    server.document = manifest(page="https://127.0.0.1/download")
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()
