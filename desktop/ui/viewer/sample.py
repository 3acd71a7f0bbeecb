"""A result that nobody ever had: plainly synthetic, for pictures and tests of the viewer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from backend.wire import (
    Genotype,
    ResultSummary,
    VariantColumn,
    VariantColumns,
    VariantDetails,
    VariantPage,
    VariantRow,
    VariantsWanted,
    VariantValue,
)
from desktop.ui.viewer.columns import CODING, CONTIG, HGVS, POSITION, PROTEIN
from desktop.ui.viewer.sample_rows import SAMPLES, sample_row
from desktop.ui.viewer.wording import hgvs_text

_RANKS = {"HIGH": 0, "MODERATE": 1, "LOW": 2, "MODIFIER": 3}


def _column(name: str, title: str, kind: str, group: str, *, shown: bool = False) -> VariantColumn:
    return VariantColumn.model_validate(
        {"name": name, "title": title, "meaning": "", "type": kind, "group": group, "shown": shown}
        | ({"sample": name.partition("_")[2]} if group == "sample" else {})
    )


COLUMNS = VariantColumns(
    columns=[
        _column("record", "Record", "integer", "variant"),
        _column("chrom", "Chromosome", "text", "variant", shown=True),
        _column("pos", "Position", "integer", "variant", shown=True),
        _column("id", "ID", "text", "variant"),
        _column("ref", "Ref", "text", "variant", shown=True),
        _column("alt", "Alt", "text", "variant", shown=True),
        _column("allele_number", "Allele no.", "integer", "variant"),
        _column("qual", "Quality", "number", "variant"),
        _column("filter", "Filter", "text", "variant"),
        _column("symbol", "Gene", "text", "consequence", shown=True),
        _column("most_severe", "Consequence", "text", "consequence", shown=True),
        _column("impact", "Impact", "text", "consequence", shown=True),
        _column("feature", "Transcript", "text", "consequence"),
        _column("biotype", "Biotype", "text", "consequence"),
        _column("mane_select", "MANE Select", "text", "consequence"),
        _column("hgvsc", "HGVS c.", "text", "consequence", shown=True),
        _column("hgvsp", "HGVS p.", "text", "consequence", shown=True),
        _column("clinvar_CLNSIG", "ClinVar", "text", "source", shown=True),
        _column("clinvar_CLNREVSTAT", "ClinVar review", "text", "source"),
        _column("clinvar_CLNDN", "ClinVar condition", "text", "source"),
        _column("dbsnp_ID", "dbSNP ID", "text", "source"),
        _column("gnomad_AF", "gnomAD AF", "number", "source", shown=True),
        *(
            column
            for sample in SAMPLES
            for column in (
                _column(f"zygosity_{sample}", sample, "text", "sample", shown=True),
                _column(f"gt_{sample}", f"GT {sample}", "text", "sample"),
            )
        ),
    ],
    samples=list(SAMPLES),
    frequency="gnomad_AF",
    significance="clinvar_CLNSIG",
)

SUMMARY = ResultSummary(
    assembly="GRCh37",
    bundle="0" * 64,
    engine="vepyr",
    variants_in=61_204,
    variants_out=61_204,
    annotated=61_180,
    partly_annotated=2,
    passed_through=24,
    compounds=3,
    reasons={"symbolic": 20, "ref_mismatch": 4},
    consequences={
        "intron_variant": 31_204,
        "intergenic_variant": 18_022,
        "upstream_gene_variant": 6_110,
        "3_prime_UTR_variant": 2_204,
        "synonymous_variant": 1_641,
        "missense_variant": 1_480,
        "5_prime_UTR_variant": 410,
        "splice_region_variant": 82,
        "frameshift_variant": 14,
        "stop_gained": 8,
        "splice_donor_variant": 5,
    },
    impacts={"HIGH": 27, "MODERATE": 1_480, "LOW": 1_723, "MODIFIER": 57_950},
    genes={f"DEMO{number}": 980 - 37 * number for number in range(1, 26)},
    genes_total=542,
    contigs={str(number): 6_900 - 270 * number for number in range(1, 23)} | {"X": 900, "MT": 38},
    alleles=62_010,
    snvs=54_300,
    insertions=3_600,
    deletions=4_020,
    others=90,
    transitions=36_720,
    transversions=17_580,
    indel_lengths={
        str(length): max(1, 2600 // (abs(length) ** 2)) for length in range(-50, 51) if length
    },
    frequencies={
        "not listed": 812,
        "< 0.01 %": 420,
        "0.01-0.1 %": 610,
        "0.1-1 %": 2_180,
        "1-5 %": 7_050,
        "5-50 %": 31_700,
        "> 50 %": 19_238,
    },
    significances={
        "Benign": 812,
        "Likely_benign": 96,
        "Benign/Likely_benign": 70,
        "Uncertain_significance": 41,
        "Conflicting_classifications_of_pathogenicity": 18,
        "Pathogenic": 3,
        "Likely_pathogenic": 1,
    },
    sources={"clinvar": 1_041, "dbsnp": 60_200, "gnomad": 61_198},
)


class SampleTable:
    """A result of so many records, paged as the service does."""

    def __init__(self, records: int = 3000) -> None:
        self._rows = [sample_row(number) for number in range(1, records + 1)]

    def page(self, wanted: VariantsWanted) -> VariantPage:
        """Return a page; of the filters impacts, genes, frequency, PASS and zygosity count."""
        rows = [row for row in self._rows if _fits(row, wanted)]
        if wanted.sort is not None:
            rows = _sorted(rows, wanted.sort, descending=wanted.order == "desc")
        start = int(wanted.after or 0)
        end = start + wanted.limit
        names = wanted.columns or [column.name for column in COLUMNS.columns if column.shown]
        return VariantPage(
            columns=names,
            rows=[
                VariantRow(
                    record=int(row["record"] or 0), allele=1, values=[row[name] for name in names]
                )
                for row in rows[start:end]
            ],
            count=len(rows),
            count_is_exact=True,
            after=str(end) if end < len(rows) else None,
        )


def _fits(row: dict[str, VariantValue], wanted: VariantsWanted) -> bool:
    return all(_conditions(row, wanted))


def _conditions(row: dict[str, VariantValue], wanted: VariantsWanted) -> Iterator[bool]:
    yield not wanted.impacts or row["impact"] in wanted.impacts
    yield not wanted.genes or row["symbol"] in wanted.genes
    yield not wanted.pass_only or row["filter"] == "PASS"
    frequency = row["gnomad_AF"]
    if wanted.max_frequency is not None and isinstance(frequency, float):
        yield frequency <= wanted.max_frequency
    for condition in wanted.zygosity:
        sample, _, word = condition.rpartition(":")
        has = row[f"zygosity_{sample}"]
        yield has in {"het", "hom", "hemi"} if word == "any" else has == word
    if wanted.text is not None:
        yield any(wanted.text.lower() in str(value).lower() for value in row.values())


def _sorted(
    rows: Sequence[dict[str, VariantValue]], name: str, *, descending: bool
) -> list[dict[str, VariantValue]]:
    """Return rows in order; what has no value comes last."""

    def key(row: dict[str, VariantValue]) -> Any:  # noqa: ANN401 - of one column's type
        if name == HGVS:
            return hgvs_text(row[PROTEIN] or row[CODING])
        if name == CONTIG:
            return (row[CONTIG], row[POSITION])
        return _RANKS[str(row[name])] if name == "impact" else row[name]

    sources = (PROTEIN, CODING) if name == HGVS else (name,)
    present = [row for row in rows if any(row[each] is not None for each in sources)]
    lacking = [row for row in rows if all(row[each] is None for each in sources)]
    return [*sorted(present, key=key, reverse=descending), *lacking]


def sample_details(record: int, transcripts: int = 3) -> VariantDetails:
    """Return all that the result says of the variant of a *record*."""
    row = sample_row(record)
    groups = {column.name: column.group for column in COLUMNS.columns}
    values = {name: row[name] for name in row if groups[name] in {"variant", "source"}}
    consequences = []
    for number in range(transcripts):
        one = {name: row[name] for name in row if groups[name] == "consequence"}
        one["feature"] = f"ENST{record % 900 + 100 + number:011d}"
        if number:
            one |= {"mane_select": None, "most_severe": "upstream_gene_variant"}
            one |= {"impact": "MODIFIER", "hgvsc": None, "hgvsp": None}
        consequences.append(one)
    return VariantDetails(
        record=record,
        allele=1,
        values=values,
        consequences=consequences,
        genotypes=[
            Genotype.model_validate(
                {
                    "sample": sample,
                    "call": row[f"gt_{sample}"],
                    "zygosity": row[f"zygosity_{sample}"],
                }
            )
            for sample in SAMPLES
        ],
    )
