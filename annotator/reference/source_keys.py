"""Which keys of a VCF a source takes over, and how they are called and described in results."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.fields import PER_ALLELE, PER_RECORD, Field
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

IDENTIFIERS = "column ID"
"""In the place of Number: the identifiers of dbSNP in a record's column ID."""

LISTED = "listed"
"""In the place of Number: that there is such a record."""

FLAG, STRING = "Flag", "String"
BY_ALLELE = {"A": 0, "R": 1}
"""Values of Number for lists by allele, with the place of the first ALT's value in them."""

_INFO = re.compile(rb"##INFO=<(.*)>\s*$")
_ATTRIBUTE = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|[^,]*)')
_CLINVAR = ("CLNSIG", "CLNREVSTAT", "CLNDN")
_POPULATIONS = "afr|ami|amr|asj|eas|fin|mid|nfe|oth|remaining|sas"
_GNOMAD = re.compile(
    rf"AF(_joint)?(_({_POPULATIONS}))?|(AF_)?(grpmax|popmax)(_joint)?", re.IGNORECASE
)
_TYPES = frozenset({"Integer", "Float"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A key to take over.

    Attributes:
        key: in the source's INFO.
        number: as the source's header declares it, ``IDENTIFIERS`` or ``LISTED``.
        field: what becomes of it.
    """

    key: bytes
    number: str
    field: Field


def wanted_keys(source: str, meta: Iterable[bytes]) -> tuple[Wanted, ...]:
    """The keys that the *source* of this name takes from a VCF with the header lines *meta*.

    Raises:
        RejectedError: the header declares none of those that the source is for.
    """
    if source == "dbsnp":
        text = "dbSNP's identifier of the allele"
        return (Wanted(b"", IDENTIFIERS, _field(source, "ID", STRING, text)),)
    declared = dict(_declared(meta))
    found = tuple(
        _wanted(source, key, declared[key])
        for key in _chosen(source, declared)
        if re.fullmatch(r"[0-9A-Za-z_.]+", key)
    )
    if source in {"clinvar", "gnomad"} and not found:
        keys = ", ".join(_CLINVAR) if source == "clinvar" else "AF, AF_afr and the like"
        raise RejectedError(
            f"The header of the VCF for {source} declares none of the keys {keys}; "
            f"give the {source} file itself, or the source another name."
        )
    return found or (Wanted(b"", LISTED, _field(source, "KNOWN", FLAG, "the allele is listed")),)


def _chosen(source: str, declared: dict[str, dict[str, str]]) -> list[str]:
    """The declared keys that a source takes, in the order in which it writes them."""
    if source == "clinvar":
        return [key for key in _CLINVAR if key in declared]
    if source == "gnomad":
        return [key for key in declared if _GNOMAD.fullmatch(key)]
    return [key for key, entry in declared.items() if _is_joinable(entry["Number"])]


def _is_joinable(number: str) -> bool:
    """Whether values of this Number can be given to alleles."""
    return number in BY_ALLELE or number == "." or number.isdigit()


def _declared(meta: Iterable[bytes]) -> Iterator[tuple[str, dict[str, str]]]:
    """The keys of INFO that a header declares, with their attributes."""
    for line in meta:
        found = _INFO.match(line)
        if found:
            pairs = _ATTRIBUTE.findall(found[1].decode("utf-8", "replace"))
            entry = {name: value.strip('"') for name, value in pairs}
            if "ID" in entry:
                yield entry["ID"], {"Number": ".", "Type": STRING, "Description": "", **entry}


def _wanted(source: str, key: str, entry: dict[str, str]) -> Wanted:
    """A key by what the header says of it."""
    number = entry["Number"]
    kind = entry["Type"] if entry["Type"] in _TYPES and number in {*BY_ALLELE, "1"} else STRING
    if number == "0" or entry["Type"] == FLAG:
        number, kind = "0", FLAG
    return Wanted(key.encode(), number, _field(source, key, kind, entry["Description"] or key))


def _field(source: str, key: str, kind: str, text: str) -> Field:
    """The field that a source's key becomes."""
    number = PER_RECORD if kind == FLAG else PER_ALLELE
    plain = re.sub(r"\s+", " ", text.replace('\\"', "'").replace('"', "'").replace("\\", "/"))
    return Field(f"{source}_{key}", number, kind, f"{source}: {plain}")
