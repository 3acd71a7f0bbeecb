"""Bytes on their way through: out of an answer, and into parts of a size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from backend.aws.clients import passing_faults
from backend.domain.errors import UnavailableError

_PIECE_BYTES = 1024**2


def in_parts(content: Iterable[bytes], sizes: Iterator[int]) -> Iterator[bytes]:
    """Yield the bytes of *content* in parts of *sizes*, of which only the last may be shorter.

    Never holds more than a part and a piece of *content*; yields nothing for no bytes.
    """
    held = bytearray()
    size = next(sizes)
    for piece in content:
        held += piece
        while len(held) >= size:
            with memoryview(held) as view:
                part = bytes(view[:size])
            del held[:size]
            yield part
            size = next(sizes)
    if held:
        yield bytes(held)


def of_size(content: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield *content* as long as it may still have *size* bytes.

    Raises:
        UnavailableError: it has more, or fewer.
    """
    seen = 0
    for piece in content:
        seen += len(piece)
        if seen > size:
            break
        yield piece
    if seen != size:
        raise UnavailableError(f"The content has not the {size:,} bytes that were announced.")


def pieces(body: Any, dependency: str) -> Iterator[bytes]:  # noqa: ANN401
    """Yield what the *body* of an answer of boto3's holds, a MiB at a time, and close it.

    Raises:
        UnavailableError: it ended midway; the message names *dependency*.
    """
    try:
        while True:
            with passing_faults(dependency):
                piece: bytes = body.read(_PIECE_BYTES)
            if not piece:
                return
            yield piece
    finally:
        body.close()
