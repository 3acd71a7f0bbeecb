"""Lines of the result: the user's own bytes with what is known of their alleles in INFO."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotator.alleles import layout
from annotator.fragments import Sources
from annotator.lines import in_one, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from annotator.guard import Reason
    from annotator.keys import Keys
    from annotator.lines import Lines
    from annotator.screen import Group, Screened

_INFO = 7
_ALT = 4


class Assembly:
    """Puts batches together again; ``keys`` are those to write."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._csq = keys.consequences.encode() + b"="
        self._compound = keys.compound.encode() + b"="
        self._status = keys.status.encode() + b"="
        self._sources = Sources(keys)

    def lines(
        self,
        lines: Lines,
        screened: Screened,
        answers: list[pa.Table],
        compounds: dict[int, bytes],
    ) -> pa.Buffer:
        """The text of *lines* with additions, in the same order.

        Args:
            lines: of the input.
            screened: what the guard said of them.
            answers: of each of its groups.
            compounds: calls over several records by the record's index.
        """
        pieces, empty = _around_info(lines)
        told = self._told(screened.groups, answers)
        tails = self._tails(compounds, len(lines))
        added: list[pa.BinaryArray] = [pieces]
        place = np.full(len(lines), -1, dtype=np.int64)
        count = len(pieces)
        for each in told:
            for records, at, joined in self._usual(each, empty, tails):
                place[records] = count + at
                added.append(joined)
                count += len(joined)
        place[list(screened.reasons)] = -1
        indices = np.flatnonzero(place < 0)
        texts = self._texts(lines, screened, told, compounds, indices)
        glued = [
            text if empty[at] else b";" + text for at, text in zip(indices, texts, strict=True)
        ]
        added.append(pa.array(glued, pa.binary()))
        place[indices] = count + np.arange(len(indices))
        return text_of(pa.concat_arrays(added).take(pa.array(_around(place))))

    def lines_with(
        self,
        lines: Lines,
        screened: Screened,
        answers: list[pa.Table],
        calls: pa.BinaryArray,
        tails: pa.BinaryArray | None,
    ) -> pa.Buffer:
        """The text of *lines* with sources and *calls* in INFO; nothing else is written there.

        Args:
            lines: of the input.
            screened: what the guard said of them.
            answers: of each of its groups; of their columns only ``info`` is read.
            calls: an item of INFO for each line, or nothing.
            tails: what follows INFO in each line, if that is other than what the input has.
        """
        pieces, empty = _around_info(lines)
        added = self._from_sources(lines, screened, answers)
        glue = _one_or_other(_is_silent(added) | _is_silent(calls), b"", b";")
        joined = pc.binary_join_element_wise(added, glue, calls, b"")
        begin = pc.if_else(
            pa.array(_is_silent(joined)),
            pa.array(np.where(empty, b".", b"")),
            pa.array(np.where(empty, b"", b";")),
        )
        every = np.arange(0, 3 * len(lines), 3)
        heads = pieces.take(pa.array(every))
        rest = tails if tails is not None else pieces.take(pa.array(every + 2))
        return text_of(pc.binary_join_element_wise(heads, begin, joined, rest, b""))

    def _from_sources(
        self, lines: Lines, screened: Screened, answers: list[pa.Table]
    ) -> pa.BinaryArray:
        """What is added to each line before any calls."""
        parts = [pa.array([b""], pa.binary())]
        place = np.zeros(len(lines), dtype=np.int64)
        special = np.zeros(len(lines), dtype=np.bool_)
        special[list(screened.reasons)] = True
        count = 1
        told = self._told(screened.groups, answers)
        for each in told:
            records = each.group.records
            several = np.bincount(records, minlength=len(lines))[records] > 1
            special[records[several & ~_is_silent(each.info)]] = True
            one = np.flatnonzero(~several)
            place[records[one]] = count + np.arange(len(one))
            parts.append(each.info.take(pa.array(one)))
            count += len(one)
        indices = np.flatnonzero(special)
        place[indices] = count + np.arange(len(indices))
        parts.append(pa.array(self._texts(lines, screened, told, {}, indices), pa.binary()))
        return pa.concat_arrays(parts).take(pa.array(place))

    def _told(self, groups: list[Group], answers: list[pa.Table]) -> list[_Told]:
        """The answers to *groups* as they are written."""
        return [
            _Told(
                group,
                self._sources.named(in_one(table.column("info"))),
                _renamed_alleles(in_one(table.column("csq")), group.names),
            )
            for group, table in zip(groups, answers, strict=True)
        ]

    def _tails(self, compounds: dict[int, bytes], count: int) -> pa.BinaryArray:
        """What comes behind the entries of each of *count* records."""
        codes = np.zeros(count, dtype=np.int64)
        codes[list(compounds)] = np.arange(1, len(compounds) + 1)
        calls = [b";" + self._compound + call for call in compounds.values()]
        return _take(pa.array([b"", *calls], pa.binary()), codes)

    def _usual(
        self, told: _Told, empty: NDArray[np.bool_], tails: pa.BinaryArray
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], pa.BinaryArray]]:
        """Records with one or two alleles, all annotated, and what is added to each, by its place.

        Args:
            told: of their alleles.
            empty: whose INFO is empty, of all records.
            tails: what comes behind the entries, of all records.
        """
        records, info, csq = told.group.records, told.info, told.csq
        begins = np.flatnonzero(np.diff(records, prepend=-1))
        counts = np.diff(np.append(begins, len(records)))
        one, two = begins[counts == 1], begins[counts == 2]  # noqa: PLR2004 - a pair
        both = pc.binary_join_element_wise(_take(csq, two), _take(csq, two + 1), b",")
        pairs = self._sources.of_pairs(_take(info, two), _take(info, two + 1))
        # To join all alleles costs less than to pick those that are alone.
        for owners, at, known, entries in (
            (records, one, info, csq),
            (records[two], np.arange(len(two)), pairs, both),
        ):
            begin = _one_or_other(empty[owners], b"", b";")
            key = _one_or_other(_is_silent(known), self._csq, b";" + self._csq)
            parts = (begin, known, key, entries, _take(tails, owners))
            yield owners[at], at, pc.binary_join_element_wise(*parts, b"")

    def _texts(
        self,
        lines: Lines,
        screened: Screened,
        told: list[_Told],
        compounds: dict[int, bytes],
        indices: NDArray[np.int64],
    ) -> Iterator[bytes]:
        """What is added to the records at *indices*, which need a look at each."""
        found: dict[int, list[_Answer]] = {}
        wanted = np.zeros(len(lines), dtype=np.bool_)
        wanted[indices] = True
        for each in told:
            here = np.flatnonzero(wanted[each.group.records])
            columns = (
                each.group.records[here].tolist(),
                each.group.numbers[here].tolist(),
                _take(each.csq, here).to_pylist(),
                _take(each.info, here).to_pylist(),
            )
            for record, *answer in zip(*columns, strict=True):
                found.setdefault(record, []).append(_Answer(*answer))
        starts, ends = (bounds[indices].tolist() for bounds in lines.column(_ALT))
        for index, start, end in zip(indices.tolist(), starts, ends, strict=True):
            count = lines.text.count(b",", start, end) + 1
            reasons = screened.reasons.get(index, ())
            yield self._text(found.get(index, []), count, reasons, compounds.get(index, b""))

    def _text(
        self, answers: list[_Answer], count: int, reasons: tuple[Reason, ...], compound: bytes
    ) -> bytes:
        """What is added to a record with *count* alleles in ALT."""
        parts = []
        if reasons:
            parts.append(self._status + b",".join(reason.value.encode() for reason in reasons))
        if count == 1:
            parts += [answer.info for answer in answers if answer.info]
        else:
            infos = ((answer.number, answer.info) for answer in answers)
            parts += self._sources.of_several(infos, count)
        if answers and self._keys.consequences:
            parts.append(self._csq + b",".join(answer.csq for answer in answers))
        if compound:
            parts.append(self._compound + compound)
        return b";".join(parts)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is written of a group's alleles: what sources know, and entries."""

    group: Group
    info: pa.BinaryArray
    csq: pa.BinaryArray


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is known of one allele of a record."""

    number: int
    csq: bytes
    info: bytes


def _renamed_alleles(csq: pa.BinaryArray, names: dict[int, str]) -> pa.BinaryArray:
    """Entries, in which the alleles at some indices have other names."""
    if not names:
        return csq
    places = np.sort(np.fromiter(names, dtype=np.int64, count=len(names)))
    entries = zip(places.tolist(), _take(csq, places).to_pylist(), strict=True)
    named = [_named(each, names[at].encode()) for at, each in entries]
    is_named = np.zeros(len(csq), dtype=np.bool_)
    is_named[places] = True
    return pc.replace_with_mask(csq, pa.array(is_named), pa.array(named, pa.binary()))


def _named(csq: bytes, name: bytes) -> bytes:
    """The entries of one allele with the allele called *name*."""
    entries = (entry.partition(b"|") for entry in csq.split(b","))
    return b",".join(name + bar + rest for _, bar, rest in entries)


def _around_info(lines: Lines) -> tuple[pa.BinaryArray, NDArray[np.bool_]]:
    """Three pieces of each line, and whose INFO is empty.

    The pieces are the line to the end of its INFO, an INFO that says nothing (a dot), which is to
    go, and the rest with the line's end. They lie in the text as it is.
    """
    starts, ends = lines.column(_INFO)
    dot = (ends - starts == 1) & (lines.data[np.minimum(starts, len(lines.data) - 1)] == ord("."))
    empty = dot | (ends == starts)
    offsets = np.empty(3 * len(lines) + 1, dtype=np.int32)
    offsets[0:-1:3], offsets[-1] = lines.starts, lines.ends[-1] + 1
    offsets[1::3], offsets[2::3] = np.where(empty, starts, ends), ends
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(lines.text)]
    return pa.BinaryArray.from_buffers(pa.binary(), len(offsets) - 1, buffers), empty


def _around(place: NDArray[np.int64]) -> NDArray[np.int64]:
    """The order in which pieces and what is added, by its *place*, make lines."""
    order = np.arange(3 * len(place))
    order[1::3] = place
    return order


def _is_silent(values: pa.BinaryArray) -> NDArray[np.bool_]:
    """Which of *values* say nothing."""
    silent: NDArray[np.bool_] = layout(values)[1] == 0
    return silent


def _one_or_other(mask: NDArray[np.bool_], one: bytes, other: bytes) -> pa.BinaryArray | bytes:
    """*one* where *mask* is set, *other* where it is not; for all at once where it never is."""
    return pc.if_else(pa.array(mask), one, other) if mask.any() else other


def _take(values: pa.BinaryArray, places: NDArray[np.int64]) -> pa.BinaryArray:
    """The values at *places*."""
    return values.take(pa.array(places))
