"""Row 22 of the security checklist: what others wrote is text, and asks no server for anything."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QSystemTrayIcon,
    QTextEdit,
    QWidget,
)
from typing_extensions import override

from desktop.ui.models.columns import Column
from desktop.ui.sample import ME, sample_jobs
from desktop.ui.theme.tokens import Tone
from desktop.ui.tray import Tray
from desktop.ui.views.banner import Notice
from desktop.ui.views.dialogs import Decision
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.upload_strip import TransferView


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A server that nobody should ask for anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


@pytest.fixture
def evil(listening: socket.socket) -> str:
    """A file name that a browser would ask the server for."""
    return f'<img src="http://127.0.0.1:{listening.getsockname()[1]}/x">.vcf'


@pytest.fixture
def shown(window: MainWindow, evil: str) -> MainWindow:
    """The window with that text wherever text comes from elsewhere."""
    window.set_me(ME.model_copy(update={"name": evil, "email": evil, "organization": evil}))
    window.show_pages()
    window.annotations.set_loading(False)
    jobs = [
        job.model_copy(update={"name": evil, "failure": evil if job.failure else None})
        for job in sample_jobs()
    ]
    window.model.put(jobs)
    window.model.flush()
    window.annotations.open_details(next(job.id for job in jobs if job.failure))
    window.annotations.strip.show_transfer(TransferView(evil, "uploading", 1, 2))
    window.banners.put(Notice("offline", evil, action=evil))
    window.toasts.say(evil, evil, Tone.BAD)
    Decision(window, title=evil, sentence=evil, go=evil).show()
    return window


class NotingIcon(QSystemTrayIcon):
    """Notes what it is to show, instead of showing it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.messages: list[tuple[str, str]] = []

    @override
    def showMessage(self, title: str, msg: str, icon: QIcon) -> None:  # type: ignore[override]
        self.messages.append((title, msg))


def _tips(window: MainWindow) -> Iterator[str]:
    model, role = window.model, Qt.ItemDataRole.ToolTipRole
    for row in range(model.rowCount()):
        for column in Column:
            yield model.index(row, column).data(role) or ""
    for widget in window.findChildren(QWidget):
        yield widget.toolTip()


def test_row_22_a_file_name_with_markup_is_shown_as_it_is(shown: MainWindow, evil: str) -> None:
    labels = [label for label in shown.findChildren(QLabel) if label.text()]
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    assert [label for label in labels if label.text() == evil]
    # The format of a button's text cannot be chosen, and is always plain; that of an editor can.
    assert [button for button in shown.findChildren(QAbstractButton) if button.text() == evil]
    assert shown.findChildren(QTextEdit) == []
    cell = shown.model.index(0, Column.FILE).data(Qt.ItemDataRole.DisplayRole)
    assert cell.startswith(evil)
    tips = [tip for tip in _tips(shown) if "img" in tip]
    assert tips
    assert all("<img" not in tip and "&lt;img" in tip for tip in tips)


def test_row_22_no_text_asks_a_server_for_anything(
    shown: MainWindow, listening: socket.socket
) -> None:
    shown.grab()
    for tip in {tip for tip in _tips(shown) if "img" in tip}:
        # A tool tip is a label that guesses the format of its text.
        QLabel(tip).grab()
    QApplication.processEvents()
    with pytest.raises(BlockingIOError):
        listening.accept()


@pytest.mark.parametrize(
    ("system", "body"),
    [
        ("linux", "R&amp;D &lt;b&gt;failed&lt;/b&gt;"),
        ("win32", "R&D <b>failed</b>"),
        ("darwin", "R&D <b>failed</b>"),
    ],
)
def test_row_22_a_notification_has_no_markup_where_it_would_be_rendered(
    window: MainWindow, system: str, body: str
) -> None:
    tray = Tray(window, window.theme, lambda: True, system)
    icon = NotingIcon(window)
    tray.icon = icon
    window.hide()
    tray.tell("<b>.vcf was not annotated", "R&D <b>failed</b>")
    assert icon.messages == [("<b>.vcf was not annotated", body)]
    assert tray.told == ("<b>.vcf was not annotated", "R&D <b>failed</b>")
