"""Steps that the tests of transfers share."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from backend.wire import JobStatus, JobView
from desktop.transfer.items import Item, State
from desktop.ui.views.sidebar import Page
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import VCF, HttpService

BROKEN = VCF + b"MT\t1\n"
LARGE = VCF + b"MT\t73\t.\tA\tG\t.\t.\t.\n" * 20_000
"""More than the free plan takes, and nothing else is wrong with it."""


def click(widget: QWidget) -> None:
    assert widget.isVisible()
    assert widget.isEnabled()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def file(folder: Path, name: str = "sample.vcf", data: bytes = VCF) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    return path


async def enter(desk: Desk) -> None:
    """Sign in, and open the page of transfers once it is known who that is."""
    desk.sign_in.token, desk.sign_in.found = "token-of-ada", True
    desk.actions.session.begin()
    await eventually(lambda: desk.window.is_signed_in and desk.actions.session.me)
    await eventually(lambda: not desk.window.annotations.skeleton.isVisible())
    desk.window.open_page(Page.TRANSFERS)


def items(desk: Desk) -> list[Item]:
    return desk.actions.board.queue.items


def states(desk: Desk) -> dict[str, State]:
    return {item.name: item.state for item in items(desk)}


def sent(desk: Desk) -> list[str]:
    return sorted(job.name for job in desk.model.book if job.status is JobStatus.PENDING)


def stop_store(service: HttpService) -> None:
    service.refusals += [503] * 1000


async def send_sample(desk: Desk, folder: Path) -> JobView:
    """Send a file, the only one so far; return its job."""
    desk.drop(file(folder))
    await eventually(lambda: sent(desk) == ["sample.vcf"])
    (job,) = desk.model.book
    return job


async def hold_sample_up(desk: Desk, service: HttpService, folder: Path) -> Item:
    """Drop a file, the only one so far, while the file store takes nothing; return its item."""
    stop_store(service)
    desk.drop(file(folder))
    await eventually(lambda: states(desk) == {"sample.vcf": State.RETRYING})
    (item,) = items(desk)
    return item
