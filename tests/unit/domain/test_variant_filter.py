"""What people choose to see, and the rows that they get."""

from __future__ import annotations

from typing import Any

import pytest

from backend.domain.errors import RejectedError
from backend.domain.variant_columns import Columns, Group, Kind, Stored
from backend.domain.variant_conditions import All, IsTrue, Region
from backend.domain.variant_filter import VariantFilter
from backend.domain.variant_zygosity import Zygosity, zygosity
from tests.fakes.tables import selected
from tests.variant_rows import COLUMNS, a_row


def passes(values: dict[str, Any], **wanted: Any) -> bool:
    return bool(selected(VariantFilter(**wanted).condition(COLUMNS), [a_row(**values)]))


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({}, {}),
        ({"symbol": "BRCA1"}, {"genes": ("brca1", "TP53")}),
        ({"gene": "ENSG1"}, {"genes": ("ensg1 ",)}),
        ({"impact": "HIGH"}, {"impacts": ("HIGH", "LOW")}),
        ({"consequence": "a&stop_gained"}, {"consequences": ("stop gained",)}),
        ({"chrom": "chr20", "pos": 5, "ref": "ACG"}, {"regions": ("20:7-9",)}),
        ({"chrom": "20", "pos": 5}, {"regions": ("X", "chr20:5")}),
        ({"gnomad_AF": 0.01}, {"max_frequency": 0.01}),
        ({"gnomad_AF": None}, {"max_frequency": 0.0}),
        ({"clinvar_CLNSIG": "Pathogenic/Likely_pathogenic"}, {"significances": ("pathogenic",)}),
        ({"gt_S:1": "0|1"}, {"zygosity": ("S:1:het",)}),
        ({"gt_S:1": "1/1"}, {"zygosity": ("S:1:het", "S:1:hom")}),
        ({"gt_S:1": "1", "gt_S2": "0/0"}, {"zygosity": ("S:1:any", "S2:absent")}),
        ({"hgvsp": "P:p.Ala5Ter"}, {"text": "ala5"}),
        ({"filter": "PASS"}, {"pass_only": True}),
        ({"picked": False}, {"every_consequence": True}),
        ({"qual": 50.0}, {"query": "qual > 40"}),
    ],
)
def test_a_row_passes(values: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert passes(values, **wanted)


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"picked": False}, {}),
        ({"symbol": "BRCA10"}, {"genes": ("BRCA1",)}),
        ({"impact": None}, {"impacts": ("HIGH",)}),
        ({"consequence": "stop_gained_x"}, {"consequences": ("stop_gained",)}),
        ({"chrom": "20", "pos": 5, "ref": "AC"}, {"regions": ("20:7-9",)}),
        ({"gnomad_AF": 0.011}, {"max_frequency": 0.01}),
        ({"clinvar_CLNSIG": "Likely_pathogenic"}, {"significances": ("pathogenic",)}),
        ({"clinvar_CLNSIG": None}, {"significances": ("pathogenic",)}),
        ({"gt_S:1": "0/1", "gt_S2": "0/1"}, {"zygosity": ("S:1:any", "S2:hom")}),
        ({"gt_S:1": None}, {"zygosity": ("S:1:any",)}),
        ({"hgvsp": "P:p.Ala5Ter"}, {"text": "ala6"}),
        ({"filter": None}, {"pass_only": True}),
        ({"qual": None}, {"query": "qual > 40"}),
        ({"impact": "HIGH", "symbol": "A"}, {"impacts": ("HIGH",), "genes": ("B",)}),
    ],
)
def test_a_row_does_not_pass(values: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert not passes(values, **wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"regions": ("20",), "pass_only": True, "max_frequency": 0.1},
        {"zygosity": ("S2:het",), "significances": ("benign",)},
        {"query": "qual > 40 and not clinvar_CLNSIG is missing"},
    ],
)
def test_for_what_is_alike_in_all_consequences_only_the_first_is_looked_at(
    wanted: dict[str, Any],
) -> None:
    condition = VariantFilter(**wanted).condition(COLUMNS)
    assert isinstance(condition, All)
    assert IsTrue("picked") in condition.conditions


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"regions": ("20:",)}, "'20:' is not a region; write 20, 20:100-2000"),
        ({"regions": ("20:9-7",)}, "is not a region"),
        ({"regions": ("20:0",)}, "is not a region"),
        ({"regions": ("20:\u0661",)}, "is not a region"),
        ({"zygosity": ("S:1",)}, "'S:1' is not a sample and a zygosity; write SAMPLE:any"),
        (
            {"zygosity": ("S:2:het",)},
            "There is no sample 'S:2' in the file. Did you mean S2 or S:1?",
        ),
        ({"query": "x = 1"}, "At character 1 of the query"),
    ],
)
def test_what_cannot_be_understood_is_refused(wanted: dict[str, Any], said: str) -> None:
    with pytest.raises(RejectedError) as refusal:
        VariantFilter(**wanted).condition(COLUMNS)
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"max_frequency": 0.1}, "no gnomAD"),
        ({"significances": ("x",)}, "no ClinVar"),
        ({"genes": ("x",)}, "no column symbol"),
        ({"zygosity": ("S:het",)}, "The table has no genotypes"),
    ],
)
def test_what_the_table_lacks_is_said(wanted: dict[str, Any], said: str) -> None:
    with pytest.raises(RejectedError, match=said):
        VariantFilter(**wanted).condition(Columns(()))


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("20", Region("20")),
        (" chr20 ", Region("chr20")),
        ("20:1,000", Region("20", 1000, 1000)),
        ("20:5-", Region("20", 5)),
        ("HLA:A:5-7", Region("HLA:A", 5, 7)),
    ],
)
def test_a_region_is_read(text: str, region: Region) -> None:
    assert Region.parse(text) == region


