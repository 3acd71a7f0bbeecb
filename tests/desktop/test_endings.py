"""What ends together is said together."""

from __future__ import annotations

import pytest

from backend.wire import JobStatus, JobView
from desktop.ports import Changed
from desktop.ui.actions.endings import Endings
from desktop.ui.sample import sample_jobs
from desktop.ui.views.main_window import MainWindow
from tests.desktop.clicks import enter
from tests.desktop.desk import Desk, eventually


def job(number: int, status: JobStatus, version: int = 1) -> JobView:
    changes = {"id": f"{number:032x}", "name": f"{number}.vcf", "status": status}
    return sample_jobs()[2].model_copy(update={**changes, "version": version})


@pytest.fixture
def endings(window: MainWindow) -> Endings:
    return Endings(window.toasts)


def test_few_are_named_and_many_are_counted(window: MainWindow, endings: Endings) -> None:
    said = window.toasts.texts
    endings.note(JobStatus.RUNNING, job(1, JobStatus.COMPLETED))
    endings.note(JobStatus.THAWING, job(2, JobStatus.COMPLETED))
    endings.tell()
    assert list(said) == ["1.vcf is annotated", "The result of 2.vcf is back"]
    said.clear()
    for number in range(300):
        endings.note(JobStatus.RUNNING, job(number, JobStatus.COMPLETED))
    endings.note(JobStatus.PENDING, job(300, JobStatus.FAILED))
    endings.tell()
    assert list(said) == ["300 files annotated", "300.vcf could not be annotated"]


def test_what_is_no_end_is_not_told(window: MainWindow, endings: Endings) -> None:
    endings.note(JobStatus.PENDING, job(1, JobStatus.RUNNING))
    endings.note(JobStatus.COMPLETED, job(1, JobStatus.ARCHIVED))
    endings.note(JobStatus.RUNNING, job(1, JobStatus.CANCELLED))
    endings.note(JobStatus.RUNNING, job(2, JobStatus.COMPLETED))
    endings.forget()
    endings.tell()
    assert not window.toasts.texts


async def test_jobs_that_end_at_once_are_one_toast(desk: Desk) -> None:
    await enter(desk)
    desk.model.put([job(number, JobStatus.RUNNING) for number in range(300)])
    desk.model.flush()
    desk.window.toasts.texts.clear()
    for number in range(300):
        desk.actions.jobs._show(Changed(number + 1, job(number, JobStatus.COMPLETED, 2)))
    await eventually(lambda: desk.window.toasts.texts)
    assert list(desk.window.toasts.texts) == ["300 files annotated"]


async def test_jobs_that_ended_while_the_app_was_away_are_one_toast(desk: Desk) -> None:
    await enter(desk)
    desk.model.put([job(number, JobStatus.RUNNING) for number in range(5)])
    desk.actions.jobs._show_page([job(number, JobStatus.COMPLETED, 2) for number in range(5)])
    await eventually(lambda: desk.window.toasts.texts)
    assert list(desk.window.toasts.texts) == ["5 files annotated"]
