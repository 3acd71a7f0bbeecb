"""Looking at results: who may, when it is recorded, and what a page is."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from backend.domain.errors import ConflictError, NotFoundError, RejectedError, UnavailableError
from backend.domain.files import file_keys
from backend.domain.job import Job, Status
from backend.domain.variant_filter import VariantFilter
from backend.domain.variant_zygosity import Zygosity
from backend.services.access_log import Via
from backend.services.variants import RECORDED_EVERY, Choice, ResultTable, Variants
from backend.services.variants_places import Places
from tests.fakes.clock import START, FakeClock
from tests.fakes.deletions import FakeAccessLog
from tests.fakes.files import FakeFiles
from tests.fakes.people import a_job
from tests.fakes.tables import FakeTables
from tests.unit.services.world import FREE, OWNER, PREMIUM, RESULT
from tests.variant_rows import COLUMNS, STORED, a_row

DONE = a_job(
    OWNER,
    status=Status.COMPLETED,
    result=RESULT,
    result_stored=True,
    archive_due=START + timedelta(minutes=3),
)
ROWS = [
    a_row(record=1, symbol="TP53", gnomad_AF=0.5, **{"gt_S:1": "0/1"}),
    a_row(record=1, symbol="WRAP53", picked=False, **{"gt_S:1": "0/1"}),
    a_row(record=2, symbol="BRCA1", gnomad_AF=0.1, gt_S2="1|1"),
    a_row(record=3, gnomad_AF=0.3),
]


class Desk:
    """The service over fakes, with one result."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.outputs = FakeFiles()
        self.tables = FakeTables()
        self.log = FakeAccessLog()
        self.variants = Variants(self.outputs, self.tables, self.log, self.clock)
        self.tables.stored[file_keys(OWNER, DONE.id).table] = (STORED, list(ROWS))

    def look(self, job: Job = DONE, limits: Any = PREMIUM) -> ResultTable:
        return self.variants.look(job, limits, via=Via.API, request_id="r")

    def summary(self, job: Job = DONE) -> dict[str, Any]:
        return self.variants.summary(job, via=Via.API, request_id="r")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_page_has_the_wanted_columns_in_the_wanted_order(desk: Desk) -> None:
    page = desk.look().page(VariantFilter(), Choice(columns=("symbol", "record", "symbol")))
    assert page.columns == ("symbol", "record")
    assert [row.values for row in page.rows] == [("TP53", 1), ("BRCA1", 2), (None, 3)]
    assert (page.count, page.is_exact, page.after) == (3, True, None)


def test_a_page_has_the_shown_columns_when_none_are_named(desk: Desk) -> None:
    page = desk.look().page(VariantFilter(), Choice(limit=1))
    assert page.columns == COLUMNS.shown()
    assert "gnomad_AF" in page.columns
    assert "strand" not in page.columns


@pytest.mark.parametrize("sort", [None, "gnomad_AF"])
def test_pages_follow_each_other(desk: Desk, sort: str | None) -> None:
    table, found, after = desk.look(), [], None
    for _ in range(3):
        page = table.page(VariantFilter(), Choice(sort=sort, limit=1, after=after))
        found += [row.record for row in page.rows]
        after = page.after
    assert after is None
    assert found == ([1, 2, 3] if sort is None else [2, 3, 1])


def test_a_place_belongs_to_its_filter_and_order(desk: Desk) -> None:
    table = desk.look()
    place = table.page(VariantFilter(), Choice(limit=1)).after
    assert place is not None
    elsewhere = [
        (VariantFilter(pass_only=True), Choice(after=place)),
        (VariantFilter(), Choice(sort="pos", after=place)),
        *(
            (VariantFilter(), Choice(after=odd))
            for odd in ("x", f"{place}9" * 9, place[:-1] + "\u0663")
        ),
    ]
    for wanted, choice in elsewhere:
        with pytest.raises(RejectedError, match="begin with the first page"):
            table.page(wanted, choice)


