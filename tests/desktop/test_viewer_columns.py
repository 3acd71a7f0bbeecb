"""The columns that somebody chose are theirs, in every result and after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAction

from backend.wire import VariantColumn, VariantColumns
from desktop.errors import ForbiddenError
from desktop.sentences import said
from desktop.ui.sample import ME
from desktop.ui.viewer.columns import shown_columns
from desktop.ui.viewer.query import NO_FILTER
from desktop.ui.viewer.sample import COLUMNS
from desktop.ui.views.main_window import MainWindow
from tests.desktop.conftest import Run
from tests.desktop.viewer_world import KEPT, SHORT, Viewer, open_viewer

USUAL = [column.key for column in shown_columns(COLUMNS) if column.shown]
BOB = ME.model_copy(update={"id": "bob"})
FEW = VariantColumns(
    columns=[column for column in COLUMNS.columns if column.group == "variant"],
    samples=[],
    frequency=None,
    significance=None,
)
"""The columns of a result without samples and sources."""


@pytest.fixture
def viewer(window: MainWindow, tmp_path: Path, arun: Run) -> Iterator[Viewer]:
    made = open_viewer(window, tmp_path)
    yield made
    arun(made.tasks.stop())


def shown(viewer: Viewer) -> list[str]:
    return [column.key for column in viewer.page.model.columns]


def action(viewer: Viewer, text: str) -> QAction:
    """Return what the menu of columns says, in whichever group."""
    menu = viewer.page.variants.column_menu()
    inner = [each for action in menu.actions() if action.menu() for each in action.menu().actions()]
    return next(each for each in [*inner, *menu.actions()] if each.text() == text)


async def press(viewer: Viewer, text: str) -> None:
    action(viewer, text).trigger()
    await viewer.idle()


async def meet(viewer: Viewer) -> None:
    """Have the sample person be known, as after a sign-in."""
    viewer.session.me = ME
    viewer.window.me_set.emit(ME)
    await viewer.idle()


async def test_what_was_chosen_is_kept_and_shown_again(viewer: Viewer, arun: Run) -> None:
    await viewer.open()
    await press(viewer, "Quality")
    await press(viewer, "child")
    assert viewer.columns.kept == {ME.id: {"qual": True, "sample child": False}}
    viewer.page.variants.choices = {}
    await meet(viewer)
    assert [key for key in shown(viewer) if key not in USUAL] == ["qual"]
    assert [key for key in USUAL if key not in shown(viewer)] == ["sample child"]
    assert "qual" in viewer.variants.asked[-1].columns


async def test_columns_that_a_result_does_not_have_are_not_forgotten(
    viewer: Viewer, arun: Run
) -> None:
    viewer.variants.offered[SHORT.id] = FEW
    await viewer.open()
    for text in ("ClinVar review", "child"):
        await press(viewer, text)
    chosen = shown(viewer)
    await viewer.open(SHORT)
    assert shown(viewer) == ["place", "change"]
    await press(viewer, "Quality")
    await press(viewer, "Change")
    assert shown(viewer) == ["place", "qual"]
    await viewer.open(KEPT)
    assert sorted(shown(viewer)) == sorted([*(set(chosen) - {"change"}), "qual"])
    assert viewer.columns.kept[ME.id]["clinvar_CLNREVSTAT"]


async def test_columns_that_were_not_there_to_choose_from_are_shown_as_usual(
    viewer: Viewer, arun: Run
) -> None:
    viewer.variants.offered[SHORT.id] = FEW
    await viewer.open(SHORT)
    await press(viewer, "Quality")
    await viewer.open(KEPT)
    assert sorted(shown(viewer)) == sorted([*USUAL, "qual"])


async def test_a_result_without_any_chosen_column_is_shown_as_usual(
    viewer: Viewer, arun: Run
) -> None:
    viewer.variants.offered[SHORT.id] = FEW
    viewer.columns.kept = {ME.id: {"place": False, "change": False}}
    await meet(viewer)
    await viewer.open(SHORT)
    assert shown(viewer) == ["place", "change"]


async def test_the_usual_columns_leave_nothing_that_was_chosen(viewer: Viewer, arun: Run) -> None:
    await viewer.open()
    await press(viewer, "Quality")
    await press(viewer, "Usual columns")
    assert shown(viewer) == USUAL
    assert viewer.columns.kept == {}


async def test_what_is_chosen_before_it_is_read_counts(viewer: Viewer, arun: Run) -> None:
    viewer.columns.kept = {ME.id: {"qual": True, "filter": True}}
    viewer.columns.gate.clear()
    viewer.window.me_set.emit(ME)
    viewer.page.variants.offer(COLUMNS, None)
    viewer.page.variants.show_choices({"qual": True})
    action(viewer, "Quality").trigger()
    viewer.columns.gate.set()
    await viewer.idle()
    chosen = [column.key for column in viewer.page.variants.chosen]
    assert [key for key in chosen if key not in USUAL] == ["filter"]
    assert viewer.columns.kept == {ME.id: {"qual": False, "filter": True}}


async def test_columns_that_cannot_be_read_are_told_of_once_and_not_lost(
    viewer: Viewer, arun: Run
) -> None:
    viewer.columns.kept = {ME.id: {"filter": True}}
    viewer.columns.trouble = ForbiddenError(said("The disk is locked."))
    await meet(viewer)
    await viewer.open()
    assert shown(viewer) == USUAL
    # The saved filters are read from the same file, and say it.
    assert viewer.errors == []
    await press(viewer, "Quality")
    assert viewer.columns.kept == {ME.id: {"filter": True, "qual": True}}


@pytest.mark.parametrize("end", ["signed_out", "interrupted"])
async def test_another_person_sees_nothing_of_what_was_chosen(
    viewer: Viewer, arun: Run, end: str
) -> None:
    viewer.columns.kept = {"bob": {"filter": True}}
    await viewer.open()
    await press(viewer, "Quality")
    asked = len(viewer.variants.asked)
    viewer.session.me = None
    getattr(viewer.session, end).emit()
    await viewer.idle()
    assert shown(viewer) == []
    assert len(viewer.variants.asked) == asked
    await viewer.open()
    assert shown(viewer) == USUAL
    viewer.session.me = BOB
    viewer.window.me_set.emit(BOB)
    await viewer.idle()
    assert [key for key in shown(viewer) if key not in USUAL] == ["filter"]
    assert viewer.columns.kept == {ME.id: {"qual": True}, "bob": {"filter": True}}


async def test_what_is_read_after_a_sign_out_is_not_shown(viewer: Viewer, arun: Run) -> None:
    viewer.columns.kept = {ME.id: {"qual": True}}
    viewer.filters.kept = {ME.id: {"Mine": NO_FILTER}}
    viewer.columns.gate.clear()
    viewer.filters.gate.clear()
    viewer.window.me_set.emit(ME)
    # Reading begins.
    await asyncio.sleep(0)
    viewer.session.me = None
    viewer.session.signed_out.emit()
    viewer.columns.gate.set()
    viewer.filters.gate.set()
    await viewer.idle()
    await viewer.open()
    assert shown(viewer) == USUAL
    assert viewer.page.variants.filters.saved.filters == {}


def test_a_column_is_not_taken_for_another_of_nearly_the_same_name() -> None:
    more = [
        VariantColumn(name=name, title=name, meaning="", type="text", group="consequence")
        for name in ("consequence", "gene")
    ]
    offered = COLUMNS.model_copy(update={"columns": [*COLUMNS.columns, *more]})
    keys = [column.key for column in shown_columns(offered)]
    assert len(set(keys)) == len(keys)
