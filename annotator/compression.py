"""Files that may be compressed, told by their first bytes and never by their name."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from pathlib import Path

GZIP = b"\x1f\x8b"
# RFC 1952's extra field "BC", with which every block of bgzip begins (SAM specification 4.1).
_BGZIP_EXTRA = b"BC\x02\x00"
_EXTRA_AT = 12
BGZIP_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


def first_bytes(file: Path, count: int = 32) -> bytes:
    """The first *count* bytes of a file as they are stored."""
    with file.open("rb") as stream:
        return stream.read(count)


def is_bgzip(start: bytes) -> bool:
    """Whether a file that begins with *start* was written by bgzip."""
    return start.startswith(GZIP) and start[_EXTRA_AT : _EXTRA_AT + 4] == _BGZIP_EXTRA


def open_decompressed(file: Path) -> BinaryIO:
    """The file's bytes, decompressed where it is gzip or bgzip; close it.

    Reading raises ``EOFError``, ``OSError`` or ``zlib.error`` where compressed data is damaged.
    """
    if first_bytes(file).startswith(GZIP):
        return cast("BinaryIO", gzip.open(file, "rb"))
    return file.open("rb")