def test_pages_are_sorted_by_the_names_of_changes(desk: Desk) -> None:
    rows = [
        a_row(record=1, hgvsp="P9:p.Arg1Ter", hgvsc="T1:c.9A>T"),
        a_row(record=2, hgvsc="T1:c.50A>T"),
        a_row(record=3, hgvsp="P1:p.Trp2Ter"),
        a_row(record=4),
    ]
    desk.tables.stored[file_keys(OWNER, DONE.id).table] = (STORED, rows)
    choices = Choice(sort="hgvs"), Choice(sort="hgvs", descending=True)
    pages = [desk.look().page(VariantFilter(), choice) for choice in choices]
    assert [[row.record for row in page.rows] for page in pages] == [[2, 1, 3, 4], [3, 1, 2, 4]]


def test_a_result_without_proteins_is_sorted_by_the_transcripts_names(desk: Desk) -> None:
    stored = tuple(column for column in STORED if column.name != "hgvsp")
    rows = [a_row(record=1, hgvsc="T1:c.9A>T"), a_row(record=2, hgvsc="T2:c.50A>T")]
    desk.tables.stored[file_keys(OWNER, DONE.id).table] = (stored, rows)
    page = desk.look().page(VariantFilter(), Choice(sort="hgvs"))
    assert [row.record for row in page.rows] == [2, 1]


def test_a_result_without_names_is_not_sorted_by_them(desk: Desk) -> None:
    stored = tuple(column for column in STORED if not column.name.startswith("hgvs"))
    desk.tables.stored[file_keys(OWNER, DONE.id).table] = (stored, list(ROWS))
    with pytest.raises(RejectedError, match="no column 'hgvs'"):
        desk.look().page(VariantFilter(), Choice(sort="hgvs"))


def test_a_column_that_is_not_there_is_named_with_one_like_it(desk: Desk) -> None:
    for choice in (Choice(columns=("simbol",)), Choice(sort="simbol")):
        with pytest.raises(RejectedError, match="no column 'simbol'"):
            desk.look().page(VariantFilter(), choice)


def test_details_have_all_consequences_the_first_in_front(desk: Desk) -> None:
    rows = [replaced(each, picked=each["symbol"] == "WRAP53") for each in ROWS[:2]]
    desk.tables.stored[file_keys(OWNER, DONE.id).table] = (STORED, rows)
    details = desk.look().details(1, 1)
    assert [each["symbol"] for each in details.consequences] == ["WRAP53", "TP53"]
    assert details.values["gnomad_AF"] is None
    assert "symbol" not in details.values
    assert [(each.sample, each.call, each.zygosity) for each in details.calls] == [
        ("S:1", "0/1", Zygosity.HET),
        ("S2", None, Zygosity.MISSING),
    ]


def replaced(row: Any, **values: Any) -> dict[str, Any]:
    return {**row, **values}


def test_an_allele_without_consequences_has_none(desk: Desk) -> None:
    details = desk.look().details(3, 1)
    assert details.consequences == []
    assert details.values["gnomad_AF"] == 0.3


def test_an_allele_that_is_not_there_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFoundError, match="Record 3 of the result has no allele 2"):
        desk.look().details(3, 2)


@pytest.mark.parametrize(
    ("job", "limits", "passed", "said"),
    [
        (a_job(OWNER, status=Status.RUNNING), FREE, 0, "The job is running: there is no result."),
        (DONE, FREE, 180, "free plan's time to download this result is over"),
        (replace(DONE, status=Status.THAWING), PREMIUM, 0, "is being restored from the archive"),
        (replace(DONE, status=Status.ARCHIVED), PREMIUM, 0, "Upgrade to Premium"),
    ],
)
def test_nobody_looks_at_what_cannot_be_downloaded(
    desk: Desk, job: Job, limits: Any, passed: int, said: str
) -> None:
    desk.clock.advance(timedelta(seconds=passed))
    with pytest.raises(ConflictError, match=said):
        desk.look(job, limits)
    assert desk.log.noted == []


def test_a_result_without_a_table_cannot_be_shown(desk: Desk) -> None:
    desk.tables.stored.clear()
    with pytest.raises(ConflictError, match="annotate the file again"):
        desk.look().columns()


def test_a_restored_result_has_a_table_of_its_own(desk: Desk) -> None:
    restored = replace(DONE, generation=2)
    assert desk.look(restored).key == file_keys(OWNER, DONE.id, 2).table


