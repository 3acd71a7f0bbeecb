"""Files of intervals as sources: UCSC's tables, EBI's GWAS catalogue, BED.

Formats: UCSC's table browser (each table has a ``.sql`` beside it; some begin with a column
``bin``), EBI's "GWAS Catalog: download headers", and the BED specification. UCSC's tables and BED
count bases from 0 and leave the last one out; entries here count from 1 and have it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from annotator.compression import open_decompressed
from annotator.fields import PER_RECORD, Field
from annotator.reference.assemblies import plain_name
from annotator.reference.info_values import encode
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_WORD = re.compile(r" x |;")
_FEWEST_BED = 3
_BED_NAME = 3
_UNNAMED = "unnamed"
_EBI = ("CHR_ID", "CHR_POS", "DISEASE/TRAIT", "PUBMEDID", "P-VALUE")


class Entry(NamedTuple):
    """An interval as its file has it.

    Attributes:
        contig: as the file names it; empty where it gives no place.
        start: first base, 1-based.
        end: last base.
        items: values by the key's own name, each one finished; None is a flag.
    """

    contig: str
    start: int
    end: int
    items: tuple[tuple[str, bytes | None], ...]


class Format(NamedTuple):
    """How the file of a source is read.

    Attributes:
        read: its entries.
        keys: what it says of each, described, by the key's own name.
    """

    read: Callable[[Path], Iterator[Entry]]
    keys: dict[str, str]

    def fields(self, source: str) -> tuple[Field, ...]:
        """The fields that the keys become; a single one without values is a flag."""
        kind = "Flag" if self.keys.keys() == {"OVERLAP"} else "String"
        return tuple(
            Field(f"{source}_{key}", PER_RECORD, kind, f"{source}: {text}")
            for key, text in self.keys.items()
        )


def bed(file: Path) -> Format:
    """A BED file: with its names, if the first line has one."""
    first = next(_bed_lines(file), (0, []))[1]
    if len(first) > _BED_NAME:
        return Format(_named_bed, {"NAME": f"name of the interval in {file.name}"})
    return Format(_bare_bed, {"OVERLAP": f"in an interval of {file.name}"})


def _named_bed(file: Path) -> Iterator[Entry]:
    """Intervals with their names."""
    for number, columns in _bed_lines(file):
        start, end = _bounds(file, number, columns[1], columns[2])
        name = columns[_BED_NAME].strip() if len(columns) > _BED_NAME else ""
        shown = _UNNAMED if name in {"", "."} else name
        yield Entry(columns[0], start, end, (("NAME", encode(shown)),))


def _bare_bed(file: Path) -> Iterator[Entry]:
    """Intervals without names."""
    for number, columns in _bed_lines(file):
        yield Entry(
            columns[0], *_bounds(file, number, columns[1], columns[2]), (("OVERLAP", None),)
        )


def _bed_lines(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Number and columns of each line with an interval."""
    for number, line in _lines(file):
        if line.startswith(("#", "track", "browser")) or not line.strip():
            continue
        columns = line.split("\t") if "\t" in line else line.split()
        if len(columns) < _FEWEST_BED:
            raise RejectedError(
                f"Line {number} of {file.name} is not BED: it needs contig, start and end."
            )
        yield number, columns


def _cytobands(file: Path) -> Iterator[Entry]:
    """Bands with their chromosome, such as 20p13."""
    for columns, start, end in _ucsc(file, 4):
        name = plain_name(columns[0]) + columns[3]
        yield Entry(columns[0], start, end, (("BAND", encode(name)),))


def _islands(file: Path) -> Iterator[Entry]:
    """CpG islands."""
    for columns, start, end in _ucsc(file, 4):
        yield Entry(columns[0], start, end, (("ISLAND", encode(columns[3])),))


def _duplications(file: Path) -> Iterator[Entry]:
    """Segmental duplications with the place of the other copy."""
    for columns, start, end in _ucsc(file, 26):
        other = f"{plain_name(columns[6])}:{int(columns[7]) + 1}-{columns[8]}|{columns[25]}"
        yield Entry(columns[0], start, end, (("LOCUS", encode(other)),))


def _associations(file: Path) -> Iterator[Entry]:
    """Associations of the GWAS catalogue, by UCSC or EBI."""
    first = next(_lines(file), (0, ""))[1]
    if _EBI[0] in first.split("\t"):
        yield from _ebi_associations(file)
        return
    for columns, start, end in _ucsc(file, 17):
        items = _association(columns[9], columns[4], columns[16])
        yield Entry(columns[0], start, end, items)


def _ebi_associations(file: Path) -> Iterator[Entry]:
    """Associations by EBI; those with several variants are an entry each."""
    lines = _lines(file)
    header = next(lines)[1].split("\t")
    missing = [name for name in _EBI if name not in header]
    if missing:
        raise RejectedError(
            f"{file.name} lacks the column {missing[0]}; give EBI's file of all associations."
        )
    places = [header.index(name) for name in _EBI]
    for _, line in lines:
        columns = line.split("\t") + [""] * len(header)
        contigs, positions, trait, pubmed, value = (columns[at] for at in places)
        items = _association(trait, pubmed, value)
        for contig, position in zip(_WORD.split(contigs), _WORD.split(positions), strict=False):
            is_placed = position.strip().isdigit()
            at = int(position) if is_placed else 0
            yield Entry(contig.strip() if is_placed else "", at, at, items)


def _association(trait: str, pubmed: str, value: str) -> tuple[tuple[str, bytes], ...]:
    """The values of an association."""
    whole = b"|".join(encode(part.replace("|", "/")) for part in (trait, pubmed, value))
    return (("TRAIT", encode(trait)), ("ASSOCIATION", whole))


def _ucsc(file: Path, fewest: int) -> Iterator[tuple[list[str], int, int]]:
    """The columns of a table without ``bin``, at least *fewest*, with start and end from 1."""
    for number, line in _lines(file):
        if line.startswith("#") or not line:
            continue
        columns = line.split("\t")
        if columns[0].isdigit() and not "".join(columns[1:2]).isdigit():
            del columns[0]
        if len(columns) < fewest:
            raise RejectedError(
                f"Line {number} of {file.name} has {len(columns)} columns; UCSC's table has at "
                f"least {fewest}. Give the file as UCSC's server has it."
            )
        yield columns, *_bounds(file, number, columns[1], columns[2])


def _bounds(file: Path, number: int, start: str, end: str) -> tuple[int, int]:
    """First and last base, from 1."""
    if not (start.isdigit() and end.strip().isdigit()):
        raise RejectedError(
            f"Line {number} of {file.name} has no whole numbers for start and end; correct it."
        )
    return int(start) + 1, int(end)


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text with their numbers, from 1."""
    with open_decompressed(file) as stream:
        for number, raw in enumerate(stream, 1):
            yield number, raw.decode("utf-8", "replace").rstrip("\r\n")


FORMATS = {
    "cytoband": Format(_cytobands, {"BAND": "cytogenetic band (UCSC cytoBand)"}),
    "cpg": Format(_islands, {"ISLAND": "CpG island (UCSC cpgIslandExt)"}),
    "segdup": Format(
        _duplications,
        {
            "LOCUS": "segmental duplication (UCSC genomicSuperDups): the other copy and, after a "
            "vertical bar, the share of its bases that are equal"
        },
    ),
    "gwas": Format(
        _associations,
        {
            "TRAIT": "traits that the GWAS catalogue associates with the position",
            "ASSOCIATION": "associations of the GWAS catalogue: trait, PubMed id and p-value, "
            "separated by vertical bars",
        },
    ),
}
"""The sources of intervals that are known by name."""
