"""The files of the vepyr engine's tables: one Parquet file a table and contig, with a list of them.

Their layout is private to vepyr: ``vepyr_schema.json`` is that of the one version that
``vepyr_tables.ENGINE_VERSION`` names, taken from a cache that vepyr itself converted.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST = "chrom_manifest.json"
"""The list of a table's files, beside them."""

POLICY = "reference_policy.json"
"""What vepyr notes of where a cache's transcripts come from."""

_SCHEMA = Path(__file__).with_name("vepyr_schema.json")
_PRIMITIVES = {
    "string": pa.string(),
    "binary": pa.binary(),
    "bool": pa.bool_(),
    "int8": pa.int8(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "uint32": pa.uint32(),
    "uint64": pa.uint64(),
    "float": pa.float32(),
    "double": pa.float64(),
}

Row = dict[str, Any]
"""A row's values by column; those that are missing are null or empty."""


def write_rows(
    folder: Path,
    table: str,
    contig: str,
    rows: list[Row],
    metadata: Mapping[bytes, bytes] | None = None,
) -> None:
    """Write one contig's file of a table, and its line in the table's manifest.

    A file without rows stops vepyr, so a contig without any gets no file.
    """
    if not rows:
        return
    schema = _schema(table)
    own = {b"bio.vep.chromosomes": json.dumps([contig]).encode()}
    metadata = {**(schema.metadata or {}), **(metadata or {}), **own}
    filled = [{each.name: _value(row, each) for each in schema} for row in rows]
    target = folder / table
    target.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        pa.Table.from_pylist(filled, schema=schema.with_metadata(metadata)),
        target / f"chr{contig}.parquet",
        compression="zstd",
        compression_level=19,
        write_page_index=True,
    )
    list_in_manifest(target / MANIFEST, contig, len(rows))


def write_frame(folder: Path, contig: str, metadata: Mapping[bytes, bytes] | None = None) -> None:
    """Write what vepyr wants to see beside the gene models of a contig.

    Args:
        folder: what vepyr calls its cache.
        contig: the contig's name in the FASTA file.
        metadata: of the gene models, if they are not our own.
    """
    write_rows(folder, "variation", contig, [_placeholder(contig)], metadata)
    if not (folder / POLICY).exists():
        policy = json.loads(_SCHEMA.read_text())[POLICY]
        (folder / POLICY).write_text(json.dumps(policy, indent=1) + "\n")


def list_in_manifest(manifest: Path, contig: str, rows: int) -> None:
    """Add a contig to the list of a table's files."""
    listed = json.loads(manifest.read_text()) if manifest.exists() else []
    listed.append({"chrom": f"chr{contig}", "dataset": f"chr{contig}.parquet", "rows": rows})
    manifest.write_text(json.dumps(listed, indent=1) + "\n")


def _placeholder(contig: str) -> Row:
    """The one row of the table of known variants, which vepyr wants present and not empty.

    It can match nothing: position 1 with an allele that no record has.
    """
    return {
        "chrom": contig, "start": 1, "end": 1, "allele_string": "N/N", "failed": True,
        "variation_name": ".", "strand": 1, "phenotype_or_disease": False, "somatic": False,
        "tier": 0,
    }  # fmt: skip


@cache
def _schema(table: str) -> pa.Schema:
    """A table's Arrow schema with vepyr's own metadata."""
    layout = json.loads(_SCHEMA.read_text())[table]
    columns = [
        pa.field(each["name"], _arrow_type(each["type"]), nullable=each["nullable"])
        for each in layout["fields"]
    ]
    return pa.schema(columns, metadata=layout["metadata"])


def _arrow_type(text: str) -> pa.DataType:
    """The type that Arrow prints as *text*."""
    if text in _PRIMITIVES:
        return _PRIMITIVES[text]
    if text.startswith("list<item: "):
        return pa.list_(_arrow_type(text.removeprefix("list<item: ")[:-1]))
    columns = []
    for part in text.removeprefix("struct<")[:-1].split(", "):
        name, kind = part.split(": ")
        bare = kind.removesuffix(" not null")
        columns.append(pa.field(name, _arrow_type(bare), nullable=bare == kind))
    return pa.struct(columns)


def _value(row: Row, column: pa.Field) -> object:
    """A cell; a column that may not be null and was not given gets its type's empty value."""
    value = row.get(column.name)
    if value is not None or column.nullable:
        return value
    if pa.types.is_string(column.type):
        return ""
    return False if pa.types.is_boolean(column.type) else 0
