"""Which records of a batch can have compound calls: a small part, so that little is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from annotator.csq.compounds import COMPOUND, Call, PhasedRecord, compounds
from annotator.csq.engine import Accepted, CsqEngine, Tick
from annotator.csq.genotypes import read_genotypes
from annotator.csq.questions import accepted_bits
from annotator.csq.text import FIXED, in_pieces, subset

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotator.csq.answers import Calls
    from annotator.lines import Lines
    from annotator.reference.gaps import Spans

_REACH = 3
"""Bases beside a coding exon where an indel may still change it."""

_INFO, _FORMAT = 7, 8
Where = Callable[[str], "Spans"]


def compound_calls(
    engine: CsqEngine, lines: Lines, accepted: Iterable[Accepted], where: Where, tick: Tick
) -> dict[int, bytes]:
    """The compound calls of records, by their index in *lines*; see ``compounds``.

    Args:
        engine: of the bundle that the records were screened against.
        lines: genes should be whole in them.
        accepted: what the guard let through; each contig once.
        where: coding spans of a contig by the bundle's name.
        tick: is called at least every 0.2 s while csq works, and may raise to stop.

    Raises:
        EngineError: csq failed; the engine is of no more use.
    """
    chosen = list(worth_calling(lines, accepted, where)) if lines.width > FIXED else []
    if not chosen:
        return {}
    every = np.unique(np.concatenate([alleles.records for alleles in chosen]))
    few = subset(lines, every)
    chosen = [
        Accepted(each.contig, np.searchsorted(every, each.records), each.numbers) for each in chosen
    ]
    calls = engine.call_lines(few, chosen, tick, alone=False)
    telling = pc.match_substring_regex(calls.info, COMPOUND).to_numpy(zero_copy_only=False)
    records, found = [], []
    for alleles in chosen:
        for at in np.unique(alleles.records[telling[alleles.records]]).tolist():
            records.append(_phased_record(few.line(at), alleles.contig, int(every[at])))
            found.append(_call(calls, at, lines.width - FIXED))
    return compounds(records, found)


def worth_calling(lines: Lines, accepted: Iterable[Accepted], where: Where) -> Iterator[Accepted]:
    """Those of the alleles *accepted* whose records may have a consequence with another's.

    Records in or beside coding sequence with an allele on a known haplotype; not one that is
    alone on its contig. More than needed are chosen, never fewer. *lines* have samples.
    """
    for alleles in accepted:
        near = near_coding(lines, alleles.records, where(alleles.contig))
        coding = Accepted(alleles.contig, alleles.records[near], alleles.numbers[near])
        records, bits = accepted_bits(coding.records, coding.numbers)
        if len(records) > 1:
            pieces = in_pieces(subset(lines, records))
            known = np.concatenate([read_genotypes(each).known for each in pieces])
            records = records[(known & bits) != 0]
        if len(records) > 1:
            kept = np.isin(coding.records, records)
            yield Accepted(coding.contig, coding.records[kept], coding.numbers[kept])


def near_coding(lines: Lines, records: NDArray[np.int64], spans: Spans) -> NDArray[np.bool_]:
    """Which *records* (by index) overlap one of *spans*, or nearly do."""
    starts, ends = lines.column(3)
    first = lines.positions[records] - _REACH
    last = lines.positions[records] + (ends - starts)[records] + _REACH
    begun = np.searchsorted(spans[0], last, "right")
    found: NDArray[np.bool_] = begun > np.searchsorted(spans[1], first, "left")
    return found


def _phased_record(line: bytes, contig: str, number: int) -> PhasedRecord:
    """A record with its phase sets, from its line."""
    columns = line.split(b"\t")
    keys = columns[_FORMAT].split(b":")
    samples = [each.split(b":") for each in columns[FIXED:]]
    sets = keys.index(b"PS") if b"PS" in keys else None
    return PhasedRecord(
        number=number,
        contig=contig,
        position=int(columns[1]),
        ref=columns[3].upper(),
        alts=tuple(columns[4].upper().split(b",")),
        genotypes=tuple(each[0] for each in samples),
        phase_sets=()
        if sets is None
        else tuple(each[sets] if len(each) > sets else b"." for each in samples),
    )


def _call(calls: Calls, index: int, samples: int) -> Call:
    """What csq says of one record."""
    masks = calls.masks[index * samples : (index + 1) * samples].to_pylist()
    return Call(calls.info[index].as_py(), tuple(masks))
