"""Reading a VCF file: its header, and its records line by line, each checked for its form.

Reads gzip, bgzip and plain text, with or without a byte order mark, with either kind of line end,
in memory that does not grow with the file. Format: the VCF specification, 4.0 to 4.5.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from annotator.compression import BGZIP_END, GZIP, first_bytes, is_bgzip, open_decompressed
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


LINE_LIMIT = 1 << 26
HEADER_LIMIT = 1 << 26
TEXT_LIMIT = 1 << 40
PIECE_BYTES = 1 << 22
_LENGTH_DIGITS = 12
"""A contig's length of more digits is none."""

FIXED = (b"#CHROM", b"POS", b"ID", b"REF", b"ALT", b"QUAL", b"FILTER", b"INFO")
_BOM = b"\xef\xbb\xbf"
_VERSION = re.compile(rb"##fileformat=VCFv(\d{1,4})\.(\d{1,4})\s*$")
_CONTIG = re.compile(rb"##contig=<(.*)>\s*$")
_ATTRIBUTE = re.compile(rb'(\w+)=("[^"]*"|[^,]*)')
_REFERENCE = re.compile(rb"##(?:reference|assembly)=(.*)$")
_OTHER_FORMATS = {
    b"PK\x03\x04": "a ZIP archive; unpack it and upload the VCF file inside",
    b"BZh": "compressed with bzip2; compress it with bgzip or gzip instead",
    b"\xfd7zXZ": "compressed with xz; compress it with bgzip or gzip instead",
    b"\x28\xb5\x2f\xfd": "compressed with zstd; compress it with bgzip or gzip instead",
    b"7z\xbc\xaf": "a 7-Zip archive; unpack it and upload the VCF file inside",
    b"BAM\x01": "a BAM file of reads; call variants first and upload their VCF",
}


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above the records, without byte order mark and line ends.

    Attributes:
        meta: the lines that begin with ``##``.
        columns: the line that begins with ``#CHROM``.
        version: such as ``4.2``.
        lengths: contigs that name their length, in bases.
        references: the values of ``##reference`` and ``##assembly``.
    """

    meta: tuple[bytes, ...]
    columns: bytes
    version: str
    lengths: dict[str, int] = field(default_factory=dict)
    references: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """How many columns the header names."""
        return self.columns.count(b"\t") + 1

    @property
    def samples(self) -> int:
        """How many samples the header names."""
        return max(0, self.width - len(FIXED) - 1)


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines with line feeds at their ends, also where the file has CRLF or lacks the last."""

    text: bytes
    lines: int


class Reader:
    """A VCF file that can be read from its beginning as often as needed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._start = first_bytes(file)
        self.packing = "plain text"
        if self._start.startswith(GZIP):
            self.packing = "bgzip" if is_bgzip(self._start) else "gzip"
        self.header = self._read_header()

    def is_cut_short(self) -> bool:
        """Whether a bgzip file lacks the mark that bgzip writes at the end."""
        if self.packing != "bgzip":
            return False
        with self._file.open("rb") as stream:
            stream.seek(max(0, self._file.stat().st_size - len(BGZIP_END)))
            return stream.read() != BGZIP_END

    def pieces(self, size: int = PIECE_BYTES) -> Iterator[Piece]:
        """The lines of the records in pieces of about *size* bytes, which depend on the text alone.

        Raises:
            RejectedError: the compressed data is damaged, or larger than any VCF file.
        """
        number = len(self.header.meta) + 1
        with open_decompressed(self._file) as stream:
            for _ in range(number):
                stream.readline()
            rest, total = b"", 0
            while data := self._read(stream, size, number):
                total += len(data)
                end = data.rfind(b"\n") + 1
                if end:
                    piece = _piece(b"".join((rest, memoryview(data)[:end])))
                    yield piece
                    number += piece.lines
                    rest = b""
                rest += data[end:]
                _require_bounds(total, len(rest), number)
        if rest:
            yield _piece(rest + b"\n")

    def _read(self, stream: BinaryIO, size: int, number: int) -> bytes:
        """The next bytes of text."""
        try:
            return stream.read(size)
        except (EOFError, zlib.error, OSError) as error:
            raise _damaged(number) from error

    def _read_header(self) -> Header:
        """The header, or the reason why this is not VCF."""
        if not self._start:
            raise RejectedError("The file is empty; a VCF file begins with ##fileformat=VCFv4.2.")
        with open_decompressed(self._file) as stream:
            meta: list[bytes] = []
            size = 0
            for line in _lines(stream):
                if not meta:
                    version = _version(line)
                if not line.startswith(b"##"):
                    return _header(meta, line, version)
                meta.append(line)
                size += len(line)
                if size > HEADER_LIMIT:
                    raise RejectedError("The header is longer than 64 MB; remove lines from it.")
        raise RejectedError(
            f"The file ends at line {len(meta)} without the line that begins with #CHROM and "
            "names the columns; add it."
        )


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines without their ends, and without a byte order mark before the first."""
    number = 0
    try:
        while line := stream.readline(LINE_LIMIT):
            number += 1
            if len(line) == LINE_LIMIT:
                raise RejectedError(f"Line {number} is longer than 64 MB; no VCF record is.")
            if number == 1:
                line = line.removeprefix(_BOM)
            yield line.rstrip(b"\r\n")
    except (EOFError, zlib.error, OSError) as error:
        raise _damaged(number) from error


