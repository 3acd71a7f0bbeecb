"""Some records of a result, as they are in its VCF.

BGZF in and out (SAM specification, section 4.1); memory does not grow with the file.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain

from backend.domain.errors import DamagedError

MEDIA_TYPE = "application/gzip"
_BLOCK = 0xFF00
"""Bytes of text in a block, as bgzip writes them."""

_GZIP = 16 + zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS
_LEVEL = 5
_HEAD = struct.Struct("<4BI2BH2B2H")
_TAIL = struct.Struct("<2I")
_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
"""The empty block that marks the end of a file."""


def records_of(vcf: Iterable[bytes], wanted: Iterator[int]) -> Iterator[bytes]:
    """Yield the header of *vcf* and its *wanted* records as a file in BGZF.

    Args:
        vcf: the bytes of the file.
        wanted: numbers of records, from 1, ascending; numbers may come several times.

    Raises:
        DamagedError: the file ends before a wanted record, or is not gzip.
    """
    lines = _lines(vcf)
    header, first = _header(lines)
    # Whoever waits sees a beginning, however long it takes to find a record.
    yield from _blocks([header])
    yield from _blocks(_records(chain(first, lines), wanted))
    yield _END


def _header(lines: Iterator[bytes]) -> tuple[bytes, list[bytes]]:
    """The lines of the header, and the line behind them, if there is one."""
    header = bytearray()
    for line in lines:
        if not line.startswith(b"#"):
            return bytes(header), [line]
        header += line
    return bytes(header), []


def _records(lines: Iterator[bytes], wanted: Iterator[int]) -> Iterator[bytes]:
    """The lines whose numbers are wanted."""
    awaited = next(wanted, None)
    for number, line in enumerate(lines, 1):
        if awaited is None:
            return
        if awaited == number:
            yield line
            while awaited is not None and awaited <= number:
                awaited = next(wanted, None)
    if awaited is not None:
        raise DamagedError("The result's VCF has fewer records than its table.")


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The text in blocks, all of them full but the last."""
    text = bytearray()
    for piece in pieces:
        text += piece
        while len(text) >= _BLOCK:
            yield _block(bytes(text[:_BLOCK]))
            del text[:_BLOCK]
    if text:
        yield _block(bytes(text))


def _lines(vcf: Iterable[bytes]) -> Iterator[bytes]:
    """The lines, each with its end."""
    rest = b""
    for text in _unpacked(vcf):
        *whole, rest = (rest + text).split(b"\n")
        yield from (line + b"\n" for line in whole)
    if rest:
        yield rest + b"\n"


def _unpacked(vcf: Iterable[bytes]) -> Iterator[bytes]:
    """The text of the blocks, one behind the other."""
    unpacker = zlib.decompressobj(_GZIP)
    for piece in vcf:
        data = piece
        while data:
            try:
                yield unpacker.decompress(data)
            except zlib.error as error:
                raise DamagedError("The result's VCF is not what was stored.") from error
            data = unpacker.unused_data
            if unpacker.eof:
                unpacker = zlib.decompressobj(_GZIP)


def _block(text: bytes) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
    packed = packer.compress(text) + packer.flush()
    size = _HEAD.size + len(packed) + _TAIL.size
    head = _HEAD.pack(31, 139, 8, 4, 0, 0, 255, 6, ord("B"), ord("C"), 2, size - 1)
    return head + packed + _TAIL.pack(zlib.crc32(text), len(text))
