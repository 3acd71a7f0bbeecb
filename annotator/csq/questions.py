"""The records of one contig that csq is asked about, and the VCF text in which it is asked.

There are two ways to ask. *Together*: alleles on known haplotypes, so that those of one haplotype
are seen together. *Alone*: each allele by itself, as VEP does; for alleles that are on no known
haplotype. A record is asked in both ways where some of its alleles, or of its samples, differ.

Alleles that the guard refused are left out and the others renumbered in the genotypes: csq passes
over ``*``, but has an opinion of its own of symbolic alleles and takes anything else for bases. A
genotype that csq cannot read is missing to it: one with an allele that the record has not crashes
csq 1.24, one that is no genotype ends it, and one of three alleles gets a mask of other bits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotator.bases import UPPER
from annotator.csq.genotypes import MOST_ALLELES, judge, read_genotypes
from annotator.csq.text import FIXED, in_pieces, text_of, views
from annotator.lines import gather

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from annotator.csq.genotypes import Genotypes
    from annotator.lines import Lines

_REF, _ALT = 3, 4
_NUMBER = re.compile(rb"\d+")
_MISSING = b"."
_HAVE_BITS = np.uint64((2 << MOST_ALLELES) - 2)


class Way(StrEnum):
    """How csq is asked."""

    TOGETHER = "together"
    ALONE = "alone"


@dataclass(frozen=True, slots=True)
class Question:
    """Records of one contig, ascending by position; the columns have a row for each.

    Attributes:
        contig: as the bundle names it.
        lines: the records as they came.
        accepted: the alleles that the guard let through, as bits by their numbers.
        last: the last base of the genes that the record is in or near; between two such groups
            of genes there is at least a base.
        together: whether the record is asked together with others.
        alone: whether it is asked by itself (as well).
        plain: its line for either way; not used for those that are special.
        special: lines of records that need a text of their own, by row and way.
    """

    contig: str
    lines: Lines
    accepted: NDArray[np.uint64]
    last: NDArray[np.int64]
    together: NDArray[np.bool_]
    alone: NDArray[np.bool_]
    plain: pa.BinaryArray
    special: dict[tuple[int, Way], bytes]

    def __len__(self) -> int:
        """How many records."""
        return len(self.lines)

    @property
    def samples(self) -> int:
        """How many samples the records have."""
        return max(0, self.lines.width - FIXED)

    def write(self, target: Path, rows: NDArray[np.int64], way: Way) -> None:
        """Write *rows*, which ascend, as a VCF file for one way; the rows' numbers are the IDs.

        A record that was not planned to be asked in this way is asked about all its alleles.
        """
        places = rows.copy()
        others: list[bytes] = []
        for at, row in enumerate(rows.tolist() if self.special else ()):
            line = self.special.get((row, way)) or self.special.get((row, Way.TOGETHER))
            if line is not None:
                places[at] = len(self) + len(others)
                others.append(line)
        if way is Way.TOGETHER:
            behind, barriers = self._barriers(rows)
            indices = len(self) + len(others) + np.arange(len(barriers))
            places = np.insert(places, behind + 1, indices)
            others += barriers
        every = pa.concat_arrays([self.plain, pa.array(others, pa.binary())])
        with target.open("wb") as stream:
            stream.write(self._header())
            stream.write(text_of(every.take(pa.array(places))))

    def _barriers(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[bytes]]:
        """Records without an allele to stand behind some of *rows*, where genes end.

        At such a record csq finishes all genes before it. At one with alleles it first takes up
        the genes of that one, and the order of its calls then depends on the genes before.
        """
        positions, last = self.lines.positions[rows], self.last[rows]
        stops = np.maximum(positions, last + 1)
        behind = np.flatnonzero((last[1:] != last[:-1]) & (stops[:-1] <= positions[1:]))
        head, tail = f"{self.contig}\t", "\t.\tN" + "\t." * 4
        tail += "\tGT" + "\t." * self.samples if self.samples else ""
        return behind, [f"{head}{stop}{tail}\n".encode() for stop in stops[behind].tolist()]

    def _header(self) -> bytes:
        """The header above the lines."""
        head = f"##fileformat=VCFv4.2\n##contig=<ID={self.contig}>\n"
        columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
        if self.samples:
            head += '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
            columns += "\tFORMAT\t" + "\t".join(str(each) for each in range(self.samples))
        return f"{head}{columns}\n".encode()


def make_question(
    contig: str, lines: Lines, accepted: NDArray[np.uint64], last: NDArray[np.int64]
) -> Question:
    """The question about *lines* (at least one), which ascend by position; see ``Question``."""
    parts, first = [], 0
    for piece in in_pieces(lines):
        parts.append(_part(contig, piece, accepted[first : first + len(piece)], first))
        first += len(piece)
    question = Question(
        contig,
        lines,
        accepted,
        last,
        np.concatenate([part.together for part in parts]),
        np.concatenate([part.alone for part in parts]),
        pa.concat_arrays([part.plain for part in parts]),
        {},
    )
    for row in np.flatnonzero(np.concatenate([part.special for part in parts])).tolist():
        _add_special(question, row)
    return question


@dataclass(frozen=True, slots=True)
class _Part:
    """Some of a question's rows; *special* are those that need a line of their own."""

    together: NDArray[np.bool_]
    alone: NDArray[np.bool_]
    special: NDArray[np.bool_]
    plain: pa.BinaryArray