def _damaged(number: int) -> RejectedError:
    """What is said of compressed data that cannot be read on."""
    return RejectedError(
        f"The compressed file is damaged or cut short after line {number}; upload it again."
    )


def _piece(text: bytes) -> Piece:
    """A piece of *text* with line feeds for CRLF."""
    unix = text.replace(b"\r\n", b"\n") if b"\r" in text else text
    lines = np.count_nonzero(np.frombuffer(unix, dtype=np.uint8) == ord("\n"))
    return Piece(unix, int(lines))


def _require_bounds(total: int, line: int, number: int) -> None:
    """Refuse what is larger than any VCF file, such as a small file that unpacks without end."""
    if line >= LINE_LIMIT:
        raise RejectedError(f"Line {number + 1} is longer than 64 MB; no VCF record is.")
    if total > TEXT_LIMIT:
        raise RejectedError("The file unpacks to more than 1 TB; split it by chromosome.")


def _version(line: bytes) -> str:
    """The version in the first line, or the reason why it is none that can be read."""
    for start, reason in _OTHER_FORMATS.items():
        if line.startswith(start):
            raise RejectedError(f"The file is not VCF but {reason}.")
    found = _VERSION.match(line)
    if not found:
        raise RejectedError(
            "Line 1 is not ##fileformat=VCFv4.x; upload a VCF file, or add this line."
        )
    major, minor = int(found[1]), int(found[2])
    if major != 4:  # noqa: PLR2004 - VCF 4 is what this reads
        raise RejectedError(
            f"The file is VCF {major}.{minor}, which is written differently from VCF 4; "
            "convert it, for example with vcftools' vcf-convert."
        )
    return f"{major}.{minor}"


def _header(meta: list[bytes], columns: bytes, version: str) -> Header:
    """The header of these lines, or the reason why its line of columns is wrong."""
    names = columns.split(b"\t")
    number = len(meta) + 1
    if not columns.startswith(b"#CHROM"):
        raise RejectedError(
            f"Line {number} should begin with #CHROM and name the columns, after the lines that "
            "begin with ##."
        )
    if tuple(names[: len(FIXED)]) != FIXED or names[len(FIXED) : len(FIXED) + 1] not in (
        [],
        [b"FORMAT"],
    ):
        raise RejectedError(
            f"Line {number} should name the columns #CHROM, POS, ID, REF, ALT, QUAL, FILTER, INFO "
            "and then FORMAT and samples if there are any, separated by tabs."
        )
    matches = (_REFERENCE.match(line) for line in meta)
    return Header(
        meta=tuple(meta),
        columns=columns,
        version=version,
        lengths=dict(_lengths(meta)),
        references=tuple(text(found[1]) for found in matches if found),
    )


def _lengths(meta: list[bytes]) -> Iterator[tuple[str, int]]:
    """Contigs of the header with their lengths, where given as a number."""
    for found in filter(None, map(_CONTIG.match, meta)):
        attributes = dict(_ATTRIBUTE.findall(found[1]))
        length = attributes.get(b"length", b"").strip(b'" ')
        if b"ID" in attributes and length.isdigit() and len(length) <= _LENGTH_DIGITS:
            yield text(attributes[b"ID"].strip(b'"')), int(length)


def text(value: bytes, limit: int = 60) -> str:
    """A value of the file as it may be shown to a person: short, and printable."""
    shown = value[: limit + 1].decode("utf-8", "replace").strip()
    shown = "".join(each if each.isprintable() else "?" for each in shown)
    return shown if len(shown) <= limit else f"{shown[:limit]}..."
