"""What a job brought back, or a range of it, block by block from the files of its parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from backend.local.aws.glacier.ranges import Span
from backend.local.aws.glacier.records import Part
from backend.local.aws.glacier.tree_hash import DIGEST, MIB, tree_hash

BLOCK = 1 << 18


def hash_of(parts: Sequence[Part], span: Span) -> str:
    """Return the tree hash of a range that begins and ends with a megabyte, or with the data."""
    leaves = b"".join(part.leaves for part in parts)
    first, last = span.begin // MIB, -(-span.end // MIB)
    return tree_hash(leaves[first * DIGEST : last * DIGEST])


def read(pieces: Sequence[tuple[Path, int]], span: Span) -> Iterator[bytes]:
    """Yield the bytes of a range, given the files that make up the data and their sizes."""
    begin = 0
    for path, size in pieces:
        first, last = max(span.begin - begin, 0), min(span.end - begin, size)
        if first < last:
            yield from _blocks(path, first, last - first)
        begin += size


def _blocks(path: Path, begin: int, size: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(begin)
        while size > 0 and (block := file.read(min(BLOCK, size))):
            size -= len(block)
            yield block
