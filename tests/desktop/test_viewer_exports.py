"""Exports end with the sign-in, and when the app does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from typing_extensions import override

from desktop.errors import ForbiddenError, KeyringLockedError
from desktop.sentences import quoted
from desktop.ui.actions.session import SessionActions
from desktop.ui.views.dialogs import Decision
from desktop.ui.views.main_window import MainWindow, close_popups
from tests.desktop.clicks import click
from tests.desktop.conftest import Run
from tests.desktop.desk import eventually
from tests.desktop.viewer_world import Viewer, open_viewer

End = Callable[[SessionActions], None]

# Qt's own dialog says it off the screen, where sizes have no limits.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
POPUP = pytest.mark.qt_log_ignore("raise", "grabbing the keyboard", "propagateSizeHints")
"""Off the screen a menu comes up without what windows can do."""


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


@POPUP
@pytest.mark.parametrize("end", [SessionActions.sign_out, interrupt])
async def test_no_menu_stays_over_the_sign_in(viewer: Viewer, arun: Run, end: End) -> None:
    await viewer.open()
    menu = QMenu(viewer.window)
    more = menu.addMenu("More")
    more.addAction("Delete")
    menu.popup(QPoint())
    more.popup(QPoint(20, 20))
    assert QApplication.activePopupWidget() is more
    end(viewer.session)
    await viewer.idle()
    assert not viewer.window.is_signed_in
    assert QApplication.activePopupWidget() is None
    assert (menu.isVisible(), more.isVisible()) == (False, False)


class Stubborn(QMenu):
    """Does not close."""

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()


@POPUP
def test_a_menu_that_does_not_close_holds_nothing_up(window: MainWindow) -> None:
    menu = Stubborn(window)
    menu.addAction("Delete")
    menu.popup(QPoint())
    close_popups()
    assert menu.isVisible()
    menu.hide()


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


async def ask_whether_to_quit(viewer: Viewer, target: Path) -> None:
    await begin(viewer, target)
    assert not viewer.window.close()
    await eventually(lambda: viewer.window.findChild(Decision))


async def test_nobody_is_asked_about_an_export_that_is_saved(
    viewer: Viewer, arun: Run, tmp_path: Path
) -> None:
    target = tmp_path / "a.tsv"
    await ask_whether_to_quit(viewer, target)
    viewer.variants.gate.set()
    await viewer.idle()
    await eventually(lambda: not viewer.window.findChildren(Decision))
    assert target.read_bytes() == b"x" * 1000
    # It was to be closed, and nothing is lost by it any more.
    assert not viewer.window.isVisible()


async def test_an_export_that_fails_is_told_and_not_asked_about(
    viewer: Viewer, arun: Run, tmp_path: Path
) -> None:
    await ask_whether_to_quit(viewer, tmp_path / "a.tsv")
    viewer.variants.troubles["export"] = ForbiddenError(quoted("The disk is full."))
    viewer.variants.gate.set()
    await viewer.idle()
    await eventually(lambda: not viewer.window.findChildren(Decision))
    assert viewer.window.isVisible()
    assert any("a.tsv: Not possible" in text for text in viewer.window.toasts.texts)


async def test_a_window_without_an_export_closes_at_once(viewer: Viewer, arun: Run) -> None:
    await viewer.open()
    assert viewer.window.close()


async def test_a_filter_that_is_refused_offers_no_selection(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    refusal = ForbiddenError(quoted("The region 20:9-1 ends before it begins."))
    viewer.variants.troubles["page"] = refusal
    await viewer.use(regions=["20:9-1"])
    assert page.model.row_at(0) is not None
    assert not page.export.isEnabled()
    assert "Change it" in page.export.toolTip()
    # Another order, or the end of an export, makes the filter no better.
    page.variants.table.sort_wanted.emit(page.model.columns[0])
    await viewer.idle()
    page.strip.show_export(None)
    assert not page.export.isEnabled()
    del viewer.variants.troubles["page"]
    await viewer.use(regions=["20:1-9"])
    assert page.export.isEnabled()
    assert page.export.toolTip() == page.export.accessibleDescription() == ""


async def test_an_order_that_is_refused_leaves_the_selection(viewer: Viewer, arun: Run) -> None:
    page = await viewer.open()
    await viewer.use(impacts=["HIGH"])
    refusal = ForbiddenError(quoted("So many rows cannot be sorted; filter them."))
    viewer.variants.troubles["page"] = refusal
    page.variants.table.sort_wanted.emit(page.model.columns[0])
    await viewer.idle()
    assert not page.variants.filters.problem.isHidden()
    assert page.export.isEnabled()
