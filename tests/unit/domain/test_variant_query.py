"""The query language: what a text means, and what is said of one that means nothing."""

from __future__ import annotations

import pytest

from backend.domain.errors import RejectedError
from backend.domain.variant_conditions import (
    All,
    AnyOf,
    Compares,
    Condition,
    Contains,
    IsTrue,
    Missing,
    Not,
    OneOf,
)
from backend.domain.variant_query import parse
from tests.variant_rows import COLUMNS

HIGH = OneOf("impact", frozenset({"high"}))
RARE = Compares("gnomad_AF", "<", 0.01)
PASS = OneOf("filter", frozenset({"pass"}))


def present(name: str, condition: Condition) -> All:
    return All((Not(Missing(name)), condition))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("impact = HIGH", HIGH),
        ("Impact=high", HIGH),
        ('impact = "High"', HIGH),
        ("gnomad_AF < 0.01", RARE),
        ("gnomad_AF<1e-2", RARE),
        ("qual >= -30", Compares("qual", ">=", -30.0)),
        ("pos = 7", Compares("pos", "=", 7.0)),
        ("lab_AF <= .5", Compares("lab_AF", "<=", 0.5)),
        ("hgvsp ~ Ter", Contains("hgvsp", "ter")),
        (r'hgvsp ~ "a \"b\" \\"', Contains("hgvsp", r'a "b" \ '.strip())),
        ("hgvsp ~ 'it''", None),
        ("symbol in (TP53, 'BRCA1')", OneOf("symbol", frozenset({"tp53", "brca1"}))),
        ("pos in (1,2)", AnyOf((Compares("pos", "=", 1.0), Compares("pos", "=", 2.0)))),
        ("symbol not in (TP53)", present("symbol", Not(OneOf("symbol", frozenset({"tp53"}))))),
        ("symbol != TP53", present("symbol", Not(OneOf("symbol", frozenset({"tp53"}))))),
        ("hgvsp !~ Ter", present("hgvsp", Not(Contains("hgvsp", "ter")))),
        ("pos != 7", present("pos", Not(Compares("pos", "=", 7.0)))),
        ("cpg_ISLAND = true", IsTrue("cpg_ISLAND")),
        ("cpg_ISLAND = FALSE", present("cpg_ISLAND", Not(IsTrue("cpg_ISLAND")))),
        ("id is missing", Missing("id")),
        ("id IS NOT Missing", Not(Missing("id"))),
        ("`gt_S:1` = 0/1", OneOf("gt_S:1", frozenset({"0/1"}))),
        ("zygosity_S2 = hom", OneOf("zygosity_S2", frozenset({"hom"}))),
        ("not impact = HIGH", Not(HIGH)),
        ("not not impact = HIGH", Not(Not(HIGH))),
        ("(((impact = HIGH)))", HIGH),
        ("impact = HIGH and filter = PASS or gnomad_AF < 0.01", AnyOf((All((HIGH, PASS)), RARE))),
        ("impact = HIGH or filter = PASS and gnomad_AF < 0.01", AnyOf((HIGH, All((PASS, RARE))))),
        ("(impact = HIGH or filter = PASS) and gnomad_AF < 0.01",
         All((AnyOf((HIGH, PASS)), RARE))),
        ("not impact = HIGH and filter = PASS", All((Not(HIGH), PASS))),
        ("symbol = and", OneOf("symbol", frozenset({"and"}))),
    ],
)  # fmt: skip
def test_a_query_means(text: str, meaning: Condition | None) -> None:
    if meaning is None:
        with pytest.raises(RejectedError):
            parse(text, COLUMNS)
    else:
        assert parse(text, COLUMNS) == meaning


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "At character 1 of the query the end stands where the name of a column should."),
        ("impact", "At character 7 of the query the end follows the column impact;"),
        ("impact HIGH", "At character 8 of the query 'HIGH' follows the column impact;"),
        ("impact = ", "At character 10 of the query the end stands where a value should."),
        ("inpact = HIGH", "At character 1 of the query there is no column 'inpact'. Did you mean"),
        ("impact = HIGH filter = PASS", "At character 15 of the query 'filter' follows, where"),
        ("impact = HIGH)", "At character 14 of the query ')' follows"),
        ("(impact = HIGH", "At character 15 of the query the end stands where “)” should."),
        ("pos in 1", "At character 8 of the query '1' stands where “(” should."),
        ("pos in ()", "At character 9 of the query ')' stands where a value should."),
        ("pos = x", "At character 7 of the query 'x' is not a number."),
        ("pos = 0x10", "'0x10' is not a number."),
        ("impact < 1e999", "'1e999' is not a number."),
        ("pos ~ 1", "At character 5 of the query pos holds numbers: ~ is for text."),
        ("picked ~ true", "write picked = true."),
        ("picked = 1", "write picked = true."),
        ("id is nothing", "At character 7 of the query 'nothing' stands where “missing” should."),
        ('symbol = "TP53', "At character 10 of the query there is a quotation mark that is not"),
        ("symbol = TP53 & pos = 1", "At character 15 of the query '&' follows"),
        ("impact ! HIGH", "At character 8 of the query there is '!', which cannot be read."),
        ("not " * 51 + "picked = true", "more than 50 deep"),
        ("(" * 2000, "more than 50 deep"),
    ],
)
def test_what_means_nothing_is_refused_with_the_place(text: str, said: str) -> None:
    with pytest.raises(RejectedError) as refusal:
        parse(text, COLUMNS)
    assert said in str(refusal.value)
