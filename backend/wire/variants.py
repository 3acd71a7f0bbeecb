"""The variants of a result, as the viewer pages through them.

A variant is an alternate allele of a record.  `record` counts the records of the result from 1,
`allele` the alleles in ALT from 1; it is 0 for a record without one.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from backend.wire.base import In, Out

VariantFilterText = Annotated[str, Field(min_length=1, max_length=200)]
ColumnName = Annotated[str, Field(min_length=1, max_length=200)]
VariantValue = str | bool | int | float | None
"""A cell; null where there is nothing, or a number that is none (NaN, or infinite)."""

Impact = Literal["HIGH", "MODERATE", "LOW", "MODIFIER"]
Zygosity = Literal["het", "hom", "hemi", "absent", "missing"]
"""How a sample has an allele: once among several, in all, once of one, not; or nobody knows."""


class VariantFilter(In):
    """Which variants are wanted; values of one kind are alternatives, several kinds hold together.

    A variant is wanted if one of its consequences fits everything, also what is said of the
    variant itself.  It has one row then, that of its first consequence if this fits, or else of
    the next that does.  What a variant that lies in a transcript has beside others (upstream,
    downstream) counts only with `every_consequence`.

    Attributes:
        genes: symbols or Ensembl's identifiers, in any case.
        impacts: of the consequence.
        consequences: terms of the Sequence Ontology; a variant has one of them among its terms.
        regions: `20`, `20:100`, `20:100-` or `20:100-2,000`, with or without `chr`, `M` or `MT`,
            1-based and inclusive; REF overlaps one of them.
        max_frequency: the highest frequency in gnomAD; variants that it does not list are rare.
        significances: of ClinVar, whole, in any case: `pathogenic` is not `likely pathogenic`.
        zygosity: `SAMPLE:het`, and so on as in `Zygosity`, or `SAMPLE:any` for het, hom or hemi;
            conditions on one sample are alternatives, several samples hold together.
        text: somewhere in a gene, an identifier, an HGVS name, a consequence or a condition.
        query: a condition in the query language, such as
            `gnomad_AF < 0.01 and (impact = HIGH or hgvsp ~ "Ter")`; an error names the position.
            All of it is asked of one consequence: `not symbol = A` is of variants with one that
            is not of A.
        pass_only: only records whose FILTER is PASS.
        every_consequence: a row for each consequence that fits, not for one of each variant.
    """

    genes: list[VariantFilterText] = Field(default=[], max_length=1000)
    impacts: list[Impact] = Field(default=[], max_length=4)
    consequences: list[VariantFilterText] = Field(default=[], max_length=50)
    regions: list[VariantFilterText] = Field(default=[], max_length=100)
    max_frequency: Annotated[float, Field(ge=0, le=1)] | None = None
    significances: list[VariantFilterText] = Field(default=[], max_length=20)
    zygosity: list[VariantFilterText] = Field(default=[], max_length=100)
    text: VariantFilterText | None = None
    query: Annotated[str, Field(min_length=1, max_length=4000)] | None = None
    pass_only: bool = False
    every_consequence: bool = False


class VariantsWanted(VariantFilter):
    """A page of variants.

    Attributes:
        columns: their names, in the wanted order; those that are `shown` without.
        sort: the column to sort by, or `hgvs` for the change's name in the protein, or else in
            the transcript, without the sequence; without it, the order is that of the file.  Rows
            on one contig are sorted by position.  Equal ones keep the order of the file, and what
            has no value comes last.
        order: of the sorting.
        limit: rows of the page, at most.
        after: the place that the page before named; filter and sorting have to be the same.
    """

    columns: list[ColumnName] = Field(default=[], max_length=200)
    sort: ColumnName | None = None
    order: Literal["asc", "desc"] = "asc"
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    after: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class VariantRow(Out):
    """A variant, or one of its consequences; `values` are in the order of the page's columns."""

    record: int
    allele: int
    values: list[VariantValue]


