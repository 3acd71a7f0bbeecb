"""A look at a file before it is sent: what it is, and what is plainly wrong with it.

It needs no network and no reference, takes a few milliseconds, and reads the first 4 MiB at most:
who drops the wrong file is told at once, and not after an hour of sending.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import QuotaReachedError
from desktop.transfer.assemblies import KNOWN, guess_assembly
from desktop.transfer.packing import Beginning, Packing, read_beginning
from desktop.transfer.vcf_text import FaultError, Header, record_fault

_BOM = b"\xef\xbb\xbf"
_CUT_SHORT = "bgzip's mark at the end is missing, so the file may be cut short."


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
    fault: str | None = None
    doubt: str | None = None
    remark: str | None = None

    @property
    def trouble(self) -> str | None:
        """The reason why somebody should look before the file is sent."""
        return self.fault or self.doubt


def check_file(path: Path) -> FileCheck:
    """Return what is seen of *path*; that it cannot be read is a fault, too."""
    try:
        beginning = read_beginning(path)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else "unknown reason"
        return FileCheck(0, fault=f"{path.name} cannot be read: {reason}.")
    if not beginning.size:
        return FileCheck(0, fault="The file is empty; a VCF file begins with ##fileformat=VCFv4.2.")
    return _check(beginning)


def too_large(name: str, size: int, limit: int) -> QuotaReachedError:
    """Return what is said of a file that the plan does not take, before a byte of it is sent."""
    return QuotaReachedError(
        f"{name} has {size:,} bytes; your plan takes files of up to {limit:,} bytes.",
        limit=limit,
        upgrade_url=None,
    )


def _check(beginning: Beginning) -> FileCheck:
    header, lines = Header(), _lines(beginning)
    records, fault = 0, None
    try:
        _read_header(header, lines, beginning)
        if header.columns and beginning.packing is not Packing.BCF:
            for line in lines:
                _require(record_fault(line, header.lines + records + 1, header.columns))
                records += 1
        _require_readable(beginning, header.lines + records)
    except FaultError as error:
        fault = str(error)
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
            f"The file ends at line {header.lines} without the line that begins with #CHROM and "
            "names the columns; add it."
        )


def _lines(beginning: Beginning) -> Iterator[bytes]:
    """Yield whole lines without their ends; the last may be cut where the text goes on."""
    text = beginning.text.removeprefix(_BOM)
    lines = text.split(b"\n")
    if not lines[-1] or not (beginning.whole or beginning.packing is Packing.BCF):
        lines.pop()
    return (line.rstrip(b"\r") for line in lines)


def _require(fault: str | None) -> None:
    if fault is not None:
        raise FaultError(fault)


def _require_readable(beginning: Beginning, lines: int) -> None:
    if beginning.damaged:
        raise FaultError(
            f"The compressed file is damaged or cut short after line {lines}; get it again from "
            "where it came from."
        )


def _remark(assembly: str | None, *, empty: bool) -> str | None:
    if assembly is not None and assembly not in KNOWN:
        return f"The header speaks of {assembly}; the service knows {' and '.join(KNOWN)}."
    if empty:
        return "The file has a header and no records, so there is nothing to annotate."
    return None
