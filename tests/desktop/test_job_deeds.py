"""What is done to one job, here and on another device."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from backend.wire import JobStatus
from desktop.transfer.names import short_id
from desktop.ui.sample import sample_jobs
from desktop.ui.views.dialogs import Decision
from desktop.ui.views.main_window import MainWindow
from desktop.ui.wording import Group
from tests.desktop.clicks import answer, enter, status, submit
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import HttpService


async def a_result(desk: Desk, service: HttpService, folder: Path) -> str:
    """Come in and have a job that is completed; return its ID."""
    await enter(desk)
    job_id = await submit(desk, folder)
    service.start(job_id)
    service.complete(job_id)
    await eventually(lambda: status(desk) is JobStatus.COMPLETED)
    await desk.actions.jobs.save()
    return job_id


def discard(service: HttpService, job_id: str) -> None:
    """Delete a job as another device does."""
    fakes = service.fakes
    fakes.results.discard(fakes.jobs.get(job_id))


async def test_a_job_that_is_deleted_elsewhere_is_gone_at_once(
    desk: Desk, service: HttpService, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    job_id = await a_result(desk, service, tmp_path)
    page = desk.window.annotations
    page.open_details(job_id)
    discard(service, job_id)
    await eventually(lambda: desk.model.rowCount() == 0)
    assert {desk.model.count(group) for group in Group} == {0}
    assert not page.details.isVisible()
    assert page.states.currentWidget() is page.nothing_yet
    await eventually(lambda: f"job {short_id(job_id)} deleted" in caplog.text)
    remembered = await desk.services.memory.load()
    assert remembered is None or list(remembered[1]) == []


async def test_what_is_gone_at_the_service_is_gone_here_when_it_is_deleted(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    job_id = await a_result(desk, service, tmp_path)
    # The list is not followed, so that nobody has heard of it.
    desk.actions.jobs.stop()
    discard(service, job_id)
    service.fakes.results.erase(job_id)
    desk.window.annotations.delete_wanted.emit(job_id)
    await answer(desk, "go")
    await eventually(lambda: desk.model.rowCount() == 0)
    assert "Not possible" not in desk.window.toasts.texts


async def test_a_list_that_is_read_again_has_no_job_that_the_service_has_not(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    job_id = await a_result(desk, service, tmp_path)
    desk.actions.jobs.stop()
    service.fakes.jobs.remove(job_id)
    desk.window.annotations.retry_wanted.emit()
    await eventually(lambda: desk.model.rowCount() == 0)


def test_a_job_that_is_being_deleted_counts_nowhere(filled: MainWindow) -> None:
    model, job = filled.model, sample_jobs()[2]
    before = {group: model.count(group) for group in Group}
    gone = job.model_copy(update={"status": JobStatus.DELETING, "version": job.version + 1})
    stranger = gone.model_copy(update={"id": "f" * 32})
    model.put([gone, stranger])
    model.flush()
    less = {Group.ALL: 1, Group.COMPLETED: 1}
    assert {group: before[group] - model.count(group) for group in less} == less
    assert model.count(Group.FAILED) == before[Group.FAILED]
    assert model.row_of(job.id) is None
    model.put([job])
    model.flush()
    assert model.rowCount() == before[Group.ALL] - 1


async def test_a_log_that_is_asked_for_in_the_menu_is_seen(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    job_id = await a_result(desk, service, tmp_path)
    page = desk.window.annotations
    page.details.closed.emit()
    assert not page.details.isVisible()
    job = desk.model.book.get(job_id)
    assert job is not None
    (view,) = [each for each in page.job_menu(job).actions() if each.text() == "View log"]
    view.trigger()
    await eventually(page.details.log.isVisible)
    assert page.details.log.toPlainText() == "records read  1\n"


async def test_delete_on_a_job_that_is_under_way_says_what_to_do(
    desk: Desk, tmp_path: Path
) -> None:
    await enter(desk)
    job_id = await submit(desk, tmp_path)
    table = desk.window.annotations.table
    table.choose(job_id)
    QTest.keyClick(table, Qt.Key.Key_Delete)
    await eventually(lambda: "sample.vcf is not finished" in desk.window.toasts.texts)
    assert desk.window.findChildren(Decision) == []
