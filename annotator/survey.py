"""The first pass over a file: how many records it has, and what a sample of them says.

The sample is drawn from all over the file; of a small file it is the whole, so that one whose
lines are not records is refused before anything is started. By it the assembly is recognised.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from annotator.form import check_form, records_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from annotator.intake import Header, Piece
    from annotator.lines import Lines

_KEYS = re.compile(rb"[;\t](CSQ|ANN|BCSQ|GAS_[0-9A-Za-z_.]*)(?=[=;\t\n])")
_MOST_SAMPLES = 2_000
_DENSE = 500
_SPARSE = 97
_LOOK_LINES = 400
_LOOK_BYTES = 1 << 18


@dataclass(slots=True)
class Survey:
    """What the first pass found.

    Attributes:
        records: lines of records in all.
        seen: those that were looked at; all of them in a small file.
        contigs: records that were looked at by contig, in the order in which contigs appear.
        is_phased: whether a genotype may be phased: there are samples, and somewhere a bar.
        keys: of annotations, ours or others', that records looked at have, declared or not.
        sample: contig, position (1-based) and REF of records from all over the file.
    """

    records: int = 0
    seen: int = 0
    contigs: dict[str, int] = field(default_factory=dict)
    is_phased: bool = False
    keys: set[str] = field(default_factory=set)
    sample: list[tuple[str, int, str]] = field(default_factory=list)

    def take(self, lines: Lines) -> None:
        """Look at *lines*."""
        names, codes = lines.contigs, lines.codes
        shown = [name.decode("ascii") for name in names]
        for name, count in zip(shown, np.bincount(codes).tolist(), strict=True):
            self.contigs[name] = self.contigs.get(name, 0) + count
        numbers = self.seen + 1 + np.arange(len(lines))
        for index in np.flatnonzero((numbers <= _DENSE) | (numbers % _SPARSE == 0)).tolist():
            self._sample(shown[codes[index]], lines.line(index))
        self.seen += len(lines)
        self._look_for_keys(lines.text)

    def _sample(self, contig: str, line: bytes) -> None:
        """Keep a record's REF if it says something about the assembly."""
        columns = line.split(b"\t", 4)
        bases = columns[3][:50].upper()
        if len(self.sample) < _MOST_SAMPLES and bases and not bases.strip(b"ACGT"):
            self.sample.append((contig, int(columns[1]), bases.decode()))

    def _look_for_keys(self, text: bytes) -> None:
        """Note the keys of earlier annotations that *text* has."""
        self.keys.update(key.decode() for key in _KEYS.findall(text))


def take_survey(pieces: Iterable[Piece], header: Header, tick: Callable[[int], None]) -> Survey:
    """Go through all *pieces*; *tick* is told how many records so far.

    Raises:
        RejectedError: a line that was looked at is not a record, or what *pieces* raises.
    """
    survey = Survey()
    for index, piece in enumerate(pieces):
        look = piece.text if index == 0 else piece.text[: _look_end(piece.text)]
        lines = records_of(look, len(header.meta) + 2 + survey.records, header.width)
        check_form(lines)
        survey.take(lines)
        survey.records += piece.lines
        if header.samples and not survey.is_phased:
            survey.is_phased = b"|" in piece.text
        tick(survey.records)
    return survey


def _look_end(piece: bytes) -> int:
    """Where the lines of a piece that are looked at end: after the first line at least."""
    end = piece.index(b"\n") + 1
    for _ in range(_LOOK_LINES):
        following = piece.find(b"\n", end) + 1
        if not 0 < following <= _LOOK_BYTES:
            break
        end = following
    return end
