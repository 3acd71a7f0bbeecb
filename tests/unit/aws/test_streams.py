"""Bytes on their way through are neither lost, nor changed, nor kept."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import chain, repeat
from typing import Any

import pytest
from botocore.exceptions import IncompleteReadError
from hypothesis import given
from hypothesis import strategies as st

from backend.aws.streams import in_parts, of_size, pieces
from backend.aws.vault_inventory import entries
from backend.domain.errors import UnavailableError

CHUNKS = st.lists(st.binary(max_size=9), max_size=12)


@given(CHUNKS, st.lists(st.integers(1, 7), min_size=1, max_size=4))
def test_parts_are_of_their_sizes_and_the_same_bytes(
    content: list[bytes], sizes: list[int]
) -> None:
    wanted = chain(sizes, repeat(sizes[-1]))
    parts = list(in_parts(content, wanted))

    assert b"".join(parts) == b"".join(content)
    for number, part in enumerate(parts):
        size = sizes[min(number, len(sizes) - 1)]
        assert len(part) == size or (number == len(parts) - 1 and 0 < len(part) < size)


@given(CHUNKS, st.integers(0, 120))
def test_content_of_another_size_is_noticed(content: list[bytes], size: int) -> None:
    whole = b"".join(content)
    if len(whole) == size:
        assert b"".join(of_size(content, size)) == whole
        return
    passed: list[bytes] = []
    with pytest.raises(UnavailableError):
        passed.extend(of_size(content, size))
    assert len(b"".join(passed)) <= size


class Broken(io.BytesIO):
    """A body whose other end is gone after its first bytes."""

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        if not piece:
            raise IncompleteReadError(actual_bytes=1, expected_bytes=2)
        return piece


def test_body_that_ends_midway_may_come_whole_another_time() -> None:
    body = Broken(b"a")
    read = pieces(body, "The vault")

    assert next(read) == b"a"
    with pytest.raises(UnavailableError, match="The vault"):
        next(read)
    assert body.closed


def test_body_that_nobody_reads_on_is_closed() -> None:
    body = io.BytesIO(bytes(3 * 1024**2))
    read = pieces(body, "The vault")
    next(read)
    read.close()  # type: ignore[attr-defined]

    assert body.closed


def cut(text: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(text), size):
        yield text[start : start + size]


@given(
    st.lists(st.dictionaries(st.text(max_size=4), st.text(max_size=6), max_size=3), max_size=5),
    st.integers(1, 40),
    st.sampled_from([None, 2]),
)
def test_inventory_reads_the_same_however_it_is_cut(
    archives: list[dict[str, str]], size: int, indent: int | None
) -> None:
    listed: dict[str, Any] = {"VaultARN": "arn", "InventoryDate": "d", "ArchiveList": archives}
    text = json.dumps(listed, indent=indent, ensure_ascii=False).encode()

    assert list(entries(cut(text, size))) == archives


@pytest.mark.parametrize(
    "text", [b"", b"{}", b'{"ArchiveList": [', b'{"ArchiveList": [{"a": "b"}, {"c']
)
def test_inventory_that_ends_midway_is_noticed(text: bytes) -> None:
    with pytest.raises(UnavailableError):
        list(entries(cut(text, 3)))
