"""Files that may be compressed, told by their first bytes and never by their name.

bgzip's format is a gzip file of small blocks (SAM specification 4.1). Blocks are read and written
here one by one through libdeflate, which takes half of zlib's time.
"""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO, cast

import deflate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GZIP = b"\x1f\x8b"
# RFC 1952's extra field "BC", with which every block of bgzip begins (SAM specification 4.1).
_BGZIP_EXTRA = b"BC\x02\x00"
_EXTRA_AT = 12
_HEADER = struct.Struct("<4sIHHHHH")
_TRAILER = struct.Struct("<II")
_MAGIC = b"\x1f\x8b\x08\x04"
_NO_TIME_UNKNOWN_SYSTEM = 0
_EXTRA = (0xFF00, 6, 0x4342, 2)
BGZIP_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
BLOCK_BYTES = 0xFF00
"""Bytes of text in a full block: what bgzip itself takes."""

_LEVEL = 5
_STORED = 0


def first_bytes(file: Path, count: int = 32) -> bytes:
    """The first *count* bytes of a file as they are stored."""
    with file.open("rb") as stream:
        return stream.read(count)


def is_bgzip(start: bytes) -> bool:
    """Whether a file that begins with *start* was written by bgzip."""
    return start.startswith(_MAGIC) and start[_EXTRA_AT : _EXTRA_AT + 4] == _BGZIP_EXTRA


def open_decompressed(file: Path) -> BinaryIO:
    """The file's bytes, decompressed where it is gzip or bgzip; close it.

    Reading raises ``EOFError``, ``OSError`` or ``zlib.error`` where compressed data is damaged.
    """
    start = first_bytes(file)
    if is_bgzip(start):
        return io.BufferedReader(_Blocks(file), 1 << 20)
    if start.startswith(GZIP):
        return cast("BinaryIO", gzip.open(file, "rb"))
    return file.open("rb")


class _Blocks(io.RawIOBase):
    """The text of a bgzip file, block by block; other gzip members behind it are read as well."""

    def __init__(self, file: Path) -> None:
        self._stream = file.open("rb")
        self._rest = memoryview(b"")
        self._members: gzip.GzipFile | None = None

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill *buffer* from the next block that has text; 0 at the end."""
        while not self._rest:
            text = self._next()
            if text is None:
                return 0
            self._rest = memoryview(text)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def close(self) -> None:
        """Release the file."""
        self._stream.close()
        super().close()

    def _next(self) -> bytes | None:
        """The text of the next block; None at the end of the file."""
        if self._members is not None:
            return self._members.read(BLOCK_BYTES) or None
        header = self._stream.read(_HEADER.size)
        if not header:
            return None
        if not is_bgzip(header):
            self._stream.seek(-len(header), io.SEEK_CUR)
            self._members = gzip.GzipFile(fileobj=self._stream)
            return self._next()
        if len(header) < _HEADER.size:
            raise EOFError("the last block of bgzip is cut short")
        size = _HEADER.unpack(header)[-1] + 1 - _HEADER.size
        rest = self._stream.read(max(0, size))
        if len(rest) < max(size, _TRAILER.size):
            raise EOFError("the last block of bgzip is cut short")
        check, length = _TRAILER.unpack(rest[-_TRAILER.size :])
        return _inflate(rest[: -_TRAILER.size], length, check)


def _inflate(data: bytes, length: int, check: int) -> bytes:
    """The text of a block whose length and checksum are given."""
    if length > 1 << 16:
        raise zlib.error("a block of bgzip claims more than 64 KiB")
    try:
        # libdeflate's binding refuses to give nothing, which the end mark holds.
        text = bytes(deflate.deflate_decompress(data, length) if length else _plain(data))
    except deflate.DeflateError as error:
        raise zlib.error("a block of bgzip is damaged") from error
    if len(text) != length or deflate.crc32(text) != check:
        raise zlib.error("a block of bgzip is damaged: its checksum differs")
    return text


def _plain(data: bytes) -> bytes:
    """Deflated *data* as zlib reads it."""
    return zlib.decompress(data, wbits=-15)


def bgzip(text: bytes | memoryview) -> bytes:
    """*text* as whole blocks of bgzip, without the end mark; blocks can be put together."""
    return b"".join(_blocks(memoryview(text)))


def _blocks(text: memoryview) -> Iterator[bytes | bytearray]:
    """Each block of *text*."""
    for start in range(0, len(text), BLOCK_BYTES):
        piece = text[start : start + BLOCK_BYTES]
        data = deflate.deflate_compress(piece, _LEVEL)
        if len(data) > BLOCK_BYTES:
            data = deflate.deflate_compress(piece, _STORED)
        size = _HEADER.size + len(data) + _TRAILER.size - 1
        yield _HEADER.pack(_MAGIC, _NO_TIME_UNKNOWN_SYSTEM, *_EXTRA, size)
        yield data
        yield _TRAILER.pack(deflate.crc32(piece), len(piece))
