"""Names of files as they come from a service, made safe for this disk."""

from __future__ import annotations

import re
import unicodedata

# Control characters, what file systems and shells reserve, and what turns the writing direction.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_LONGEST = 200
_LONGEST_BYTES = 240


def safe_name(name: str, fallback: str = "download") -> str:
    """Return *name* as one path component that every file system takes."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    clean = _UNSAFE.sub("_", last).strip(" .")[:_LONGEST]
    clean = clean.encode()[:_LONGEST_BYTES].decode(errors="ignore").rstrip(" .")
    if not clean or _DEVICES.match(clean):
        return f"{fallback}_{clean}" if clean else fallback
    return clean


def numbered(name: str, number: int) -> str:
    """Return the name of the *number*-th copy: "a.vcf.gz", "a (1).vcf.gz", "a (2).vcf.gz"."""
    if number == 0:
        return name
    stem, dot, suffix = name.partition(".")
    return f"{stem} ({number}){dot}{suffix}"
