"""The viewer on a whole local stack: a real annotation, its real table."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.assets import asset
from backend.local.stack import Stack
from backend.wire import JobStatus, VariantExport, VariantFilter
from desktop.ports import Progress
from desktop.ui.views.main_window import MainWindow
from tests.desktop.desk import Desk, eventually
from tests.desktop.stack_desk import open_stack_desk, sign_in, within_patience
from tests.stack import running_stack

pytestmark = [pytest.mark.stack, pytest.mark.slow]

RECORDS = 157


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


def test_an_annotated_file_is_looked_at_and_exported(
    desk: Desk, loop: asyncio.AbstractEventLoop, tmp_path: Path
) -> None:
    target = tmp_path / "high.vcf.gz"

    async def use() -> None:
        await sign_in(desk)
        desk.drop(asset("demo/demo.vcf"))
        await eventually(lambda: (j := desk.model.job_at(0)) and j.status is JobStatus.COMPLETED)
        await look(desk, target)

    within_patience(loop, use)
    records = [
        line for line in gzip.decompress(target.read_bytes()).splitlines() if line[:1] != b"#"
    ]
    assert 0 < len(records) < RECORDS
    assert all(b"|HIGH|" in record for record in records)


async def look(desk: Desk, target: Path) -> None:
    """Open the result, filter and sort it, look at one variant, and save the filtered ones."""
    job = desk.model.job_at(0)
    assert job is not None
    desk.window.annotations.view_wanted.emit(job.id)
    page = desk.window.results
    model, view = page.model, page.variants
    await eventually(lambda: page.has_variants and model.row_at(0) and model.is_exact)
    assert model.count >= RECORDS
    assert page.tiles.buttons[0].accessibleName() == f"Records: {RECORDS}"
    view.filters.change({"impacts": ["HIGH"]})
    await eventually(lambda: not model.is_waiting and model.query.wanted.impacts)
    found = [row for number in range(model.rowCount()) if (row := model.row_at(number))]
    assert {model.value(row, "impact") for row in found} == {"HIGH"}
    view.table.sort_wanted.emit(model.columns[0])
    await eventually(lambda: model.query.sort and not model.is_waiting)
    view.table.selectRow(0)
    view.table.opened.emit()
    await eventually(lambda: view.panel.links)
    view.filters.change({"query": "impct = HIGH"})
    await eventually(lambda: view.filters.query.edit.marked() == "impct")
    wanted = VariantExport(format="vcf", filter=VariantFilter(impacts=["HIGH"]))
    await desk.services.variants.export(job.id, wanted, target, Progress())
