"""A file store that takes everything and keeps nothing: what sending costs when it costs nothing.

It is a process of its own: `python -m tests.bench.sink [CERTIFICATE KEY]` prints its port.
"""

from __future__ import annotations

import socket
import ssl
import sys
import threading

_PIECE = 1024**2
_ANSWER = b'HTTP/1.1 200 OK\r\nETag: "taken"\r\nContent-Length: 0\r\n\r\n'
_LENGTH = b"content-length:"


def take(connection: socket.socket) -> None:
    """Take requests on *connection* until its other end closes it."""
    buffer = bytearray(_PIECE)
    with connection:
        while (head := _head(connection)) is not None:
            left = _length(head[0]) - len(head[1])
            while left > 0 and (count := connection.recv_into(buffer, min(left, _PIECE))):
                left -= count
            connection.sendall(_ANSWER)


def _head(connection: socket.socket) -> tuple[bytes, bytes] | None:
    """Return the head of the next request, and what came of its body with it."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    return head, body


def _length(head: bytes) -> int:
    lines = (line.lower() for line in head.split(b"\r\n"))
    return next(int(line.removeprefix(_LENGTH)) for line in lines if line.startswith(_LENGTH))


def main(certificate: list[str]) -> None:
    """Take connections until the process is ended; with a certificate under TLS."""
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
    with socket.create_server(("127.0.0.1", 0)) as server:
        sys.stdout.write(f"{server.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            connection, _ = server.accept()
            threading.Thread(target=_serve, args=(connection, context), daemon=True).start()


def _serve(connection: socket.socket, context: ssl.SSLContext | None) -> None:
    take(context.wrap_socket(connection, server_side=True) if context else connection)


if __name__ == "__main__":
    main(sys.argv[1:])
