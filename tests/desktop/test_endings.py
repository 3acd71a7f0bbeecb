"""What ends together is said together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from backend.wire import JobList, JobStatus, JobView
from desktop.ports import Changed, Update
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


class FakeService:
    """Has the same jobs in its list for whoever asks, then tells of what ends.

    Attributes:
        listed: the list's jobs.
        ending: those that are told of afterwards.
    """

    def __init__(self, desk: Desk) -> None:
        self.listed: list[JobView] = []
        self.ending: list[JobView] = []
        desk.services.api.jobs = self.jobs  # type: ignore[method-assign]
        desk.services.updates.follow = self.follow  # type: ignore[method-assign]

    async def jobs(self, _after: str | None = None) -> JobList:
        return JobList(jobs=self.listed, after=None, cursor=0)

    async def follow(self, cursor: int) -> AsyncGenerator[Update, None]:
        for number, job in enumerate(self.ending, start=cursor + 1):
            yield Changed(number, job)
        await asyncio.Event().wait()


async def test_jobs_that_end_at_once_are_one_toast(desk: Desk) -> None:
    await enter(desk)
    desk.window.toasts.texts.clear()
    service = FakeService(desk)
    service.listed = [job(number, JobStatus.RUNNING) for number in range(300)]
    service.ending = [job(number, JobStatus.COMPLETED, 2) for number in range(300)]
    desk.actions.jobs.start()
    await eventually(lambda: desk.window.toasts.texts)
    assert list(desk.window.toasts.texts) == ["300 files annotated"]


async def test_jobs_that_ended_while_the_app_was_away_are_one_toast(desk: Desk) -> None:
    await enter(desk)
    desk.window.toasts.texts.clear()
    service = FakeService(desk)
    service.listed = [job(number, JobStatus.RUNNING) for number in range(5)]
    desk.actions.jobs.start()
    await eventually(lambda: len(desk.model.book) == 5)
    service.listed = [job(number, JobStatus.COMPLETED, 2) for number in range(5)]
    desk.actions.jobs.start()
    await eventually(lambda: desk.window.toasts.texts)
    assert list(desk.window.toasts.texts) == ["5 files annotated"]
