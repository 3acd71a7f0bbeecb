"""Everything can be reached by the keyboard, and is called something by a screen reader."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QWidget,
)

from backend.wire import JobStatus
from desktop.ui.models.columns import Column
from desktop.ui.sample import NOW, sample_jobs
from desktop.ui.screens import SCREENS
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import LIGHT
from desktop.ui.viewer.charts import Chart
from desktop.ui.views.controls import Hairline
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.sidebar import Page

CONTROL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
CONTROLS = (
    QAbstractButton,
    QLineEdit,
    QComboBox,
    QAbstractSpinBox,
    QPlainTextEdit,
    QAbstractItemView,
    Chart,
)
ROLES = {
    QAbstractButton: {
        QAccessible.Role.Button,
        QAccessible.Role.CheckBox,
        QAccessible.Role.RadioButton,
        QAccessible.Role.ButtonMenu,
    },
    QLineEdit: {QAccessible.Role.EditableText},
    QComboBox: {QAccessible.Role.ComboBox},
    QAbstractSpinBox: {QAccessible.Role.SpinBox},
    QPlainTextEdit: {QAccessible.Role.EditableText},
    QTableView: {QAccessible.Role.Table},
    Chart: {QAccessible.Role.Chart},
}


@pytest.fixture
def filled(filled: MainWindow) -> MainWindow:
    filled.activateWindow()
    return filled


def controls(widget: QWidget) -> list[QWidget]:
    """Return what one can do something with, without the insides of other controls."""
    found = [widget, *widget.findChildren(QWidget)]
    visible = [each for each in found if isinstance(each, CONTROLS) and each.isVisible()]
    return [each for each in visible if not any(inside(each, other) for other in visible)]


def inside(widget: QWidget, other: QWidget) -> bool:
    return other is not widget and other.isAncestorOf(widget)


@pytest.mark.parametrize("screen", SCREENS)
def test_every_control_has_a_name_and_a_role_and_takes_the_keyboard(
    theme: Theme, screen: str
) -> None:
    theme.use(LIGHT)
    shown = SCREENS[screen](theme)
    shown.show()
    found = controls(shown)
    faults = {fault for control in found for fault in faults_of(control)}
    faults |= {fault for each in painted(shown) for fault in faults_of_painted(each)}
    shown.close()
    shown.deleteLater()
    assert found
    assert faults == set()


def faults_of(control: QWidget) -> Iterator[str]:
    """Yield what keeps somebody without a mouse, or without sight, from using *control*."""
    said = QAccessible.queryAccessibleInterface(control)
    name = said.text(QAccessible.Text.Name).strip()
    if not name:
        yield f"a {type(control).__name__} in {type(control.parent()).__name__} has no name"
    for kind, roles in ROLES.items():
        if isinstance(control, kind) and said.role() not in roles:
            yield f"{name} has the role {said.role()}"
    if control.isEnabled() and not control.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield f"{name} cannot be reached by the keyboard"


def painted(widget: QWidget) -> list[QWidget]:
    """Return what is painted by us, and is no control of Qt's."""
    found = [widget, *widget.findChildren(QWidget)]
    ours = [each for each in found if paints(type(each)) and each.isVisible()]
    # A line between two things says nothing.
    return [each for each in ours if not isinstance(each, (*CONTROLS, Hairline))]


def paints(kind: type) -> bool:
    """Return whether a class of ours paints; Qt's own have no such method in Python."""
    ours = [each for each in kind.__mro__ if each.__module__.startswith("desktop.")]
    return any("paintEvent" in vars(each) for each in ours)


def faults_of_painted(widget: QWidget) -> Iterator[str]:
    """Yield what keeps somebody without sight from knowing what *widget* is."""
    said = QAccessible.queryAccessibleInterface(widget)
    if said.role() in {QAccessible.Role.Client, QAccessible.Role.Border}:
        yield f"a {type(widget).__name__} is painted and has no role"
    if not said.text(QAccessible.Text.Name).strip():
        yield f"a {type(widget).__name__} is painted and has no name"


def test_the_tab_key_goes_the_way_one_reads(filled: MainWindow) -> None:
    filled.annotations.open_details(sample_jobs()[2].id)
    page = filled.annotations
    page.filter.setFocus()
    seen: list[QWidget] = []
    for _ in range(40):
        focused = QApplication.focusWidget()
        if focused is None or focused in seen:
            break
        seen.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    wanted = [page.filter, page.add, page.table, page.details.download]
    places = [seen.index(each) for each in wanted]
    assert places == sorted(places)


def test_the_number_keys_open_the_pages(filled: MainWindow) -> None:
    for place, page in enumerate(Page, start=1):
        QTest.keyClick(filled, Qt.Key(Qt.Key.Key_0.value + place), CONTROL)
        assert filled.sidebar.entries[page].isChecked()


@pytest.mark.parametrize("page", Page)
def test_files_are_chosen_and_the_list_is_read_anew_from_each_page(
    filled: MainWindow, page: Page
) -> None:
    choose = QSignalSpy(filled.annotations.choose_clicked)
    retry = QSignalSpy(filled.annotations.retry_wanted)
    reload = QSignalSpy(filled.results.reload_wanted)
    filled.open_page(page)
    QTest.keyClick(filled, Qt.Key.Key_O, CONTROL)
    QTest.keyClick(filled, Qt.Key.Key_F5)
    assert choose.count() == 1
    # On the results it is the open one that is read again.
    is_result = page is Page.RESULTS
    assert (retry.count(), reload.count()) == (0 if is_result else 1, 1 if is_result else 0)


