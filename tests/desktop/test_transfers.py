"""What people do with transfers, against the real API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from desktop.transfer.items import Item, Outgoing, State
from desktop.ui.models.transfer_row import Deed
from desktop.ui.models.transfers import TransferColumn
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import HttpService
from tests.desktop.transfer_steps import (
    BROKEN,
    click,
    enter,
    file,
    items,
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


async def test_files_and_folders_are_sent_together(desk: Desk, tmp_path: Path) -> None:
    await enter(desk)
    loose = file(tmp_path, "loose.vcf")
    for name in ("a.vcf", "deep/b.vcf", "deep/readme.txt"):
        file((tmp_path / "run" / name).parent, Path(name).name)
    desk.drop(loose, tmp_path / "run")
    await eventually(lambda: sent(desk) == ["a.vcf", "b.vcf", "loose.vcf"])
    await eventually(lambda: set(states(desk).values()) == {State.DONE})
    page = desk.window.transfers
    await eventually(lambda: page.model.index(0, TransferColumn.STATUS).data() == "Sent")
    assert page.model.rowCount() == 3
    click(page.clear)
    await eventually(page.nothing.isVisible)


async def test_a_folder_without_any_is_said_so(desk: Desk, tmp_path: Path) -> None:
    await enter(desk)
    file(tmp_path / "run", "readme.txt")
    desk.drop(tmp_path / "run")
    await eventually(lambda: "No VCF files found" in desk.window.toasts.texts)
    assert items(desk) == []


async def test_a_faulty_file_is_held_back_with_its_line_and_sent_if_somebody_wants_it(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    desk.drop(file(tmp_path, "broken.vcf", BROKEN), file(tmp_path, "good.vcf"))
    await eventually(lambda: sent(desk) == ["good.vcf"])
    assert states(desk)["broken.vcf"] is State.HELD
    strip, page = desk.window.annotations.strip, desk.window.transfers
    fault = "Line 4 has 2 columns; VCF needs at least 8."
    said = f"Needs a look · {fault}"
    await eventually(lambda: page.model.index(0, TransferColumn.STATUS).data() == said)
    assert page.model.index(0, TransferColumn.ACTION).data() == "Send anyway"
    notice = f"1 file to look at: broken.vcf. {fault}</p>"
    await eventually(lambda: strip.notice.toolTip().endswith(notice))
    await eventually(lambda: "broken.vcf needs a look" in desk.window.toasts.texts)
    page.deed_wanted.emit([items(desk)[0].id], Deed.ANYWAY)
    await eventually(lambda: sent(desk) == ["broken.vcf", "good.vcf"])


async def test_many_faulty_files_are_told_of_once(desk: Desk, tmp_path: Path) -> None:
    await enter(desk)
    for number in range(12):
        file(tmp_path / "run", f"{number}.vcf", BROKEN)
    desk.drop(tmp_path / "run")
    await eventually(lambda: "12 files to look at" in desk.window.toasts.texts)
    assert len(desk.window.toasts.texts) == 1


async def test_a_click_pauses_and_another_goes_on(
    desk: Desk, stopped: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    desk.drop(file(tmp_path))
    page = desk.window.transfers
    await eventually(lambda: page.model.rowCount() == 1 and page.pause_all.isEnabled())
    await eventually(lambda: desk.actions.board.progress(items(desk)[0].id).job_id)
    click(page.pause_all)
    assert states(desk) == {"sample.vcf": State.PAUSED}
    await eventually(lambda: page.model.index(0, TransferColumn.STATUS).data() == "Paused")
    stopped.refusals.clear()
    # A click on the row's own action, as a person does.
    index = page.model.index(0, TransferColumn.ACTION)
    assert index.data() == "Resume"
    rect = page.table.visualRect(index)
    place = QPoint(rect.left() + 15, rect.center().y())
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    await eventually(lambda: sent(desk) == ["sample.vcf"])


async def test_everything_can_be_done_by_keys(
    desk: Desk, stopped: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    desk.drop(*(file(tmp_path, f"{name}.vcf") for name in "abcd"))
    page = desk.window.transfers
    table = page.table
    await eventually(lambda: page.model.rowCount() == 4)
    desk.actions.board.pause([item.id for item in items(desk)])
    table.selectRow(2)
    QTest.keyClick(table, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    await eventually(lambda: [item.name[0] for item in items(desk)] == list("acbd"))
    await eventually(lambda: [row.item.name for row in table.chosen()] == ["c.vcf"])
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert [item.name[0] for item in items(desk)] == list("abcd")
    await eventually(lambda: table.chosen()[0].item.state is State.PAUSED)
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert states(desk)["c.vcf"] is not State.PAUSED
    QTest.keyClick(table, Qt.Key.Key_Delete)
    await eventually(lambda: "c.vcf" not in states(desk))
    await eventually(lambda: page.model.rowCount() == 3)
    table.selectRow(0)
    stopped.refusals.clear()
    QTest.keyClick(table, Qt.Key.Key_Return)
    await eventually(lambda: sent(desk) == ["a.vcf"])


async def test_buttons_offer_what_the_selected_rows_offer(
    desk: Desk, stopped: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    desk.drop(file(tmp_path, "a.vcf"), file(tmp_path, "broken.vcf", BROKEN))
    page = desk.window.transfers
    await eventually(lambda: states(desk).get("broken.vcf") is State.HELD)
    desk.actions.board.pause([items(desk)[0].id])
    await eventually(page.resume_all.isVisible)
    assert not any(button.isEnabled() for button in page.deeds.values())
    page.table.selectRow(0)
    enabled = {deed for deed, button in page.deeds.items() if button.isEnabled()}
    assert enabled == {Deed.RESUME, Deed.UP, Deed.DOWN, Deed.CANCEL}
    assert [act.text() for act in page.menu().actions() if act.text()] == [
        "Resume",
        "Move up",
        "Move down",
        "Cancel",
    ]
    click(page.deeds[Deed.CANCEL])
    await eventually(lambda: states(desk) == {"broken.vcf": State.HELD})


async def test_a_sent_file_leads_to_its_job(desk: Desk, tmp_path: Path) -> None:
    await enter(desk)
    desk.drop(file(tmp_path))
    await eventually(lambda: states(desk) == {"sample.vcf": State.DONE})
    (item,) = items(desk)
    assert isinstance(item.work, Outgoing)
    desk.window.transfers.deed_wanted.emit([item.id], Deed.SHOW_JOB)
    details = desk.window.annotations.details
    await eventually(lambda: details.isVisible() and details.job_id == item.work.job_id)


async def test_whatever_can_be_clicked_has_a_name(desk: Desk, tmp_path: Path) -> None:
    await enter(desk)
    for widget in (desk.window.transfers, desk.window.annotations.strip):
        for button in widget.findChildren(QPushButton):
            said = QAccessible.queryAccessibleInterface(button)
            assert said.text(QAccessible.Text.Name), button.objectName()
    assert desk.window.transfers.table.accessibleName() == "Transfers"


async def test_many_files_do_not_hold_the_window_up(desk: Desk, tmp_path: Path) -> None:
    await enter(desk)
    board = desk.actions.board
    board.queue.at_once = 0
    board.add(
        Item(str(number), f"{number}.vcf", Outgoing(tmp_path / f"{number}.vcf"))
        for number in range(5000)
    )
    page = desk.window.transfers
    await eventually(lambda: page.model.rowCount() == 5000)
    board.shift([str(number) for number in range(2000, 3000)], up=True)
    await eventually(lambda: page.model.item_at(1999).name == "2000.vcf")
    board.drop([str(number) for number in range(4990)])
    await eventually(lambda: page.model.rowCount() == 10)
