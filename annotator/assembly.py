"""Lines of the result: the user's own bytes with what is known of their alleles in INFO."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotator.fields import PER_ALLELE

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
        new = dict(keys.renamed)
        self._known_fields = [
            (new.get(field.key, field.key).encode(), field.number == PER_ALLELE)
            for field in keys.fields
        ]

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
        added: list[pa.BinaryArray] = [pieces]
        place = np.full(len(lines), -1, dtype=np.int64)
        special = np.zeros(len(lines), dtype=np.bool_)
        count = len(pieces)
        for group, table in zip(screened.groups, answers, strict=True):
            special[group.records] = True
            for at, joined in self._usual(group, table, empty):
                special[group.records[at]] = False
                place[group.records[at]] = count + np.arange(len(at))
                added.append(joined)
                count += len(at)
        special[list(screened.reasons.keys() | compounds.keys())] = True
        indices = np.flatnonzero(special | (place < 0))
        texts = self._texts(lines, screened, answers, compounds, indices)
        glued = [
            text if empty[at] else b";" + text for at, text in zip(indices, texts, strict=True)
        ]
        added.append(pa.array(glued, pa.binary()))
        place[indices] = count + np.arange(len(indices))
        return _text_of(pa.concat_arrays(added).take(pa.array(_around(place))))

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
        added = self._sources(lines, screened, answers)
        glue = pc.if_else(_both(added, calls), b";", b"")
        joined = pc.binary_join_element_wise(added, glue, calls, b"")
        silent = pc.equal(pc.binary_length(joined), 0)
        begin = pc.if_else(
            silent, pa.array(np.where(empty, b".", b"")), pa.array(np.where(empty, b"", b";"))
        )
        every = np.arange(0, 3 * len(lines), 3)
        heads = pieces.take(pa.array(every))
        rest = tails if tails is not None else pieces.take(pa.array(every + 2))
        return _text_of(pc.binary_join_element_wise(heads, begin, joined, rest, b""))

    def _sources(self, lines: Lines, screened: Screened, answers: list[pa.Table]) -> pa.BinaryArray:
        """What is added to each line before any calls."""
        parts = [pa.array([b""], pa.binary())]
        place = np.zeros(len(lines), dtype=np.int64)
        special = np.zeros(len(lines), dtype=np.bool_)
        special[list(screened.reasons)] = True
        count = 1
        for group, table in zip(screened.groups, answers, strict=True):
            info = self._renamed(_array(table, "info"))
            silent = pc.equal(pc.binary_length(info), 0).to_numpy(zero_copy_only=False)
            several = np.bincount(group.records, minlength=len(lines))[group.records] > 1
            special[group.records[several & ~silent]] = True
            one = np.flatnonzero(~several)
            place[group.records[one]] = count + np.arange(len(one))
            parts.append(info.take(pa.array(one)))
            count += len(one)
        indices = np.flatnonzero(special)
        place[indices] = count + np.arange(len(indices))
        parts.append(pa.array(self._texts(lines, screened, answers, {}, indices), pa.binary()))
        return pa.concat_arrays(parts).take(pa.array(place))

    def _usual(
        self, group: Group, table: pa.Table, empty: NDArray[np.bool_]
    ) -> Iterator[tuple[NDArray[np.int64], pa.BinaryArray]]:
        """What is added to records that need no further thought, with their first allele's index.

        They have one allele under its usual name, or two of which no source knows anything.
        """
        info, csq = self._renamed(_array(table, "info")), _array(table, "csq")
        silent = pc.equal(pc.binary_length(info), 0).to_numpy(zero_copy_only=False)
        one, two = _ones_and_twos(group, silent)
        for at, parts in (
            (one, (info, pa.array(np.where(silent, b"", b";")), self._csq, csq)),
            (two, (self._csq, csq, b",", csq.slice(1))),
        ):
            begin = pa.array(np.where(empty[group.records[at]], b"", b";"))
            taken = [part if isinstance(part, bytes) else part.take(pa.array(at)) for part in parts]
            yield at, pc.binary_join_element_wise(begin, *taken, b"")

    def _renamed(self, info: pa.BinaryArray) -> pa.BinaryArray:
        """What sources know, under keys that the input has not."""
        for old, new in self._keys.renamed:
            pattern = rf"(^|;){old}(=|;|$)".encode()
            info = pc.replace_substring_regex(info, pattern, rf"\1{new}\2".encode())
        return info

    def _texts(
        self,
        lines: Lines,
        screened: Screened,
        answers: list[pa.Table],
        compounds: dict[int, bytes],
        indices: NDArray[np.int64],
    ) -> Iterator[bytes]:
        """What is added to the records at *indices*, which need a look at each."""
        found: dict[int, list[_Answer]] = {}
        wanted = np.zeros(len(lines), dtype=np.bool_)
        wanted[indices] = True
        for group, table in zip(screened.groups, answers, strict=True):
            here = np.flatnonzero(wanted[group.records])
            taken = table.select(["csq", "info"]).take(pa.array(here))
            infos = self._renamed(_array(taken, "info")).to_pylist()
            numbers, records = group.numbers[here].tolist(), group.records[here].tolist()
            columns = (here.tolist(), numbers, records, taken.column("csq").to_pylist(), infos)
            for at, number, record, entries, info in zip(*columns, strict=True):
                named = _named(entries, group.names[at].encode()) if at in group.names else entries
                found.setdefault(record, []).append(_Answer(number, named, info))
        starts, ends = (bounds.tolist() for bounds in lines.column(_ALT))
        for index in indices.tolist():
            count = lines.text.count(b",", starts[index], ends[index]) + 1
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
            parts += self._fields(answers, count)
        if answers and self._keys.consequences:
            parts.append(self._csq + b",".join(answer.csq for answer in answers))
        if compound:
            parts.append(self._compound + compound)
        return b";".join(parts)

    def _fields(self, answers: list[_Answer], count: int) -> Iterator[bytes]:
        """What the sources know of several alleles of a record."""
        known = [(answer.number, _items(answer.info)) for answer in answers if answer.info]
        present = {key for _, items in known for key in items}
        for key, per_allele in self._known_fields if present else ():
            if key not in present:
                continue
            values = {number: items[key] for number, items in known if key in items}
            if per_allele:
                listed = (values.get(number, b".") for number in range(1, count + 1))
                yield key + b"=" + b",".join(listed)
            elif any(values.values()):
                each = [value for joined in values.values() for value in joined.split(b",")]
                yield key + b"=" + b",".join(dict.fromkeys(each))
            else:
                yield key


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is known of one allele of a record."""

    number: int
    csq: bytes
    info: bytes


