"""The columns from CHROM to FILTER, each by itself. Source: the specification, section 1.4.1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from annotator.conformance.fault import shown
from annotator.conformance.values import FLOAT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotator.conformance.dialect import Dialect

MISSING = b"."
_WHITESPACE = re.compile(rb"\s")
_BASES = re.compile(rb"[ACGTNacgtn]+")
_STARRED = re.compile(rb"[ACGTNacgtn*]+")
_STARRED_VERSION = (4, 2)
_SYMBOLIC = re.compile(rb"<[^\s,<>]+>")
_PLACE = rb"(?:[^\s\[\]<>]+|<[^\s\[\]<>]+>):[0-9]+"
_BREAKEND = re.compile(
    rb"(?:[ACGTNacgtn]+|\.)(?:\[%b\[|\]%b\])|(?:\[%b\[|\]%b\])(?:[ACGTNacgtn]+|\.)"
    rb"|\.[ACGTNacgtn]+|[ACGTNacgtn]+\." % ((_PLACE,) * 4)
)


def contig_fault(contig: bytes, dialect: Dialect, *, is_declared: bool) -> str | None:
    """What is wrong with the name in CHROM.

    One that *is_declared* by a ``##contig`` line may have a colon: that misleads nobody.
    """
    label = f"CHROM is {shown(contig)}"
    if contig.startswith(b"<") and contig.endswith(b">"):
        if _SYMBOLIC.fullmatch(contig):
            return None
        return f"{label}; an ID between < and > has no whitespace, commas or angle brackets."
    if not dialect.is_contig(contig):
        return f"{label}; {_contig_rule(dialect)}."
    if b":" in contig and not (dialect.is_strict or is_declared):
        return (
            f"{label}; in {dialect} a colon ends the contig's name in a breakend, so leave it out."
        )
    return None


def _contig_rule(dialect: Dialect) -> str:
    """What a contig may be called."""
    if dialect.is_strict:
        return (
            "a contig's name has no whitespace, quotes, commas, backslashes or brackets and does "
            "not begin with * or ="
        )
    return "a contig's name has no whitespace, commas or angle brackets"


def id_fault(value: bytes, dialect: Dialect) -> str | None:
    """What is wrong with ID."""
    return _list_fault("ID", "identifier", value, dialect)


def ref_fault(ref: bytes) -> str | None:
    """What is wrong with REF."""
    if _BASES.fullmatch(ref):
        return None
    return f"REF is {shown(ref)}; it must be one allele of the bases A, C, G, T and N."


def alt_faults(ref: bytes, alts: list[bytes], dialect: Dialect) -> Iterator[str]:
    """What is wrong with each ALT allele."""
    if alts == [MISSING]:
        return
    for alt in alts:
        fault = _alt_fault(ref, alt, dialect)
        if fault:
            yield fault


def _alt_fault(ref: bytes, alt: bytes, dialect: Dialect) -> str | None:
    """What is wrong with an ALT allele that may be one of several."""
    if _BASES.fullmatch(alt):
        is_same = alt.upper() == ref.upper()
        return f"ALT {shown(alt)} equals REF; list other alleles only." if is_same else None
    if alt == b"*" or (alt == MISSING and dialect.is_strict):
        return None
    for pattern in _alt_patterns(dialect):
        if pattern.fullmatch(alt):
            return None
    return _why_alt(alt)


def _alt_patterns(dialect: Dialect) -> tuple[re.Pattern[bytes], ...]:
    """What an ALT allele may look like beside bases and single characters."""
    patterns = (_SYMBOLIC, _BREAKEND)
    return (*patterns, _STARRED) if dialect.version == _STARRED_VERSION else patterns


def _why_alt(alt: bytes) -> str:
    """What is wrong with an ALT allele that looks like none."""
    if not alt:
        return "ALT has an empty allele; take the comma out."
    if alt.startswith(b"<"):
        rule = "an ID between < and > has no whitespace, commas or angle brackets"
    elif b"[" in alt or b"]" in alt:
        rule = "a breakend has bases before or behind two brackets of one kind with contig:position"
    elif alt == MISSING:
        rule = "a dot stands alone, for no allele at all"
    else:
        rule = "an allele has the bases A, C, G, T and N only"
    return f"ALT has {shown(alt)}; {rule}."


def qual_fault(qual: bytes) -> str | None:
    """What is wrong with QUAL."""
    if qual == MISSING:
        return None
    if not FLOAT.fullmatch(qual):
        return f"QUAL is {shown(qual)}; it must be a number or a dot."
    if qual.startswith(b"-") and qual.strip(b"-0.") and not qual.lower().endswith(b"nan"):
        return f"QUAL is {shown(qual)}; a Phred score is not negative."
    return None


def filter_fault(value: bytes, dialect: Dialect) -> str | None:
    """What is wrong with FILTER."""
    codes = value.split(b";")
    if b"0" in codes:
        return "FILTER has the code '0', which is reserved; give the filter another name."
    return _list_fault("FILTER", "code", value, dialect)


def _list_fault(column: str, item: str, value: bytes, dialect: Dialect) -> str | None:
    """What is wrong with a column that holds a dot or a list parted by semicolons."""
    label = f"{column} is {shown(value)}"
    items = value.split(b";")
    if not value:
        return f"{column} is empty; write a dot."
    if b"" in items:
        return f"{label}; take out the semicolon with no {item} beside it."
    if _WHITESPACE.search(value):
        return f"{label}; it must have no whitespace."
    if MISSING in items and len(items) > 1:
        return f"{label}; a dot stands alone, for no {item} at all."
    if dialect.is_strict and len(set(items)) < len(items):
        return f"{label}; name each {item} once."
    return None
