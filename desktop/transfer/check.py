"""A look at a file before it is sent: what it is, and what is plainly wrong with it.

It needs no network and no reference, takes a few milliseconds, and reads the first 4 MiB at most:
who drops the wrong file is told at once, and not after an hour of sending.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import QuotaReachedError
from desktop.sentences import Sentence, Words, reason_of, said
from desktop.transfer.assemblies import KNOWN, guess_assembly
from desktop.transfer.folders import is_folder
from desktop.transfer.names import shown_name
from desktop.transfer.packing import Beginning, Packing, read_beginning
from desktop.transfer.vcf_text import FaultError, Header, record_fault

_BOM = b"\xef\xbb\xbf"
# After each piece the window gets its turn: it would else wait for Python's lock at every step.
# While 40 files of 5 MB were checked, two at once, 95 % of its turns then came within 15 to 19 ms
# in place of 48 to 68; it took 4 % more of the processor.
_PIECE_BYTES = 64 * 1024
_PAUSE_SECONDS = 0.0005
_CUT_SHORT = said("bgzip's mark at the end is missing, so the file may be cut short.")

Pause = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What was seen of a file.

    Attributes:
        size: in bytes.
        version: of the format, such as "4.2"; None where the header does not say.
        samples: how many the header names; None where its end was not seen.
        assembly: as the header lets one guess it.
        records: how many were looked at.
        fault: why the service would refuse the file, with the line.
        doubt: why it may be better not to send it.
        remark: what else is worth knowing before it is sent.
    """

    size: int
    packing: Packing | None = None
    version: str | None = None
    samples: int | None = None
    assembly: str | None = None
    records: int = 0
    fault: Words | None = None
    doubt: Words | None = None
    remark: Words | None = None

    @property
    def trouble(self) -> Words | None:
        """The reason why somebody should look before the file is sent."""
        return self.fault or self.doubt


def check_file(path: Path, pause: Pause = time.sleep) -> FileCheck:
    """Return what is seen of *path*; that it cannot be read is a fault, too.

    Args:
        path: of the file.
        pause: waits, in seconds, so that other threads get their turn.
    """
    try:
        beginning = read_beginning(path)
    except OSError as error:
        return FileCheck(0, fault=_unreadable(path, error))
    if not beginning.size:
        empty = said("The file is empty; a VCF file begins with ##fileformat=VCFv4.2.")
        return FileCheck(0, fault=empty)
    return _check(beginning, pause)


def too_large(name: str, size: int, limit: int) -> QuotaReachedError:
    """Return what is said of a file that the plan does not take, before a byte of it is sent."""
    return QuotaReachedError(
        said(
            "{name} has {size:,} bytes; your plan takes files of up to {limit:,} bytes.",
            name=name,
            size=size,
            limit=limit,
        ),
        limit=limit,
        upgrade_url=None,
    )


def _unreadable(path: Path, error: OSError) -> Sentence:
    name, reason = shown_name(path), reason_of(error)
    if not is_folder(path):
        return said("{name} cannot be read: {reason}.", name=name, reason=reason)
    return said(
        "The folder {name} cannot be read: {reason}. Add it again once it can be.",
        name=name,
        reason=reason,
    )


def _check(beginning: Beginning, pause: Pause) -> FileCheck:
    header, lines = Header(), _lines(beginning, pause)
    records = 0
    fault: Sentence | None = None
    try:
        _read_header(header, lines, beginning)
        if header.columns and beginning.packing is not Packing.BCF:
            for line in lines:
                _require(record_fault(line, header.lines + records + 1, header.columns))
                records += 1
        _require_readable(beginning, header.lines + records)
    except FaultError as error:
        fault = error.words
    assembly = guess_assembly(header.lengths, header.references)
    return FileCheck(
        size=beginning.size,
        packing=beginning.packing,
        version=header.version or None,
        samples=header.samples if header.columns else None,
        assembly=assembly,
        records=records,
        fault=fault,
        doubt=_CUT_SHORT if beginning.cut_short else None,
        remark=_remark(assembly, empty=beginning.whole and not records and fault is None),
    )


def _read_header(header: Header, lines: Iterator[bytes], beginning: Beginning) -> None:
    for line in lines:
        if not header.take(line):
            return
    if beginning.whole:
        raise FaultError(
            said(
                "The file ends at line {line} without the line that begins with #CHROM and names "
                "the columns; add it.",
                line=header.lines,
            )
        )
    if beginning.text and not header.lines:
        # Not even the first line comes to an end.
        header.take(beginning.text)


def _lines(beginning: Beginning, pause: Pause) -> Iterator[bytes]:
    """Yield whole lines without their ends; what may be cut, as the text goes on, is left out."""
    text = beginning.text.removeprefix(_BOM)
    ends = beginning.whole or beginning.header_whole
    at, end = 0, 0
    while at < len(text) and end >= 0:
        end = text.find(b"\n", at + _PIECE_BYTES)
        lines = text[at : end if end >= 0 else None].split(b"\n")
        if end < 0 and not (lines[-1] and ends):
            lines.pop()
        yield from (line.rstrip(b"\r") for line in lines)
        at = end + 1
        pause(_PAUSE_SECONDS)


def _require(fault: Sentence | None) -> None:
    if fault is not None:
        raise FaultError(fault)


def _require_readable(beginning: Beginning, lines: int) -> None:
    if beginning.damaged:
        raise FaultError(
            said(
                "The compressed file is damaged or cut short after line {line}; get it again from "
                "where it came from.",
                line=lines,
            )
        )


def _remark(assembly: str | None, *, empty: bool) -> Sentence | None:
    if assembly is not None and assembly not in KNOWN:
        first, second = KNOWN
        return said(
            "The header speaks of {assembly}; the service knows {first} and {second}.",
            assembly=assembly,
            first=first,
            second=second,
        )
    if empty:
        return said("The file has a header and no records, so there is nothing to annotate.")
    return None
