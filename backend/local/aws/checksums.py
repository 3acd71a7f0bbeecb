"""Checksums of files as S3 gives them, without the files in memory."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

BLOCK = 1 << 20


class _Crc32:
    """CRC-32 with the manners of hashlib."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, "big")


ALGORITHMS: dict[str, Callable[[], Any]] = {
    "CRC32": _Crc32,
    "SHA1": lambda: hashlib.sha1(usedforsecurity=False),
    "SHA256": hashlib.sha256,
}


def of_file(path: Path, algorithm: str) -> bytes:
    """Return the checksum of a file by one of `ALGORITHMS`."""
    hasher = ALGORITHMS[algorithm]()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            hasher.update(block)
    digest: bytes = hasher.digest()
    return digest


def of_parts(digests: bytes, algorithm: str) -> bytes:
    """Return the checksum of the parts' checksums, one after the other in *digests*."""
    hasher = ALGORITHMS[algorithm]()
    hasher.update(digests)
    digest: bytes = hasher.digest()
    return digest


def written(digest: bytes) -> str:
    """Return a checksum as headers and answers have it."""
    return base64.b64encode(digest).decode()
