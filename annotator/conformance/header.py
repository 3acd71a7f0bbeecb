"""The header against the specification, sections 1.2 to 1.4 of 4.5."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from annotator.conformance.definitions import definition_faults
from annotator.conformance.dialect import Dialect
from annotator.conformance.fault import Fault, name, shown
from annotator.conformance.meta import DEFINING, STRUCTURED, Meta, MetaError, read_meta

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from annotator.intake import Header

MOST_LINES = 50_000
"""As many meta lines are looked at; more are contigs."""

_FIXED_AND_FORMAT = 9
_ID = re.compile(rb"[^\s,<>]+")
_GENOME = re.compile(rb"[0-9A-Za-z_.-]+")
_URL = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://(?:[^\s/@]*@)?([^\s/:?#]*)(?::[0-9]+)?(?:[/?#]\S*)?")
_ADDRESS = re.compile(rb"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
_LINKS = (b"assembly", b"pedigreeDB")
_OLD_SAMPLE = (b"Genomes", b"Mixture")


def metas(header: Header, dialect: Dialect) -> Iterator[tuple[int, Meta | MetaError]]:
    """Each meta line but the first with its number in the file, or why it is none."""
    for number, line in enumerate(islice(header.meta, 1, MOST_LINES), 2):
        try:
            yield number, read_meta(line, is_strict=dialect.is_strict)
        except MetaError as error:
            yield number, error


def header_faults(
    header: Header, lines: Iterable[tuple[int, Meta | MetaError]], dialect: Dialect
) -> Iterator[Fault]:
    """What is wrong with the header, whose meta lines *lines* are, down to that of the columns."""
    seen: dict[tuple[bytes, bytes], int] = {}
    for number, meta in lines:
        line = header.meta[number - 1]
        if not dialect.is_text(line):
            yield Fault(number, "The line has bytes that are not printable UTF-8; correct them.")
        if isinstance(meta, MetaError):
            yield Fault(number, str(meta))
            continue
        for fault in _meta_faults(meta, dialect):
            yield Fault(number, fault)
        if meta.id and (dialect.is_strict or meta.kind in DEFINING):
            first = seen.setdefault((meta.kind, meta.id), number)
            if first != number:
                yield Fault(number, f"{meta.label} is in line {first} already; keep one of them.")
    for fault in _column_faults(header):
        yield Fault(len(header.meta) + 1, fault)


def _meta_faults(meta: Meta, dialect: Dialect) -> Iterator[str]:
    """What is wrong with a meta line by itself."""
    if meta.kind == b"fileformat":
        yield "##fileformat stands in the first line already; remove this one."
    if meta.kind in _LINKS and not _is_link(meta.value):
        yield f"##{name(meta.kind)} is {shown(meta.value)}; it must be a URL."
    if meta.attributes is None:
        return
    if meta.kind in {b"INFO", b"FORMAT", b"FILTER", b"ALT", b"META"}:
        yield from definition_faults(meta, dialect)
    elif meta.id is None and (dialect.is_strict or meta.kind != b"PEDIGREE"):
        yield f"{meta.label} has no ID; add one."
    if meta.id is not None and meta.kind in STRUCTURED and not _ID.fullmatch(meta.id):
        yield (
            f"##{name(meta.kind)} has the ID {shown(meta.id)}; it must have no whitespace, "
            "commas or angle brackets."
        )
    elif meta.kind == b"contig":
        yield from _contig_faults(meta, dialect)
    elif meta.kind == b"SAMPLE" and not dialect.is_strict:
        yield from _old_sample_faults(meta)
    elif meta.kind == b"PEDIGREE":
        yield from _pedigree_faults(meta)


def _contig_faults(meta: Meta, dialect: Dialect) -> Iterator[str]:
    """What is wrong with a line about a contig."""
    attributes = meta.attributes or {}
    if meta.id is not None and not dialect.is_contig(meta.id):
        yield f"{meta.label}: a contig's name has no quotes, commas, backslashes or brackets."
    length = attributes.get(b"length")
    if length and not length.value.isdigit():
        yield f"{meta.label} has the length {shown(length.value)}; it must be a whole number."


def _old_sample_faults(meta: Meta) -> Iterator[str]:
    """What is wrong with a line about a sample, as it was until 4.2."""
    attributes = meta.attributes or {}
    for key in _OLD_SAMPLE:
        if key not in attributes:
            yield f"{meta.label} has no {name(key)}; add it."
    for key, attribute in attributes.items():
        if attribute.is_quoted and key != b"Description":
            yield f"{meta.label}: {name(key)} must not be in quotes."


def _pedigree_faults(meta: Meta) -> Iterator[str]:
    """What is wrong with a line about ancestors."""
    for key, attribute in (meta.attributes or {}).items():
        if not _GENOME.fullmatch(attribute.value):
            yield (
                f"{meta.label}: {name(key)} is {shown(attribute.value)}; a genome's name has "
                "letters, digits, dots, dashes and underscores."
            )


def _is_link(value: bytes) -> bool:
    """Whether a value is a URL with a host that can be one: RFC 3986, RFC 1123 section 2.1."""
    found = _URL.fullmatch(value.removeprefix(b"<").removesuffix(b">"))
    if not found:
        return False
    host = found[1]
    return bool(_ADDRESS.fullmatch(host)) or not host.rsplit(b".", 1)[-1].isdigit()


def _column_faults(header: Header) -> Iterator[str]:
    """What is wrong with the line of columns."""
    names = header.columns.split(b"\t")
    if len(names) == _FIXED_AND_FORMAT:
        yield "The header names FORMAT but no sample; add the samples or take FORMAT out."
    samples = names[_FIXED_AND_FORMAT:]
    if b"" in samples:
        yield "A sample has no name; give it one, or take out the tab at the end of the line."
    for sample, times in Counter(samples).items():
        if sample and times > 1:
            yield f"Sample {shown(sample)} is there {times} times; rename or remove all but one."
