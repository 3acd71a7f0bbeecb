"""The table of variants: pages come in any order, each row is there once, memory is bounded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from backend.wire import VariantFilter, VariantPage, VariantRow
from desktop.ui.viewer.columns import ShownColumn, needed_columns, shown_columns
from desktop.ui.viewer.model import LOADING, VariantsModel
from desktop.ui.viewer.pages import PageRequest, Place
from desktop.ui.viewer.query import PAGE, VariantQuery, with_fields
from desktop.ui.viewer.sample import COLUMNS, SampleTable

RECORDS = 3000
CHOSEN = tuple(column for column in shown_columns(COLUMNS) if column.shown)
QUERY = VariantQuery(columns=tuple(needed_columns(CHOSEN, COLUMNS)))


class Service:
    """Answers a model's requests when it is told to."""

    def __init__(self, model: VariantsModel, records: int = RECORDS) -> None:
        self.table = SampleTable(records)
        self.model = model
        self.asked: list[PageRequest] = []
        model.wanted.connect(self.asked.append)

    def page(self, request: PageRequest) -> VariantPage:
        return self.table.page(request.wanted)

    def answer(self, at: int = 0) -> PageRequest:
        """Answer one request that waits."""
        request = self.asked.pop(at)
        self.model.take(request, self.page(request))
        return request

    def scroll(self, last: int) -> None:
        """Scroll down to a row, as far as there are any, waiting for every page."""
        while self.model.row_at(min(last, self.model.rowCount() - 1)) is None:
            self.model.need(max(0, self.model.rowCount() - 20), self.model.rowCount() - 1)
            assert self.asked
            while self.asked:
                self.answer()


@pytest.fixture
def model(qapp: QApplication) -> VariantsModel:
    return VariantsModel(keep=4)


@pytest.fixture
def service(model: VariantsModel) -> Service:
    return Service(model)


def records(model: VariantsModel, most: int = 2 * PAGE) -> list[int | None]:
    rows = (model.row_at(number) for number in range(min(most, model.rowCount())))
    return [None if row is None else row.record for row in rows]


def text(model: VariantsModel, row: int, key: str) -> object:
    at = next(at for at, column in enumerate(model.columns) if column.key == key)
    return model.index(row, at).data()


def test_the_first_page_is_shown_with_placeholders_after_it(
    model: VariantsModel, service: Service
) -> None:
    model.ask(QUERY, CHOSEN)
    assert model.rowCount() == 0
    service.answer()
    assert records(model) == [*range(1, PAGE + 1), *[None] * PAGE]
    assert (model.count, model.is_exact) == (RECORDS, True)
    last = model.index(PAGE, 0)
    assert last.data() is None
    assert last.data(Qt.ItemDataRole.AccessibleTextRole) == LOADING


def test_scrolling_to_the_end_shows_each_row_once(model: VariantsModel, service: Service) -> None:
    model.ask(QUERY, CHOSEN)
    service.answer()
    seen: list[int] = []
    for number in range(RECORDS):
        service.scroll(number)
        row = model.row_at(number)
        assert row is not None
        seen.append(row.record)
    assert seen == list(range(1, RECORDS + 1))
    assert model.rowCount() == RECORDS
    assert service.asked == []


def test_only_the_pages_seen_last_are_kept_and_others_come_back(
    model: VariantsModel, service: Service
) -> None:
    model.ask(QUERY, CHOSEN)
    service.answer()
    service.scroll(RECORDS - 1)
    assert model.kept == 4 * PAGE
    assert model.row_at(0) is None
    model.need(0, 20)
    (request,) = service.asked
    assert request.place == Place(0, PAGE, None)
    service.answer()
    row = model.row_at(0)
    assert row is not None
    assert row.record == 1
    assert model.kept == 4 * PAGE


def test_qt_finds_no_fault_while_everything_changes(qapp: QApplication) -> None:
    # The tester looks at every cell after every change, so there are few.
    model = VariantsModel(keep=2)
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(model, fatal)
    service = Service(model, 2 * PAGE + 50)
    for query in (
        QUERY,
        QUERY.sorted_by("pos"),
        replace(QUERY, wanted=VariantFilter(impacts=["HIGH"])),
    ):
        model.ask(query, CHOSEN)
        service.answer()
        service.scroll(3 * PAGE)
        model.need(0, 5)
        while service.asked:
            service.answer()
    model.ask(replace(QUERY, wanted=VariantFilter(genes=["NOBODY"])), CHOSEN[:4])
    service.answer()
    assert (model.rowCount(), model.columnCount()) == (0, 4)
    model.clear()
    assert tester.model() is model


def test_a_page_is_asked_for_once(model: VariantsModel, service: Service) -> None:
    model.ask(QUERY, CHOSEN)
    service.answer()
    for _ in range(3):
        model.need(PAGE - 30, PAGE - 1)
    assert len(service.asked) == 1
    model.drop(service.asked.pop())
    model.need(PAGE - 30, PAGE - 1)
    assert len(service.asked) == 1


