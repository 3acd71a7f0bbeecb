"""The table's model: order, filter, numbers, and what it tells its views."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from backend.wire import JobStatus, JobView
from desktop.store.book import JobBook
from desktop.ui.models.columns import NAMES, TITLES, Column
from desktop.ui.models.jobs import JobsModel
from desktop.ui.sample import NOW, sample_jobs
from desktop.ui.views.main_window import MainWindow
from desktop.ui.wording import Group

DOWN = Qt.SortOrder.DescendingOrder


@pytest.fixture
def model(qapp: QApplication) -> JobsModel:
    made = JobsModel(JobBook(), lambda: NOW)
    made.put(sample_jobs())
    made.flush()
    return made


def names(model: JobsModel) -> list[str]:
    jobs = (model.job_at(row) for row in range(model.rowCount()))
    return [job.name for job in jobs if job is not None]


def newer(job: JobView, **changes: object) -> JobView:
    return job.model_copy(update={"version": job.version + 1, **changes})


def test_newest_come_first(model: JobsModel) -> None:
    assert names(model) == [job.name for job in sample_jobs()]


def test_a_column_is_called_what_its_head_says() -> None:
    heads = {column: TITLES[column].split("  ·  ")[0].casefold() for column in Column}
    assert heads == {column: NAMES[column].casefold() for column in Column}


@pytest.mark.parametrize("column", Column)
def test_any_column_orders_both_ways(model: JobsModel, column: Column) -> None:
    model.sort(column)
    upwards = names(model)
    model.sort(column, DOWN)
    assert names(model) == upwards[::-1]


def test_qt_finds_no_fault_while_everything_changes(model: JobsModel) -> None:
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(model, fatal)
    for column in Column:
        model.sort(column)
    for needle in ("panel", "no such", ""):
        model.set_filter(needle)
    for group in Group:
        model.set_group(group)
    model.set_group(Group.ALL)
    first = sample_jobs()[0]
    model.put([newer(first, status=JobStatus.COMPLETED), newer(first, id="f" * 32)])
    model.flush()
    model.remove([first.id])
    assert model.rowCount() == len(sample_jobs())
    assert tester.model() is model


def test_filter_finds_names_ids_and_statuses(model: JobsModel) -> None:
    model.set_filter("PANEL_a")
    assert names(model) == ["sample_panel_a.vcf"]
    model.set_filter(sample_jobs()[3].id[:8])
    assert names(model) == ["sample_chr20.vcf.gz"]
    model.set_filter("failed")
    assert names(model) == ["sample_broken.vcf"]


def test_numbers_on_the_chips_follow_every_change(model: JobsModel) -> None:
    shown = {group: model.count(group) for group in Group}
    assert shown == {
        Group.ALL: 10,
        Group.RUNNING: 1,
        Group.PENDING: 1,
        Group.COMPLETED: 4,
        Group.ARCHIVED: 2,
        Group.FAILED: 2,
    }
    running = sample_jobs()[0]
    model.put([newer(running, status=JobStatus.COMPLETED)])
    assert (model.count(Group.RUNNING), model.count(Group.COMPLETED)) == (0, 5)
    model.remove([running.id])
    assert (model.count(Group.ALL), model.count(Group.COMPLETED)) == (9, 4)


def test_progress_changes_one_row_and_no_order(model: JobsModel) -> None:
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    running = sample_jobs()[0]
    model.put([newer(running, done=running.done + 1)])
    model.flush()
    assert told == [(0, 0)]


def test_a_job_is_found_where_it_is(model: JobsModel) -> None:
    jobs = sample_jobs()
    for needle in ("panel", "", "sample_broken"):
        model.set_filter(needle)
        shown = names(model)
        places = {job.name: model.row_of(job.id) for job in jobs}
        assert places == {job.name: None for job in jobs} | {
            name: n for n, name in enumerate(shown)
        }
    model.set_filter("")
    model.sort(Column.FILE)
    assert names(model)[model.row_of(jobs[0].id) or 0] == jobs[0].name
    model.remove([jobs[0].id])
    assert model.row_of(jobs[0].id) is None


def test_an_old_version_changes_nothing(model: JobsModel) -> None:
    running = sample_jobs()[0]
    model.put([running.model_copy(update={"version": 1, "status": JobStatus.PENDING})])
    model.flush()
    assert model.book.get(running.id) == running


def test_a_deleted_job_does_not_come_back(model: JobsModel) -> None:
    running = sample_jobs()[0]
    model.remove([running.id])
    model.put([newer(running, status=JobStatus.COMPLETED)])
    model.flush()
    assert running.name not in names(model)


def test_deleting_a_job_that_nobody_knew_arranges_nothing_anew(model: JobsModel) -> None:
    arranged: list[object] = []
    model.layoutChanged.connect(lambda *_: arranged.append(None))
    known = sample_jobs()[0]
    model.put([newer(known, id="f" * 32, status=JobStatus.DELETING)])
    model.flush()
    assert (arranged, model.rowCount()) == ([], len(sample_jobs()))
    model.put([newer(known, status=JobStatus.DELETING)])
    model.flush()
    assert (arranged, model.rowCount()) == ([None], len(sample_jobs()) - 1)


def test_selection_follows_its_job_through_a_sort(window: MainWindow) -> None:
    window.model.put(sample_jobs())
    window.model.flush()
    table = window.annotations.table
    table.selectRow(4)
    chosen = table.current_job_id()
    window.model.sort(Column.FILE)
    assert table.current_job_id() == chosen
    assert [index.row() for index in table.selectionModel().selectedRows()] == [
        window.model.row_of(chosen)
    ]


def test_what_is_painted_is_also_said(model: JobsModel) -> None:
    role = Qt.ItemDataRole.AccessibleTextRole
    said = [[model.index(row, column).data(role) for column in Column] for row in (0, 3, 4, 5, 6)]
    assert said[0][Column.STATUS :] == ["Running · 60 %", "24,410", ""]
    assert said[1][Column.RESULT] == "0:24 left, Download"
    assert said[2][Column.RESULT] == "Archived, Upgrade"
    assert said[3][Column.RESULT] == "Restoring, about 3 h"
    assert said[4][Column.STATUS] == "Failed · Line 12 has 7 columns; VCF needs at least 8."


def test_the_countdown_ends_by_itself(qapp: QApplication) -> None:
    now = [NOW]
    model = JobsModel(JobBook(), lambda: now[0])
    model.put([sample_jobs()[3]])
    model.flush()
    result = model.index(0, Column.RESULT)
    assert result.data() == "0:24 left, Download"
    now[0] += timedelta(seconds=25)
    assert result.data() == "Archiving, Upgrade"