@pytest.mark.parametrize(
    ("call", "allele", "found"),
    [
        ("0/1", 1, Zygosity.HET),
        ("1|0", 1, Zygosity.HET),
        ("1/2", 2, Zygosity.HET),
        ("1/1", 1, Zygosity.HOM),
        ("1|1|1", 1, Zygosity.HOM),
        ("0/1/1", 1, Zygosity.HET),
        ("1", 1, Zygosity.HEMI),
        ("10/10", 1, Zygosity.ABSENT),
        ("0/2", 1, Zygosity.ABSENT),
        ("0", 1, Zygosity.ABSENT),
        ("./1", 1, Zygosity.HET),
        ("./0", 1, Zygosity.MISSING),
        ("./.", 1, Zygosity.MISSING),
        (".", 1, Zygosity.MISSING),
        ("", 1, Zygosity.MISSING),
        (None, 1, Zygosity.MISSING),
        ("0/0", None, Zygosity.ABSENT),
        ("0/0", 0, Zygosity.ABSENT),
    ],
)
def test_zygosity_is_how_often_a_sample_has_the_allele(
    call: str | None, allele: int | None, found: Zygosity
) -> None:
    assert zygosity(call, allele) is found


def test_columns_say_what_they_are_about() -> None:
    columns = Columns.of(
        [
            Stored("chrom", Kind.TEXT),
            Stored("symbol", Kind.TEXT),
            Stored("lab_SCORE", Kind.NUMBER, "lab: a score"),
            Stored("gt_S", Kind.TEXT),
        ]
    )
    found = [(each.name, each.group, each.title, each.sample) for each in columns.all]
    assert found == [
        ("chrom", Group.VARIANT, "Chromosome", None),
        ("symbol", Group.CONSEQUENCE, "Gene", None),
        ("lab_SCORE", Group.SOURCE, "lab SCORE", None),
        ("zygosity_S", Group.SAMPLE, "S", "S"),
        ("gt_S", Group.SAMPLE, "GT S", "S"),
    ]
    assert columns.all[2].meaning == "lab: a score"
    assert columns.shown() == ("chrom", "symbol", "zygosity_S")


def test_a_source_whose_name_was_taken_is_found_by_its_other_name() -> None:
    columns = Columns.of(
        [Stored("GAS_gnomad_AF", Kind.NUMBER), Stored("GAS_clinvar_CLNSIG", Kind.TEXT)]
    )
    assert columns.frequency == "GAS_gnomad_AF"
    assert columns.significance == "GAS_clinvar_CLNSIG"


def test_a_column_that_is_stored_is_not_hidden_by_one_that_is_not() -> None:
    columns = Columns.of([Stored("zygosity_S", Kind.NUMBER), Stored("gt_S", Kind.TEXT)])
    assert columns.names() == ("zygosity_S", "gt_S")
    assert columns.zygosities() == {}
