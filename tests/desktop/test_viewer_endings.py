"""The end of a sign-in is that of what the viewer shows and asks for, too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.errors import KeyringLockedError, OfflineError, SignedOutError
from desktop.ui.sample import ME
from desktop.ui.viewer.query import NO_FILTER
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.sidebar import Page
from tests.desktop.conftest import Run
from tests.desktop.viewer_world import KEPT, Viewer, open_viewer


@pytest.fixture
def viewer(window: MainWindow, tmp_path: Path, arun: Run) -> Iterator[Viewer]:
    made = open_viewer(window, tmp_path)
    yield made
    arun(made.tasks.stop())


@pytest.mark.parametrize("end", ["signed_out", "interrupted"])
async def test_the_end_of_a_sign_in_leaves_nothing_of_a_result(
    viewer: Viewer, arun: Run, end: str
) -> None:
    page = await viewer.open()
    page.variants.table.selectRow(3)
    page.variants.table.opened.emit()
    viewer.filters.kept = {ME.id: {"Mine": NO_FILTER}}
    viewer.window.me_set.emit(ME)
    await viewer.idle()
    getattr(viewer.session, end).emit()
    assert page.variants.filters.saved.filters == {}
    assert page.variants.panel.title.text() == ""
    assert (page.job_id, page.model.rowCount(), page.name.text()) == ("", 0, "Results")
    assert page.overview.cards["genes"].chart.bars == ()
    assert page.state is not None


async def test_nothing_is_asked_for_after_an_interruption(viewer: Viewer, arun: Run) -> None:
    pauses = []

    async def pause(_seconds: float) -> None:
        pauses.append(len(pauses))
        if len(pauses) == 2:
            viewer.session.end(KeyringLockedError())
        await asyncio.sleep(0)

    viewer.actions._pause = pause
    viewer.variants.troubles["summary"] = OfflineError()
    page = await viewer.open()
    assert pauses == [0, 1]
    asked = len(viewer.variants.asked)
    viewer.window.banners.acted.emit("offline")
    page.variants.filters.change({"pass_only": True})
    await viewer.idle()
    assert len(viewer.variants.asked) == asked
    assert page.model.rowCount() == 0
    viewer.window.show_pages()
    viewer.window.open_page(Page.RESULTS)
    assert page.state is not None
    assert page.state.isVisible()
    assert page.job_id == ""


async def test_an_ended_sign_in_is_told_as_such(viewer: Viewer, arun: Run) -> None:
    await viewer.open()
    viewer.variants.troubles["page"] = SignedOutError()
    viewer.page.variants.filters.change({"impacts": ["HIGH"]})
    await viewer.idle()
    assert [type(error) for error in viewer.errors] == [SignedOutError]


async def test_variants_that_come_after_a_sign_out_are_not_shown(viewer: Viewer, arun: Run) -> None:
    viewer.variants.counted.clear()
    viewer.variants.troubles["summary"] = SignedOutError()
    held, columns = asyncio.Event(), viewer.variants.columns

    async def late(job_id: str) -> object:
        await held.wait()
        return await columns(job_id)

    viewer.variants.columns = late  # type: ignore[assignment,method-assign]
    viewer.window.annotations.view_wanted.emit(KEPT.id)
    viewer.variants.counted.set()
    await viewer.idle()
    assert [type(error) for error in viewer.errors] == [SignedOutError]
    viewer.session.signed_out.emit()
    held.set()
    await asyncio.sleep(0)
    await viewer.idle()
    assert not viewer.page.has_variants
    assert viewer.variants.asked == []
