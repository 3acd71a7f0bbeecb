"""What many rows have of little use, put together: alone each would take three times the memory."""

from __future__ import annotations

import zlib
from functools import lru_cache

PLACES = 128
"""How many rows share a pack."""

_LEVEL = 6
_UNPACKED = 8

# What most texts have in common, so that it takes no place in one that is packed alone; what few
# have comes first, as what is farther from the end takes more.
_COMMON = (
    b'"archived_at":"2026-01-01T00:00:00.000000Z","restored_at":"2026-01-01T00:00:00.000000Z",'
    b'"created_at":"2026-01-01T00:00:00.000000Z","started_at":"2026-01-01T00:00:00.000000Z",'
    b'"finished_at":"2026-01-01T00:00:00.000000Z","options":{"assembly":"GRCh38","engine":"csq"},'
    b'"attempt":1,"counts":{"assembly":"GRCh37","bundle":"","variants_in":,"variants_out":,'
    b'"annotated":,"passed_through":0},"result_size":,"result_sha256":""}{"size":'
)
_LEVEL_ALONE, _WINDOW, _MEMORY = 1, -13, 5


class Pack:
    """The texts, of one line each, and the numbers of some rows; each row has its place.

    Args:
        size: of a row's numbers, in bytes.

    Attributes:
        numbers: those of one row after those of the other.
    """

    __slots__ = ("_alone", "_packed", "_texts", "numbers")

    def __init__(self, size: int) -> None:
        self.numbers = bytearray(size * PLACES)
        self._texts: list[str] = []
        self._packed = b""
        self._alone: dict[int, bytes] = {}

    @property
    def is_full(self) -> bool:
        """Whether there is no place left."""
        return bool(self._packed)

    def add(self, text: str) -> int:
        """Take the text of a further row in, and return the row's place."""
        self._texts.append(text)
        place = len(self._texts) - 1
        if len(self._texts) == PLACES:
            self._packed = zlib.compress("\n".join(self._texts).encode(), _LEVEL)
            self._texts = []
        return place

    def change(self, place: int, text: str) -> None:
        """Have another text at this place; it is packed alone, for it may change again."""
        if self._packed:
            self._alone[place] = _packed_alone(text)
        else:
            self._texts[place] = text

    def text(self, place: int) -> str:
        """Return the text at this place."""
        if not self._packed:
            return self._texts[place]
        if (alone := self._alone.get(place)) is not None:
            return zlib.decompressobj(_WINDOW, _COMMON).decompress(alone).decode()
        return _unpacked(self._packed)[place]


@lru_cache(_UNPACKED)
def _unpacked(packed: bytes) -> list[str]:
    """Return all texts of a pack: whoever asks for one asks for its neighbour, too."""
    return zlib.decompress(packed).decode().split("\n")


def _packed_alone(text: str) -> bytes:
    packer = zlib.compressobj(_LEVEL_ALONE, zlib.DEFLATED, _WINDOW, _MEMORY, 0, _COMMON)
    return packer.compress(text.encode()) + packer.flush()
