"""The question about files that the plan does not take: it ends with what it asks about."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from desktop.errors import QuotaReachedError
from desktop.ports import Progress
from desktop.transfer.check import FileCheck
from desktop.transfer.items import Hold, Item, Outgoing, State
from desktop.ui.models.transfer_row import Deed
from desktop.ui.sample import PREMIUM
from desktop.ui.views.dialogs import Decision
from desktop.ui.views.toast import Toast
from tests.desktop.clicks import answer
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import HttpService
from tests.desktop.transfer_steps import LARGE, enter, file, items, states


async def drop_large(desk: Desk, folder: Path, name: str) -> None:
    desk.drop(file(folder, name, LARGE))
    await eventually(lambda: states(desk).get(name) is State.HELD)
    await eventually(lambda: desk.window.findChild(Decision))


def upgrade(desk: Desk) -> None:
    """Become what somebody who paid elsewhere is; what is sent now takes long."""
    me = desk.actions.session.me
    assert me is not None
    desk.actions.board.works[Outgoing] = never
    paid = {"plan": "premium", "limits": PREMIUM.limits, "upgrade_url": None}
    desk.window.set_me(me.model_copy(update=paid))


def told(desk: Desk) -> list[str]:
    return [toast.accessibleName() for toast in desk.window.toasts.findChildren(Toast)]


async def never(_item: Item, _progress: Progress) -> Any:
    await asyncio.Event().wait()


async def test_the_question_closes_when_the_plan_takes_the_file(desk: Desk, tmp_path: Path) -> None:
    await enter(desk)
    await drop_large(desk, tmp_path, "large.vcf")
    upgrade(desk)
    await eventually(lambda: not desk.window.findChildren(Decision))
    assert states(desk) == {"large.vcf": State.RUNNING}
    assert "large.vcf was not sent" not in desk.window.toasts.texts


async def test_a_faulty_file_is_not_what_the_upgrade_is_sold_for(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    desk.drop(file(tmp_path, "reads.bam", b"BAM\1" + LARGE))
    await eventually(lambda: "reads.bam needs a look" in desk.window.toasts.texts)
    (item,) = items(desk)
    assert (item.state, item.hold) == (State.HELD, Hold.FAULT)
    assert "a BAM file of reads" in str(item.reason)
    assert desk.window.findChildren(Decision) == []
    # Whoever pays for another file has not asked for this one.
    upgrade(desk)
    assert states(desk) == {"reads.bam": State.HELD}
    desk.actions.board.retry([item.id])
    assert states(desk) == {"reads.bam": State.RUNNING}


async def test_the_plan_is_asked_for_a_faulty_file_that_is_to_be_sent_anyway(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    desk.drop(file(tmp_path, "reads.bam", b"BAM\1" + LARGE))
    await eventually(lambda: states(desk) == {"reads.bam": State.HELD})
    desk.window.transfers.deed_wanted.emit([items(desk)[0].id], Deed.ANYWAY)
    await eventually(lambda: desk.window.findChild(Decision))
    assert items(desk)[0].hold is Hold.PLAN
    upgrade(desk)
    await eventually(lambda: not desk.window.findChildren(Decision))
    assert states(desk) == {"reads.bam": State.RUNNING}
    assert service.parts == []


async def test_not_now_calls_nothing_off_that_goes_on_meanwhile(desk: Desk, tmp_path: Path) -> None:
    await enter(desk)
    board = desk.actions.board
    board.works[Outgoing] = never
    error = QuotaReachedError(None, limit=1, upgrade_url=None)
    board.add(_held(name) for name in ("a.vcf", "b.vcf"))
    for item in items(desk):
        board.too_large.emit(item.id, error)
    await eventually(lambda: desk.window.findChild(Decision))
    # One of the two goes on, as when somebody looks at it while the question is open.
    board.retry([items(desk)[0].id])
    await answer(desk, "back")
    assert states(desk) == {"a.vcf": State.RUNNING}
    assert "b.vcf was not sent" in desk.window.toasts.texts


async def test_not_now_says_that_the_file_is_not_sent(desk: Desk, tmp_path: Path) -> None:
    await enter(desk)
    await drop_large(desk, tmp_path, "large.vcf")
    await answer(desk, "back")
    assert items(desk) == []
    assert "large.vcf was not sent. Add it again once your plan takes it." in told(desk)


async def test_not_now_says_that_several_files_are_not_sent(desk: Desk) -> None:
    await enter(desk)
    board = desk.actions.board
    board.add(_held(name) for name in ("a.vcf", "b.vcf"))
    for item in items(desk):
        board.too_large.emit(item.id, QuotaReachedError(None, limit=1, upgrade_url=None))
    await eventually(lambda: desk.window.findChild(Decision))
    await answer(desk, "back")
    assert "2 files were not sent. Add them again once your plan takes them." in told(desk)


def _held(name: str) -> Item:
    work = Outgoing(Path(f"/{name}"), FileCheck(10**9))
    return Item(name, name, work, State.HELD, hold=Hold.PLAN)
