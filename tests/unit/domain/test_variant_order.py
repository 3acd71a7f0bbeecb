"""By what rows are sorted, and which columns a condition looks at."""

from __future__ import annotations

import pytest

from backend.domain.errors import RejectedError
from backend.domain.variant_conditions import (
    All,
    AnyOf,
    Contains,
    IsTrue,
    Missing,
    Not,
    OneOf,
    Region,
    columns_of,
)
from backend.domain.variant_order import is_ranked, rank
from tests.variant_rows import COLUMNS


def in_order(name: str, *texts: str) -> list[str]:
    column = COLUMNS.get(name)
    return sorted(texts, key=lambda text: rank(column, text))


def test_contigs_are_sorted_by_number_then_by_letter_then_by_name() -> None:
    mixed = ("MT", "chr10", "HLA-A", "X", "2", "chrY", "1", "GL000220.1")

    assert in_order("chrom", *mixed) == [
        *("1", "2", "chr10", "X", "chrY", "MT", "GL000220.1", "HLA-A")
    ]


def test_impacts_are_sorted_with_the_severest_first_and_unknown_ones_last() -> None:
    mixed = ("MODIFIER", "odd", "LOW", "HIGH", "MODERATE")

    assert in_order("impact", *mixed) == ["HIGH", "MODERATE", "LOW", "MODIFIER", "odd"]


def test_only_contigs_and_impacts_have_ranks() -> None:
    ranked = [name for name in ("chrom", "impact", "symbol") if is_ranked(COLUMNS.get(name))]

    assert ranked == ["chrom", "impact"]


def test_condition_names_every_column_that_it_looks_at() -> None:
    condition = All(
        (
            Not(Contains("hgvsp", "Ter")),
            AnyOf((OneOf("impact", frozenset({"HIGH"})), Missing("gnomad_AF"))),
            Region("20", 1, 5),
            IsTrue("picked"),
        )
    )

    assert list(columns_of(condition)) == ["hgvsp", "impact", "gnomad_AF", "picked"]


@pytest.mark.parametrize("text", ["20:12345678901234", "20:1-99999999999999"])
def test_position_that_no_contig_has_is_refused_in_words(text: str) -> None:
    with pytest.raises(RejectedError, match="is not a region"):
        Region.parse(text)
