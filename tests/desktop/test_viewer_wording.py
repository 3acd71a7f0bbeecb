"""How variants and their numbers are said."""

from __future__ import annotations

import pytest

from desktop.ui.theme.tokens import Tone
from desktop.ui.viewer import counts
from desktop.ui.viewer.cell_words import Style
from desktop.ui.viewer.columns import needed_columns, shown_columns
from desktop.ui.viewer.sample import COLUMNS, SUMMARY
from desktop.ui.viewer.wording import (
    LONGEST,
    NOTHING,
    change_text,
    count_text,
    frequency_text,
    hgvs,
    hgvs_text,
    impact_text,
    is_pathogenic,
    listed_text,
    plain,
    position_text,
    significance_tone,
    significances,
    spoken,
    stars,
    term_text,
    terms_text,
    value_text,
)


def test_values_are_said_plainly() -> None:
    assert [value_text(value) for value in (None, True, 61_204, 0.5, 1e-7, "a\n<b>")] == [
        NOTHING,
        "yes",
        "61,204",
        "0.5",
        "1e-07",
        "a <b>",
    ]
    assert plain("x" * 1000) == "x" * LONGEST + "…"
    assert plain("a\u202eb\x00c") == "a b c"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.412, "0.412"), (0.00002, "0.00002"), (3e-6, "3e-06"), (0.0, "0"), (1.0, "1"), (1, "1")],
)
def test_frequencies_keep_their_digits(value: float, text: str) -> None:
    assert frequency_text(value) == text
    assert frequency_text(None) == NOTHING


def test_places_changes_and_names() -> None:
    assert position_text("20", 3_869_743) == "20:3,869,743"
    assert change_text("C", "T") == "C>T"
    assert change_text("C", None) == "C>."
    assert hgvs_text("ENSP00000000101.1:p.Ser512%3D") == "p.Ser512="
    assert hgvs("ENSP00000000101.1:p.Ser512%3D") == "ENSP00000000101.1:p.Ser512="
    assert (hgvs(None), hgvs_text(None)) == ("", NOTHING)
    assert term_text("3_prime_UTR_variant") == "3 prime UTR"
    assert terms_text("missense_variant&splice_region_variant") == "missense, splice region"
    assert impact_text("HIGH") == "High impact"
    assert impact_text("nonsense") == ""


def test_clinvar_is_said_in_words_and_tones() -> None:
    assert spoken("Likely_pathogenic|risk_factor") == "Likely pathogenic, risk factor"
    assert listed_text("a|_b") == "a, b"
    tones = {
        "Pathogenic": Tone.BAD,
        "Pathogenic/Likely_pathogenic": Tone.BAD,
        "Conflicting_classifications_of_pathogenicity": Tone.WARN,
        "Uncertain_significance": Tone.WARN,
        "Benign/Likely_benign": Tone.OK,
        "drug_response": Tone.NEUTRAL,
    }
    assert {name: significance_tone(name) for name in tones} == tones
    assert significances("Pathogenic/Likely_pathogenic|risk_factor") == [
        "Pathogenic",
        "Likely pathogenic",
        "risk factor",
    ]
    harmful = [name for name in tones if is_pathogenic(name)]
    assert harmful == ["Pathogenic", "Pathogenic/Likely_pathogenic"]


def test_a_review_has_up_to_four_stars() -> None:
    reviews = {
        "practice_guideline": 4,
        "reviewed_by_expert_panel": 3,
        "criteria_provided,_multiple_submitters,_no_conflicts": 2,
        "criteria_provided|_multiple_submitters|_no_conflicts": 2,
        "criteria_provided&_single_submitter": 1,
        "no_assertion_criteria_provided": 0,
    }
    assert {review: stars(review) for review in reviews} == reviews
    assert stars(None) == 0


def test_counts_say_what_is_known() -> None:
    assert count_text(27, exact=True, total=61_204) == "27 of 61,204"
    assert count_text(61_204, exact=True, total=61_204) == "61,204"
    assert count_text(5000, exact=False, total=61_204) == "at least 5,000"


def test_tiles_count_what_they_show() -> None:
    tiles = {
        tile.title: tile
        for tile in counts.tiles(SUMMARY, "gnomad_AF", frozenset({"Pathogenic", "Benign"}))
    }
    assert {title: tile.text for title, tile in tiles.items()} == {
        "Records": "61,204",
        "High impact": "27",
        "ClinVar pathogenic": "4",
        "Not in gnomAD": "812",
        "Genes": "542",
        "Ti / Tv": "2.09",
    }
    harmful = tiles["ClinVar pathogenic"].wanted
    assert harmful is not None
    assert harmful.significances == ["Pathogenic"]
    new = tiles["Not in gnomAD"].wanted
    assert new is not None
    assert new.query == "`gnomad_AF` is missing"
    still = SUMMARY.model_copy(update={"transversions": 0})
    assert counts.tiles(still, None, frozenset())[-1].text == NOTHING


def test_bars_leave_nothing_out() -> None:
    bars = counts.consequence_bars(SUMMARY)
    assert len(bars) == counts.MOST_BARS
    assert sum(bar.count for bar in bars) == sum(SUMMARY.consequences.values())
    assert (bars[-1].label, bars[-1].key) == ("other", "")
    many = SUMMARY.model_copy(update={"contigs": {f"chr{n}": n for n in range(1, 41)}})
    contigs = counts.contig_bars(many)
    assert sum(bar.count for bar in contigs) == sum(many.contigs.values())
    assert contigs[0].axis == "1"
    indels = counts.indel_bars(SUMMARY)
    assert len(indels) == 100
    assert (indels[0].label, indels[49].label, indels[50].label) == (
        "50 or more bases lost",
        "1 base lost",
        "1 base gained",
    )


def test_every_column_of_the_result_can_be_shown() -> None:
    columns = shown_columns(COLUMNS)
    sources = {source for column in columns for source in column.sources}
    assert sources == {column.name for column in COLUMNS.columns}
    assert len({column.key for column in columns}) == len(columns)
    numbers = [column.key for column in columns if column.style is Style.NUMBER]
    assert {"qual", "record", "pos", "frequency"} <= set(numbers)


def test_a_result_without_names_or_sources_has_its_columns_too() -> None:
    few = ("chrom", "pos", "ref", "alt", "symbol", "most_severe", "impact", "hgvsc")
    kept = [column for column in COLUMNS.columns if column.name in few]
    poor = COLUMNS.model_copy(
        update={"columns": kept, "frequency": None, "significance": None, "samples": []}
    )
    columns = shown_columns(poor)
    assert [column.key for column in columns if column.shown] == [
        "place",
        "change",
        "symbol",
        "term and impact",
        "hgvs",
    ]
    assert needed_columns(columns, poor)[:4] == ["chrom", "pos", "ref", "alt"]
