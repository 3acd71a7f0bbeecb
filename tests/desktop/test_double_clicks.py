"""A double click opens a result wherever it is made, also where the first click moves things."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.models.columns import Column
from desktop.ui.sample import sample_jobs
from desktop.ui.views.main_window import MainWindow
from desktop.ui.wording import VIEWABLE

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
WANTED = (
    *("download_wanted", "save_as_wanted", "view_wanted", "log_wanted", "report_wanted"),
    *("cancel_wanted", "delete_wanted", "copy_wanted", "upgrade_wanted"),
)


class Mouse:
    """Clicks on the window, as a real one: what is under it is looked for at each click.

    Attributes:
        wanted: what the page was asked for since the last look, with the job's ID.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window, self.page = window, window.annotations
        self.wanted: list[tuple[str, ...]] = []
        for name in WANTED:
            asked = getattr(self.page, name)
            asked.connect(lambda *told, name=name: self.wanted.append((name, *told[:1])))

    def click(self, widget: QWidget, place: QPoint) -> None:
        QTest.mouseClick(self._window.windowHandle(), LEFT, NONE, self.place(widget, place))

    def double_click(self, widget: QWidget, place: QPoint) -> list[tuple[str, ...]]:
        """Return what the page is asked for by two quick clicks at one place."""
        self.wanted.clear()
        QTest.mouseDClick(self._window.windowHandle(), LEFT, NONE, self.place(widget, place))
        return list(self.wanted)

    def close_details(self) -> None:
        """Give the table all of the width again, with no row chosen."""
        self.page.details.hide()
        self.page.table.setCurrentIndex(self.page.table.rootIndex())
        QApplication.processEvents()

    def cell(self, row: int, column: Column) -> QPoint:
        """Return where a cell begins."""
        rect = self.page.table.visualRect(self._window.model.index(row, column))
        return QPoint(rect.left() + 5, rect.center().y())

    def action(self, row: int) -> QPoint:
        """Return where a row's action is."""
        table, cell = self.page.table, self.cell(row, Column.RESULT)
        places = (QPoint(x, cell.y()) for x in range(cell.x(), table.viewport().width()))
        return next(place for place in places if table._action_under(place))

    def place(self, widget: QWidget, place: QPoint) -> QPoint:
        """Return a place of *widget* as the window has it, once that is laid out."""
        QApplication.processEvents()
        return widget.mapTo(self._window, place)


def test_a_double_click_opens_its_row_wherever_it_is_made(filled: MainWindow) -> None:
    mouse, table = Mouse(filled), filled.annotations.table
    port = table.viewport()
    width, opened, moved = port.width(), {}, set()
    for row, job in enumerate(sample_jobs()):
        for x in (100, width // 2, *range(width - 310, width, 75)):
            mouse.close_details()
            place = QPoint(x, mouse.cell(row, Column.FILE).y())
            if table._action_under(place) is None:
                opened[job.id, x] = mouse.double_click(port, place)
                moved.add(port.width() < x)
    viewable = {job.id for job in sample_jobs() if job.status in VIEWABLE}
    wanted = {
        (job_id, x): [("view_wanted", job_id)] if job_id in viewable else [] for job_id, x in opened
    }
    assert opened == wanted
    # Some of the places are in the details by the time of the second click.
    assert moved == {True, False}


def test_the_details_are_there_with_the_first_press(filled: MainWindow) -> None:
    mouse, page = Mouse(filled), filled.annotations
    place = mouse.place(page.table.viewport(), mouse.cell(4, Column.FILE))
    QTest.mousePress(filled.windowHandle(), LEFT, NONE, place)
    assert page.details.isVisible()
    assert page.details.job_id == sample_jobs()[4].id
    QTest.mouseRelease(filled.windowHandle(), LEFT, NONE, place)


def test_a_double_click_on_an_action_does_it_once(filled: MainWindow) -> None:
    mouse, port = Mouse(filled), filled.annotations.table.viewport()
    done = {}
    for row in (2, 4, 6):
        mouse.close_details()
        done[row] = mouse.double_click(port, mouse.action(row))
    ids = [job.id for job in sample_jobs()]
    assert done == {
        2: [("download_wanted", ids[2])],
        4: [("upgrade_wanted",)],
        6: [("log_wanted", ids[6])],
    }


def test_clicks_in_the_details_are_theirs_whatever_was_clicked_before(filled: MainWindow) -> None:
    mouse, page = Mouse(filled), filled.annotations
    mouse.click(page.table.viewport(), mouse.cell(2, Column.FILE))
    copy, job_id = page.details.request, sample_jobs()[2].id
    mouse.click(copy, copy.rect().center())
    assert mouse.wanted == [("copy_wanted", job_id)]
    twice = mouse.double_click(copy, copy.rect().center())
    assert twice == [("copy_wanted", job_id)] * 2
