"""What one person began is nothing to the next who signs in."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from backend.wire import Me
from desktop.errors import KeyringLockedError
from desktop.ports import FileKind
from desktop.services import JOURNAL
from desktop.transfer.items import State
from desktop.ui.actions.session import SessionActions
from desktop.ui.aio import Tasks
from desktop.ui.clock import ServiceClock, machine_time
from desktop.ui.sample import ME
from desktop.ui.viewer.sample import COLUMNS
from desktop.ui.views.dialogs import Decision
from desktop.ui.views.main_window import MainWindow
from tests.desktop.clicks import answer
from tests.desktop.conftest import Run
from tests.desktop.desk import Desk, FakeSignIn, eventually
from tests.desktop.http_service import HttpService
from tests.desktop.transfer_steps import (
    enter,
    file,
    hold_sample_up,
    items,
    send_sample,
    sent,
    states,
    stop_store,
)


@dataclass
class SlowApi:
    """Answers who is signed in when it may; as much of `desktop.ports.Api` as is asked for."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def me(self) -> Me:
        self.asked.set()
        await self.answered.wait()
        return ME


async def enter_as_bob(desk: Desk) -> None:
    await eventually(lambda: not desk.window.is_signed_in and not desk.sign_in.token)
    desk.sign_in.token, desk.sign_in.found = "token-of-bob", True
    desk.actions.session.begin()
    await eventually(lambda: desk.window.is_signed_in and desk.actions.session.me)
    await eventually(lambda: not desk.window.annotations.skeleton.isVisible())


async def ended(name: str) -> None:
    """Wait until no task called *name* runs any more."""
    await eventually(lambda: all(task.get_name() != name for task in asyncio.all_tasks()))


def seen(desk: Desk) -> list[str]:
    """Return whose queues were taken up."""
    with closing(sqlite3.connect(desk.settings.data / JOURNAL)) as journal:
        return [owner for (owner,) in journal.execute("SELECT id FROM owner")]


@pytest.mark.parametrize("refreshing", [False, True])
def test_an_account_that_is_read_late_is_that_of_nobody(
    window: MainWindow, arun: Run, *, refreshing: bool
) -> None:
    async def read() -> list[Me]:
        api, tasks, met = SlowApi(), Tasks(lambda _error: None), []
        window.me_set.connect(met.append)
        clock = ServiceClock(machine_time)
        session = SessionActions(window, FakeSignIn("token", found=True), api, clock, tasks)  # type: ignore[arg-type]
        session.begin()
        await eventually(lambda: window.is_signed_in)
        if refreshing:
            session.refresh_me()
        else:
            tasks.start(session.read_me(), "reading the account")
        await api.asked.wait()
        session.sign_out()
        await eventually(lambda: not window.is_signed_in)
        api.answered.set()
        await tasks.idle()
        assert session.me is None
        return met

    assert arun(read()) == []


