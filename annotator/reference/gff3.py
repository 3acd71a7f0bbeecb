"""Lines of GFF3, whoever wrote them: Ensembl, GENCODE, NCBI (MANE and RefSeq).

They differ in how they name things. Here a name is split into an id and a version, and an
attribute is asked for by all the keys that it goes by. Format: GFF3 specification 1.26; Ensembl's
GFF3 README; GENCODE, "Data format"; NCBI, "GFF3 file format".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from annotator.compression import open_decompressed
from annotator.reference.assemblies import assembly_of_text, contig_name
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_COLUMNS = 9
_PREFIX = re.compile(r"^(?:gene|transcript|rna|CDS|cds)[:-]")
# Such as ENST00000381192.10_PAR_Y in GENCODE, ENST00000456328.2_1 in what it maps to GRCh37, and
# NM_018390.4-2 for RefSeq's second copy.
_VERSIONED = re.compile(r"^(?P<id>.+?)\.(?P<version>\d+)(?:_\d+)?(?P<twin>_PAR_Y|-\d+)?$")
_RELEASE = re.compile(
    "^#(?:!genome-build|!genebuild-last-updated|!annotation-source|#description:|#date:) *(.*)"
)
_PHASES = {"0": 0, "1": 1, "2": 2}


class Line(NamedTuple):
    """A feature.

    Attributes:
        start: first base, 1-based.
        end: last base.
        strand: 1 or -1.
        phase: bases before the first whole codon, in the direction of transcription; 0 where
            nothing is said.
        parents: ``ID`` of what it is a part of.
    """

    contig: str
    source: str
    kind: str
    start: int
    end: int
    strand: int
    phase: int
    identity: str
    parents: tuple[str, ...]
    attributes: Mapping[str, str]


def read_lines(gff3: Path, assembly: str) -> Iterator[Line]:
    """The features of a file, contigs by their plain names.

    Raises:
        RejectedError: a line is not GFF3, or the file is for another assembly.
    """
    with open_decompressed(gff3) as lines:
        for number, raw in enumerate(lines, 1):
            line = raw.decode("utf-8", "replace").rstrip("\r\n")
            if line.startswith("##FASTA"):
                return
            if line.startswith("#"):
                _require_assembly(gff3.name, line, assembly)
            elif line.strip():
                yield _line(gff3.name, number, line.split("\t"), assembly)


def release_of(gff3: Path) -> str | None:
    """What the first lines of a file say of its release; None if nothing."""
    found = []
    with open_decompressed(gff3) as lines:
        for raw in lines:
            if not raw.startswith(b"#"):
                break
            said = _RELEASE.match(raw.decode("utf-8", "replace").rstrip())
            found += [said[1]] if said else []
    return ", ".join(dict.fromkeys(found)) or None


def split_name(name: str) -> tuple[str, int | None]:
    """The id in a name of any style, and the version if the name has one.

    The copy on Y of what lies in a pseudoautosomal region keeps ``_PAR_Y`` or RefSeq's ``-2`` in
    its id, which would otherwise be that of the copy on X.
    """
    bare = _PREFIX.sub("", name)
    found = _VERSIONED.match(bare)
    if not found:
        return bare, None
    return found["id"] + (found["twin"] or ""), int(found["version"])


def first_of(attributes: Mapping[str, str], *keys: str) -> str | None:
    """The first of some attributes that there is."""
    return next((attributes[key] for key in keys if attributes.get(key)), None)


def reference_in(attributes: Mapping[str, str], database: str) -> str | None:
    """An identifier of another database, from ``Dbxref``."""
    for item in attributes.get("Dbxref", "").split(","):
        if item.startswith(f"{database}:"):
            return item.removeprefix(f"{database}:")
    return None


def _line(file: str, number: int, columns: list[str], assembly: str) -> Line:
    """A line by its columns."""
    if len(columns) != _COLUMNS or not (columns[3] + columns[4]).isdigit():
        raise RejectedError(
            f"Line {number} of {file} is not GFF3: it needs 9 columns separated by tabs, with "
            "numbers for start and end."
        )
    contig, source, kind, start, end, _, strand, phase, text = columns
    pairs = (item.split("=", 1) for item in text.split(";") if "=" in item)
    attributes = {key.strip(): _plain(value) for key, value in pairs}
    return Line(
        contig=contig_name(assembly, contig),
        source=source,
        kind=kind,
        start=int(start),
        end=int(end),
        strand=-1 if strand == "-" else 1,
        phase=_PHASES.get(phase, 0),
        identity=attributes.get("ID", ""),
        parents=tuple(each for each in attributes.get("Parent", "").split(",") if each),
        attributes=attributes,
    )


def _plain(value: str) -> str:
    """A value without percent-encoding."""
    return unquote(value) if "%" in value else value


def _require_assembly(file: str, line: str, assembly: str) -> None:
    """Refuse a file whose comment names another assembly."""
    if not line.startswith(("#!genome-", "##description")):
        return
    named = assembly_of_text(line)
    if named is not None and assembly_of_text(assembly) not in {named, None}:
        raise RejectedError(
            f"{file} is for {named}, but the bundle for {assembly}; give gene models and sequence "
            "of one assembly."
        )
