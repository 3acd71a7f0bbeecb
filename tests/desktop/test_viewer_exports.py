"""Exports end with the sign-in, and when the app does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from desktop.errors import KeyringLockedError
from desktop.ui.actions.session import SessionActions
from desktop.ui.views.dialogs import Decision
from desktop.ui.views.main_window import MainWindow
from tests.desktop.clicks import click
from tests.desktop.conftest import Run
from tests.desktop.desk import eventually
from tests.desktop.viewer_world import Viewer, open_viewer

End = Callable[[SessionActions], None]

# Qt's own dialog says it off the screen, where sizes have no limits.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def viewer(window: MainWindow, tmp_path: Path, arun: Run) -> Iterator[Viewer]:
    made = open_viewer(window, tmp_path)
    yield made
    arun(made.tasks.stop())


async def ask_where(viewer: Viewer) -> QFileDialog:
    """Have an export ask where it is to go."""
    await viewer.open()
    viewer.variants.gate.clear()
    viewer.page.export_clicked.emit("tsv")
    await eventually(lambda: viewer.window.findChild(QFileDialog))
    dialog = viewer.window.findChild(QFileDialog)
    assert dialog is not None
    return dialog


async def begin(viewer: Viewer, target: Path) -> None:
    """Have an export under way, which ends when the gate is set."""
    dialog = await ask_where(viewer)
    dialog.fileSelected.emit(str(target))
    dialog.close()
    await eventually(lambda: viewer.page.strip.isVisible() and viewer.variants.exported)


def interrupt(session: SessionActions) -> None:
    session.end(KeyringLockedError())


@pytest.mark.parametrize("end", [SessionActions.sign_out, interrupt])
async def test_an_export_ends_with_the_sign_in(
    viewer: Viewer, arun: Run, tmp_path: Path, end: End
) -> None:
    target = tmp_path / "a.tsv"
    await begin(viewer, target)
    end(viewer.session)
    await eventually(lambda: not viewer.window.is_signed_in)
    viewer.variants.gate.set()
    await viewer.idle()
    assert not target.exists()
    assert viewer.page.strip.isHidden()
    assert list(viewer.window.toasts.texts) == []
    assert viewer.errors == []


@pytest.mark.parametrize("end", [SessionActions.sign_out, interrupt])
async def test_nothing_is_asked_over_the_sign_in(viewer: Viewer, arun: Run, end: End) -> None:
    await ask_where(viewer)
    question = Decision(viewer.window, title="Delete a?", sentence="It is gone then.", go="Delete")
    viewer.tasks.start(question.decided(), "asking")
    end(viewer.session)
    await viewer.idle()
    assert viewer.window.findChildren(QFileDialog) == []
    assert viewer.window.findChildren(Decision) == []
    assert viewer.variants.exported == []


async def test_quitting_during_an_export_asks_first(
    viewer: Viewer, arun: Run, tmp_path: Path
) -> None:
    target = tmp_path / "a.tsv"
    await begin(viewer, target)
    for which in ("back", "go"):
        assert not viewer.window.close()
        assert not viewer.window.close()
        await eventually(lambda: viewer.window.findChild(Decision))
        (question,) = viewer.window.findChildren(Decision)
        assert "a.tsv" in question.sentence.text().replace("\u200b", "")
        assert viewer.window.isVisible()
        click(getattr(question, which))
        await eventually(lambda: not viewer.window.findChildren(Decision))
    await eventually(lambda: not viewer.window.isVisible())
    viewer.variants.gate.set()
    await viewer.idle()
    assert not target.exists()


async def test_a_window_without_an_export_closes_at_once(viewer: Viewer, arun: Run) -> None:
    await viewer.open()
    assert viewer.window.close()