def test_nothing_is_chosen_or_read_before_somebody_is_signed_in(filled: MainWindow) -> None:
    choose = QSignalSpy(filled.annotations.choose_clicked)
    retry = QSignalSpy(filled.annotations.retry_wanted)
    filled.show_sign_in()
    QTest.keyClick(filled, Qt.Key.Key_O, CONTROL)
    QTest.keyClick(filled, Qt.Key.Key_F5)
    assert (choose.count(), retry.count()) == (0, 0)


def test_the_usual_keys_do_the_usual_things(filled: MainWindow) -> None:
    page = filled.annotations
    choose, retry = QSignalSpy(page.choose_clicked), QSignalSpy(page.retry_wanted)
    delete = QSignalSpy(page.delete_wanted)
    QTest.keyClick(filled, Qt.Key.Key_O, CONTROL)
    QTest.keyClick(filled, Qt.Key.Key_F5)
    QTest.keyClick(filled, Qt.Key.Key_F, CONTROL)
    assert (choose.count(), retry.count()) == (1, 1)
    assert page.filter.hasFocus()
    page.table.setFocus()
    page.table.selectRow(2)
    assert page.details.isVisible()
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    assert not page.details.isVisible()
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    assert page.details.isVisible()
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    assert delete.at(0) == [sample_jobs()[2].id]
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    assert page.details.job_id == sample_jobs()[3].id


def test_down_leads_from_the_filter_into_the_list(filled: MainWindow) -> None:
    page = filled.annotations
    page.filter.setFocus()
    QTest.keyClick(page.filter, Qt.Key.Key_Down)
    assert page.table.hasFocus()
    assert page.table.currentIndex().row() == 0
    assert page.table.selectionModel().isRowSelected(0)
    page.table.selectRow(3)
    current = page.table.current_job_id()
    # Once the details are closed nothing is selected, but the row is the current one.
    QTest.keyClick(page.details, Qt.Key.Key_Escape)
    page.filter.setFocus()
    QTest.keyClick(page.filter, Qt.Key.Key_Down, Qt.KeyboardModifier.KeypadModifier)
    assert page.table.hasFocus()
    assert page.table.current_job_id() == current
    assert page.table.selectionModel().isRowSelected(3)


def test_down_in_a_filtered_list_leads_to_what_is_left(filled: MainWindow) -> None:
    page = filled.annotations
    page.table.selectRow(2)
    page.filter.setFocus()
    QTest.keyClicks(page.filter, sample_jobs()[5].id)
    QTest.keyClick(page.filter, Qt.Key.Key_Down)
    assert page.table.hasFocus()
    assert page.table.current_job_id() == sample_jobs()[5].id
    page.filter.setFocus()
    page.filter.setText("no such file")
    QTest.keyClick(page.filter, Qt.Key.Key_Down)
    assert page.filter.hasFocus()
    page.filter.clear()
    assert page.filter.hasFocus()


def test_what_is_typed_in_the_list_goes_into_its_filter(filled: MainWindow) -> None:
    page = filled.annotations
    page.table.setFocus()
    page.table.selectRow(2)
    # Keys that write nothing leave the keyboard where it is.
    for key in (Qt.Key.Key_Backspace, Qt.Key.Key_F3, Qt.Key.Key_Insert):
        QTest.keyClick(page.table, key)
    page.table.keyboardSearch(" ")
    assert page.table.hasFocus()
    for letter in "mi":
        QTest.keyClick(QApplication.focusWidget(), letter)
    assert page.filter.hasFocus()
    assert page.filter.text() == "mi"
    assert 0 < filled.model.rowCount() < len(sample_jobs())
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert filled.model.rowCount() == len(sample_jobs())


def test_a_row_and_its_details_change_by_themselves_when_the_time_is_over(
    filled: MainWindow,
) -> None:
    job, page = sample_jobs()[3], filled.annotations
    page.open_details(job.id)
    row = filled.model.row_of(job.id)
    assert row is not None
    cell = filled.model.index(row, Column.RESULT)
    assert cell.data() == "0:24 left, Download"
    assert page.details.download.isVisible()
    filled.model.clock = lambda: NOW + timedelta(seconds=24)
    page.table.ticker.timeout.emit()
    assert cell.data() == "Archiving, Upgrade"
    assert not page.details.download.isVisible()
    assert page.details.upgrade.text() == "Get it back: upgrade"
    offered = {act.text(): act.isEnabled() for act in page.job_menu(job).actions()}
    assert not offered["Download"]


def test_what_is_archived_and_on_its_way_back_is_told_in_order(filled: MainWindow) -> None:
    page = filled.annotations
    said = {}
    for job in (sample_jobs()[4], sample_jobs()[5]):
        page.open_details(job.id)
        said[job.status] = page.details.timeline.accessibleName().split("; ")
    noted = sample_jobs()[4].archived_at
    assert noted is not None
    when = f"{noted.astimezone():%H:%M:%S}"
    assert said[JobStatus.ARCHIVED][-1].startswith("Archived ")
    assert said[JobStatus.ARCHIVED][-1].endswith(f"{when} · back on Premium")
    assert [line.split()[0] for line in said[JobStatus.THAWING]] == [
        "Submitted",
        "Started",
        "Completed",
        "Archived",
        "Restoring",
        "Downloadable",
    ]
