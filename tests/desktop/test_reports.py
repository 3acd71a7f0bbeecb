"""The report of a result is saved and opened in the browser."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication, QPushButton

from backend.domain.files import file_keys
from desktop.ports import FileKind
from desktop.transfer.items import State
from desktop.ui.models.transfer_row import Deed
from desktop.ui.sample import sample_jobs
from desktop.ui.views.main_window import MainWindow
from tests.desktop.clicks import click, enter, submit
from tests.desktop.conftest import Run
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import HttpService
from tests.desktop.viewer_world import KEPT, open_viewer

REPORT = b"<!doctype html><title>A report</title>"


async def completed(desk: Desk, service: HttpService, folder: Path) -> str:
    """Have a job with a report, and its details open; return its ID."""
    await enter(desk)
    job_id = await submit(desk, folder)
    job = service.start(job_id)
    service.fakes.outputs.objects[file_keys(job.owner, job_id).report] = REPORT
    service.complete(job_id)
    await eventually(lambda: getattr(desk.model.book.row(job_id), "result_available", False))
    desk.window.annotations.open_details(job_id)
    return job_id


def open_button(window: MainWindow) -> QPushButton:
    """Return the button that opens the report."""
    buttons = window.annotations.details.findChildren(QPushButton)
    return next(each for each in buttons if each.accessibleName() == "Report: Open")


async def test_a_click_saves_and_opens_it(desk: Desk, service: HttpService, tmp_path: Path) -> None:
    await completed(desk, service, tmp_path)
    button = open_button(desk.window)
    await eventually(button.isVisible)
    click(button)
    saved = desk.settings.downloads / "sample.report.html"
    await eventually(lambda: desk.opened)
    assert desk.opened == [saved.as_uri()]
    assert saved.read_bytes() == REPORT


async def test_it_is_not_saved_twice(desk: Desk, service: HttpService, tmp_path: Path) -> None:
    job_id = await completed(desk, service, tmp_path)
    saved = desk.settings.downloads / "sample.report.html"
    saved.parent.mkdir()
    # As an earlier start of the app has left it.
    saved.write_bytes(REPORT)
    for times in (1, 2):
        desk.window.annotations.report_wanted.emit(job_id)
        await eventually(lambda times=times: len(desk.opened) == times)
    assert desk.opened == 2 * [saved.as_uri()]
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


async def test_a_file_of_the_same_name_is_left_alone(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    job_id = await completed(desk, service, tmp_path)
    other = desk.settings.downloads / "sample.report.html"
    other.parent.mkdir()
    other.write_bytes(b"of another run")
    desk.window.annotations.report_wanted.emit(job_id)
    await eventually(lambda: desk.opened)
    assert desk.opened == [(other.parent / "sample (1).report.html").as_uri()]
    assert other.read_bytes() == b"of another run"


async def test_what_was_deleted_since_is_fetched_again(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    job_id = await completed(desk, service, tmp_path)
    saved = desk.settings.downloads / "sample.report.html"
    desk.window.annotations.report_wanted.emit(job_id)
    await eventually(lambda: desk.opened)
    saved.unlink()
    desk.window.annotations.report_wanted.emit(job_id)
    await eventually(lambda: len(desk.opened) == 2)
    assert saved.read_bytes() == REPORT


async def test_a_report_that_was_saved_opens_from_the_transfers(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    job_id = await completed(desk, service, tmp_path)
    desk.window.annotations.download_wanted.emit(job_id, FileKind.REPORT)
    queue = desk.actions.board.queue
    await eventually(lambda: len(queue.of(State.DONE)) == 2)
    desk.window.transfers.deed_wanted.emit([queue.of(State.DONE)[-1].id], Deed.OPEN)
    saved = desk.settings.downloads / "sample.report.html"
    assert desk.opened == [saved.as_uri()]
    # What was saved is what a click in the details opens, too.
    desk.window.annotations.report_wanted.emit(job_id)
    await eventually(lambda: len(desk.opened) == 2)
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_a_report_outlives_its_result_in_the_archive(window: MainWindow) -> None:
    window.show_pages()
    window.model.put(sample_jobs())
    window.model.flush()
    for place, has_one in ((2, True), (4, True), (5, True), (6, False), (0, False)):
        window.annotations.open_details(sample_jobs()[place].id)
        QApplication.processEvents()
        buttons = window.annotations.details.findChildren(QPushButton)
        names = [each.accessibleName() for each in buttons if not each.isHidden()]
        assert ("Report: Open" in names) is has_one


async def test_the_viewer_offers_it_beside_export_and_download(
    window: MainWindow, tmp_path: Path, arun: Run
) -> None:
    viewer = open_viewer(window, tmp_path)
    page = await viewer.open(KEPT)
    click(page.report)
    assert viewer.done == [f"report {KEPT.id}"]
    places = [each.x() for each in (page.report, page.export, page.download)]
    assert places == sorted(places)
    page.close_result()
    assert not page.report.isVisible()
