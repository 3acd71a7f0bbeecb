"""What a result's header says of the table that is made from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from annotator.consequence import FIELDS
from annotator.fields import Field
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FIXED = 8
"""Columns of a VCF before FORMAT."""

MOST_GENOTYPES = 50
"""Samples up to which the table has a column of genotypes for each."""

_RUN = "##GAS=<"
_SOURCE = "##GAS_source=<"
_NO_KEY = "\0"
"""A key that no record has: for a result with bcftools' calls alone."""

_STATUS = re.compile(r"GAS_STATUS(_\d+)?")
_INFO = re.compile(r"##INFO=<(.*)>$")
_ATTRIBUTE = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|[^,]*)')
_FORMAT = re.compile(r"Consequence annotations from .* Format: ([^ ]+)$")


@dataclass(frozen=True, slots=True)
class ResultHeader:
    """The keys of INFO that are ours, and the samples.

    Attributes:
        consequences: the key of the consequences: ``CSQ``, or ``GAS_CSQ`` beside an older one; a
            key that no record has if there are but bcftools' calls, which are among *sources*.
        fields: of each consequence, by VEP's names, in order.
        status: the key of the reasons why a record, or an allele of it, is not annotated.
        sources: what the bundle's sources added, in order.
        width: columns of the VCF.
        samples: names, in order.
        run: the line ``##GAS``.
        made_with: the lines ``##GAS_source``.
    """

    consequences: str
    fields: tuple[str, ...]
    status: str
    sources: tuple[Field, ...]
    width: int
    samples: tuple[str, ...]
    run: str
    made_with: tuple[str, ...]

    @property
    def genotypes(self) -> tuple[str, ...]:
        """The samples that have a column in the table."""
        return self.samples if len(self.samples) <= MOST_GENOTYPES else ()


def read_header(stream: BinaryIO, name: str) -> ResultHeader:
    """The header of a result, after which *stream* is at the first record.

    Raises:
        RejectedError: the file *name* was not annotated by this service.
    """
    meta, columns = _lines(stream)
    infos, run = dict(_infos(meta)), _last_run(meta)
    ours = _keys(run[0]) if run else []
    # A foreign CSQ may stand in the user's own lines, which come before ours.
    formats = {key: _FORMAT.search(infos[key]["Description"]) for key in list(infos)[::-1]}
    consequences = next((key for key in ours or formats if formats.get(key)), "")
    found = formats.get(consequences)
    fields = tuple(found[1].split("|")) if found else FIELDS
    if not run or not (found or ours):
        raise RejectedError(
            f"{name} was not annotated by this service, so no table can be made of it; "
            "annotate it first."
        )
    status = next(filter(_STATUS.fullmatch, ours), "GAS_STATUS")
    sources = [key for key in ours if key not in {consequences, status} and key in infos]
    return ResultHeader(
        consequences=consequences or _NO_KEY,
        fields=fields,
        status=status,
        sources=tuple(_field(key, infos[key]) for key in sources),
        width=len(columns),
        samples=tuple(columns[FIXED + 1 :]),
        run=run[0],
        made_with=tuple(line for line in run if line.startswith(_SOURCE)),
    )


def attributes(line: str) -> dict[str, str]:
    """The attributes of a structured line of a header, such as ``##GAS=<...>``, by name."""
    inside = line.partition("=<")[2].removesuffix(">")
    return {name: _plain(value) for name, value in _ATTRIBUTE.findall(inside)}


def _lines(stream: BinaryIO) -> tuple[list[str], list[str]]:
    """The lines that begin with ##, and the names of the columns."""
    meta: list[str] = []
    for raw in stream:
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if not line.startswith("##"):
            return meta, line.split("\t")
        meta.append(line)
    return meta, []


def _infos(meta: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The keys of INFO with their attributes, in the header's order."""
    for line in meta:
        if _INFO.match(line):
            info = {"Number": ".", "Type": "String", "Description": ""} | attributes(line)
            if "ID" in info:
                yield info["ID"], info


def _last_run(meta: list[str]) -> list[str]:
    """The lines from the last ##GAS on; those of an earlier annotation stand above it."""
    begins = [at for at, line in enumerate(meta) if line.startswith(_RUN)]
    return meta[begins[-1] :] if begins else []


def _keys(run: str) -> list[str]:
    """The keys of INFO that the line ##GAS lists; none in results of earlier versions."""
    listed = attributes(run).get("Keys", "")
    return listed.split(",") if listed else []


def _field(key: str, info: Mapping[str, str]) -> Field:
    """A key of INFO as a field of a source."""
    return Field(key, info["Number"], info["Type"], info["Description"])


def _plain(value: str) -> str:
    """An attribute's value without its quotation marks and backslashes."""
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", r"\1", value[1:-1])