def test_who_looks_is_recorded_once_an_hour(desk: Desk) -> None:
    for minutes in (0, 10, 49, 1):
        desk.clock.advance(timedelta(minutes=minutes))
        desk.look()
    assert [access.at for access in desk.log.noted] == [START, START + RECORDED_EVERY]
    (first, _) = desk.log.noted
    assert (first.account_id, first.job_id, first.what) == (OWNER, DONE.id, "view")


def test_each_job_is_recorded(desk: Desk) -> None:
    for number in "12":
        desk.look(replace(DONE, id=number * 32))
    assert [access.job_id for access in desk.log.noted] == ["1" * 32, "2" * 32]


def test_what_cannot_be_recorded_is_not_shown_and_tried_again(desk: Desk) -> None:
    desk.log.down = True
    for _ in range(2):
        with pytest.raises(UnavailableError):
            desk.look()
    desk.log.down = False
    desk.look()
    assert len(desk.log.noted) == 1


def test_an_account_reads_a_few_pages_at_once_and_others_a_few_more() -> None:
    places = Places(each=2, total=3)
    with places.taken("a"), places.taken("a"):
        with pytest.raises(UnavailableError, match="requests of yours"), places.taken("a"):
            pass
        with (
            places.taken("b"),
            pytest.raises(UnavailableError, match="Too many"),
            places.taken("c"),
        ):
            pass
    with places.taken("a"), places.taken("c"), places.taken("c"):
        pass


def test_who_has_no_place_is_told_to_come_again(desk: Desk) -> None:
    table = replace(desk.look(), places=Places(each=0, total=0))
    # Not even the table is opened.
    desk.tables.stored.clear()
    with pytest.raises(UnavailableError):
        table.columns()
    with pytest.raises(UnavailableError):
        table.page(VariantFilter(), Choice())
    with pytest.raises(UnavailableError):
        table.details(1, 1)


def test_who_waits_for_a_place_gets_the_next_that_is_free() -> None:
    places = Places(each=1, total=2)
    with ThreadPoolExecutor(1) as other:
        taken, leave = Event(), Event()

        def work() -> None:
            with places.taken("a"):
                taken.set()
                leave.wait(10)

        working = other.submit(work)
        assert taken.wait(10)
        with pytest.raises(UnavailableError, match="requests of yours"), places.taken("a"):
            pass
        leave.set()
        with places.taken("a", wait=10):
            working.result()


def test_a_summary_is_what_was_stored(desk: Desk) -> None:
    desk.outputs.objects[file_keys(OWNER, DONE.id).summary] = b'{"alleles": 3}'
    assert desk.summary() == {"alleles": 3}
    # It has no variants in it, so like the report it stays.
    assert desk.summary(replace(DONE, status=Status.ARCHIVED)) == {"alleles": 3}


def test_an_earlier_summary_has_significances_as_the_table_has_them(desk: Desk) -> None:
    counted = {"Benign": 9, "Likely_pathogenic%2C_low_penetrance": 5, "Pathogenic": 3}
    stored = json.dumps({"alleles": 17, "significances": counted}).encode()
    desk.outputs.objects[file_keys(OWNER, DONE.id).summary] = stored
    assert list(desk.summary()["significances"].items()) == [
        ("Benign", 9),
        ("Likely_pathogenic,_low_penetrance", 5),
        ("Pathogenic", 3),
    ]


def test_who_looks_at_a_summary_is_recorded_as_who_looks_at_the_table(desk: Desk) -> None:
    desk.outputs.objects[file_keys(OWNER, DONE.id).summary] = b"{}"
    desk.log.down = True
    with pytest.raises(UnavailableError):
        desk.summary()
    desk.log.down = False
    desk.summary()
    desk.look()
    desk.clock.advance(RECORDED_EVERY)
    desk.summary()
    assert [access.at for access in desk.log.noted] == [START, START + RECORDED_EVERY]
    assert {(access.job_id, access.what) for access in desk.log.noted} == {(DONE.id, "view")}


def test_there_is_no_summary_before_the_result(desk: Desk) -> None:
    with pytest.raises(ConflictError, match="The job is running: there is no summary"):
        desk.summary(a_job(OWNER, status=Status.RUNNING))
    with pytest.raises(ConflictError, match="annotate the file again"):
        desk.summary()
    assert desk.log.noted == []
