"""How the text of a file is stored: as it is, by gzip, bgzip or as BCF, whole or damaged."""

from __future__ import annotations

import gzip
import struct
import tempfile
import zlib
from functools import cache
from pathlib import Path

import pysam.bcftools
from hypothesis import strategies as st

from annotator.compression import BGZIP_END
from annotator.reference.bundle import demo_folder

_BLOCK_OVERHEAD = 25
_JUNK = [b"\x00" * 20, b"junk", BGZIP_END, b"\x1f\x8b"]


def packed(text: bytes) -> bytes:
    """*text* as a member of gzip, the same bytes each time."""
    return gzip.compress(text, mtime=0)


def in_blocks(text: bytes, size: int) -> bytes:
    """*text* as bgzip in blocks of *size* bytes, without the end mark."""
    return b"".join(_block(text[at : at + size]) for at in range(0, len(text), size))


def _block(text: bytes) -> bytes:
    """A block of bgzip by zlib: SAM specification, section 4.1."""
    compressor = zlib.compressobj(wbits=-15)
    data = compressor.compress(text) + compressor.flush()
    size = struct.pack("<H", len(data) + _BLOCK_OVERHEAD)
    head = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0" + size
    return head + data + struct.pack("<II", zlib.crc32(text), len(text))


@cache
def demo_bcf() -> bytes:
    """The demo as BCF in bgzip."""
    source = str(demo_folder() / "demo.vcf")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "demo.bcf"
        pysam.bcftools.view("--no-version", "-Ob", "-o", str(target), source, catch_stdout=False)
        return target.read_bytes()


@st.composite
def stored(draw: st.DrawFn, text: bytes) -> bytes:
    """The bytes of a file with this text; as often as not it is not compressed."""
    if draw(st.booleans()):
        return text
    at = draw(st.integers(0, len(text)))
    match draw(st.integers(0, 6)):
        case 0:
            data = packed(text)
        case 1:
            data = packed(text[:at]) + packed(text[at:])
        case 2:
            data = in_blocks(text[:at], 500) + packed(text[at:])
        case 3:
            data = demo_bcf()
        case 4:
            data = gzip.decompress(demo_bcf())
        case _:
            data = in_blocks(text, draw(st.integers(50, 4_000))) + BGZIP_END
    return draw(damaged(data)) if draw(st.booleans()) else data


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """*data* with a bit flipped, bytes cut out or off, or something put behind it."""
    at = draw(st.integers(0, len(data) - 1))
    match draw(st.integers(0, 3)):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + bytes([data[at] ^ (1 << draw(st.integers(0, 7)))]) + data[at + 1 :]
        case 2:
            return data[:at] + data[at + draw(st.integers(1, 30)) :]
        case _:
            return data + draw(st.sampled_from(_JUNK))
