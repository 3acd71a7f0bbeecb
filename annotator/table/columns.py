"""The columns of the table, by name and type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from annotator.table.cells import type_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotator.table.header import ResultHeader

STARTS = {
    "cDNA_position": "cdna_start",
    "CDS_position": "cds_start",
    "Protein_position": "protein_start",
}
"""VEP's positions, which may be ranges such as ``12-14``, with the columns of where they begin."""

MOST_SEVERE = "most_severe"
RUN_KEY, SOURCES_KEY = "gas", "gas_source"
"""Keys of the file's metadata: the line ``##GAS``, and the lines ``##GAS_source``."""

OF_RECORD = (
    ("record", pa.int64()),
    ("chrom", pa.dictionary(pa.int32(), pa.string())),
    ("pos", pa.int32()),
    ("id", pa.string()),
    ("ref", pa.string()),
    ("ref_end", pa.int32()),
    ("alt", pa.string()),
    ("allele_number", pa.int32()),
    ("qual", pa.float64()),
    ("filter", pa.string()),
    ("gas_status", pa.string()),
    ("picked", pa.bool_()),
)
"""The columns that every table begins with."""

_FIELD_TYPES = {"DISTANCE": pa.int32(), "STRAND": pa.int8(), "HGVS_OFFSET": pa.int32()}


def schema(header: ResultHeader) -> pa.Schema:
    """Name and type of each column, with what the result was made with as metadata.

    Columns are named by VEP's fields in lower case, by the sources' keys as they are, and by
    ``gt_`` and the sample; a name that is taken already gets a number.
    """
    columns = [*OF_RECORD, *_of_consequence(header), *_of_sources(header)]
    columns += [(f"gt_{sample}", pa.string()) for sample in header.genotypes]
    names = _unique([name for name, _ in columns])
    return pa.schema(
        [pa.field(name, kind) for name, (_, kind) in zip(names, columns, strict=True)],
        metadata={RUN_KEY: header.run, SOURCES_KEY: "\n".join(header.made_with)},
    )


def field_type(field: str) -> pa.DataType:
    """The type of a field of VEP's."""
    return _FIELD_TYPES.get(field, pa.string())


def _of_consequence(header: ResultHeader) -> Iterator[tuple[str, pa.DataType]]:
    """VEP's fields, each followed by what is derived from it."""
    for field in header.fields:
        yield field.lower(), field_type(field)
        if field == "Consequence":
            yield MOST_SEVERE, pa.string()
        if field in STARTS:
            yield STARTS[field], pa.int32()


def _of_sources(header: ResultHeader) -> Iterator[tuple[str, pa.DataType]]:
    """What the bundle's sources added."""
    return ((field.key, type_of(field)) for field in header.sources)


def _unique(names: list[str]) -> list[str]:
    """*names*, of which later ones that are taken get a number."""
    taken: dict[str, None] = {}
    for name in names:
        number, free = 2, name
        while free in taken:
            number, free = number + 1, f"{name}_{number}"
        taken[free] = None
    return list(taken)
