"""The form of records: whether lines are such at all."""

from __future__ import annotations

import re

import numpy as np

from annotator.intake import FIXED, text
from annotator.lines import LAST_POSITION, Lines, parse_lines
from backend.domain.errors import RejectedError

_SPAN = re.compile(rb"[;\t](END|SVLEN)=([-\d,.]+)")
_NUMBER = re.compile(rb"-?([0-9]+)").fullmatch
_MOST_DIGITS = 12
_ZERO = re.compile(rb"\0")
_FAR_DIGITS = 8
"""A shorter SVLEN leads nowhere from a position that is not suspect."""

_SUSPECT_POSITION = LAST_POSITION - 10**_FAR_DIGITS


def records_of(piece: bytes, number: int, width: int) -> Lines:
    """The lines of *piece*, whose first is line *number* of the file.

    Raises:
        RejectedError: a line has not *width* columns; the message names the line.
    """
    lines = parse_lines(piece, number, width)
    if not isinstance(lines, int):
        return lines
    require_record(piece.split(b"\n", lines + 1)[lines], number + lines, width)
    raise AssertionError(f"Line {number + lines} was taken for one of another width.")


def check_form(lines: Lines) -> None:
    """Refuse the first of *lines* that is not a record; one that is may say nonsense all the same.

    Raises:
        RejectedError: the message names the line.
    """
    positions = lines.positions
    suspect = (positions < 0) | (positions > _SUSPECT_POSITION)
    for column in (0, 3, 4):
        starts, ends = lines.column(column)
        suspect |= starts == ends
    starts, ends = lines.column(1)
    suspect |= (ends - starts > 1) & (lines.data[starts] == ord("0"))
    starts, ends = lines.column(3)
    suspect |= positions + (ends - starts) > _SUSPECT_POSITION
    if b"\0" in lines.text:
        suspect[_owners(lines, [at.start() for at in _ZERO.finditer(lines.text)])] = True
    # Most files have neither, and that is found twice as fast from the end.
    if lines.text.rfind(b"END=") >= 0 or lines.text.rfind(b"SVLEN=") >= 0:
        suspect[_far_reaching(lines)] = True
    names, codes = lines.contigs, lines.codes
    suspect |= np.isin(codes, [at for at, name in enumerate(names) if not name.isascii()])
    for index in np.flatnonzero(suspect).tolist():
        require_record(lines.line(index), lines.number + index, lines.width)


def _far_reaching(lines: Lines) -> list[int]:
    """Lines whose END or SVLEN names a base that may lie behind the last position."""
    found = [match for match in _SPAN.finditer(lines.text) if len(match[2]) >= _FAR_DIGITS]
    return _owners(lines, [match.start() for match in found])


def _owners(lines: Lines, offsets: list[int]) -> list[int]:
    """The lines that hold the bytes at *offsets*."""
    owners: list[int] = np.searchsorted(lines.starts, offsets, side="right").tolist()
    return [owner - 1 for owner in owners]


def require_record(line: bytes, number: int, width: int) -> None:
    """Refuse a line that is not a record of *width* columns.

    Raises:
        RejectedError: the message names the line by its *number*.
    """
    columns = line.split(b"\t", 5)
    found = line.count(b"\t") + 1
    if found != width:
        raise RejectedError(_why_width(line, number, found, width))
    if not columns[1].isdigit() or len(columns[1]) > len(str(LAST_POSITION)):
        raise RejectedError(
            f"Line {number}: POS is {text(columns[1])!r}; it must be a whole number "
            f"of at most {LAST_POSITION:,}."
        )
    if columns[1].startswith(b"0") and len(columns[1]) > 1:
        raise RejectedError(
            f"Line {number}: POS is {text(columns[1])!r}; write it without zeros in front, which "
            "other programs take for another number."
        )
    if _reach(int(columns[1]), columns[3], line) > LAST_POSITION:
        raise RejectedError(
            f"Line {number} reaches beyond position {LAST_POSITION:,}, where no human chromosome "
            "has bases; correct POS, END or SVLEN."
        )
    if not (columns[0] and columns[3] and columns[4]) or b"\0" in line:
        raise RejectedError(
            f"Line {number} has an empty CHROM, REF or ALT, or a zero byte; "
            "write a dot for a missing ALT."
        )
    if not columns[0].isascii():
        raise RejectedError(
            f"Line {number}: CHROM is {text(columns[0])!r}; contigs are named in plain ASCII."
        )


def _reach(position: int, ref: bytes, line: bytes) -> int:
    """The last position that an index would count to a record."""
    last = position + len(ref) - 1
    if b"END=" in line or b"SVLEN=" in line:
        for key, values in _SPAN.findall(line):
            spans = [_span(number) for number in filter(None, map(_NUMBER, values.split(b",")))]
            start = position if key == b"SVLEN" else 0
            last = max([last, *(start + span for span in spans)])
    return last


def _span(number: re.Match[bytes]) -> int:
    """How many bases END or SVLEN speak of; more than any contig has if it is written too long."""
    digits = number[1].lstrip(b"0")
    return int(digits or b"0") if len(digits) <= _MOST_DIGITS else 10**_MOST_DIGITS


def _why_width(line: bytes, number: int, found: int, width: int) -> str:
    """What is wrong with a line whose number of columns is not the header's."""
    if not line.strip():
        return f"Line {number} is empty; remove it."
    if found < len(FIXED):
        hint = " Separate them by tabs." if found == 1 and b" " in line else ""
        plural = "" if found == 1 else "s"
        return f"Line {number} has {found} column{plural}; VCF needs at least 8.{hint}"
    return f"Line {number} has {found} columns; the header names {width}. Correct one of them."
