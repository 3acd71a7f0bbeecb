"""The window on a whole local stack: real sign-in, real upload, real annotation, real download."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from backend.assets import asset
from backend.local.person import signs_in_as
from backend.local.stack import Stack
from backend.local.verdict import judge
from backend.wire import JobStatus
from desktop.app import connect
from desktop.platform.opening import Opener
from desktop.ports import FileKind
from desktop.services import open_services
from desktop.settings import Settings
from desktop.transfer.items import State
from desktop.ui.clock import ServiceClock, machine_time
from desktop.ui.models.transfer_row import Deed
from desktop.ui.views.main_window import MainWindow
from tests.desktop.desk import Desk, FakeSignIn, eventually
from tests.stack import running_stack

pytestmark = [pytest.mark.stack, pytest.mark.slow]

PATIENCE = 90.0


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


@pytest.fixture
def desk(
    stack: Stack, window: MainWindow, tmp_path: Path, loop: asyncio.AbstractEventLoop
) -> Iterator[Desk]:
    """The app as `desktop.app` puts it together; its browser chooses Ada on the sign-in page."""
    choose = signs_in_as("ada@local.test")

    def browser(url: str) -> None:
        threading.Thread(target=choose, args=(url,), daemon=True).start()

    settings = Settings(stack.api_url, data=tmp_path / "data", downloads=tmp_path / "Downloads")
    services = open_services(settings, browser)
    clock = ServiceClock(machine_time)
    window.model.clock = clock
    opener = Opener(stack.api_url, lambda _url: True)
    actions = connect(window, clock, services, settings, opener)
    desk = Desk(window, actions, services, FakeSignIn(), settings)
    yield desk
    loop.run_until_complete(desk.close())


async def signed_in(desk: Desk) -> None:
    """Sign in by the button and the browser."""
    page = desk.window.sign_in
    desk.actions.session.begin()
    await eventually(page.sign_in.isVisible)
    QTest.mouseClick(page.sign_in, Qt.MouseButton.LeftButton)
    await eventually(lambda: desk.window.is_signed_in and desk.actions.session.me)


def within_patience(
    loop: asyncio.AbstractEventLoop, work: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    loop.run_until_complete(asyncio.wait_for(work(), PATIENCE))


def test_dropped_file_is_annotated_and_saved(
    desk: Desk, loop: asyncio.AbstractEventLoop, tmp_path: Path
) -> None:
    demo = asset("demo/demo.vcf")

    async def use() -> None:
        await signed_in(desk)
        desk.drop(demo)
        await eventually(lambda: (j := desk.model.job_at(0)) and j.status is JobStatus.COMPLETED)
        job = desk.model.job_at(0)
        assert job is not None
        assert job.variants == job.total == 157
        desk.window.annotations.download_wanted.emit(job.id, FileKind.RESULT)
        saved = desk.settings.downloads / "demo.annotated.vcf.gz"
        await eventually(saved.exists)

    within_patience(loop, use)
    saved = desk.settings.downloads / "demo.annotated.vcf.gz"
    assert judge(demo, saved, asset("demo/expected.json")).ok


def test_bad_file_is_told_with_its_line(
    desk: Desk, loop: asyncio.AbstractEventLoop, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.vcf"
    bad.write_text("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nMT\t1\n")

    async def use() -> None:
        await signed_in(desk)
        desk.drop(bad)
        queue = desk.actions.board.queue
        await eventually(lambda: queue.of(State.HELD))
        (held,) = queue.items
        assert held.reason == "Line 3 has 2 columns; VCF needs at least 8."
        # Whoever sends it all the same is told the same by the service.
        desk.window.transfers.deed_wanted.emit([held.id], Deed.ANYWAY)
        await eventually(lambda: (j := desk.model.job_at(0)) and j.status is JobStatus.FAILED)
        job = desk.model.job_at(0)
        assert job is not None
        assert job.failure == "Line 3 has 2 columns; VCF needs at least 8."

    within_patience(loop, use)
