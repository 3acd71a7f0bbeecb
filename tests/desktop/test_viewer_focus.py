"""On the page of a result the keyboard is where something can be seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from backend.wire import JobView
from desktop.errors import ConflictError, OfflineError
from desktop.sentences import quoted
from desktop.ui.sample import NOW
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.sidebar import Page
from tests.desktop.conftest import Run
from tests.desktop.desk import eventually
from tests.desktop.viewer_world import ARCHIVED, KEPT, RESTORING, SHORT, Viewer, open_viewer


@pytest.fixture
def viewer(window: MainWindow, tmp_path: Path, arun: Run) -> Iterator[Viewer]:
    made = open_viewer(window, tmp_path)
    made.window.annotations.table.setFocus()
    yield made
    arun(made.tasks.stop())


def focused(viewer: Viewer) -> QWidget | None:
    return viewer.window.focusWidget()


def help_of(viewer: Viewer) -> QWidget:
    """The button of what is said in the place of the variants."""
    assert viewer.page.state is not None
    assert viewer.page.state.action.isVisible()
    return viewer.page.state.action


def away(viewer: Viewer) -> None:
    """Go to the annotations, with the keyboard."""
    viewer.window.open_page(Page.ANNOTATIONS)
    viewer.window.annotations.table.setFocus()


@pytest.mark.parametrize("job", [ARCHIVED, RESTORING], ids=["archived", "restoring"])
async def test_what_cannot_be_looked_at_has_its_button_at_hand(
    viewer: Viewer, arun: Run, job: JobView
) -> None:
    await viewer.open(job)
    assert focused(viewer) is help_of(viewer)
    away(viewer)
    viewer.window.open_page(Page.RESULTS)
    assert focused(viewer) is help_of(viewer)


async def test_a_result_that_expires_has_its_button_at_hand(viewer: Viewer, arun: Run) -> None:
    await viewer.open(SHORT)
    assert focused(viewer) is viewer.page.variants.table
    viewer.window.model.clock = lambda: NOW + timedelta(seconds=152)
    viewer.actions.tick()
    await viewer.idle()
    assert focused(viewer) is help_of(viewer)


async def test_what_ends_while_another_page_is_open_is_found_when_coming_back(
    viewer: Viewer, arun: Run
) -> None:
    await viewer.open(SHORT)
    viewer.page.variants.filters.focus_search()
    away(viewer)
    viewer.window.model.clock = lambda: NOW + timedelta(seconds=152)
    viewer.actions.tick()
    await viewer.idle()
    assert focused(viewer) is viewer.window.annotations.table
    viewer.window.open_page(Page.RESULTS)
    assert focused(viewer) is help_of(viewer)


async def test_a_result_that_is_refused_has_its_button_at_hand(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    viewer.variants.troubles["page"] = ConflictError(quoted("The free plan's time is over."))
    page.variants.filters.focus_search()
    await viewer.use(impacts=["HIGH"])
    assert focused(viewer) is help_of(viewer)


async def test_while_a_result_is_on_its_way_the_page_has_the_keyboard(
    viewer: Viewer, arun: Run
) -> None:
    viewer.variants.troubles |= {"columns": OfflineError(), "summary": OfflineError()}
    viewer.window.annotations.view_wanted.emit(KEPT.id)
    assert focused(viewer) is viewer.page
    await eventually(lambda: viewer.page.state is not None and viewer.page.state.isVisible())
    assert focused(viewer) is help_of(viewer)


async def test_the_page_without_a_result_has_its_button_at_hand(viewer: Viewer, arun: Run) -> None:
    await viewer.open()
    away(viewer)
    viewer.actions.close()
    viewer.window.open_page(Page.RESULTS)
    assert focused(viewer) is help_of(viewer)


async def test_whoever_is_in_the_sidebar_stays_there(viewer: Viewer, arun: Run) -> None:
    await viewer.open(ARCHIVED)
    entry = viewer.window.sidebar.entries[Page.RESULTS]
    away(viewer)
    entry.setFocus()
    viewer.window.open_page(Page.RESULTS)
    assert focused(viewer) is entry
