"""A FASTA file as a bundle holds it: plain names, lines of one length, upper or lower case kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pysam

from annotator.compression import open_decompressed
from annotator.reference import assemblies
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from annotator.reference.progress import Progress

_LINE = 60
_TOLD_LINES = 1 << 20


def write_sequence(fasta: Path, target: Path, assembly: str, progress: Progress) -> None:
    """Copy *fasta* into the new file *target*, uncompressed, and index it.

    Raises:
        RejectedError: it is not FASTA, or has two sequences of one name.
    """
    with open_decompressed(fasta) as source, target.open("wb") as stream:
        for number, line in enumerate(_equal_lines(source, fasta.name, assembly)):
            stream.write(line + b"\n")
            if number % _TOLD_LINES == 0:
                progress("copying the sequence", number * _LINE, None)
    pysam.faidx(str(target))


def compress(plain: Path) -> None:
    """Put a compressed file, with ``.gz`` added to its name, in the place of an indexed one."""
    compressed = plain.with_name(plain.name + ".gz")
    pysam.tabix_compress(str(plain), str(compressed))
    pysam.faidx(str(compressed))
    plain.with_name(plain.name + ".fai").unlink()
    plain.unlink()


def _equal_lines(source: Iterable[bytes], name: str, assembly: str) -> Iterator[bytes]:
    """FASTA's lines with sequences in lines of 60 bases, as an index needs."""
    rest = bytearray()
    names: set[str] = set()
    for line in source:
        if line.startswith(b">"):
            if rest:
                yield bytes(rest)
            rest = bytearray()
            yield b">" + _name(line, name, assembly, names).encode()
        elif names:
            rest += line.strip()
        elif line.strip():
            break
        whole = len(rest) - len(rest) % _LINE
        for start in range(0, whole, _LINE):
            yield bytes(rest[start : start + _LINE])
        del rest[:whole]
    if rest:
        yield bytes(rest)
    if not names:
        raise RejectedError(f"{name} is not a FASTA file: it has no line that begins with >.")


def _name(line: bytes, file: str, assembly: str, names: set[str]) -> str:
    """The contig's name in the bundle; *names* has those that are taken."""
    words = line[1:].split()
    given = words[0].decode("utf-8", "replace") if words else ""
    name = assemblies.contig_name(assembly, given)
    if not name or name in names or "/" in name or "\0" in name:
        raise RejectedError(
            f"{file} has a sequence named {given!r}, which is not a name, or not the only one "
            "of its kind; each contig needs a name of its own."
        )
    names.add(name)
    return name
