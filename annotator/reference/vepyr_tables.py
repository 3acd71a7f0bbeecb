"""The tables that the vepyr engine reads, made from transcripts and their sequence.

Another version of vepyr than ``ENGINE_VERSION`` may read them wrongly, so bundles name the version
and the engine refuses others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.genetic_code import GeneticCode, reverse_complement
from annotator.reference.vepyr_files import write_frame, write_rows

if TYPE_CHECKING:
    from pathlib import Path

    from annotator.reference.gene_models import Transcript
    from annotator.reference.vepyr_files import Row

ENGINE_VERSION = "0.10.0"
_CACHE_VERSION = "115"


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
    write_rows(folder, "transcript", contig, transcripts)
    write_rows(folder, "exon", contig, exons)
    write_rows(folder, "translation_core", contig, proteins)
    write_frame(folder, contig)


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
    phases = _phases(segments, coding, _missing(transcript))
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
        "is_gencode_basic": transcript.is_basic, "is_gencode_primary": transcript.is_basic,
        "exon_count": len(transcript.exons), "serializer_type": "storable",
        "cds_start_nf": "cds_start_NF" in tags, "cds_end_nf": "cds_end_NF" in tags,
        "gene_phenotype": False,
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
    # As in Ensembl, a codon whose beginning is not known is filled up, so that the frame is right.
    cds = "N" * _missing(transcript) + spliced[first - 1 : last]
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


def _missing(transcript: Transcript) -> int:
    """Bases that the first codon lacks: GFF3 counts those that it has, Ensembl the others."""
    return -transcript.phase % 3


def _phases(segments: list[_Segment], coding: Row | None, missing: int) -> list[int]:
    """Ensembl's exon phases: of the first base in its codon, -1 where that is not coding."""
    if coding is None:
        return [-1] * len(segments)
    first, last = coding["cdna_coding_start"], coding["cdna_coding_end"]
    return [
        (each.cdna_start - first + missing) % 3 if first <= each.cdna_start <= last else -1
        for each in segments
    ]
