"""The columns of a result's table: what they are called, hold and mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

RECORD, ALLELE, PICKED = "record", "allele_number", "picked"
CONTIG, POSITION, REF, REF_END = "chrom", "pos", "ref", "ref_end"
IMPACT, CONSEQUENCE, FILTER = "impact", "consequence", "filter"
SYMBOL, GENE = "symbol", "gene"
_FREQUENCIES = ("gnomad_AF", "GAS_gnomad_AF")
_SIGNIFICANCES = ("clinvar_CLNSIG", "GAS_clinvar_CLNSIG")
_CONDITIONS = ("clinvar_CLNDN", "GAS_clinvar_CLNDN")
_IDENTIFIERS = ("dbsnp_ID", "GAS_dbsnp_ID")
_CALL, _ZYGOSITY = "gt_", "zygosity_"
_SAMPLES_SHOWN = 3


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"


class Group(StrEnum):
    """What the values of a column are about."""

    VARIANT = "variant"
    CONSEQUENCE = "consequence"
    SOURCE = "source"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Stored:
    """A column as the table has it; *meaning* is empty where the table does not tell."""

    name: str
    kind: Kind
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as people see it.

    Attributes:
        sample: whose it is, in the group of samples.
        call: of a zygosity, which is not stored, the column of the genotypes that tell it.
        shown: whether it is shown to who names no columns.
    """

    name: str
    kind: Kind
    group: Group
    title: str
    meaning: str
    sample: str | None = None
    call: str | None = None
    shown: bool = False


_VARIANT = {
    RECORD: ("Record", "Number of the record in the file, from 1."),
    CONTIG: ("Chromosome", "Name of the sequence, as the file has it."),
    POSITION: ("Position", "Of the first base of REF, from 1."),
    "id": ("ID", "Identifiers that the file itself gives."),
    REF: ("Ref", "Bases of the reference."),
    REF_END: ("Ref end", "Position of the last base of REF."),
    "alt": ("Alt", "Bases of the alternate allele."),
    ALLELE: ("Allele no.", "Which alternate allele of its record this is, from 1."),
    "qual": ("Quality", "QUAL of the record."),
    FILTER: ("Filter", "FILTER of the record."),
    "gas_status": ("Status", "Why the allele is not annotated; empty where it is."),
    PICKED: ("First", "Whether this is the consequence that stands for the allele."),
}
_CONSEQUENCE = {
    "allele": ("VEP allele", "The allele as VEP names it."),
    CONSEQUENCE: ("Consequences", "Terms of the Sequence Ontology, joined by &."),
    "most_severe": ("Consequence", "The most severe term."),
    IMPACT: ("Impact", "HIGH, MODERATE, LOW or MODIFIER."),
    SYMBOL: ("Gene", "Symbol of the gene."),
    GENE: ("Gene ID", "Ensembl's identifier of the gene."),
    "feature_type": ("Feature type", "What is affected."),
    "feature": ("Transcript", "Identifier of the transcript."),
    "biotype": ("Biotype", "Of the transcript."),
    "exon": ("Exon", "Number of the exon, of how many."),
    "intron": ("Intron", "Number of the intron, of how many."),
    "hgvsc": ("HGVS c.", "Name of the change in the transcript."),
    "hgvsp": ("HGVS p.", "Name of the change in the protein."),
    "cdna_position": ("cDNA position", "In the transcript, from 1; may be a range."),
    "cdna_start": ("cDNA start", "Where the position in the transcript begins."),
    "cds_position": ("CDS position", "In the coding sequence, from 1; may be a range."),
    "cds_start": ("CDS start", "Where the position in the coding sequence begins."),
    "protein_position": ("Protein position", "Residue, from 1; may be a range."),
    "protein_start": ("Protein start", "Where the position in the protein begins."),
    "amino_acids": ("Amino acids", "Before and after the change."),
    "codons": ("Codons", "Before and after the change."),
    "distance": ("Distance", "To the transcript, in bases."),
    "strand": ("Strand", "Of the transcript, 1 or -1."),
    "flags": ("Flags", "What is special about the transcript."),
    "symbol_source": ("Symbol source", "Who gave the symbol."),
    "canonical": ("Canonical", "YES for Ensembl's canonical transcript."),
    "mane_select": ("MANE Select", "RefSeq's identical transcript, of MANE Select."),
    "mane_plus_clinical": ("MANE Plus Clinical", "The same of MANE Plus Clinical."),
    "ensp": ("Protein", "Ensembl's identifier of the protein."),
    "hgvs_offset": ("HGVS offset", "Bases by which HGVS moved the change to the right."),
}
_SOURCES = {
    "clinvar_CLNSIG": "ClinVar",
    "clinvar_CLNREVSTAT": "ClinVar review",
    "clinvar_CLNDN": "ClinVar condition",
    "dbsnp_ID": "dbSNP ID",
    "gnomad_AF": "gnomAD AF",
}
_SHOWN = frozenset(
    {CONTIG, POSITION, REF, "alt", SYMBOL, "most_severe", IMPACT, "hgvsc", "hgvsp",
     *_SIGNIFICANCES, *_FREQUENCIES}
)  # fmt: skip
_SEARCHED = (SYMBOL, GENE, "id", "feature", "hgvsc", "hgvsp", CONSEQUENCE)


