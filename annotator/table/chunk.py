"""The rows of some whole lines of a result."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotator.consequence import BESIDE, LEAST, SEVERITY, worst
from annotator.table import records as vcf
from annotator.table.alleles import lay_out
from annotator.table.cells import as_numbers, decoded, first_numbers, type_of
from annotator.table.columns import STARTS, field_type
from annotator.table.picking import picked, ranks
from annotator.table.slices import Slices
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from annotator.fields import Field
    from annotator.table.alleles import Rows
    from annotator.table.header import ResultHeader
    from annotator.table.records import Found

BLOCK_BYTES = 1 << 25
"""Bytes of text in the rows that are made at once; a record's text is in each row of it."""

_ROW_BYTES = 100
_PIPE = ord("|")
_LAST_POSITION = (1 << 31) - 1


class Chunk:
    """Some whole lines of a result, and the rows of the table that they make.

    Args:
        text: the lines, in UTF-8.
        header: the result's.
        before: records above these lines.

    Raises:
        RejectedError: the lines are not as this service writes them.
    """

    def __init__(self, text: bytes, header: ResultHeader, before: int) -> None:
        self._header = header
        self._before = before
        self._records = vcf.Records(text, header)
        self._alts = self._records.column(vcf.ALT).split(b",")
        self._status = self._records.info(header.status)
        self._sources = [self._records.info(field.key) for field in header.sources]
        found = self._records.info(header.consequences)
        entries = found.values.split(b",")
        self._fields = dict(zip(header.fields, _fields(entries.parts, header), strict=True))
        self._terms = _Terms(self._fields["Consequence"])
        self._rows = lay_out(
            self._records,
            self._alts,
            np.flatnonzero(found.at >= 0)[entries.owners()],
            self._fields["Allele"],
        )
        self._picked = picked(
            self._rows, ranks(self._fields, self._terms.severity, self._terms.beside)
        )

    def __len__(self) -> int:
        """How many records there are."""
        return len(self._records)

    def tables(self, schema: pa.Schema) -> Iterator[pa.Table]:
        """The rows in order, in tables of bounded size."""
        ends = np.cumsum(self._row_sizes())
        cuts = np.searchsorted(ends, np.arange(BLOCK_BYTES, int(ends[-1]), BLOCK_BYTES), "right")
        bounds = np.unique(np.concatenate(([0], cuts, [len(ends)]))).tolist()
        for start, end in pairwise(bounds):
            rows, is_picked = self._rows.part(start, end), self._picked[start:end]
            columns = [
                *self._of_record(rows),
                pa.array(is_picked),
                *self._of_consequence(rows),
                *self._of_sources(rows),
                *self._genotypes(rows),
            ]
            yield pa.Table.from_arrays(columns, schema=schema)

    def _row_sizes(self) -> NDArray[np.int64]:
        """About how many bytes each row has."""
        of_record = np.full(len(self), _ROW_BYTES * (1 + len(self._header.genotypes)))
        for column in (vcf.ID, vcf.REF, vcf.FILTER):
            of_record += self._records.column(column).sizes()
        for found in (self._status, *self._sources):
            of_record += np.where(found.at < 0, 0, np.append(found.values.sizes(), 0)[found.at])
        sizes: NDArray[np.int64] = of_record[self._rows.record]
        return sizes + self._alts.parts.sizes()[self._rows.allele]

    def _of_record(self, rows: Rows) -> Iterator[pa.Array]:
        """The columns of the record and the allele."""
        column = self._records.column
        alts = self._alts.parts.cells(rows.allele)
        yield pa.array(rows.record + (self._before + 1))
        yield column(vcf.CHROM).cells(rows.record).dictionary_encode()
        positions = as_numbers(column(vcf.POS).cells(rows.record), pa.int32())
        yield positions
        yield column(vcf.ID).cells(rows.record)
        yield column(vcf.REF).cells(rows.record)
        # Of a REF that is too long for a cell, its length is told by this alone.
        yield _ends(positions, column(vcf.REF).lengths()[rows.record])
        yield alts
        yield pa.array(rows.number, pa.int32(), mask=alts.is_null().to_numpy(zero_copy_only=False))
        yield as_numbers(column(vcf.QUAL).cells(rows.record), pa.float64())
        yield column(vcf.FILTER).cells(rows.record)
        # The reasons of a record are told where they apply: at alleles without consequences.
        yield self._status.values.cells(np.where(rows.entry < 0, self._status.at[rows.record], -1))

    def _of_consequence(self, rows: Rows) -> Iterator[pa.Array]:
        """VEP's fields, each followed by what is derived from it."""
        for name, slices in self._fields.items():
            if name == "Consequence":
                yield from self._terms.cells(rows.entry)
                continue
            texts = decoded(slices.cells(rows.entry))
            kind = field_type(name)
            yield texts if kind == pa.string() else as_numbers(texts, kind)
            if name in STARTS:
                yield first_numbers(texts)

    def _of_sources(self, rows: Rows) -> Iterator[pa.Array]:
        """What the sources say of the allele, or of its record."""
        for field, found in zip(self._header.sources, self._sources, strict=True):
            kind = type_of(field)
            if kind == pa.bool_():
                yield pa.array(found.at[rows.record] >= 0)
                continue
            texts = decoded(_values(field, found, rows))
            yield texts if kind == pa.string() else as_numbers(texts, kind)

    def _genotypes(self, rows: Rows) -> Iterator[pa.Array]:
        """GT of each sample."""
        if self._header.genotypes:
            for found in self._records.genotypes(len(self._header.genotypes)):
                yield found.values.cells(found.at[rows.record])


