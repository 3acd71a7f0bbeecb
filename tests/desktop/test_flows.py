"""What people do with the window, against the real API."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget

from backend.wire import JobStatus
from desktop.errors import KeyringLockedError, SignedOutError
from desktop.ports import FileKind
from desktop.ui.models.columns import Column
from desktop.ui.views.dialogs import Decision
from desktop.ui.views.sidebar import Page
from desktop.ui.wording import Action, Group
from tests.desktop.clicks import answer
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import ANNOTATED, VCF, HttpService
from tests.desktop.transfer_steps import LARGE


def click(widget: QWidget) -> None:
    """Click with the mouse, as a person does: what is hidden or disabled is not clicked."""
    assert widget.isVisible()
    assert widget.isEnabled()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def file(folder: Path, name: str = "sample.vcf", data: bytes = VCF) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


async def signed_in(desk: Desk) -> None:
    desk.sign_in.token, desk.sign_in.found = "token-of-ada", True
    desk.actions.session.begin()
    page = desk.window.annotations
    await eventually(lambda: page.states.currentWidget() is page.nothing_yet)


def only_job(desk: Desk) -> str:
    job = desk.model.job_at(0)
    assert job is not None
    return job.id


def has_rows(desk: Desk, rows: int) -> bool:
    return desk.model.rowCount() == rows


def has_status(desk: Desk, status: JobStatus) -> bool:
    job = desk.model.job_at(0)
    return job is not None and job.status is status


def statuses(desk: Desk) -> dict[str, JobStatus]:
    return {job.name: job.status for job in desk.model.book}


async def test_signing_in_leads_to_the_jobs(desk: Desk) -> None:
    page = desk.window.sign_in
    desk.actions.session.begin()
    await eventually(page.sign_in.isVisible)
    click(page.sign_in)
    await eventually(page.copy.isEnabled)
    click(page.copy)
    assert QGuiApplication.clipboard().text() == desk.sign_in.link
    desk.sign_in.browser.set()
    await eventually(lambda: desk.window.is_signed_in and desk.actions.session.me)
    assert desk.actions.session.me is not None
    assert desk.actions.session.me.email == "ada@local.test"


async def test_waiting_for_the_browser_can_be_ended(desk: Desk) -> None:
    page = desk.window.sign_in
    desk.actions.session.begin()
    await eventually(page.sign_in.isVisible)
    click(page.sign_in)
    await eventually(page.copy.isEnabled)
    click(page.cancel)
    await desk.actions.tasks.idle()
    assert page.sign_in.isVisible()
    assert not desk.window.is_signed_in


async def test_a_dropped_file_goes_all_the_way(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await signed_in(desk)
    desk.drop(file(tmp_path))
    await eventually(lambda: has_status(desk, JobStatus.PENDING))
    job_id = only_job(desk)
    service.start(job_id)
    await eventually(lambda: has_status(desk, JobStatus.RUNNING))
    service.complete(job_id)
    await eventually(lambda: has_status(desk, JobStatus.COMPLETED))
    index = desk.model.index(0, Column.RESULT)
    assert index.data().endswith("left, Download")
    desk.window.annotations.download_wanted.emit(job_id, FileKind.RESULT)
    saved = desk.settings.downloads / "sample.annotated.vcf.gz"
    await eventually(saved.exists)
    await eventually(lambda: "Saved sample.annotated.vcf.gz" in desk.window.toasts.texts)
    assert saved.read_bytes() == ANNOTATED
    assert [path.name for path in desk.settings.downloads.iterdir()] == [saved.name]


async def test_an_upload_too_large_for_the_plan_offers_the_upgrade(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await signed_in(desk)
    desk.drop(file(tmp_path, "large.vcf", LARGE))
    await eventually(lambda: desk.window.findChild(Decision))
    question = desk.window.findChild(Decision)
    assert question is not None
    assert question.sentence.text().startswith(
        "large.vcf is too large: your plan takes files of up to 150 KB."
    )
    click(question.go)
    await eventually(lambda: desk.opened)
    assert desk.opened == ["https://gas.test/upgrade"]
    assert desk.model.rowCount() == 0
    assert service.puts == []


async def test_the_service_has_the_last_word_on_the_limit(desk: Desk, tmp_path: Path) -> None:
    await signed_in(desk)
    me = desk.actions.session.me
    assert me is not None
    # The app believes what it was told; the plan has changed since.
    unlimited = me.limits.model_copy(update={"max_input_bytes": None})
    desk.actions.session.me = me.model_copy(update={"limits": unlimited})
    desk.drop(file(tmp_path, "large.vcf", LARGE))
    await eventually(lambda: desk.window.findChild(Decision))
    question = desk.window.findChild(Decision)
    assert question is not None
    assert "150 KB" in question.sentence.text()
    click(question.back)
    await eventually(lambda: not desk.window.findChildren(Decision))
    assert desk.opened == []


async def test_deleting_asks_and_can_be_declined(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await signed_in(desk)
    desk.drop(file(tmp_path))
    await eventually(lambda: has_status(desk, JobStatus.PENDING))
    job_id = only_job(desk)
    desk.window.annotations.cancel_wanted.emit(job_id)
    await answer(desk, "go")
    await eventually(lambda: has_status(desk, JobStatus.CANCELLED))
    for which, rows in (("back", 1), ("go", 0)):
        desk.window.annotations.delete_wanted.emit(job_id)
        await eventually(lambda: desk.window.findChild(Decision))
        question = desk.window.findChild(Decision)
        assert question is not None
        click(getattr(question, which))
        await eventually(lambda: not desk.window.findChildren(Decision))
        await eventually(partial(has_rows, desk, rows))


async def test_a_failed_job_says_why_and_shows_its_log(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await signed_in(desk)
    desk.drop(file(tmp_path))
    await eventually(lambda: has_status(desk, JobStatus.PENDING))
    job_id = only_job(desk)
    service.start(job_id)
    service.fail(job_id, "Line 12 has 7 columns; VCF needs at least 8.")
    await eventually(lambda: has_status(desk, JobStatus.FAILED))
    desk.window.annotations.table.triggered.emit(job_id, Action.LOG)
    details = desk.window.annotations.details
    await eventually(lambda: details.log.toPlainText() == "line 12\n")
    assert details.reason.text() == "Line 12 has 7 columns; VCF needs at least 8."
    said = "sample.vcf could not be annotated"
    await eventually(lambda: said in desk.window.toasts.texts)


async def test_an_upload_can_be_cancelled(desk: Desk, service: HttpService, tmp_path: Path) -> None:
    await signed_in(desk)
    # The file store is down, so that the upload waits for its next try.
    service.refusals += [503] * 50
    desk.drop(file(tmp_path), file(tmp_path, "second.vcf"))
    await eventually(lambda: desk.model.count(Group.PENDING) == 2)
    strip = desk.window.annotations.strip
    await eventually(strip.cancel.isVisible)
    click(strip.cancel)
    await eventually(lambda: statuses(desk)["sample.vcf"] is JobStatus.CANCELLED)
    service.refusals.clear()
    await eventually(lambda: statuses(desk)["second.vcf"] is JobStatus.PENDING)
    await eventually(strip.choose.isVisible)


async def test_being_offline_is_a_banner_and_passes(desk: Desk) -> None:
    desk.sign_in.token, desk.sign_in.found = "globus-is-down", True
    desk.actions.session.begin()
    await eventually(lambda: "offline" in desk.window.banners.shown)
    assert desk.window.annotations.states.currentWidget() is desk.window.annotations.offline
    desk.sign_in.token = "token-of-ada"
    desk.window.banners.shown["offline"].action.click()
    page = desk.window.annotations
    await eventually(lambda: page.states.currentWidget() is page.nothing_yet)
    assert "offline" not in desk.window.banners.shown


async def test_an_ended_sign_in_leads_back_to_the_first_page(desk: Desk) -> None:
    await signed_in(desk)
    desk.sign_in.token = ""
    desk.actions.session.refresh_me()
    await eventually(lambda: not desk.window.is_signed_in)
    assert desk.window.sign_in.problem.text() == SignedOutError.remedy


async def test_a_locked_keyring_is_not_a_sign_out(desk: Desk) -> None:
    desk.sign_in.found = KeyringLockedError()
    desk.actions.session.begin()
    page = desk.window.sign_in
    await eventually(page.retry.isVisible)
    desk.sign_in.token, desk.sign_in.found = "token-of-ada", True
    click(page.retry)
    await eventually(lambda: desk.window.is_signed_in)


async def test_a_sign_in_that_is_not_kept_is_said_so(desk: Desk) -> None:
    desk.sign_in.kept = False
    await signed_in(desk)
    assert "memory" in desk.window.banners.shown


async def test_jobs_of_the_last_time_are_shown_without_a_network(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await signed_in(desk)
    desk.drop(file(tmp_path))
    await eventually(lambda: has_status(desk, JobStatus.PENDING))
    await desk.actions.jobs.save()
    desk.actions.jobs.stop()
    desk.model.book.clear()
    desk.model.rebuild()
    desk.sign_in.token = "globus-is-down"
    desk.actions.jobs.start()
    await eventually(lambda: has_status(desk, JobStatus.PENDING))
    await eventually(lambda: "offline" in desk.window.banners.shown)


async def test_signing_out_forgets_the_jobs(desk: Desk, tmp_path: Path) -> None:
    await signed_in(desk)
    desk.drop(file(tmp_path))
    await eventually(lambda: has_status(desk, JobStatus.PENDING))
    await desk.actions.jobs.save()
    desk.window.sidebar.entries[Page.ACCOUNT].click()
    click(desk.window.account.sign_out)
    await desk.actions.tasks.idle()
    assert desk.model.rowCount() == 0
    assert await desk.services.memory.load() is None
    assert desk.sign_in.token == ""


async def test_closing_the_window_during_an_upload_leaves_nothing_running(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await signed_in(desk)
    service.refusals += [503] * 50
    desk.drop(file(tmp_path), file(tmp_path, "second.vcf"))
    await eventually(lambda: has_status(desk, JobStatus.AWAITING_UPLOAD))
    await desk.actions.stop()
    # The app names its tasks; those without a name are the test's own.
    running = [task.get_name() for task in asyncio.all_tasks() if not task.done()]
    assert [name for name in running if not name.startswith("Task-")] == []


# Qt's own dialog says it off the screen, where sizes have no limits.
@pytest.mark.qt_log_ignore("propagateSizeHints")
async def test_a_file_can_be_saved_where_somebody_chooses(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await signed_in(desk)
    desk.drop(file(tmp_path))
    await eventually(lambda: has_status(desk, JobStatus.PENDING))
    chosen = tmp_path / "chosen" / "mine.vcf"
    chosen.parent.mkdir()
    chosen.write_bytes(b"what was there before")
    desk.window.annotations.save_as_wanted.emit(only_job(desk), FileKind.INPUT)
    await eventually(lambda: desk.window.findChild(QFileDialog))
    dialog = desk.window.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.selectedFiles() == [str(desk.settings.downloads.parent / "sample.vcf")]
    dialog.fileSelected.emit(str(chosen))
    dialog.close()
    await eventually(lambda: "Saved mine.vcf" in desk.window.toasts.texts)
    assert chosen.read_bytes() == VCF
    assert list(chosen.parent.iterdir()) == [chosen]


@pytest.mark.qt_log_ignore("propagateSizeHints")
async def test_row_20_the_place_that_is_suggested_is_in_the_folder_for_downloads(
    desk: Desk, tmp_path: Path
) -> None:
    await signed_in(desk)
    desk.drop(file(tmp_path))
    await eventually(lambda: has_status(desk, JobStatus.PENDING))
    job = desk.model.book.get(only_job(desk))
    assert job is not None
    evil = {"name": "../../.config/autostart/a:b.vcf", "version": job.version + 1}
    desk.model.put([job.model_copy(update=evil)])
    desk.model.flush()
    desk.window.annotations.save_as_wanted.emit(job.id, FileKind.RESULT)
    await eventually(lambda: desk.window.findChild(QFileDialog))
    dialog = desk.window.findChild(QFileDialog)
    assert dialog is not None
    place = desk.settings.downloads.parent / "a_b.annotated.vcf.gz"
    assert dialog.selectedFiles() == [str(place)]
    assert dialog.directory().absolutePath() == str(place.parent)
    dialog.close()
