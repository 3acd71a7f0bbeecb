"""The tables that the vepyr engine reads, made from transcripts and their sequence.

vepyr keeps its gene models in Parquet files whose layout is private to it: ``vepyr_schema.json``
is the layout of the one version that ``ENGINE_VERSION`` names, taken from a cache that vepyr
itself converted from Ensembl's. Another version of vepyr may read them wrongly, so bundles name
the version and the engine refuses others.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotator.genetic_code import GeneticCode, reverse_complement

if TYPE_CHECKING:
    from annotator.reference.gene_models import Transcript

ENGINE_VERSION = "0.10.0"
_CACHE_VERSION = "115"
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


@dataclass(frozen=True, slots=True)
class _Segment:
    """An exon on the contig and in the spliced transcript (both 1-based, inclusive)."""

    start: int
    end: int
    cdna_start: int
    cdna_end: int


def write_tables(
    folder: Path,
    contig: str,
    models: list[tuple[Transcript, str]],
    *,
    assembly: str,
    code: GeneticCode,
) -> None:
    """Write the tables of one contig into *folder*, beside those of others.

    Args:
        folder: what vepyr calls its cache.
        contig: the contig's name in the FASTA file.
        models: transcripts with the bases from their start to their end on the forward strand.
        assembly: goes into every row.
        code: the contig's genetic code, for the proteins.
    """
    transcripts, exons, proteins = [], [], []
    for uid, (transcript, bases) in enumerate(models, 1):
        row, exon_rows, protein = _rows(transcript, bases, uid, assembly, code)
        transcripts.append(row)
        exons.extend(exon_rows)
        proteins.extend(protein)
    exons.sort(key=lambda row: row["start"])
    _write(folder, "transcript", contig, transcripts)
    _write(folder, "exon", contig, exons)
    _write(folder, "translation_core", contig, proteins)
    _write(folder, "variation", contig, [_placeholder(contig)])
    policy = json.loads(_SCHEMA.read_text())["reference_policy.json"]
    (folder / "reference_policy.json").write_text(json.dumps(policy, indent=1) + "\n")


def _placeholder(contig: str) -> Row:
    """The one row of the table of known variants, which vepyr wants present and not empty.

    It can match nothing: position 1 with an allele that no record has.
    """
    return {
        "chrom": contig, "start": 1, "end": 1, "allele_string": "N/N", "failed": True,
        "variation_name": ".", "strand": 1, "phenotype_or_disease": False, "somatic": False,
        "tier": 0,
    }  # fmt: skip


def _rows(
    transcript: Transcript, bases: str, uid: int, assembly: str, code: GeneticCode
) -> tuple[Row, list[Row], list[Row]]:
    """One transcript's row, its exons' rows and its protein's row, if it has one."""
    segments = _segments(transcript)
    origin = {
        "chrom": transcript.contig, "strand": transcript.strand, "species": "homo_sapiens",
        "assembly": assembly, "cache_version": _CACHE_VERSION,
        "gene_stable_id": transcript.gene.id,
    }  # fmt: skip
    spliced = _spliced(transcript, bases)
    row = {**origin, **_identity(transcript, uid), "codon_table": int(code)}
    row["cdna_mapper_segments"] = [
        {
            "genomic_start": each.start, "genomic_end": each.end, "cdna_start": each.cdna_start,
            "cdna_end": each.cdna_end, "ori": transcript.strand,
        }
        for each in sorted(segments, key=lambda segment: segment.start)
    ]  # fmt: skip
    coding, protein = _coding(transcript, segments, spliced, code)
    row.update(coding or {"spliced_seq": spliced})
    phases = _phases(segments, coding)
    row["exons"] = [
        {"start": each.start, "end": each.end, "phase": phase}
        for each, phase in zip(segments, phases, strict=True)
    ]
    exons = [
        {**origin, **_exon(transcript, each, phase, rank)}
        for rank, (each, phase) in enumerate(zip(segments, phases, strict=True), 1)
    ]
    return row, exons, [protein] if protein else []


def _identity(transcript: Transcript, uid: int) -> Row:
    """The columns that name a transcript and say what kind it is."""
    tags = transcript.tags
    clinical = "MANE_Plus_Clinical" in tags
    return {
        "start": transcript.start, "end": transcript.end, "stable_id": transcript.id,
        "version": transcript.version, "db_id": uid, "transcript_uid": uid,
        "biotype": transcript.biotype, "source": transcript.source,
        "is_canonical": "Ensembl_canonical" in tags or "MANE_Select" in tags,
        "gene_symbol": transcript.gene.symbol,
        "gene_symbol_source": transcript.gene.symbol_source,
        "is_gencode_basic": True, "is_gencode_primary": True,
        "exon_count": len(transcript.exons), "serializer_type": "storable",
        "cds_start_nf": False, "cds_end_nf": False, "gene_phenotype": False,
        "has_non_polya_rna_edit": False, "refseq_id": transcript.refseq,
        "mane_select": None if clinical else transcript.refseq,
        "mane_plus_clinical": transcript.refseq if clinical else None,
    }  # fmt: skip


