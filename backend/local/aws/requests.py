"""A WSGI request, as far as the front needs to know it before moto does."""

from __future__ import annotations

import json
import select
import socket
import uuid
from collections.abc import Callable, Iterable
from typing import Any, cast
from xml.sax.saxutils import escape

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
App = Callable[[Environ, StartResponse], Iterable[bytes]]

PLAIN_HEADERS = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
REASONS = {
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content",
    400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    408: "Request Timeout", 500: "Internal Server Error", 501: "Not Implemented",
    503: "Service Unavailable",
}  # fmt: skip


def header(environ: Environ, name: str) -> str | None:
    """Return the header *name*, given in lower case; None if it was not sent."""
    key = PLAIN_HEADERS.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
    return cast("str | None", environ.get(key))


def raw_path(environ: Environ) -> str:
    """Return the path as sent, still percent-encoded."""
    uri = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ["PATH_INFO"])
    if "://" in uri:
        uri = "/" + uri.split("://", 1)[1].partition("/")[2]
    return uri.partition("?")[0]


def service_of(environ: Environ) -> str | None:
    """Return the service that the Authorization header is signed for, None without one."""
    parts = _scope(environ)
    return parts[3] if len(parts) > len(("key", "day", "region")) else None


def access_key_of(environ: Environ) -> str | None:
    """Return the access key of the Authorization header, None without one."""
    parts = _scope(environ)
    return parts[0] if parts else None


def _scope(environ: Environ) -> list[str]:
    authorization = environ.get("HTTP_AUTHORIZATION", "")
    if not authorization.startswith("AWS4-HMAC-SHA256 "):
        return []
    _, found, rest = authorization.partition("Credential=")
    return rest.split(",")[0].strip().split("/") if found else []


def client_present(environ: Environ) -> Callable[[], bool]:
    """Return a function that says whether the client still holds its end of the connection."""
    connection = environ.get("werkzeug.socket")

    def present() -> bool:
        if not isinstance(connection, socket.socket):
            return True
        # Not by select, which knows no file whose number is above 1,023.
        looking = select.poll()
        try:
            looking.register(connection, select.POLLIN)
            return not looking.poll(0) or connection.recv(1, socket.MSG_PEEK) != b""
        except (OSError, ValueError):
            return False

    return present


def answer(
    start: StartResponse, status: int, body: bytes, kind: str, **headers: str
) -> Iterable[bytes]:
    """Answer with a whole body; underscores in the names of *headers* are hyphens."""
    fields = [("Content-Type", kind), ("Content-Length", str(len(body)))]
    fields += [(name.replace("_", "-"), value) for name, value in headers.items()]
    start(f"{status} {REASONS.get(status, 'Error')}", fields)
    return [body]


def refuse_xml(
    environ: Environ, start: StartResponse, status: int, code: str, message: str
) -> Iterable[bytes]:
    """Answer with an error as S3 words it."""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
        f"<Resource>{escape(environ['PATH_INFO'])}</Resource>"
        f"<RequestId>{uuid.uuid4().hex}</RequestId></Error>"
    )
    body = b"" if environ["REQUEST_METHOD"] == "HEAD" else text.encode()
    return answer(start, status, body, "application/xml", Connection="close")


def refuse_json(
    environ: Environ, start: StartResponse, status: int, code: str, message: str
) -> Iterable[bytes]:
    """Answer with an error as the services with JSON word it."""
    del environ
    body = b'{"__type": %s, "message": %s}' % (_quoted(code), _quoted(message))
    return answer(
        start, status, body, "application/json", x_amzn_ErrorType=code, Connection="close"
    )


def _quoted(text: str) -> bytes:
    return json.dumps(text).encode()
