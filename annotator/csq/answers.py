"""What csq says of records, read from the VCF that it writes and put together from both ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotator.csq.text import FIXED, sample_fields, views
from annotator.engine import EngineError
from annotator.lines import binary, gather, parse_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from annotator.lines import Lines

TAG = b"BCSQ"
_ID, _INFO, _FORMAT = 2, 7, 8
_NONE = b"."
_PIECE_BYTES = 1 << 21
_WORD_BITS = 30
"""Bits that csq sets in one number of FORMAT/BCSQ: a pair for each consequence."""


@dataclass(frozen=True, slots=True)
class Calls:
    """Consequences of records, as columns.

    Attributes:
        info: INFO/BCSQ of each record, without the key; empty where there is none.
        masks: FORMAT/BCSQ of each record's samples, one record behind the other; a dot where there
            is none.
    """

    info: pa.BinaryArray
    masks: pa.BinaryArray

    @classmethod
    def none(cls, records: int, samples: int) -> Calls:
        """Nothing is said of *records*."""
        nothing = binary(np.zeros(records + 1, dtype=np.int32), np.empty(0, dtype=np.uint8))
        count = records * samples
        dots = np.full(count, ord(_NONE), dtype=np.uint8)
        return cls(nothing, binary(np.arange(count + 1, dtype=np.int32), dots))

    @classmethod
    def joined(cls, parts: Sequence[Calls]) -> Calls:
        """The calls of all *parts*, one behind the other."""
        return cls(
            pa.concat_arrays([part.info for part in parts]),
            pa.concat_arrays([part.masks for part in parts]),
        )

    def place(self, rows: NDArray[np.int64], samples: int, other: Calls) -> Calls:
        """These calls with those of *rows* replaced by *other*'s, which are in that order."""
        records = np.arange(len(self.info))
        records[rows] = len(records) + np.arange(len(rows))
        masks = _each_sample(records, samples)
        both = Calls.joined((self, other))
        return Calls(both.info.take(pa.array(records)), both.masks.take(pa.array(masks)))

    def take(self, rows: NDArray[np.int64], samples: int) -> Calls:
        """The calls of *rows*."""
        masks = _each_sample(rows, samples)
        return Calls(self.info.take(pa.array(rows)), self.masks.take(pa.array(masks)))


def _each_sample(records: NDArray[np.int64], samples: int) -> NDArray[np.int32]:
    """Indices of the masks of *records*."""
    rows = records.astype(np.int32)
    found: NDArray[np.int32] = rows.repeat(samples) * np.int32(samples)
    found += np.tile(np.arange(samples, dtype=np.int32), len(rows))
    return found


def read_calls(answer: Path, rows: NDArray[np.int64], samples: int) -> Calls:
    """The calls in the file that csq wrote of *rows*, whose numbers are the records' IDs.

    Raises:
        EngineError: a record is missing or not in its place.
    """
    width = FIXED + samples if samples else _INFO + 1
    infos, masks, ids = [_texts([])], [_texts([])], [_texts([])]
    for text in _pieces(answer):
        lines = parse_lines(text, 1, width)
        if isinstance(lines, int):
            raise EngineError("The answer of bcftools csq is not VCF.")
        numbers = lines.values(_ID)
        # Barriers between genes have no ID.
        is_record = pc.not_equal(numbers, _NONE)
        ids.append(numbers.filter(is_record))
        infos.append(_info(lines).filter(is_record))
        if samples:
            kept = is_record.to_numpy(zero_copy_only=False).repeat(samples)
            masks.append(_masks(lines).filter(pa.array(kept)))
    if not pa.concat_arrays(ids).equals(pa.array(rows).cast(pa.string()).cast(pa.binary())):
        raise EngineError("The answers of bcftools csq do not match what it was asked.")
    return Calls(pa.concat_arrays(infos), pa.concat_arrays(masks))


def _pieces(answer: Path) -> Iterator[bytes]:
    """The lines of the records in a file, a few megabytes at a time."""
    with answer.open("rb") as stream:
        line = stream.readline()
        while line.startswith(b"#"):
            line = stream.readline()
        while line:
            text = line + stream.read(_PIECE_BYTES)
            yield text + stream.readline()
            line = stream.readline()


def _info(lines: Lines) -> pa.BinaryArray:
    """BCSQ, the only key of INFO."""
    starts, ends = lines.column(_INFO)
    prefix = len(TAG) + 1
    has = ends - starts > prefix
    begins = np.where(has, starts + prefix, ends)
    cut = views(lines.data, np.column_stack((lines.starts, begins, ends)))
    return cut.take(pa.array(3 * np.arange(len(lines)) + 1))


def _masks(lines: Lines) -> pa.BinaryArray:
    """What stands behind the colon in each sample's column, where FORMAT is GT:BCSQ."""
    starts, ends = sample_fields(lines)
    tabs = lines.tabs[:, _FORMAT - 1]
    has = (starts[:, :1] - 1 - tabs[:, None] > len(b"GT\t")).repeat(starts.shape[1], axis=1)
    colons = np.append(np.flatnonzero(lines.data == ord(":")), len(lines.data))
    # FORMAT itself has a colon, so the first one behind a sample's start is the sample's own.
    behind = colons[np.searchsorted(colons, starts)] + 1
    begins = np.where(has, behind, ends)
    masks = gather(lines.data, begins.ravel(), (ends - begins).ravel())
    return pc.if_else(pc.equal(pc.binary_length(masks), 0), _NONE, masks)


def _texts(values: list[bytes]) -> pa.BinaryArray:
    """*values* as Arrow binary."""
    return pa.array(values, pa.binary())


def unite(one: Calls, other: Calls, samples: int) -> Calls:
    """The calls of both on the same records: each consequence once, those of *one* first."""
    infos, masks = [], []
    for row, (first, second) in enumerate(zip(_listed(one.info), _listed(other.info), strict=True)):
        entries = list(dict.fromkeys(first + second))
        infos.append(b",".join(entries))
        places = [entries.index(entry) for entry in second]
        for at in range(row * samples, (row + 1) * samples):
            moved = {(places[entry], side) for entry, side in read_mask(other.masks[at].as_py())}
            masks.append(write_mask(read_mask(one.masks[at].as_py()) | moved))
    return Calls(_texts(infos), _texts(masks))


def _listed(infos: pa.BinaryArray) -> list[list[bytes]]:
    """The consequences in each INFO/BCSQ."""
    return [info.split(b",") if info else [] for info in infos.to_pylist()]


def read_mask(mask: bytes) -> set[tuple[int, int]]:
    """Index of the consequence and the haplotype (0 or 1) of each bit that is set."""
    found = set()
    for at, word in enumerate(mask.split(b",") if mask != _NONE else []):
        value = int(word) if word != _NONE else 0
        while value:
            lowest = value & -value
            found.add(divmod(at * _WORD_BITS + lowest.bit_length() - 1, 2))
            value ^= lowest
    return found


def write_mask(mask: set[tuple[int, int]]) -> bytes:
    """The reverse of ``read_mask``; 0 for one without a bit, as csq writes it."""
    bits = [2 * entry + haplotype for entry, haplotype in mask]
    words = [0] * (max(bits, default=0) // _WORD_BITS + 1)
    for bit in bits:
        words[bit // _WORD_BITS] |= 1 << bit % _WORD_BITS
    return b",".join(b"%d" % word for word in words)