def _ones_and_twos(
    group: Group, silent: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The alleles that are their record's only one, and the first of two that are *silent*."""
    begins = np.flatnonzero(np.diff(group.records, prepend=-1))
    counts = np.diff(np.append(begins, len(group.records)))
    unusual = np.zeros(len(group.records) + 1, dtype=np.bool_)
    unusual[list(group.names)] = True
    one = begins[(counts == 1) & ~unusual[begins]]
    two = begins[counts == 2]  # noqa: PLR2004 - a pair
    return one, two[~(unusual[two] | unusual[two + 1]) & silent[two] & silent[two + 1]]


def _named(csq: bytes, name: bytes) -> bytes:
    """The entries of one allele with the allele called *name*."""
    entries = (entry.partition(b"|") for entry in csq.split(b","))
    return b",".join(name + bar + rest for _, bar, rest in entries)


def _items(info: bytes) -> dict[bytes, bytes]:
    """Keys with values; a flag's value is empty."""
    pairs = (item.partition(b"=") for item in info.split(b";"))
    return {key: value for key, _, value in pairs}


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


def _both(one: pa.BinaryArray, other: pa.BinaryArray) -> pa.BooleanArray:
    """Where both say something."""
    lengths = (pc.binary_length(one), pc.binary_length(other))
    return pc.and_(*(pc.greater(each, 0) for each in lengths))


def _array(table: pa.Table, name: str) -> pa.Array:
    """A column in one piece."""
    column = table.column(name)
    return (
        column.chunk(0)
        if column.num_chunks == 1
        else pa.concat_arrays(column.chunks or [pa.array([], column.type)])
    )


def _text_of(array: pa.BinaryArray) -> pa.Buffer:
    """All values of *array*, one behind the other, without a copy."""
    _, offset_buffer, data = array.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int32)
    start, end = int(offsets[array.offset]), int(offsets[array.offset + len(array)])
    return (data or pa.py_buffer(b"")).slice(start, end - start)
