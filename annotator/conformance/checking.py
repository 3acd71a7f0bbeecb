"""The check of a file, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.conformance.columns import (
    MISSING,
    alt_faults,
    contig_fault,
    filter_fault,
    id_fault,
    qual_fault,
    ref_fault,
)
from annotator.conformance.definitions import definitions
from annotator.conformance.dialect import Dialect
from annotator.conformance.fault import Fault
from annotator.conformance.genotypes import MOST_SAMPLES, GenotypeCheck
from annotator.conformance.header import header_faults, metas
from annotator.conformance.info import InfoCheck
from annotator.conformance.meta import Meta
from annotator.conformance.order import Order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotator.intake import Header

_FORMAT_AT = 8
_SAMPLES_AT = 9
_MOST_SAID = 10_000
_KEPT = 200
_POSITION_DIGITS = 18


class Conformance:
    """Says what is wrong with the lines of one file by the version that its header names.

    Memory is bounded: what was said of names, the contigs left and the alleles near by.

    Args:
        header: the file's.
    """

    def __init__(self, header: Header) -> None:
        self._header = header
        self._dialect = Dialect.of(header.version)
        self._said: set[tuple[str, bytes]] = set()
        self._order = Order()
        self._lines = list(metas(header, self._dialect))
        lines = [meta for _, meta in self._lines if isinstance(meta, Meta)]
        self._contigs = {meta.id for meta in lines if meta.kind == b"contig"}
        info, declared = definitions(b"INFO", lines, self._dialect)
        self._info = InfoCheck(self._dialect, info, declared, self._once)
        keys, declared = definitions(b"FORMAT", lines, self._dialect)
        samples = header.columns.split(b"\t", _SAMPLES_AT + MOST_SAMPLES)[_SAMPLES_AT:]
        self._genotypes = GenotypeCheck(
            self._dialect, keys, declared, samples[:MOST_SAMPLES], self._once
        )

    def header_faults(self) -> list[Fault]:
        """What is wrong with the header, by line."""
        return list(header_faults(self._header, self._lines, self._dialect))

    def check(self, line: bytes, number: int) -> list[Fault]:
        """What is wrong with a record.

        Records are to come in the file's order. Faults of names (contig, filter, key of INFO or
        FORMAT) are told where a name is first met; of samples the first fifty are looked at.

        Args:
            line: without its end; intake has found its form right.
            number: in the file, from 1.
        """
        return [Fault(number, text) for text in self._faults(line, number)]

    def _faults(self, line: bytes, number: int) -> Iterator[str]:
        """The texts of a record's faults."""
        columns = line.split(b"\t", _SAMPLES_AT + MOST_SAMPLES)[: _SAMPLES_AT + MOST_SAMPLES]
        contig, position, identifier, ref, alt, qual, codes, info = columns[:_FORMAT_AT]
        if not self._dialect.is_text(line):
            yield "The line has bytes that are not printable UTF-8; correct them."
        alts = alt.split(b",")
        yield from self._name_faults(contig, codes)
        for fault in (id_fault(identifier, self._dialect), ref_fault(ref), qual_fault(qual)):
            if fault:
                yield fault
        yield from alt_faults(ref, alts, self._dialect)
        place = int(position[:_POSITION_DIGITS]) if position.isdigit() else 0
        yield from self._order.faults(contig, place, ref, alts, number)
        # Files write values for one allele, and for none, where there is no alternate allele.
        numbers = (0, 1) if alt == MISSING else (len(alts),)
        yield from self._info.faults(info, place, numbers)
        if len(columns) > _FORMAT_AT:
            yield from self._genotypes.faults(columns[_FORMAT_AT:], numbers)

    def _name_faults(self, contig: bytes, codes: bytes) -> Iterator[str]:
        """What is wrong with names that recur."""
        if self._once("CHROM", contig):
            fault = contig_fault(contig, self._dialect, is_declared=contig in self._contigs)
            if fault:
                yield fault
        if self._once("FILTER", codes):
            fault = filter_fault(codes, self._dialect)
            if fault:
                yield fault

    def _once(self, kind: str, value: bytes) -> bool:
        """Whether a kind of fault is met for the first time with a name."""
        key = (kind, value[:_KEPT])
        if key in self._said or len(self._said) >= _MOST_SAID:
            return False
        self._said.add(key)
        return True
