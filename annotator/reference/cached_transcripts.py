"""Transcripts read back from the engine's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from annotator.reference.gene_models import Gene, Transcript

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_COLUMNS = [
    "stable_id", "version", "biotype", "source", "strand", "exons", "cds_start", "cds_end",
    "translation_stable_id", "gene_stable_id", "gene_symbol", "gene_symbol_source",
    "is_canonical", "is_gencode_basic", "mane_select", "mane_plus_clinical", "refseq_id",
    "cds_start_nf", "cds_end_nf",
]  # fmt: skip
_TAGS = {
    "is_canonical": "Ensembl_canonical", "is_gencode_basic": "gencode_basic",
    "mane_select": "MANE_Select", "mane_plus_clinical": "MANE_Plus_Clinical",
    "cds_start_nf": "cds_start_NF", "cds_end_nf": "cds_end_NF",
}  # fmt: skip


def transcripts_in(tables: Mapping[str, Path], contig: str) -> list[Transcript]:
    """The transcripts of a contig, by start and end.

    Args:
        tables: the contig's files by the name of the table; there may be none.
        contig: as the bundle names it.
    """
    if "transcript" not in tables:
        return []
    versions = _versions(tables.get("translation_core"))
    rows = pq.read_table(tables["transcript"], columns=_COLUMNS).to_pylist()
    found = [_transcript(row, versions, contig) for row in rows]
    return sorted(found, key=lambda each: (each.start, each.end, each.id))


def _versions(table: Path | None) -> dict[str, int]:
    """The version of each protein."""
    if table is None:
        return {}
    rows = pq.read_table(table, columns=["stable_id", "version"]).to_pylist()
    return {row["stable_id"]: row["version"] or 1 for row in rows}


def _transcript(row: dict[str, Any], versions: dict[str, int], contig: str) -> Transcript:
    """The transcript of a row."""
    protein = row["translation_stable_id"]
    is_coding = row["cds_start"] is not None and protein is not None
    return Transcript(
        contig=contig,
        id=row["stable_id"],
        version=row["version"] or 1,
        gene=Gene(
            row["gene_stable_id"] or row["stable_id"],
            row["gene_symbol"],
            row["gene_symbol_source"],
            row["biotype"] or "",
        ),
        biotype=row["biotype"] or "",
        source=row["source"] or ".",
        strand=row["strand"],
        exons=tuple(sorted((each["start"], each["end"]) for each in row["exons"])),
        coding=(row["cds_start"], row["cds_end"]) if is_coding else None,
        protein=(protein, versions.get(protein, 1)) if is_coding else None,
        refseq=row["refseq_id"] or row["mane_select"] or row["mane_plus_clinical"],
        tags=frozenset(tag for column, tag in _TAGS.items() if row[column]),
        phase=_phase(row) if is_coding else 0,
        is_basic=row["is_gencode_basic"],
    )


def _phase(row: dict[str, Any]) -> int:
    """GFF3's phase of the first coding part, from Ensembl's phase of its exon.

    Ensembl's is -1 where an exon begins with what is not coding, and then the codon is whole.
    """
    first = row["cds_start"] if row["strand"] == 1 else row["cds_end"]
    exon = next(each for each in row["exons"] if each["start"] <= first <= each["end"])
    return -max(0, int(exon["phase"])) % 3
