from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import pysam
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.compression import BGZIP_END, BLOCK_BYTES, bgzip, is_bgzip, open_decompressed

TEXT = bytes(range(256)) * 1_000


def read(file: Path) -> bytes:
    with open_decompressed(file) as stream:
        return stream.read()


@settings(max_examples=30)
@given(st.binary(max_size=2_000), st.integers(0, 3))
def test_what_is_compressed_is_read_by_others_and_by_us(
    tmp_path_factory: pytest.TempPathFactory, start: bytes, blocks: int
) -> None:
    text = start + TEXT[: blocks * BLOCK_BYTES]
    file = tmp_path_factory.mktemp("bgzip") / "x.gz"
    file.write_bytes(bgzip(text) + BGZIP_END)
    assert gzip.decompress(file.read_bytes()) == text
    with pysam.BGZFile(str(file), "rb", None) as other:
        assert other.read() == text
    assert read(file) == text


def test_bytes_that_do_not_shrink_still_fit_in_a_block(tmp_path: Path) -> None:
    noise = b"".join(zlib.compress(bytes([a, b])) for a in range(80) for b in range(80))
    file = tmp_path / "x.gz"
    file.write_bytes(bgzip(noise) + BGZIP_END)
    assert read(file) == noise


@pytest.mark.parametrize(
    "content",
    [
        TEXT,
        gzip.compress(TEXT),
        bgzip(TEXT),
        bgzip(TEXT[:9]) + gzip.compress(TEXT[9:]),
        BGZIP_END + bgzip(TEXT),
    ],
    ids=["plain", "gzip", "bgzip", "bgzip and gzip", "an empty block first"],
)
def test_every_packing_gives_the_same_bytes(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x"
    file.write_bytes(content)
    assert read(file) == TEXT


@pytest.mark.parametrize(
    "content",
    [
        bgzip(TEXT)[:-1],
        bgzip(TEXT)[:10],
        bgzip(TEXT)[:-8] + bytes(8),
        bgzip(b"A" * 99)[:20] + b"\xff" + bgzip(b"A" * 99)[21:],
        bgzip(TEXT) + b"no gzip",
        bgzip(TEXT)[:2] + b"\x09" + bgzip(TEXT)[3:],
    ],
    ids=[
        "cut short",
        "cut in the header",
        "another checksum",
        "a flipped byte",
        "other bytes",
        "method",
    ],
)
def test_damage_is_noticed(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x"
    file.write_bytes(content)
    with pytest.raises((EOFError, OSError, zlib.error)):
        read(file)


def test_bgzip_is_told_from_gzip() -> None:
    assert is_bgzip(bgzip(b"A"))
    assert not is_bgzip(gzip.compress(b"A"))
    assert not is_bgzip(b"")
