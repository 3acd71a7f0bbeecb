"""SHA-256 tree hashes, from the digests of the single megabytes.

Source: "Computing Checksums", Amazon S3 Glacier Developer Guide.
"""

from __future__ import annotations

from hashlib import sha256

MIB = 1 << 20
DIGEST = 32


def leaf(block: bytes) -> bytes:
    """Return the digest of one megabyte; the last of the data may be shorter."""
    return sha256(block).digest()


def tree_hash(leaves: bytes) -> str:
    """Return the tree hash of the data whose *leaves* stand one after the other."""
    level = [leaves[at : at + DIGEST] for at in range(0, len(leaves), DIGEST)]
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [sha256(b"".join(pair)).digest() if pair[1:] else pair[0] for pair in pairs]
    return level[0].hex()
