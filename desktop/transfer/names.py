"""Names of files made safe for this disk, or for the service, and short ones of IDs."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

# Control characters, what file systems and shells reserve, and what turns the writing direction.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')
# What a service takes in no name: control characters, and bytes of an old disk that are no text.
_UNTOLD = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
# What says the kind of a file: at most three parts, as in "a.annotated.vcf.gz".
_ENDING = re.compile(r"(\.[0-9A-Za-z]{1,12}){1,3}$", re.ASCII)
_SUFFIX = re.compile(r"(\.[0-9A-Za-z]{1,12})?\.b?gz$|\.[0-9A-Za-z]{1,12}$", re.IGNORECASE)
_LONGEST = 200
_LONGEST_BYTES = 240


def safe_name(name: str, fallback: str = "download") -> str:
    """Return *name* as one path component that every file system takes.

    One that is too long loses the end of its stem; what says the kind of the file stays.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    clean = _shortened(_UNSAFE.sub("_", last).strip(" ."))
    if not clean or _DEVICES.match(clean):
        return f"{fallback}_{clean}" if clean else fallback
    return clean


def shown_name(path: Path) -> str:
    """Return the name of *path* as people and the service are told it, "_" for what is no text."""
    return _UNTOLD.sub("_", path.name or str(path))


def short_id(whole: str) -> str:
    """Return as much of an ID as tells it from others, in tables and in the log."""
    return whole[:8]


def suffix_of(name: str) -> str:
    """Return what a program knows the kind of a file by: ".tsv", ".vcf.gz"; "" for nothing."""
    found = _SUFFIX.search(name)
    return found[0] if found and found.start() else ""


def _shortened(name: str) -> str:
    if len(name) <= _LONGEST and len(name.encode()) <= _LONGEST_BYTES:
        return name
    found = _ENDING.search(name)
    ending = found[0] if found else ""
    stem = name.removesuffix(ending)[: _LONGEST - len(ending)].encode()
    stem = stem[: _LONGEST_BYTES - len(ending)]
    return stem.decode(errors="ignore").rstrip(" .") + ending


def numbered(name: str, number: int) -> str:
    """Return the name of the *number*-th copy: "a.vcf.gz", "a (1).vcf.gz", "a (2).vcf.gz"."""
    if number == 0:
        return name
    stem, dot, suffix = name.partition(".")
    return f"{stem} ({number}){dot}{suffix}"


def places(folder: Path, name: str) -> Iterator[Path]:
    """Give where a file of this name is saved in *folder*: the first that is free, without end."""
    return (folder / numbered(name, number) for number in itertools.count())
