"""A result that was saved and then deleted is not looked at, and nothing else is in its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from desktop.ports import FileKind
from desktop.transfer.items import Incoming, Item, State
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.controls import breakable
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.sidebar import Page
from tests.desktop.conftest import Run
from tests.desktop.viewer_world import KEPT, SHORT, Viewer, open_viewer

_NOT_LISTED = "Its annotation is not in your list; perhaps it was deleted."


@pytest.fixture
def viewer(window: MainWindow, tmp_path: Path, arun: Run) -> Iterator[Viewer]:
    made = open_viewer(window, tmp_path)
    yield made
    arun(made.tasks.stop())


def saved(viewer: Viewer, name: str, kind: FileKind, job_id: str = SHORT.id) -> Item:
    """Return the transfer of a file that is here."""
    work = Incoming(job_id, kind, viewer.folder, saved=viewer.folder / name)
    return Item(name, name, work, State.DONE)


async def look_at_deleted(viewer: Viewer, *items: Item, row: int) -> str:
    """Look at a deleted result of the transfers while another is open; return what is said."""
    page = await viewer.open()
    viewer.window.model.remove([SHORT.id])
    transfers = viewer.window.transfers
    transfers.model.set_items(items)
    viewer.window.open_page(Page.TRANSFERS)
    if row >= 0:
        transfers.table.selectRow(row)
    await viewer.open(SHORT)
    assert viewer.window.pages.currentWidget() is transfers
    assert page.job_id == KEPT.id
    toast = viewer.window.toasts._shown[-1]
    assert toast.tone is Tone.WARN
    return "\n".join(part.text() for part in toast.findChildren(QLabel) if part.text())


@pytest.mark.parametrize("row", [2, 3])
async def test_the_file_that_was_to_be_viewed_is_named_with_its_folder(
    viewer: Viewer, arun: Run, row: int
) -> None:
    names = ["other.vcf.gz", "x.log", "x.vcf.gz", "x.parquet"]
    said = await look_at_deleted(
        viewer,
        saved(viewer, names[0], FileKind.RESULT, KEPT.id),
        saved(viewer, names[1], FileKind.LOG),
        saved(viewer, names[2], FileKind.RESULT),
        saved(viewer, names[3], FileKind.TABLE),
        row=row,
    )
    place = breakable(f"The saved file is in {viewer.folder}.")
    assert said == f"{names[row]} cannot be viewed\n{_NOT_LISTED} {place}"


async def test_a_result_that_is_nowhere_is_only_said_to_be_missing(
    viewer: Viewer, arun: Run
) -> None:
    said = await look_at_deleted(viewer, saved(viewer, "x.log", FileKind.LOG), row=-1)
    assert said == f"The result cannot be viewed\n{_NOT_LISTED}"
