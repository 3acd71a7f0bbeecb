"""What the viewer counts and sorts by is what the service finds and orders."""

from __future__ import annotations

from collections import Counter

import pytest
from pytestqt.qtbot import QtBot

from backend.api.variants_views import asked, columns_view
from backend.domain.variant_columns import Columns
from backend.domain.variant_filter import VariantFilter
from backend.services.variants import Choice, ResultTable
from backend.services.variants_places import Places
from backend.wire import ResultSummary
from backend.wire import VariantFilter as WireFilter
from desktop.ui.theme.theme import Theme
from desktop.ui.viewer import counts
from desktop.ui.viewer.columns import ShownColumn, shown_columns
from desktop.ui.viewer.overview import Overview
from desktop.ui.viewer.sample import SUMMARY
from desktop.ui.viewer.wording import significances
from tests.fakes.tables import FakeTables
from tests.variant_rows import STORED, a_row

SIGNIFICANCES = {
    "Pathogenic": 4,
    "Likely_pathogenic,_low_penetrance": 3,
    "Pathogenic/Likely_pathogenic": 2,
    "Pathogenic|risk_factor": 2,
    'odd "\\ one': 1,
    "Benign": 1,
}
COLUMNS = Columns.of(STORED)
OFFERED = columns_view(COLUMNS)


def result(*rows: dict[str, object]) -> ResultTable:
    tables = FakeTables()
    numbered = [a_row(record=number, **row) for number, row in enumerate(rows, 1)]
    tables.stored["t"] = (STORED, numbered)
    return ResultTable(tables, "t", "owner", Places(1, 1))


def known_to_clinvar() -> tuple[ResultTable, ResultSummary]:
    """A result, and its summary."""
    rows = [
        {"clinvar_CLNSIG": value, "pos": 10 * number}
        for value, count in SIGNIFICANCES.items()
        for number in range(1, count + 1)
    ]
    summary = SUMMARY.model_copy(update={"significances": SIGNIFICANCES})
    return result(*rows, {"pos": 99}), summary


def count(table: ResultTable, wanted: WireFilter | None) -> int:
    assert wanted is not None
    return table.page(asked(wanted), Choice()).count


def test_a_bar_of_clinvar_shows_as_many_as_it_says(qtbot: QtBot) -> None:
    table, summary = known_to_clinvar()
    overview = Overview(Theme())
    qtbot.addWidget(overview)
    wanted: list[WireFilter] = []
    overview.filter_wanted.connect(wanted.append)
    overview.show_summary(summary, OFFERED.significance)
    chart = overview.cards["significances"].chart
    for bar in chart.bars:
        chart.chosen.emit(bar.key)
    assert [count(table, each) for each in wanted] == list(SIGNIFICANCES.values())
    assert [bar.count for bar in chart.bars] == list(SIGNIFICANCES.values())
    assert wanted[0].query == '`clinvar_CLNSIG` = "Pathogenic"'
    assert chart.bars[1].label == "Likely pathogenic, low penetrance"


def test_the_tile_of_clinvar_shows_as_many_as_it_says() -> None:
    table, summary = known_to_clinvar()
    known = frozenset(word for value in SIGNIFICANCES for word in significances(value))
    tile = next(
        each for each in counts.tiles(summary, None, known) if each.title == "ClinVar pathogenic"
    )
    assert tile.text == "11"
    assert count(table, tile.wanted) == 11


def test_bars_choose_nothing_where_the_table_has_no_clinvar() -> None:
    bars = counts.significance_bars(SUMMARY, None)
    assert Counter(bar.key for bar in bars) == {"": len(bars)}


def shown(table: ResultTable, column: ShownColumn, *, descending: bool) -> list[str]:
    """What is read in a column that the table is sorted by."""
    choice = Choice(columns=column.sources, sort=column.sort, descending=descending)
    page = table.page(VariantFilter(), choice)
    return [column.say(row.values).text for row in page.rows]


@pytest.mark.parametrize("column", shown_columns(OFFERED), ids=lambda column: column.key)
def test_the_service_sorts_by_each_column(column: ShownColumn) -> None:
    table = result({}, {"pos": 7})
    assert len(shown(table, column, descending=False)) == 2


def test_places_are_sorted_as_they_are_shown() -> None:
    places = [("20", 300), ("2", 50), ("20", 7), ("X", 3), ("2", 8)]
    table = result(*({"chrom": contig, "pos": position} for contig, position in places))
    column = next(each for each in shown_columns(OFFERED) if each.key == "place")
    up = ["2:8", "2:50", "20:7", "20:300", "X:3"]
    assert shown(table, column, descending=False) == up
    assert shown(table, column, descending=True) == up[::-1]


def test_names_are_sorted_as_they_are_shown() -> None:
    table = result(
        {"hgvsp": "ENSP9:p.Arg1Ter", "hgvsc": "ENST1:c.9A>T"},
        {"hgvsc": "ENST1:c.50A>T"},
        {"hgvsp": "ENSP1:p.Trp2Ter", "hgvsc": "ENST1:c.1A>T"},
        {"hgvsc": "ENST2:c.4A>T"},
    )
    column = next(each for each in shown_columns(OFFERED) if each.key == "hgvs")
    up = ["c.4A>T", "c.50A>T", "p.Arg1Ter", "p.Trp2Ter"]
    assert shown(table, column, descending=False) == up
    assert shown(table, column, descending=True) == up[::-1]
