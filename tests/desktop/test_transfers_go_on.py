"""Transfers that something comes between: they wait, say why, and go on."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from desktop.ports import FileKind
from desktop.transfer.items import Incoming, State
from desktop.ui.models.transfer_row import Deed
from desktop.ui.models.transfers import TransferColumn
from desktop.ui.views.dialogs import Decision
from desktop.ui.views.main_window import MainWindow
from tests.desktop.clicks import answer
from tests.desktop.conftest import Run
from tests.desktop.desk import Desk, FakeSignIn, eventually, open_desk
from tests.desktop.http_service import VCF, HttpService
from tests.desktop.transfer_steps import (
    LARGE,
    click,
    enter,
    file,
    items,
    send_sample,
    sent,
    states,
    stop_store,
)


@pytest.fixture
def stopped(service: HttpService) -> Iterator[HttpService]:
    """The service with a file store that is down, up again at the end."""
    stop_store(service)
    yield service
    service.refusals.clear()


async def test_what_fails_for_a_while_says_when_it_is_tried_again(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    service.refusals += [503] * 3
    desk.drop(file(tmp_path))
    await eventually(lambda: states(desk).get("sample.vcf") is State.RETRYING)
    page = desk.window.transfers
    await eventually(
        lambda: str(page.model.index(0, TransferColumn.STATUS).data()).endswith("Next try in 1 s.")
    )
    click(page.retry_all)
    await eventually(lambda: sent(desk) == ["sample.vcf"])


async def test_without_a_network_it_waits_and_goes_on_by_itself(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    inputs = service.fakes.inputs
    reachable, inputs.base_url = inputs.base_url, "http://127.0.0.1:9/nobody-listens-here"
    desk.drop(file(tmp_path))
    await eventually(lambda: states(desk).get("sample.vcf") is State.RETRYING)
    page = desk.window.transfers
    status = TransferColumn.STATUS
    await eventually(lambda: "cannot be reached" in str(page.model.index(0, status).data()))
    inputs.base_url = reachable
    await eventually(lambda: sent(desk) == ["sample.vcf"])
    assert not desk.window.toasts.texts


async def test_a_file_that_changed_can_be_sent_as_the_new_file_that_it_is(
    desk: Desk, stopped: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    path = file(tmp_path)
    desk.drop(path)
    await eventually(lambda: states(desk).get("sample.vcf") is State.RETRYING)
    path.write_bytes(VCF + b"MT\t74\t.\tA\tG\t.\t.\t.\n")
    stopped.refusals.clear()
    await eventually(lambda: states(desk)["sample.vcf"] is State.HELD)
    page = desk.window.transfers
    await eventually(lambda: page.model.index(0, TransferColumn.ACTION).data() == "Send again")
    page.deed_wanted.emit([items(desk)[0].id], Deed.AGAIN)
    await eventually(lambda: sent(desk) == ["sample.vcf"])
    await eventually(lambda: {j.status for j in desk.model.book} == {"pending", "cancelled"})
    (stored,) = stopped.fakes.inputs.objects.values()
    assert stored == path.read_bytes()


async def test_cancelling_a_job_in_the_table_ends_its_transfer(
    desk: Desk, stopped: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    desk.drop(file(tmp_path))
    await eventually(lambda: desk.model.rowCount() == 1)
    job = desk.model.job_at(0)
    assert job is not None
    desk.window.annotations.cancel_wanted.emit(job.id)
    await answer(desk, "go")
    await eventually(lambda: items(desk) == [])


async def test_too_large_files_are_asked_about_once_and_go_on_with_the_plan(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    desk.drop(*(file(tmp_path, f"large_{name}.vcf", LARGE) for name in "ab"))
    await eventually(lambda: desk.window.findChild(Decision))
    question = desk.window.findChild(Decision)
    assert question is not None
    await eventually(lambda: set(states(desk).values()) == {State.HELD})
    click(question.go)
    await eventually(lambda: desk.opened)
    # One was asked about while the other was looked at, so there may be a second question.
    await asyncio.sleep(0)
    for left in desk.window.findChildren(Decision):
        left.accept()
    assert service.parts == []
    me = desk.actions.session.me
    assert me is not None
    unlimited = me.limits.model_copy(update={"max_input_bytes": None})
    desk.window.set_me(me.model_copy(update={"plan": "premium", "limits": unlimited}))
    assert all(item.state is not State.DONE for item in items(desk))
    await eventually(lambda: all(item.state is not State.HELD for item in items(desk)))


def test_an_open_upload_is_taken_up_at_the_next_start(
    window: MainWindow, service: HttpService, tmp_path: Path, arun: Run
) -> None:
    stop_store(service)
    first = open_desk(window, service.url, tmp_path, FakeSignIn())

    async def begin() -> None:
        await enter(first)
        first.drop(file(tmp_path, "a.vcf"), file(tmp_path, "b.vcf"))
        await eventually(lambda: first.model.rowCount() == 2)
        first.actions.board.pause([items(first)[1].id])
        await first.close()

    arun(begin())
    service.refusals.clear()
    second = open_desk(window, service.url, tmp_path, FakeSignIn())

    async def go_on() -> None:
        window.show()
        await enter(second)
        await eventually(lambda: sent(second) == ["a.vcf"])
        ended = {"a.vcf": State.DONE, "b.vcf": State.PAUSED}
        await eventually(lambda: states(second) == ended)
        assert "2 transfers from last time" in window.toasts.texts
        second.actions.board.resume([items(second)[1].id])
        await eventually(lambda: sent(second) == ["a.vcf", "b.vcf"])
        await second.close()

    arun(go_on())
    # Neither was begun a second time.
    assert len(service.fakes.inputs.objects) == 2
    assert service.fakes.inputs.uploads == {}


async def test_signing_out_keeps_transfers_for_the_same_person_alone(
    desk: Desk, stopped: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    desk.drop(file(tmp_path))
    await eventually(lambda: desk.model.rowCount() == 1)
    desk.actions.session.sign_out()
    await eventually(lambda: items(desk) == [] and not desk.window.is_signed_in)
    await desk.actions.tasks.idle()
    stopped.refusals.clear()
    await enter(desk)
    await eventually(lambda: sent(desk) == ["sample.vcf"])
    stop_store(stopped)
    desk.drop(file(tmp_path, "secret.vcf"))
    await eventually(lambda: desk.model.rowCount() == 2)
    desk.actions.session.sign_out()
    await desk.actions.tasks.idle()
    desk.sign_in.token = "token-of-bob"
    desk.actions.session.begin()
    await eventually(lambda: desk.window.is_signed_in and desk.actions.session.me)
    await desk.services.queue.load("nobody")
    assert items(desk) == []


async def test_a_download_goes_on_and_can_be_shown_where_it_is(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    job = await send_sample(desk, tmp_path)
    result = hashlib.sha256(b"seed").digest() * 100_000
    service.start(job.id)
    service.complete(job.id, result)
    await eventually(lambda: {j.status for j in desk.model.book} == {"completed"})
    service.cut = len(result) - 1000
    desk.window.annotations.download_wanted.emit(job.id, FileKind.RESULT)
    desk.window.annotations.download_wanted.emit(job.id, FileKind.RESULT)
    saved = desk.settings.downloads / "sample.annotated.vcf.gz"
    await eventually(lambda: f"Saved {saved.name}" in desk.window.toasts.texts)
    assert saved.read_bytes() == result
    assert len(service.ranges) == 1
    assert list(desk.settings.downloads.iterdir()) == [saved]
    (item,) = [item for item in items(desk) if isinstance(item.work, Incoming)]
    assert isinstance(item.work, Incoming)
    assert item.work.saved == saved
    shown: list[Path] = []
    wanted: list[str] = []
    desk.actions.downloads.open_path = lambda path: shown.append(path) is None
    desk.window.annotations.view_wanted.connect(wanted.append)
    for deed in (Deed.SHOW_FOLDER, Deed.VIEW):
        desk.window.transfers.deed_wanted.emit([item.id], deed)
    assert (shown, wanted) == ([desk.settings.downloads], [job.id])
    carried: list[tuple[list[str], Qt.DropAction]] = []
    table = desk.window.transfers.table
    table.carry = lambda mime, action: carried.append(
        ([url.toLocalFile() for url in mime.urls()], action)
    )
    await eventually(lambda: table.model().index(1, TransferColumn.STATUS).data() == "Saved")
    for row in (0, 1):
        table.selectRow(row)
        table.startDrag(Qt.DropAction.CopyAction)
    copy, move = Qt.DropAction.CopyAction, Qt.DropAction.MoveAction
    assert carried == [([], move), ([str(saved)], copy)]
