"""The files of a result as one stream of bytes, as the archive keeps them.

It is a tar (GNU's form, which knows files of any size): the files of the result and, at the end,
`SHA256SUMS` as sha256sum(1) writes it, so that a copy can be checked with nothing but itself.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from backend.domain.errors import DamagedError
from backend.services.annotation import PARQUET_TYPE, VCF_TYPE
from backend.services.ports import Files

RESULT, INDEX, TABLE = "result.vcf.gz", "result.vcf.gz.tbi", "result.parquet"
SUMS = "SHA256SUMS"
_TYPES = {RESULT: VCF_TYPE, INDEX: VCF_TYPE, TABLE: PARQUET_TYPE}
_BLOCK = tarfile.BLOCKSIZE
_END = bytes(2 * _BLOCK)
_CHUNK = 1024**2
_HEX_SHA256 = 64
# Longer than any list of sums that is honest.
_LONGEST_SUMS = 4096


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a result: *name* in the archive, *size* bytes at *key* of the bucket."""

    name: str
    key: str
    size: int


def packed_size(members: Sequence[Member]) -> int:
    """Return how many bytes `pack` yields."""
    sums = sum(len(_line("0" * _HEX_SHA256, member.name)) for member in members)
    bodies = [member.size for member in members] + [sums]
    return sum(_BLOCK + _padded(size) for size in bodies) + len(_END)


def pack(files: Files, members: Sequence[Member], known: Mapping[str, str]) -> Iterator[bytes]:
    """Yield the archive of *members*, a few MiB at a time.

    Args:
        files: the bucket that they are in.
        members: what goes in, in this order.
        known: the SHA-256 that members must have, hexadecimal, by name.

    Raises:
        DamagedError: one has another, or another size.
    """
    sums = b""
    for member in members:
        yield _header(member.name, member.size)
        checked = _Checked(member.name, files.read(member.key), known.get(member.name))
        yield from checked
        if checked.size != member.size:
            raise DamagedError(f"{member.name} has {checked.size:,} bytes, not {member.size:,}.")
        yield bytes(_padded(member.size) - member.size)
        sums += _line(checked.sha256, member.name)
    yield _header(SUMS, len(sums)) + sums + bytes(_padded(len(sums)) - len(sums))
    yield _END


def unpack(
    content: Iterable[bytes], files: Files, keys: Mapping[str, str], known: Mapping[str, str]
) -> None:
    """Store the members of the archive *content* in the bucket, each under its key.

    Args:
        content: what `pack` yielded, in pieces of any size.
        files: the bucket.
        keys: where each member goes, by name.
        known: the SHA-256 that members must have, hexadecimal, by name; each has to be there.

    Raises:
        DamagedError: a member has another checksum than recorded, or the archive is cut short.
    """
    found: dict[str, str] = {}
    listed = b""
    try:
        for name, body in _members(content):
            if name == SUMS:
                listed = body.read(_LONGEST_SUMS)
                continue
            if name not in keys:
                raise DamagedError(f"The archive holds {name!r}, which is none of ours.")
            checked = _Checked(name, _chunks(body), known.get(name))
            files.write(keys[name], checked, content_type=_TYPES[name])
            found[name] = checked.sha256
    except tarfile.TarError as error:
        raise DamagedError(f"The archive cannot be read: {error}.") from error
    sums = b"".join(_line(sha256, name) for name, sha256 in found.items())
    if listed != sums or not known.keys() <= found.keys():
        raise DamagedError("The archive's files are not those of its list of checksums.")


def _members(content: Iterable[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(fileobj=_Stream(content), mode="r|", bufsize=_CHUNK) as archive:
        for entry in archive:
            body = archive.extractfile(entry)
            if body is None:
                raise DamagedError(f"The archive holds {entry.name!r}, which is no file.")
            yield entry.name, body


def _chunks(body: IO[bytes]) -> Iterator[bytes]:
    while chunk := body.read(_CHUNK):
        yield chunk


@dataclass
class _Checked:
    """Passes bytes on, and raises at their end if they are not what they have to be."""

    name: str
    content: Iterable[bytes]
    expected: str | None
    sha256: str = ""
    size: int = 0
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256)

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.content:
            self._hash.update(chunk)
            self.size += len(chunk)
            yield chunk
        self.sha256 = self._hash.hexdigest()
        if self.expected not in {None, self.sha256}:
            raise DamagedError(
                f"{self.name} has the SHA-256 {self.sha256}, but {self.expected} was recorded."
            )


class _Stream(io.RawIOBase):
    """Pieces of any size as a file that can be read once, from front to back."""

    def __init__(self, content: Iterable[bytes]) -> None:
        super().__init__()
        self._content = iter(content)
        self._rest = memoryview(b"")

    def read(self, size: int = -1) -> bytes:
        """Return the next *size* bytes, fewer only at the end."""
        parts: list[bytes] = []
        missing = size
        while missing > 0:
            if not self._rest:
                piece = next(self._content, None)
                if piece is None:
                    break
                self._rest = memoryview(piece)
            part = bytes(self._rest[:missing])
            self._rest = self._rest[len(part) :]
            missing -= len(part)
            parts.append(part)
        return b"".join(parts)


def _header(name: str, size: int) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size = size
    return entry.tobuf(tarfile.GNU_FORMAT)


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def _line(sha256: str, name: str) -> bytes:
    return f"{sha256}  {name}\n".encode()
