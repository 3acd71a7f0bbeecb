"""What people do with the window, against the real API."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from backend.wire import JobStatus
from desktop.ports import FileKind
from desktop.ui.models.columns import Column
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import ANNOTATED, VCF, HttpService

LEFT = Qt.MouseButton.LeftButton


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


def has_status(desk: Desk, status: JobStatus) -> bool:
    job = desk.model.job_at(0)
    return job is not None and job.status is status


async def test_signing_in_leads_to_the_jobs(desk: Desk, qtbot: QtBot) -> None:
    page = desk.window.sign_in
    desk.actions.session.begin()
    await eventually(page.sign_in.isVisible)
    qtbot.mouseClick(page.sign_in, LEFT)
    await eventually(page.copy.isEnabled)
    qtbot.mouseClick(page.copy, LEFT)
    assert QGuiApplication.clipboard().text() == desk.sign_in.link
    desk.sign_in.browser.set()
    await eventually(lambda: desk.window.is_signed_in and desk.actions.session.me)
    assert desk.actions.session.me is not None
    assert desk.actions.session.me.email == "ada@local.test"


async def test_waiting_for_the_browser_can_be_ended(desk: Desk, qtbot: QtBot) -> None:
    page = desk.window.sign_in
    desk.actions.session.begin()
    await eventually(page.sign_in.isVisible)
    qtbot.mouseClick(page.sign_in, LEFT)
    await eventually(page.copy.isEnabled)
    qtbot.mouseClick(page.cancel, LEFT)
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