def test_an_answer_to_an_earlier_query_changes_nothing(
    model: VariantsModel, service: Service
) -> None:
    model.ask(QUERY, CHOSEN)
    service.answer()
    model.need(PAGE - 1, PAGE)
    rare = replace(QUERY, wanted=VariantFilter(impacts=["HIGH"]))
    model.ask(rare, CHOSEN)
    late, first = service.asked
    model.take(late, service.page(late))
    # The rows of before stay until the first page of the new query is there.
    assert model.is_waiting
    assert records(model)[:PAGE] == list(range(1, PAGE + 1))
    model.take(first, service.page(first))
    assert not model.is_waiting
    impacts = {model.value(row, "impact") for row in rows(model)}
    assert impacts == {"HIGH"}
    model.take(late, service.page(late))
    assert {model.value(row, "impact") for row in rows(model)} == {"HIGH"}


def rows(model: VariantsModel) -> list[VariantRow]:
    return [row for number in range(model.rowCount()) if (row := model.row_at(number)) is not None]


def test_answers_out_of_order_land_in_their_places(model: VariantsModel, service: Service) -> None:
    model.ask(QUERY, CHOSEN)
    service.answer()
    service.scroll(RECORDS - 1)
    model.need(0, 5)
    model.need(PAGE, PAGE + 5)
    service.answer(1)
    service.answer(0)
    assert records(model)[: 2 * PAGE] == list(range(1, 2 * PAGE + 1))


def test_a_service_that_cuts_other_pages_the_second_time_confuses_nobody(
    model: VariantsModel, service: Service
) -> None:
    model.ask(QUERY, CHOSEN)
    service.answer()
    service.scroll(RECORDS - 1)
    model.need(0, 5)
    request = service.asked.pop()
    whole = service.page(request)
    short = whole.model_copy(update={"rows": whole.rows[:50], "after": "50"})
    model.take(request, short)
    assert records(model, 51) == [*range(1, 51), None]
    model.need(40, 60)
    assert service.asked[0].place == Place(50, PAGE - 50, "50")
    service.answer()
    assert records(model, PAGE) == list(range(1, PAGE + 1))


def test_an_empty_page_is_not_the_end(model: VariantsModel, service: Service) -> None:
    model.ask(QUERY, CHOSEN)
    request = service.asked.pop()
    empty = service.page(request).model_copy(
        update={"rows": [], "after": "0", "count": 0, "count_is_exact": False}
    )
    model.take(request, empty)
    assert (model.rowCount(), model.is_exact) == (PAGE, False)
    model.need(0, 10)
    service.answer()
    assert records(model)[:2] == [1, 2]


def test_a_place_that_leads_to_itself_is_the_end(model: VariantsModel, service: Service) -> None:
    model.ask(QUERY, CHOSEN)
    service.answer()
    model.need(0, PAGE)
    request = service.asked.pop()
    page = service.page(request).model_copy(update={"rows": [], "after": request.place.after})
    model.take(request, page)
    model.need(0, PAGE)
    assert service.asked == []
    assert model.rowCount() == PAGE


def test_a_head_sorts_up_then_down_then_not_at_all(model: VariantsModel, service: Service) -> None:
    orders = []
    query = QUERY
    for _ in range(4):
        query = query.sorted_by("gnomad_AF")
        model.ask(query, CHOSEN)
        service.answer()
        orders.append([model.value(row, "gnomad_AF") for row in rows(model)])
        titles = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(len(CHOSEN))]
        arrow = {None: "", False: " ↑", True: " ↓"}[query.descending if query.sort else None]
        assert f"gnomAD AF{arrow}" in titles
    up, down, plain, again = orders
    assert up == sorted(up)  # type: ignore[type-var]
    assert down == sorted(down, reverse=True)  # type: ignore[type-var]
    assert (again, plain) == (up, [row["gnomad_AF"] for row in service.table._rows[:PAGE]])


def test_other_columns_are_shown_when_their_values_are_there(
    model: VariantsModel, service: Service
) -> None:
    model.ask(QUERY, CHOSEN)
    service.answer()
    quality = next(column for column in shown_columns(COLUMNS) if column.key == "qual")
    chosen: tuple[ShownColumn, ...] = (*CHOSEN, quality)
    model.ask(VariantQuery(columns=tuple(needed_columns(chosen, COLUMNS))), chosen)
    assert model.columns == CHOSEN
    service.answer()
    assert model.columns == chosen
    assert text(model, 0, "qual") == "31"


def test_what_is_cleared_takes_no_more_answers(model: VariantsModel, service: Service) -> None:
    model.ask(QUERY, CHOSEN)
    model.clear()
    service.answer()
    assert (model.rowCount(), model.columnCount(), model.count) == (0, 0, 0)


def test_a_cell_says_what_the_result_says(model: VariantsModel, service: Service) -> None:
    model.ask(replace(QUERY, wanted=with_fields(VariantFilter(), impacts=["HIGH"])), CHOSEN)
    service.answer()
    shown = {column.key: text(model, 1, column.key) for column in CHOSEN}
    assert shown == {
        "place": "1:63,988",
        "change": "G>GC",
        "symbol": "DEMO5",
        "term and impact": "frameshift",
        "hgvs": "p.Ala2917fs",
        "frequency": "0.0006",
        "significance": "Benign/Likely benign",
        "sample child": "./.",
        "sample mother": "0/1",
        "sample father": "1/1",
    }
    at = [column.key for column in CHOSEN].index("term and impact")
    heard = model.index(1, at).data(Qt.ItemDataRole.AccessibleTextRole)
    assert heard == "frameshift, high impact"