class VariantPage(Out):
    """A page of variants.

    Attributes:
        columns: names of the columns.
        count: how many rows the filter leaves, as far as they are counted.
        count_is_exact: whether all are counted; if not, there may be more.  Counting goes on with
            each request of the same filter.
        after: give it back to get the next page; null at the end.  A page may have fewer rows
            than were asked for, even none, and yet not be the last: asking on is the way.  From
            one place on the rows are always the same, but not how many of them a page has.
    """

    columns: list[str]
    rows: list[VariantRow]
    count: int
    count_is_exact: bool
    after: str | None


class VariantColumn(Out):
    """A column of a result.

    Attributes:
        type: of the values; text sorts by letters, but contigs and impacts by their rank.
        title: short, for a table's head.
        meaning: a sentence for people; empty where nobody said it.
        group: `variant` holds for the allele, `consequence` for one of its consequences,
            `source` is what a source of the reference bundle says, `sample` is of one sample.
        sample: whose it is, in the group `sample`.
        shown: whether pages have the column when none are named.
    """

    name: str
    type: Literal["text", "integer", "number", "boolean"]
    title: str
    meaning: str
    group: Literal["variant", "consequence", "source", "sample"]
    sample: str | None = None
    shown: bool = False


class VariantColumns(Out):
    """What a result has to show and to filter by.

    Attributes:
        samples: whose genotypes there are, in the order of the file; empty for very many samples.
        frequency: the column of frequencies that `max_frequency` is about; null without gnomAD.
        significance: the column that `significances` is about; null without ClinVar.
    """

    columns: list[VariantColumn]
    samples: list[str]
    frequency: str | None
    significance: str | None


class Genotype(Out):
    """How a sample has a variant; `call` is GT as the file says it, null where it says nothing."""

    sample: str
    call: str | None
    zygosity: Zygosity


class VariantDetails(Out):
    """All that a result says of one variant.

    Attributes:
        values: of the columns in the groups `variant` and `source`, by name.
        consequences: of the columns in the group `consequence`, by name; the first is the one
            that a page shows unless a filter only fits another.  Empty for a variant that is not
            annotated.
        genotypes: of the samples, in the order of the file.
    """

    record: int
    allele: int
    values: dict[str, VariantValue]
    consequences: list[dict[str, VariantValue]]
    genotypes: list[Genotype]


class ResultSummary(Out):
    """The counts of a result, for pictures; a record is a line of the file.

    Attributes:
        variants_in: records read.
        annotated: records with at least one annotated allele.
        passed_through: records without annotation; with `annotated` they make up `variants_in`.
        compounds: annotated records with a call over several phased variants.
        reasons: records passed through, by the first reason.
        consequences: annotated records by their most severe term.
        impacts: the same by impact, worst first.
        genes: the genes touched by most records, with their counts; `genes_total` in all.
        contigs: records by contig, in the file's order.
        alleles: annotated alleles: `snvs`, `insertions`, `deletions` and `others`.
        transitions: single bases changed between A and G or between C and T.
        transversions: all other single bases changed.
        indel_lengths: alleles by bases gained (less than 0: lost); 50 and -50 also count longer.
        frequencies: alleles by range of gnomAD's frequency; empty without gnomAD.
        significances: alleles by ClinVar's significance, most first; empty without ClinVar.
        sources: alleles that each source knows.
    """

    assembly: str
    bundle: str
    engine: str
    variants_in: int
    variants_out: int
    annotated: int
    partly_annotated: int
    passed_through: int
    compounds: int
    reasons: dict[str, int]
    consequences: dict[str, int]
    impacts: dict[str, int]
    genes: dict[str, int]
    genes_total: int
    contigs: dict[str, int]
    alleles: int
    snvs: int
    insertions: int
    deletions: int
    others: int
    transitions: int
    transversions: int
    indel_lengths: dict[str, int]
    frequencies: dict[str, int]
    significances: dict[str, int]
    sources: dict[str, int]


class VariantExport(In):
    """A selection of a result as a file.

    Attributes:
        format: `tsv` and `xlsx` have a row for each row that the filter leaves; `vcf` has each
            record of the result, as it is, of which the filter leaves a row, as BGZF.
        columns: of `tsv` and `xlsx`, in the wanted order; all without.
    """

    format: Literal["tsv", "xlsx", "vcf"]
    filter: VariantFilter = VariantFilter()
    columns: list[ColumnName] = Field(default=[], max_length=1000)
