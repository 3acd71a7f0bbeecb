"""The window on a whole local stack: real sign-in, real upload, real annotation, real download."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.assets import asset
from backend.local.stack import Stack
from backend.local.verdict import judge
from backend.wire import JobStatus
from desktop.ports import FileKind
from desktop.transfer.items import State
from desktop.ui.models.transfer_row import Deed
from desktop.ui.views.main_window import MainWindow
from tests.desktop.desk import Desk, eventually
from tests.desktop.stack_desk import open_stack_desk, sign_in, within_patience
from tests.stack import running_stack

pytestmark = [pytest.mark.stack, pytest.mark.slow]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


@pytest.fixture
def desk(
    stack: Stack, window: MainWindow, tmp_path: Path, loop: asyncio.AbstractEventLoop
) -> Iterator[Desk]:
    made = open_stack_desk(window, stack.api_url, tmp_path)
    yield made
    loop.run_until_complete(made.close())


def test_dropped_file_is_annotated_and_saved(
    desk: Desk, loop: asyncio.AbstractEventLoop, tmp_path: Path
) -> None:
    demo = asset("demo/demo.vcf")

    async def use() -> None:
        await sign_in(desk)
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
        await sign_in(desk)
        desk.drop(bad)
        queue = desk.actions.board.queue
        await eventually(lambda: queue.of(State.HELD))
        (held,) = queue.items
        assert str(held.reason) == "Line 3 has 2 columns; VCF needs at least 8."
        # Whoever sends it all the same is told the same by the service.
        desk.window.transfers.deed_wanted.emit([held.id], Deed.ANYWAY)
        await eventually(lambda: (j := desk.model.job_at(0)) and j.status is JobStatus.FAILED)
        job = desk.model.job_at(0)
        assert job is not None
        assert job.failure == "Line 3 has 2 columns; VCF needs at least 8."

    within_patience(loop, use)
