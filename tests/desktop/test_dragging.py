"""Results are dragged out of the list of jobs, as files that are there."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QMimeData, QModelIndex, QPoint, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication

from desktop.ports import FileKind
from desktop.ui.models.columns import Column
from desktop.ui.models.jobs import JOB_ROLE
from desktop.ui.sample import sample_jobs
from desktop.ui.theme.theme import Theme
from desktop.ui.views.carrying import card_of
from desktop.ui.views.main_window import MainWindow
from tests.desktop.clicks import enter, submit
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import ANNOTATED, HttpService

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Hand:
    """Takes the place of the mouse that carries data out of the window.

    Attributes:
        carried: the files and the action of each drag.
    """

    def __init__(self, desk: Desk) -> None:
        self.carried: list[tuple[list[str], Qt.DropAction]] = []
        self.table = desk.window.annotations.table
        self.table.carry = self._note

    def drag(self) -> None:
        """Press on the first row's file, and move far enough for a drag."""
        port, index = self.table.viewport(), self.table.model().index(0, Column.FILE)
        begin = self.table.visualRect(index).center()
        end = begin + QPoint(3 * QApplication.startDragDistance(), 0)
        QTest.mousePress(port, LEFT, NONE, begin)
        for place in (begin + QPoint(1, 0), end, end + QPoint(5, 0)):
            QTest.mouseMove(port, place)
        QTest.mouseRelease(port, LEFT, NONE, end)

    def press(self) -> None:
        """Press and let go, as for a click."""
        index = self.table.model().index(0, Column.FILE)
        QTest.mouseClick(self.table.viewport(), LEFT, NONE, self.table.visualRect(index).center())

    def _note(self, mime: QMimeData, action: Qt.DropAction) -> None:
        self.carried.append(([url.toLocalFile() for url in mime.urls()], action))


async def completed(desk: Desk, service: HttpService, folder: Path) -> str:
    """Have a job whose result can be downloaded; return its ID."""
    await enter(desk)
    job_id = await submit(desk, folder)
    service.start(job_id)
    service.complete(job_id)
    await eventually(lambda: getattr(desk.model.book.row(job_id), "result_available", False))
    return job_id


def under_way(name: str) -> bool:
    """Whether a task of this name runs."""
    return any(task.get_name() == name for task in asyncio.all_tasks())


def test_the_press_of_an_action_drags_nothing(filled: MainWindow) -> None:
    table, fetched, done = filled.annotations.table, [], []
    table.fetch_wanted.connect(fetched.append)
    table.triggered.connect(lambda *told: done.append(told))
    first, other = sample_jobs()[2], sample_jobs()[7]
    table.choose(first.id)
    row = next(
        row
        for row in range(filled.model.rowCount())
        if filled.model.index(row, 0).data(JOB_ROLE).id == other.id
    )
    place = next(
        QPoint(x, y)
        for y in (table.visualRect(filled.model.index(row, Column.RESULT)).center().y(),)
        for x in range(table.viewport().width())
        if table._action_under(QPoint(x, y))
    )
    QTest.mousePress(table.viewport(), LEFT, NONE, place)
    QTest.mouseMove(table.viewport(), place + QPoint(3, 0))
    QTest.mouseMove(table.viewport(), place + QPoint(5 * QApplication.startDragDistance(), 0))
    QTest.mouseMove(table.viewport(), place)
    QTest.mouseRelease(table.viewport(), LEFT, NONE, place)
    assert fetched == []
    assert len(done) == 1
    assert table.state() is QAbstractItemView.State.NoState


def test_only_rows_whose_result_is_here_have_a_file(window: MainWindow, tmp_path: Path) -> None:
    window.show_pages()
    window.model.put(sample_jobs())
    window.model.flush()
    table, first, other = window.annotations.table, sample_jobs()[2], sample_jobs()[7]
    window.model.saved[first.id] = tmp_path / "ünïcode result.vcf.gz"
    assert not table.selected_file().hasUrls()
    table.choose(first.id)
    mime = table.selected_file()
    assert mime.urls() == [QUrl.fromLocalFile(str(tmp_path / "ünïcode result.vcf.gz"))]
    assert bytes(mime.data("text/uri-list").data()).startswith(b"file:///")
    table.choose(other.id)
    assert not table.selected_file().hasUrls()
    drag = Qt.ItemFlag.ItemIsDragEnabled
    assert window.model.flags(window.model.index(0, 0)) & drag
    assert not window.model.flags(QModelIndex()) & drag