def _part(contig: str, lines: Lines, accepted: NDArray[np.uint64], first: int) -> _Part:
    """The rows of a question from *first* on."""
    alts = _alleles(lines)
    bits = np.minimum(alts, MOST_ALLELES).astype(np.uint64)
    every = (np.uint64(2) << bits) - np.uint64(2)
    special = (accepted != every) | (alts > MOST_ALLELES)
    if lines.width <= FIXED:
        together = np.zeros(len(lines), dtype=np.bool_)
        return _Part(together, ~together, special, _plain(contig, lines, first, None))
    genotypes = read_genotypes(lines)
    loose = accepted & (genotypes.open | ~genotypes.known)
    together = (genotypes.known & accepted) != 0
    alone = (loose != 0) | ~together
    special |= genotypes.odd | (together & alone)
    special |= ((genotypes.known | genotypes.open) & ~every) != 0
    return _Part(together, alone, special, _plain(contig, lines, first, genotypes))


def accepted_bits(
    records: NDArray[np.int64], numbers: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Each record of *records*, which ascend, once, and the *numbers* of its alleles as bits.

    csq is not asked about alleles behind the 62nd of a record.
    """
    bits = np.uint64(1) << np.minimum(numbers, MOST_ALLELES + 1).astype(np.uint64)
    bits &= _HAVE_BITS
    firsts = np.flatnonzero(np.diff(records, prepend=-1))
    return records[firsts], np.bitwise_or.reduceat(bits, firsts) if len(firsts) else bits


def _alleles(lines: Lines) -> NDArray[np.int64]:
    """How many alleles each record has in ALT."""
    starts, ends = lines.column(_ALT)
    counts = np.ones(len(lines), dtype=np.int64)
    longer = np.flatnonzero(ends - starts > 1)
    commas = np.flatnonzero(lines.data == ord(","))
    before = np.searchsorted(commas, starts[longer])
    counts[longer] += np.searchsorted(commas, ends[longer]) - before
    return counts


def _plain(contig: str, lines: Lines, first: int, genotypes: Genotypes | None) -> pa.BinaryArray:
    """The lines as csq gets them when nothing is to be changed but letters to upper case."""
    tabs = lines.tabs
    bounds = (lines.starts, tabs[:, 0] + 1, tabs[:, 1], tabs[:, 2] + 1, tabs[:, 4])
    cut = views(UPPER[lines.data], np.column_stack(bounds))
    at = len(bounds) * np.arange(len(lines))
    positions, alleles = (cut.take(pa.array(at + piece)) for piece in (1, 3))
    numbers = pa.array(np.arange(first, first + len(lines))).cast(pa.string()).cast(pa.binary())
    pieces = [f"{contig}\t".encode(), positions, b"\t", numbers, b"\t", alleles, b"\t.\t.\t."]
    if genotypes is not None:
        pieces += [b"\tGT\t", _joined(lines.data, genotypes)]
    return pc.binary_join_element_wise(*pieces, b"\n", b"")


def _joined(data: NDArray[np.uint8], genotypes: Genotypes) -> pa.BinaryArray:
    """The genotypes of each record, separated by tabs."""
    records, samples = genotypes.starts.shape
    each = gather(data, genotypes.starts.ravel(), genotypes.lengths.ravel())
    if (genotypes.lengths == 0).any():
        each = pc.if_else(pc.equal(pc.binary_length(each), 0), _MISSING, each)
    if samples == 1:
        return each
    offsets = pa.array(np.arange(records + 1, dtype=np.int32) * samples)
    return pc.binary_join(pa.ListArray.from_arrays(offsets, each), b"\t")


def _add_special(question: Question, row: int) -> None:
    """Make the lines of a record that cannot be asked about as it is, and decide in which ways."""
    columns = question.lines.line(row).split(b"\t")
    alts = columns[_ALT].split(b",")
    accepted = int(question.accepted[row])
    fields = [each.partition(b":")[0] for each in columns[FIXED:]]
    if not columns[FIXED - 1 : FIXED] or columns[FIXED - 1].partition(b":")[0] != b"GT":
        fields = [_MISSING] * len(fields)
    genotypes = [_readable(each, len(alts)) for each in fields]
    known = _union(judge(each).known for each in genotypes) & accepted
    loose = accepted & (_union(judge(each).open for each in genotypes) | ~known)
    question.together[row], question.alone[row] = known != 0, loose != 0
    if known:
        certain = [_MISSING if judge(each).open & accepted else each for each in genotypes]
        line = _line(question, row, accepted, certain if loose else genotypes)
        question.special[row, Way.TOGETHER] = line
    if loose:
        uncertain = [each if judge(each).open & accepted else _MISSING for each in genotypes]
        line = _line(question, row, loose, uncertain if known else genotypes)
        question.special[row, Way.ALONE] = line


def _union(bits: Iterable[int]) -> int:
    """All bits that are set in any of *bits*."""
    found = 0
    for each in bits:
        found |= each
    return found


def _readable(genotype: bytes, alleles: int) -> bytes:
    """*genotype* as csq can read it; missing if it says nothing of alleles that there are."""
    bare = genotype.lstrip(b"/|")
    numbers = map(int, _NUMBER.findall(bare))
    if judge(bare).is_odd or any(number > alleles for number in numbers):
        return _MISSING
    return bare or _MISSING


def _line(question: Question, row: int, alleles: int, genotypes: list[bytes]) -> bytes:
    """A line with some of a record's alleles and the genotypes renumbered for them."""
    columns = question.lines.line(row).split(b"\t", _ALT + 1)
    alts = columns[_ALT].upper().split(b",")
    kept = [number for number in range(1, len(alts) + 1) if alleles >> number & 1]
    names = {number: b"%d" % at for at, number in enumerate(kept, 1)}
    head = [question.contig.encode(), columns[1], b"%d" % row, columns[_REF].upper()]
    head += [b",".join(alts[number - 1] for number in kept), *[_MISSING] * 3]
    if genotypes:
        head += [b"GT", *(_renumbered(each, names) for each in genotypes)]
    return b"\t".join(head) + b"\n"


def _renumbered(genotype: bytes, names: dict[int, bytes]) -> bytes:
    """*genotype* with alleles by their new names; one that has none becomes the reference's."""
    return _NUMBER.sub(lambda number: names.get(int(number[0]), b"0"), genotype)
