"""The endpoints that may be called, and the call."""

from __future__ import annotations

import http.client
import ssl
from urllib.parse import urlsplit

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost"})
SCHEMES = frozenset({"http", "https"})
SECONDS = 5.0


class EndpointError(Exception):
    """The endpoint cannot be called from here; the message says why."""


def check(protocol: str, endpoint: str) -> None:
    """Return if *endpoint* is an address on this machine, by *protocol*.

    Raises:
        EndpointError: it is not, so that nothing here can be made to call what lies elsewhere.
    """
    try:
        parts = urlsplit(endpoint)
        local = parts.hostname in LOCAL_HOSTS and parts.port != 0
    except ValueError as error:
        raise EndpointError(f"{endpoint} is no address: {error}") from error
    if parts.scheme != protocol or protocol not in SCHEMES:
        raise EndpointError(f"{endpoint} does not begin with {protocol}://")
    if not local or parts.username is not None:
        raise EndpointError(f"{endpoint} is not on this machine; the local stack calls no other")


def post(endpoint: str, body: bytes, headers: dict[str, str]) -> int:
    """Send a request and return the status of the answer; no redirection is followed.

    Raises:
        OSError, http.client.HTTPException: there was no answer.
    """
    parts = urlsplit(endpoint)
    # By number: what a name means could have changed since it was checked.
    host = "127.0.0.1"
    connection = (
        http.client.HTTPSConnection(
            host, parts.port, timeout=SECONDS, context=ssl.create_default_context()
        )
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=SECONDS)
    )
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection.request("POST", path, body, {"Host": parts.netloc, **headers})
        return connection.getresponse().status
    finally:
        connection.close()