async def test_files_that_are_found_late_are_not_sent_by_the_next_person(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    desk.drop(file(tmp_path, "secret.vcf"))
    desk.actions.session.sign_out()
    await ended("looking for files")
    assert items(desk) == []
    await enter_as_bob(desk)
    assert items(desk) == []


async def test_a_queue_waits_for_whoever_began_it(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    begun = await hold_sample_up(desk, service, tmp_path)
    desk.actions.session.sign_out()
    await enter_as_bob(desk)
    assert desk.actions.session.me is not None
    bob = desk.actions.session.me.id
    await eventually(lambda: bob in seen(desk))
    await ended("taking up transfers")
    assert items(desk) == []
    desk.actions.session.sign_out()
    await eventually(lambda: not desk.sign_in.token)
    service.refusals.clear()
    await enter(desk)
    await eventually(lambda: sent(desk) == ["sample.vcf"])
    assert [item.id for item in items(desk)] == [begun.id]


# Qt's own dialog says it off the screen, where sizes have no limits.
@pytest.mark.qt_log_ignore("propagateSizeHints")
async def test_files_that_are_chosen_late_are_not_sent_by_the_next_person(
    desk: Desk, tmp_path: Path
) -> None:
    await enter(desk)
    desk.actions.uploads.choose()
    await eventually(lambda: desk.window.findChild(QFileDialog))
    dialog = desk.window.findChild(QFileDialog)
    assert dialog is not None
    desk.actions.session.sign_out()
    dialog.filesSelected.emit([str(file(tmp_path, "secret.vcf"))])
    dialog.close()
    await enter_as_bob(desk)
    await ended("choosing files")
    await ended("looking for files")
    assert items(desk) == []


@pytest.mark.qt_log_ignore("propagateSizeHints")
async def test_a_place_that_is_chosen_late_is_not_filled_by_the_next_person(
    desk: Desk, tmp_path: Path
) -> None:
    await enter(desk)
    job = await send_sample(desk, tmp_path)
    desk.window.annotations.save_as_wanted.emit(job.id, FileKind.INPUT)
    await eventually(lambda: desk.window.findChild(QFileDialog))
    dialog = desk.window.findChild(QFileDialog)
    assert dialog is not None
    desk.actions.session.sign_out()
    dialog.fileSelected.emit(str(tmp_path / "mine.vcf"))
    dialog.close()
    await enter_as_bob(desk)
    await ended("choosing where to save")
    assert items(desk) == []


async def test_a_job_that_is_cancelled_late_is_not_shown_to_the_next_person(
    desk: Desk, tmp_path: Path
) -> None:
    await enter(desk)
    job = await send_sample(desk, tmp_path)
    desk.actions.jobs.deeds.cancel(job.id)
    await eventually(lambda: desk.window.findChild(Decision))
    question = desk.window.findChild(Decision)
    assert question is not None
    question.accept()
    desk.actions.session.sign_out()
    await ended("cancelling a job")
    await eventually(lambda: not desk.sign_in.token)
    assert list(desk.model.book) == []


async def test_the_list_of_a_sign_in_that_was_interrupted_is_not_the_next_person_s(
    desk: Desk, tmp_path: Path
) -> None:
    await enter(desk)
    await send_sample(desk, tmp_path)
    desk.actions.session.end(KeyringLockedError())
    assert len(desk.model.book) == 1
    desk.sign_in.token = ""
    await enter_as_bob(desk)
    await eventually(lambda: list(desk.model.book) == [])


@pytest.mark.parametrize("interrupted", [False, True])
async def test_who_signs_in_anew_sees_no_list_before_it_is_known_whose_it_is(
    desk: Desk, service: HttpService, tmp_path: Path, *, interrupted: bool
) -> None:
    await enter(desk)
    await send_sample(desk, tmp_path)
    # Without a keyring a sign-in ends with the app: nobody signs out, so the list is kept.
    await desk.actions.jobs.save()
    desk.actions.session.end(KeyringLockedError())
    if not interrupted:
        desk.model.book.clear()
        desk.model.rebuild()
    service.blocked["/v1/me"] = (403, "")
    desk.sign_in.token = "token-of-bob"
    desk.sign_in.browser.set()
    desk.actions.session.sign_in()
    await eventually(lambda: "offline" in desk.window.banners.shown)
    assert desk.window.is_signed_in
    assert list(desk.model.book) == []


async def test_who_comes_back_sees_the_last_list_whatever_the_service_says(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    await send_sample(desk, tmp_path)
    await desk.actions.jobs.save()
    desk.actions.session.end(KeyringLockedError())
    desk.model.book.clear()
    service.blocked["/v1/me"] = (403, "")
    desk.actions.session.begin()
    await eventually(lambda: "offline" in desk.window.banners.shown)
    assert [job.name for job in desk.model.book] == ["sample.vcf"]


async def test_deleting_that_is_confirmed_late_deletes_nothing(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    job = await send_sample(desk, tmp_path)
    desk.actions.jobs.deeds.cancel(job.id)
    await answer(desk, "go")
    await eventually(lambda: {job.status for job in desk.model.book} == {"cancelled"})
    desk.actions.jobs.deeds.delete(job.id)
    await eventually(lambda: desk.window.findChild(Decision))
    question = desk.window.findChild(Decision)
    assert question is not None
    desk.actions.session.sign_out()
    question.accept()
    await eventually(lambda: not desk.sign_in.token)
    await enter(desk)
    await ended("deleting a job")
    assert service.fakes.jobs.get(job.id).status.value == "cancelled"


async def test_a_job_that_is_under_way_is_not_deleted(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    job = await send_sample(desk, tmp_path)
    desk.actions.jobs.deeds.delete(job.id)
    await ended("deleting a job")
    assert desk.window.findChild(Decision) is None


async def test_a_job_that_is_gone_takes_its_transfer_with_it(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    stop_store(service)
    desk.drop(file(tmp_path))
    await eventually(lambda: desk.model.rowCount() == 1)
    await eventually(lambda: states(desk) == {"sample.vcf": State.RETRYING})
    (job,) = desk.model.book
    desk.model.remove([job.id])
    assert items(desk) == []
    service.refusals.clear()


async def test_a_queue_that_cannot_be_read_is_told_of_and_tried_again(
    desk: Desk, tmp_path: Path
) -> None:
    # A file lies where the journal's folder belongs.
    desk.settings.data.parent.mkdir(exist_ok=True)
    in_the_way = file(desk.settings.data.parent, desk.settings.data.name)
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        in_the_way.unlink(missing_ok=True)

    desk.actions.uploads.pause = pause
    await enter(desk)
    await send_sample(desk, tmp_path)
    assert len(pauses) == 1
    assert "Not possible" in desk.window.toasts.texts


async def test_one_machine_keeps_the_columns_that_each_person_chose(desk: Desk) -> None:
    view = desk.window.results.variants
    await enter(desk)
    await ended("reading the chosen columns")
    view.offer(COLUMNS, None)
    view.choose_columns([*(each.key for each in view.chosen), "qual"])
    view.choose_columns([*(each.key for each in view.chosen), "filter"])
    await ended("keeping the chosen columns")
    desk.actions.session.sign_out()
    await enter_as_bob(desk)
    await ended("reading the chosen columns")
    assert view.choices == {}
    desk.actions.session.sign_out()
    await eventually(lambda: not desk.sign_in.token)
    await enter(desk)
    await eventually(lambda: view.choices == {"qual": True, "filter": True})
