"""The beginning of a file as text, unpacked where it is compressed; bounded, whatever it holds."""

from __future__ import annotations

import os
import zlib
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from desktop.sentences import later

RAW_BYTES = 4 * 1024**2
TEXT_BYTES = 4 * 1024**2
"""So much of a file is read, and of its text looked at; the rest is the service's to judge."""

_GZIP = b"\x1f\x8b"
_BGZIP = b"\x1f\x8b\x08\x04"
# RFC 1952's extra field "BC", with which every block of bgzip begins (SAM specification 4.1).
_BGZIP_EXTRA, _EXTRA_AT = b"BC\x02\x00", 12
_BGZIP_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
_BCF = b"BCF\x02"
_BCF_TEXT_AT = 9
_GZIP_WBITS = 31


class Packing(StrEnum):
    """How a file's text is stored."""

    PLAIN = later("plain text")
    GZIP = "gzip"
    BGZIP = "bgzip"
    BCF = "BCF"


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a file begins with.

    Attributes:
        size: of the whole file as stored, in bytes.
        text: of a BCF file its header alone.
        whole: whether `text` is all of the file's text.
        header_whole: whether `text` is the whole header of a BCF file.
        damaged: whether the compressed data cannot be read on after `text`.
        cut_short: whether bgzip's mark at the end is missing.
    """

    size: int
    packing: Packing
    text: bytes
    whole: bool
    header_whole: bool = False
    damaged: bool = False
    cut_short: bool = False


def read_beginning(path: Path) -> Beginning:
    """Return the beginning of *path*.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        raw = file.read(RAW_BYTES)
        if not raw.startswith(_GZIP):
            text = raw[:TEXT_BYTES]
            return _unpacked(Beginning(size, Packing.PLAIN, text, whole=len(text) == size))
        text, ended, damaged = _inflate(raw)
        all_read = len(raw) == size
        bgzip = raw.startswith(_BGZIP) and raw[_EXTRA_AT : _EXTRA_AT + 4] == _BGZIP_EXTRA
        return _unpacked(
            Beginning(
                size,
                Packing.BGZIP if bgzip else Packing.GZIP,
                text[:TEXT_BYTES],
                whole=all_read and ended and len(text) <= TEXT_BYTES,
                damaged=damaged or (all_read and not ended and len(text) <= TEXT_BYTES),
                cut_short=bgzip and _end(file, size) != _BGZIP_END,
            )
        )


def _inflate(raw: bytes) -> tuple[bytes, bool, bool]:
    """Return text, whether it ended where *raw* does, and whether it could not be read on."""
    text = bytearray()
    while raw and len(text) <= TEXT_BYTES:
        member = zlib.decompressobj(_GZIP_WBITS)
        try:
            text += member.decompress(raw, TEXT_BYTES + 1 - len(text))
        except zlib.error:
            return bytes(text), False, True
        if not member.eof:
            return bytes(text), False, False
        # Zero bytes behind the last member are padding, as gzip's own reader takes it.
        raw = member.unused_data.lstrip(b"\0")
    return bytes(text), not raw, False


def _end(file: BinaryIO, size: int) -> bytes:
    file.seek(max(0, size - len(_BGZIP_END)))
    return file.read()


def _unpacked(found: Beginning) -> Beginning:
    """Return the header of a BCF file in place of its bytes (VCF specification 6.2)."""
    if not found.text.startswith(_BCF):
        return found
    end = _BCF_TEXT_AT + int.from_bytes(found.text[_BCF_TEXT_AT - 4 : _BCF_TEXT_AT], "little")
    return replace(
        found,
        packing=Packing.BCF,
        text=found.text[_BCF_TEXT_AT:end].rstrip(b"\0"),
        whole=False,
        header_whole=end <= len(found.text),
    )
