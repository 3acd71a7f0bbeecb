"""What has got through is not thrown away unasked, and nothing leaves the queue without a word."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from backend.wire import JobStatus
from desktop.ports import Progress
from desktop.transfer.check import FileCheck
from desktop.transfer.items import Item, Outgoing, State
from desktop.ui.actions.removals import MUCH
from desktop.ui.models.transfer_row import Deed
from desktop.ui.views.dialogs import Decision
from tests.desktop.clicks import answer, status, submit
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import HttpService
from tests.desktop.transfer_steps import enter, hold_sample_up, states

ENTIRE = 2 * MUCH


async def moving(desk: Desk, done: int) -> asyncio.Event:
    """Have a file on its way of which *done* bytes got through; the event lets it arrive."""
    arrived = asyncio.Event()

    async def work(item: Item, progress: Progress) -> Outgoing:
        progress.begin("uploading", ENTIRE, done)
        await arrived.wait()
        assert isinstance(item.work, Outgoing)
        return item.work

    await enter(desk)
    desk.actions.board.works[Outgoing] = work
    desk.actions.board.add([Item("a", "a.vcf", Outgoing(Path("/a.vcf"), FileCheck(ENTIRE)))])
    await eventually(lambda: desk.actions.board.progress("a").step == "uploading")
    return arrived


async def asked(desk: Desk) -> tuple[str, str]:
    """Return what is asked, and what the button says that does it."""
    await eventually(lambda: desk.window.findChild(Decision))
    question = desk.window.findChild(Decision)
    assert question is not None
    return question.windowTitle(), question.go.text()


async def test_a_transfer_is_not_thrown_away_unasked(desk: Desk) -> None:
    await moving(desk, MUCH)
    desk.window.transfers.deed_wanted.emit(["a"], Deed.CANCEL)
    assert await asked(desk) == ("Cancel the transfer of a.vcf?", "Cancel transfer")
    await answer(desk, "back")
    assert states(desk) == {"a.vcf": State.RUNNING}
    desk.window.transfers.deed_wanted.emit(["a"], Deed.CANCEL)
    await answer(desk, "go")
    await eventually(lambda: states(desk) == {})


async def test_several_transfers_are_asked_about_at_once(desk: Desk) -> None:
    await moving(desk, MUCH)
    desk.actions.board.add([Item("b", "b.vcf", Outgoing(Path("/b.vcf"), FileCheck(ENTIRE)))])
    desk.window.transfers.deed_wanted.emit(["a", "b"], Deed.CANCEL)
    assert await asked(desk) == ("Cancel 2 transfers?", "Cancel transfers")
    await answer(desk, "go")
    await eventually(lambda: states(desk) == {})


async def test_one_question_is_asked_by_del_of_what_is_paused_and_what_failed(desk: Desk) -> None:
    await enter(desk)
    board, table = desk.actions.board, desk.window.transfers.table
    for name, state in (("a", State.PAUSED), ("b", State.FAILED)):
        board.progress(name).begin("uploading", ENTIRE, MUCH)
        board.add([Item(name, f"{name}.vcf", Outgoing(Path(f"/{name}.vcf")), state)])
    await eventually(lambda: desk.window.transfers.model.rowCount() == 2)
    table.selectAll()
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert await asked(desk) == ("Cancel 2 transfers?", "Cancel transfers")
    await answer(desk, "go")
    await eventually(lambda: states(desk) == {})


async def test_what_has_not_begun_is_taken_out_at_once(desk: Desk) -> None:
    await moving(desk, 0)
    desk.window.transfers.deed_wanted.emit(["a"], Deed.CANCEL)
    await eventually(lambda: states(desk) == {})
    assert desk.window.findChild(Decision) is None


async def test_what_arrives_while_it_is_asked_about_is_not_called_off(desk: Desk) -> None:
    arrived = await moving(desk, MUCH)
    desk.window.transfers.deed_wanted.emit(["a"], Deed.CANCEL)
    await eventually(lambda: desk.window.findChild(Decision))
    arrived.set()
    await eventually(lambda: states(desk) == {"a.vcf": State.DONE})
    await answer(desk, "go")
    assert states(desk) == {"a.vcf": State.DONE}
    desk.window.transfers.deed_wanted.emit(["a"], Deed.REMOVE)
    assert states(desk) == {}


async def test_a_job_is_cancelled_after_a_question(desk: Desk, tmp_path: Path) -> None:
    await enter(desk)
    job_id = await submit(desk, tmp_path)
    desk.window.annotations.cancel_wanted.emit(job_id)
    await answer(desk, "back")
    assert status(desk) is JobStatus.PENDING
    desk.window.annotations.cancel_wanted.emit(job_id)
    await answer(desk, "go")
    await eventually(lambda: status(desk) is JobStatus.CANCELLED)


async def test_an_upload_whose_job_is_cancelled_elsewhere_says_so(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    await hold_sample_up(desk, service, tmp_path)
    await eventually(lambda: len(desk.model.book) == 1)
    (job,) = desk.model.book
    await desk.services.api.cancel(job.id)
    await eventually(lambda: states(desk) == {})
    assert "sample.vcf is not sent any more" in desk.window.toasts.texts
    service.refusals.clear()
