"""What a result's columns are called; the service names them in English, and a test compares."""

from __future__ import annotations

from backend.wire import VariantColumn
from desktop.ui.language import later, tr
from desktop.ui.viewer.wording import plain

TITLES = (
    later("Record"),
    later("Chromosome"),
    later("Ref end"),
    later("Allele no."),
    later("Quality"),
    later("First"),
    later("VEP allele"),
    later("Consequences"),
    later("Consequence"),
    later("Impact"),
    later("Gene"),
    later("Gene ID"),
    later("Feature type"),
    later("Transcript"),
    later("Biotype"),
    later("cDNA position"),
    later("cDNA start"),
    later("CDS position"),
    later("CDS start"),
    later("Protein position"),
    later("Protein start"),
    later("Amino acids"),
    later("Distance"),
    later("Strand"),
    later("Flags"),
    later("Symbol source"),
    later("Canonical"),
    later("HGVS offset"),
    later("ClinVar review"),
    later("ClinVar condition"),
)
"""Of columns that every result has; sources name their own, but for a few."""

_OF_EVERY_RESULT = frozenset({"variant", "consequence"})
_OF_SOURCES = {"clinvar_CLNREVSTAT": "ClinVar review", "clinvar_CLNDN": "ClinVar condition"}

MEANINGS = (
    later("Number of the record in the file, from 1."),
    later("Name of the sequence, as the file has it."),
    later("Of the first base of REF, from 1."),
    later("Identifiers that the file itself gives."),
    later("Bases of the reference."),
    later("Position of the last base of REF."),
    later("Bases of the alternate allele."),
    later("Which alternate allele of its record this is, from 1."),
    later("QUAL of the record."),
    later("FILTER of the record."),
    later("Why the allele is not annotated; empty where it is."),
    later("Whether this is the consequence that stands for the allele."),
    later("The allele as VEP names it."),
    later("Terms of the Sequence Ontology, joined by &."),
    later("The most severe term."),
    later("HIGH, MODERATE, LOW or MODIFIER."),
    later("Symbol of the gene."),
    later("Ensembl's identifier of the gene."),
    later("What is affected."),
    later("Identifier of the transcript."),
    later("Of the transcript."),
    later("Number of the exon, of how many."),
    later("Number of the intron, of how many."),
    later("Name of the change in the transcript."),
    later("Name of the change in the protein."),
    later("In the transcript, from 1; may be a range."),
    later("Where the position in the transcript begins."),
    later("In the coding sequence, from 1; may be a range."),
    later("Where the position in the coding sequence begins."),
    later("Residue, from 1; may be a range."),
    later("Where the position in the protein begins."),
    later("Before and after the change."),
    later("To the transcript, in bases."),
    later("Of the transcript, 1 or -1."),
    later("What is special about the transcript."),
    later("Who gave the symbol."),
    later("YES for Ensembl's canonical transcript."),
    later("RefSeq's identical transcript, of MANE Select."),
    later("The same of MANE Plus Clinical."),
    later("Ensembl's identifier of the protein."),
    later("Bases by which HGVS moved the change to the right."),
)


def title_of(column: VariantColumn) -> str:
    """Return what *column* is called, in the language in use where the service has named it."""
    named = _is_own(column) or _OF_SOURCES.get(column.name) == column.title
    return tr(plain(column.title)) if named else plain(column.title)


def meaning_of(column: VariantColumn) -> str:
    """Return what *column* holds; what the file says of it stays as it is."""
    meaning = plain(column.meaning) if column.meaning else ""
    return tr(meaning) if meaning and _is_own(column) else meaning


def _is_own(column: VariantColumn) -> bool:
    return column.group in _OF_EVERY_RESULT