def _ends(positions: pa.Int32Array, lengths: NDArray[np.int64]) -> pa.Int32Array:
    """Where pieces of *lengths* end, inclusively, that begin at *positions*."""
    ends = pc.add(positions.cast(pa.int64()), pa.array(np.maximum(lengths, 1) - 1))
    return pc.min_element_wise(ends, _LAST_POSITION, skip_nulls=False).cast(pa.int32())


class _Terms:
    """The consequences' terms, which are few, so each combination is looked at once."""

    def __init__(self, slices: Slices) -> None:
        encoded = slices.cells(np.arange(len(slices))).dictionary_encode()
        self._codes = encoded.indices.fill_null(-1).to_numpy().astype(np.int64)
        self._terms = encoded.dictionary
        self._worst = [worst(terms) for terms in self._terms.to_pylist()]
        by_code = [*(SEVERITY.get(term, LEAST) for term in self._worst), LEAST]
        self.severity = np.array(by_code, dtype=np.int64)[self._codes]
        # What says nothing comes as late as what lies beside.
        beside = [*(BESIDE.issuperset(each.split("&")) for each in self._terms.to_pylist()), True]
        self.beside = np.array(beside, dtype=bool)[self._codes]

    def cells(self, indices: NDArray[np.int64]) -> tuple[pa.Array, pa.Array]:
        """The terms of the consequences at *indices*, -1 for none, and the most severe of each."""
        codes = np.where(indices < 0, -1, np.append(self._codes, -1)[indices])
        wanted = pa.array(np.maximum(codes, 0), mask=codes < 0)
        return self._terms.take(wanted), pa.array(self._worst, pa.string()).take(wanted)


def _fields(entries: Slices, header: ResultHeader) -> Iterator[Slices]:
    """The fields of the consequences."""
    pipes = np.flatnonzero(entries.text == _PIPE)
    count, per_entry = len(entries), len(header.fields) - 1
    if len(pipes) != count * per_entry:
        raise RejectedError(_DAMAGED)
    places = np.column_stack((entries.starts - 1, pipes.reshape(count, per_entry), entries.ends))
    if (np.diff(places, axis=1) < 1).any():
        raise RejectedError(_DAMAGED)
    for at in range(per_entry + 1):
        yield Slices(entries.text, places[:, at] + 1, places[:, at + 1])


_DAMAGED = "The result's consequences have not the fields that its header names; annotate it again."


def _values(field: Field, found: Found, rows: Rows) -> pa.StringArray:
    """The values of a key for some rows; of a key with a value an allele, the allele's."""
    at = found.at[rows.record]
    if field.number != "A":
        return found.values.cells(at)
    split = found.values.split(b",")
    part = split.first[at] + rows.number - 1
    has_value = (at >= 0) & (part < split.first[at + 1])
    return split.parts.cells(np.where(has_value, part, -1))