def _exon(transcript: Transcript, segment: _Segment, phase: int, rank: int) -> Row:
    """The columns of one exon, counted from the transcript's 5' end."""
    return {
        "start": segment.start, "end": segment.end, "version": 1, "phase": phase, "end_phase": -1,
        "stable_id": f"{transcript.id}.e{rank}", "is_current": True, "is_constitutive": False,
        "transcript_id": transcript.id, "exon_number": rank,
    }  # fmt: skip


def _segments(transcript: Transcript) -> list[_Segment]:
    """The exons in the order of transcription."""
    exons = transcript.exons if transcript.strand == 1 else transcript.exons[::-1]
    segments, at = [], 1
    for start, end in exons:
        segments.append(_Segment(start, end, at, at + end - start))
        at += end - start + 1
    return segments


def _spliced(transcript: Transcript, bases: str) -> str:
    """The transcript's own sequence, 5' to 3'."""
    joined = "".join(
        bases[start - transcript.start : end - transcript.start + 1]
        for start, end in transcript.exons
    )
    return joined if transcript.strand == 1 else reverse_complement(joined)


def _coding(
    transcript: Transcript, segments: list[_Segment], spliced: str, code: GeneticCode
) -> tuple[Row, Row] | tuple[None, None]:
    """The columns that a coding transcript adds, and the row of its protein."""
    if transcript.coding is None or transcript.protein is None:
        return None, None
    ends = [_cdna_position(segments, at, transcript.strand) for at in transcript.coding]
    first, last = min(ends), max(ends)
    cds = spliced[first - 1 : last]
    peptide = code.translate(cds).rstrip("*")
    name, version = transcript.protein
    row = {
        "cds_start": transcript.coding[0], "cds_end": transcript.coding[1],
        "cdna_coding_start": first, "cdna_coding_end": last, "translation_stable_id": name,
        "translation_start": first - _segment_of(segments, first).cdna_start + 1,
        "translation_end": last - _segment_of(segments, last).cdna_start + 1,
        "translateable_seq": cds, "cdna_seq": cds, "peptide_seq": peptide,
        "five_prime_utr_seq": spliced[: first - 1] or None,
        "three_prime_utr_seq": spliced[last:] or None,
    }  # fmt: skip
    protein = {
        "transcript_id": transcript.id, "stable_id": name, "version": version,
        "cds_len": len(cds), "protein_len": len(peptide), "translation_seq": peptide,
        "cds_sequence": cds, "translation_seq_canonical": peptide, "cds_sequence_canonical": cds,
        "protein_features": [],
    }  # fmt: skip
    return row, protein


def _cdna_position(segments: list[_Segment], position: int, strand: int) -> int:
    """Where a base of an exon lies in the spliced transcript."""
    segment = next(each for each in segments if each.start <= position <= each.end)
    inside = position - segment.start if strand == 1 else segment.end - position
    return segment.cdna_start + inside


def _segment_of(segments: list[_Segment], cdna: int) -> _Segment:
    """The exon that holds a base of the spliced transcript."""
    return next(each for each in segments if each.cdna_start <= cdna <= each.cdna_end)


def _phases(segments: list[_Segment], coding: Row | None) -> list[int]:
    """Ensembl's exon phases: of the first base in its codon, -1 where that is not coding."""
    if coding is None:
        return [-1] * len(segments)
    first, last = coding["cdna_coding_start"], coding["cdna_coding_end"]
    return [
        (each.cdna_start - first) % 3 if first <= each.cdna_start <= last else -1
        for each in segments
    ]


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


def _write(folder: Path, table: str, contig: str, rows: list[Row]) -> None:
    """One contig's Parquet file of a table, and its line in the table's manifest.

    A file without rows stops vepyr, so a contig without any gets no file.
    """
    if not rows:
        return
    schema = _schema(table)
    metadata = {**(schema.metadata or {}), b"bio.vep.chromosomes": json.dumps([contig]).encode()}
    filled = [{each.name: _value(row, each) for each in schema} for row in rows]
    target = folder / table
    target.mkdir(parents=True, exist_ok=True)
    pq.write_table(  # type: ignore[no-untyped-call]
        pa.Table.from_pylist(filled, schema=schema.with_metadata(metadata)),
        target / f"chr{contig}.parquet",
        compression="zstd",
        compression_level=19,
        write_page_index=True,
    )
    _list_in_manifest(target / "chrom_manifest.json", contig, len(rows))


def _value(row: Row, column: pa.Field) -> object:
    """A cell; a column that may not be null and was not given gets its type's empty value."""
    value = row.get(column.name)
    if value is not None or column.nullable:
        return value
    if pa.types.is_string(column.type):
        return ""
    return False if pa.types.is_boolean(column.type) else 0


def _list_in_manifest(manifest: Path, contig: str, rows: int) -> None:
    """Add a contig to the list of a table's files."""
    listed = json.loads(manifest.read_text()) if manifest.exists() else []
    listed.append({"chrom": f"chr{contig}", "dataset": f"chr{contig}.parquet", "rows": rows})
    manifest.write_text(json.dumps(listed, indent=1) + "\n")