async def test_a_downloaded_result_is_dragged_as_a_copy(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    job_id = await completed(desk, service, tmp_path)
    hand, saved = Hand(desk), desk.settings.downloads / "sample.annotated.vcf.gz"
    desk.window.annotations.download_wanted.emit(job_id, FileKind.RESULT)
    await eventually(lambda: job_id in desk.model.saved)
    hand.drag()
    assert hand.carried == [([str(saved)], Qt.DropAction.CopyAction)]
    assert saved.read_bytes() == ANNOTATED


async def test_a_result_that_was_downloaded_long_ago_is_found(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    job_id = await completed(desk, service, tmp_path)
    saved = desk.settings.downloads / "sample.annotated.vcf.gz"
    saved.parent.mkdir()
    saved.write_bytes(ANNOTATED)
    hand = Hand(desk)
    hand.press()
    await eventually(lambda: desk.model.saved == {job_id: saved})
    hand.drag()
    assert hand.carried == [([str(saved)], Qt.DropAction.CopyAction)]


async def test_what_is_not_here_is_fetched_and_then_dragged(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    job_id = await completed(desk, service, tmp_path)
    hand = Hand(desk)
    hand.drag()
    await eventually(lambda: "The result of sample.vcf is fetched" in desk.window.toasts.texts)
    await eventually(lambda: job_id in desk.model.saved)
    assert hand.carried == []
    hand.drag()
    assert hand.carried[0][0] == [str(desk.settings.downloads / "sample.annotated.vcf.gz")]


async def test_of_results_with_one_name_each_has_its_own_file(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    job_id = await completed(desk, service, tmp_path)
    folder = desk.settings.downloads
    folder.mkdir()
    (folder / "sample.annotated.vcf.gz").write_bytes(ANNOTATED[:-1] + b"?")
    own = folder / "sample (1).annotated.vcf.gz"
    own.write_bytes(ANNOTATED)
    hand = Hand(desk)
    hand.press()
    await eventually(lambda: desk.model.saved == {job_id: own})


async def test_a_file_that_is_another_one_or_gone_is_not_dragged(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    job_id = await completed(desk, service, tmp_path)
    other = desk.settings.downloads / "sample.annotated.vcf.gz"
    other.parent.mkdir()
    # As long as the result, as files of small panels often are.
    other.write_bytes(ANNOTATED[:-1] + b"?")
    desk.model.saved[job_id] = tmp_path / "deleted.vcf.gz"
    Hand(desk).press()
    await eventually(lambda: desk.model.saved == {})


async def test_a_slow_disk_loses_no_drag(desk: Desk, service: HttpService, tmp_path: Path) -> None:
    job_id = await completed(desk, service, tmp_path)
    saved = desk.settings.downloads / "sample.annotated.vcf.gz"
    saved.parent.mkdir()
    saved.write_bytes(ANNOTATED)
    hand = Hand(desk)
    # The drag begins before anybody could have said whether the file is there.
    hand.drag()
    await eventually(lambda: "sample.vcf is ready to be dragged" in desk.window.toasts.texts)
    assert desk.model.saved == {job_id: saved}
    assert desk.actions.board.queue.of() == []
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


async def test_what_has_no_result_starts_nothing(desk: Desk, tmp_path: Path) -> None:
    await enter(desk)
    await submit(desk, tmp_path)
    hand, told = Hand(desk), len(desk.window.toasts.texts)
    hand.drag()
    await eventually(lambda: not under_way("fetching a result"))
    assert hand.carried == []
    assert len(desk.window.toasts.texts) == told


async def test_what_was_saved_is_forgotten_at_a_sign_out(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    job_id = await completed(desk, service, tmp_path)
    desk.model.saved[job_id] = tmp_path
    desk.actions.session.sign_out()
    await eventually(lambda: desk.model.saved == {})


def test_a_drag_shows_what_is_carried(window: MainWindow, theme: Theme, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.vcf.gz"))])
    one = card_of(window, theme, mime)
    mime.setUrls([*mime.urls(), QUrl.fromLocalFile(str(tmp_path / "b.vcf.gz"))])
    two = card_of(window, theme, mime)
    assert 0 < one.width() < two.width()
    assert one.height() == two.height()


def test_the_row_under_the_mouse_is_seen(window: MainWindow) -> None:
    window.show_pages()
    window.model.put(sample_jobs())
    window.model.flush()
    table = window.annotations.table
    hover = table.results.hover
    assert hover is not None
    QTest.mouseMove(table.viewport(), table.visualRect(window.model.index(2, 0)).center())
    assert hover.row == 2
    pictured = table.viewport().grab(table.visualRect(window.model.index(2, 1))).toImage()
    other = table.viewport().grab(table.visualRect(window.model.index(3, 1))).toImage()
    assert pictured.pixelColor(1, 1).name() == window.theme.tokens.bg
    assert other.pixelColor(1, 1).name() == window.theme.tokens.panel
