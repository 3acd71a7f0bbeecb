"""What differs between the versions of VCF.

Sources: the specifications 4.1 to 4.5 as of November 2025. 4.0 is taken as 4.1 without the numbers
of values that 4.1 introduced.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_INFO_KEY = re.compile(rb"[A-Za-z_][0-9A-Za-z_.]*|1000G")
_FORMAT_KEY = re.compile(rb"[A-Za-z_][0-9A-Za-z_.]*")
_ALPHANUMERIC = re.compile(rb"[0-9A-Za-z]+")
_SHORT_KEY = re.compile(rb"[^\s;=,<>\"]+")
_CONTIG = re.compile(rb"[0-9A-Za-z!#$%&+./:;?@^_|~-][0-9A-Za-z!#$%&*+./:;=?@^_|~-]*")
_OLD_CONTIG = re.compile(rb"[^\s,<>]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f]")

_NUMBERS = {
    (4, 0): (b"A", b"G", b"."),
    (4, 2): (b"R",),
    (4, 5): (b"LA", b"LR", b"LG", b"P", b"M"),
}
STRUCTURAL = (b"DEL", b"INS", b"DUP", b"INV", b"CNV")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The rules of one version.

    Attributes:
        version: such as ``(4, 2)``.
    """

    version: tuple[int, int]

    @classmethod
    def of(cls, version: str) -> Dialect:
        """The dialect of a version such as ``4.2``; what is newer than 4.5 is taken as it."""
        major, _, minor = version.partition(".")
        return cls((int(major[:4]), int(minor[:4])))

    def __str__(self) -> str:
        """As people call it."""
        return f"VCF {self.version[0]}.{self.version[1]}"

    @property
    def is_strict(self) -> bool:
        """Whether names, characters and ranges are laid down to the letter: since 4.3."""
        return self.version >= (4, 3)

    @property
    def numbers(self) -> tuple[bytes, ...]:
        """What Number may be beside a whole number."""
        return tuple(
            number for since, new in _NUMBERS.items() if self.version >= since for number in new
        )

    @property
    def structural_types(self) -> tuple[bytes, ...]:
        """The first level of structural variants' symbolic alleles."""
        return (*STRUCTURAL, b"BND") if self.is_strict else STRUCTURAL

    def is_info_key(self, key: bytes) -> bool:
        """Whether *key* may be a key of INFO."""
        return bool((_INFO_KEY if self.is_strict else _SHORT_KEY).fullmatch(key))

    def is_format_key(self, key: bytes) -> bool:
        """Whether *key* may be a key of FORMAT."""
        return bool((_FORMAT_KEY if self.is_strict else _ALPHANUMERIC).fullmatch(key))

    def key_rule(self, kind: bytes) -> str:
        """What a key of ``INFO`` or ``FORMAT`` may be, in words."""
        if self.is_strict:
            return "a key has letters, digits, dots and underscores and begins with no digit or dot"
        if kind == b"FORMAT":
            return f"in {self} a key has letters and digits only"
        return "a key has no whitespace, commas, quotes or angle brackets"

    def is_contig(self, contig: bytes) -> bool:
        """Whether a contig of the reference may have this name, colons aside."""
        return bool((_CONTIG if self.is_strict else _OLD_CONTIG).fullmatch(contig))

    def is_text(self, line: bytes) -> bool:
        """Whether a line has no characters that this version forbids."""
        if not self.is_strict:
            return True
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            return False
        return not _CONTROL.search(line)
