"""The text of a VCF file: its header, and what is wrong with a line.

The service's own words are used, so that nobody is told one thing here and another there; a test
compares them. Format: the VCF specification, 4.0 to 4.5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from desktop.sentences import Sentence, said

LAST_POSITION = 2**29 - 1
"""The last that a tabix index can count (SAM specification, 5.1.1)."""

_FIXED = (b"#CHROM", b"POS", b"ID", b"REF", b"ALT", b"QUAL", b"FILTER", b"INFO")
_VERSION = re.compile(rb"##fileformat=VCFv(\d{1,4})\.(\d{1,4})\s*$")
_CONTIG = re.compile(rb"##contig=<(.*)>\s*$")
_ATTRIBUTE = re.compile(rb'(\w+)=("[^"]*"|[^,]*)')
_REFERENCE = re.compile(rb"##(?:reference|assembly)=(.*)$")
_LENGTH_DIGITS = 12
_SHOWN = 60
_MAJOR = 4
_OTHER_FORMATS = {
    b"PK\x03\x04": said(
        "The file is not VCF but a ZIP archive; unpack it and upload the VCF file inside."
    ),
    b"BZh": said(
        "The file is not VCF but compressed with bzip2; compress it with bgzip or gzip instead."
    ),
    b"\xfd7zXZ": said(
        "The file is not VCF but compressed with xz; compress it with bgzip or gzip instead."
    ),
    b"\x28\xb5\x2f\xfd": said(
        "The file is not VCF but compressed with zstd; compress it with bgzip or gzip instead."
    ),
    b"7z\xbc\xaf": said(
        "The file is not VCF but a 7-Zip archive; unpack it and upload the VCF file inside."
    ),
    b"BAM\x01": said(
        "The file is not VCF but a BAM file of reads; call variants first and upload their VCF."
    ),
}


class FaultError(Exception):
    """The text is not VCF; says with which line, and what would help.

    Attributes:
        words: what there is to say.
    """

    def __init__(self, words: Sentence) -> None:
        self.words = words
        super().__init__(str(words))


@dataclass(slots=True)
class Header:
    """What stands above the records, as far as it was read.

    Attributes:
        version: such as "4.2".
        lines: how many there are, with that of the columns.
        columns: how many the header names; 0 where it does not end in what was read.
        lengths: of contigs that name theirs, in bases.
        references: the values of ``##reference`` and ``##assembly``.
    """

    version: str = ""
    lines: int = 0
    columns: int = 0
    lengths: dict[str, int] = field(default_factory=dict)
    references: list[str] = field(default_factory=list)

    @property
    def samples(self) -> int:
        """How many samples the header names."""
        return max(0, self.columns - len(_FIXED) - 1)

    def take(self, line: bytes) -> bool:
        """Take in the next line; return whether the header goes on after it.

        Raises:
            FaultError: the line cannot stand there.
        """
        self.lines += 1
        if self.lines == 1:
            self.version = _version(line)
        if not line.startswith(b"##"):
            self.columns = _columns(line, self.lines)
            return False
        self._note(line)
        return True

    def _note(self, line: bytes) -> None:
        if found := _CONTIG.match(line):
            attributes = dict(_ATTRIBUTE.findall(found[1]))
            length = attributes.get(b"length", b"").strip(b'" ')
            if b"ID" in attributes and length.isdigit() and len(length) <= _LENGTH_DIGITS:
                self.lengths[shown(attributes[b"ID"].strip(b'"'))] = int(length)
        elif found := _REFERENCE.match(line):
            self.references.append(shown(found[1]))


def record_fault(line: bytes, number: int, columns: int) -> Sentence | None:
    """Return what is wrong with a record, None if nothing is seen.

    Args:
        line: the record, without its end.
        number: of the line in the file, from 1.
        columns: how many the header names.
    """
    fields = line.split(b"\t", 5)
    found = line.count(b"\t") + 1
    if found != columns:
        return _width_fault(line, number, found, columns)
    contig, position, ref, alt = fields[0], fields[1], fields[3], fields[4]
    # Digits are what they are in ASCII: bytes know no others.
    if not position.isdigit() or len(position) > len(str(LAST_POSITION)):
        return said(
            "Line {number}: POS is {found}; it must be a whole number of at most {most:,}.",
            number=number,
            found=repr(shown(position)),
            most=LAST_POSITION,
        )
    if position.startswith(b"0") and len(position) > 1:
        return said(
            "Line {number}: POS is {found}; write it without zeros in front, which other programs "
            "take for another number.",
            number=number,
            found=repr(shown(position)),
        )
    if not (contig and ref and alt) or b"\0" in line:
        return said(
            "Line {number} has an empty CHROM, REF or ALT, or a zero byte; write a dot for a "
            "missing ALT.",
            number=number,
        )
    if not contig.isascii():
        return said(
            "Line {number}: CHROM is {found}; contigs are named in plain ASCII.",
            number=number,
            found=repr(shown(contig)),
        )
    return None


def shown(value: bytes) -> str:
    """Return a value of the file as it may be shown to a person: short, and printable."""
    text = value[: _SHOWN + 1].decode("utf-8", "replace").strip()
    text = "".join(each if each.isprintable() else "?" for each in text)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _version(line: bytes) -> str:
    for start, reason in _OTHER_FORMATS.items():
        if line.startswith(start):
            raise FaultError(reason)
    found = _VERSION.match(line)
    if not found:
        raise FaultError(
            said("Line 1 is not ##fileformat=VCFv4.x; upload a VCF file, or add this line.")
        )
    major, minor = int(found[1]), int(found[2])
    if major != _MAJOR:
        raise FaultError(
            said(
                "The file is VCF {major}.{minor}, which is written differently from VCF 4; convert "
                "it, for example with vcftools' vcf-convert.",
                major=major,
                minor=minor,
            )
        )
    return f"{major}.{minor}"


def _columns(line: bytes, number: int) -> int:
    names = line.split(b"\t")
    if not line.startswith(b"#CHROM"):
        raise FaultError(
            said(
                "Line {number} should begin with #CHROM and name the columns, after the lines that "
                "begin with ##.",
                number=number,
            )
        )
    fixed, after = tuple(names[: len(_FIXED)]), names[len(_FIXED) : len(_FIXED) + 1]
    if fixed != _FIXED or after not in ([], [b"FORMAT"]):
        raise FaultError(
            said(
                "Line {number} should name the columns #CHROM, POS, ID, REF, ALT, QUAL, FILTER, "
                "INFO and then FORMAT and samples if there are any, separated by tabs.",
                number=number,
            )
        )
    return len(names)


def _width_fault(line: bytes, number: int, found: int, columns: int) -> Sentence:
    if not line.strip():
        return said("Line {number} is empty; remove it.", number=number)
    if found == 1 and b" " in line:
        return said(
            "Line {number} has 1 column; VCF needs at least 8. Separate them by tabs.",
            number=number,
        )
    if found == 1:
        return said("Line {number} has 1 column; VCF needs at least 8.", number=number)
    if found < len(_FIXED):
        return said(
            "Line {number} has {found} columns; VCF needs at least 8.", number=number, found=found
        )
    return said(
        "Line {number} has {found} columns; the header names {columns}. Correct one of them.",
        number=number,
        found=found,
        columns=columns,
    )
