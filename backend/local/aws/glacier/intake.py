"""Bytes that come in: to a file as they come, a megabyte of them in memory at a time."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from backend.local.aws.glacier.errors import GlacierError, invalid, missing
from backend.local.aws.glacier.tree_hash import MIB, leaf, tree_hash
from backend.local.aws.requests import Environ, header

MOST = 4 << 30


@dataclass(frozen=True, slots=True)
class Received:
    """The body of a request, in a file.

    Attributes:
        size: in bytes, at least one.
        leaves: the digests of its megabytes, one after the other.
    """

    path: Path
    size: int
    leaves: bytes

    @property
    def tree_hash(self) -> str:
        """Its tree hash."""
        return tree_hash(self.leaves)


@contextmanager
def received(environ: Environ, folder: Path) -> Iterator[Received]:
    """Keep the body of a request in a file of *folder*, unless the block raises.

    Raises:
        GlacierError: its length or one of its two checksums is not what was promised.
    """
    length = _length(environ)
    path = folder / uuid.uuid4().hex
    try:
        body, digest = _take(environ["wsgi.input"], length, path)
        _compare(environ, "x-amz-content-sha256", digest)
        _compare(environ, "x-amz-sha256-tree-hash", body.tree_hash)
        yield body
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _compare(environ: Environ, name: str, found: str) -> None:
    promised = header(environ, name)
    if promised is None:
        raise missing(name)
    if promised != found:
        raise invalid(f"Checksum mismatch: {name} is {found}, not {promised}")


def _length(environ: Environ) -> int:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if "HTTP_TRANSFER_ENCODING" in environ:
        raise missing("Content-Length")
    if not 0 < length <= MOST:
        raise invalid(f"Invalid Content-Length: {length}; a body has 1 byte to 4 GiB")
    return length


def _take(stream: IO[bytes], length: int, path: Path) -> tuple[Received, str]:
    whole = hashlib.sha256()
    leaves = bytearray()
    with path.open("xb") as file:
        for begin in range(0, length, MIB):
            block = _block(stream, min(MIB, length - begin))
            whole.update(block)
            leaves += leaf(block)
            file.write(block)
    return Received(path, length, bytes(leaves)), whole.hexdigest()


def _block(stream: IO[bytes], size: int) -> bytes:
    block = bytearray()
    while len(block) < size:
        more = stream.read(size - len(block))
        if not more:
            raise GlacierError("RequestTimeoutException", "The body ended before its length")
        block += more
    return bytes(block)
