"""A look at the beginning of a file, which tells how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.conformance.checking import Conformance
from annotator.form import check_form, records_of

if TYPE_CHECKING:
    from annotator.conformance.fault import Fault
    from annotator.intake import Reader

LOOKED_AT = 2_000
"""Records that are looked at."""


def find_faults(reader: Reader) -> list[Fault]:
    """What is wrong with a file's header and its first records, by line.

    Raises:
        RejectedError: the file cannot be read, or a line at its beginning is not a record.
    """
    conformance = Conformance(reader.header)
    faults = conformance.header_faults()
    piece = next(iter(reader.pieces()), None)
    if piece is not None:
        lines = records_of(piece.text, len(reader.header.meta) + 2, reader.header.width)
        check_form(lines)
        for index in range(min(len(lines), LOOKED_AT)):
            faults += conformance.check(lines.line(index), lines.number + index)
    return faults
