"""The checksum of Glacier vaults: a tree of SHA-256 over the MiB of the data.

Source: "Computing Checksums", Amazon S3 Glacier Developer Guide.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import zip_longest

MEBIBYTE = 1024**2


def tree_hash(data: bytes) -> bytes:
    """Return the tree hash of *data*: 32 bytes."""
    view = memoryview(data)
    starts = range(0, max(len(data), 1), MEBIBYTE)
    return combined([hashlib.sha256(view[start : start + MEBIBYTE]).digest() for start in starts])


def combined(hashes: Sequence[bytes]) -> bytes:
    """Return the tree hash of data whose pieces, in order, have these tree *hashes*.

    Each piece but the last is as long as the first: a power of two of MiB.
    """
    while len(hashes) > 1:
        pairs = zip_longest(hashes[::2], hashes[1::2])
        hashes = [
            left if right is None else hashlib.sha256(left + right).digest()
            for left, right in pairs
        ]
    return hashes[0]