@dataclass(frozen=True, slots=True)
class Columns:
    """All columns of one table, in its order; the zygosity of a sample is before its genotypes."""

    all: tuple[Column, ...]

    @classmethod
    def of(cls, stored: Sequence[Stored]) -> Columns:
        """Return the columns of a table that has those *stored*."""
        return cls(tuple(_described(stored)))

    def get(self, name: str) -> Column | None:
        """Return the column of this name, None if there is none."""
        return next((column for column in self.all if column.name == name), None)

    def names(self) -> tuple[str, ...]:
        """Return the names of all columns."""
        return tuple(column.name for column in self.all)

    def in_group(self, *groups: Group) -> tuple[Column, ...]:
        """Return the columns of these groups."""
        return tuple(column for column in self.all if column.group in groups)

    def shown(self) -> tuple[str, ...]:
        """Return the names of the columns for who names none."""
        return tuple(column.name for column in self.all if column.shown)

    def zygosities(self) -> dict[str, Column]:
        """Return the columns of zygosity, by sample."""
        return {column.sample: column for column in self.all if column.call and column.sample}

    @property
    def frequency(self) -> str | None:
        """The column of gnomAD's frequency, if there is one."""
        return self._first(_FREQUENCIES)

    @property
    def significance(self) -> str | None:
        """The column of ClinVar's significance, if there is one."""
        return self._first(_SIGNIFICANCES)

    def searched(self) -> tuple[str, ...]:
        """Return the names of the columns in which a text is looked for."""
        names = self.names()
        return tuple(name for name in (*_SEARCHED, *_IDENTIFIERS, *_CONDITIONS) if name in names)

    def _first(self, candidates: Iterable[str]) -> str | None:
        names = self.names()
        return next((name for name in candidates if name in names), None)


def _described(stored: Sequence[Stored]) -> Iterator[Column]:
    taken = {column.name for column in stored}
    samples = 0
    for column in stored:
        if not column.name.startswith(_CALL):
            yield _plain(column)
            continue
        sample = column.name.removeprefix(_CALL)
        zygosity = _ZYGOSITY + sample
        samples += 1
        if zygosity not in taken:
            yield _zygosity(zygosity, sample, column.name, shown=samples <= _SAMPLES_SHOWN)
        meaning = column.meaning or f"GT of {sample}."
        yield Column(column.name, column.kind, Group.SAMPLE, f"GT {sample}", meaning, sample)


def _plain(column: Stored) -> Column:
    if column.name in _VARIANT:
        group, (title, meaning) = Group.VARIANT, _VARIANT[column.name]
    elif column.name in _CONSEQUENCE:
        group, (title, meaning) = Group.CONSEQUENCE, _CONSEQUENCE[column.name]
    else:
        group, meaning = Group.SOURCE, column.meaning
        title = _SOURCES.get(column.name, column.name.replace("_", " "))
    return Column(column.name, column.kind, group, title, meaning, shown=column.name in _SHOWN)


def _zygosity(name: str, sample: str, call: str, *, shown: bool) -> Column:
    meaning = f"How often {sample} has the allele: het, hom, hemi, absent, or missing."
    return Column(name, Kind.TEXT, Group.SAMPLE, sample, meaning, sample, call, shown)
