"""Files that the app is opened with reach the queue."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFileOpenEvent

from desktop.ui.actions.arrivals import Arrivals
from desktop.ui.views.main_window import MainWindow
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import VCF, HttpService


def arrivals_of(desk: Desk) -> Arrivals:
    """Return what `desktop.app` gives the files to."""
    arrivals = Arrivals(desk.window)
    desk.actions.session.signed_in.connect(arrivals.hand_over)
    return arrivals


def sign_in(desk: Desk) -> None:
    desk.sign_in.browser.set()
    desk.window.sign_in.sign_in.click()


async def test_files_wait_for_the_sign_in_and_are_then_uploaded(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    files = [tmp_path / "a.vcf", tmp_path / "b.vcf"]
    for file in files:
        file.write_bytes(VCF)
    arrivals_of(desk).add(files)
    assert not len(desk.model.book)
    sign_in(desk)
    await eventually(lambda: len(service.puts) == 2)
    await eventually(lambda: {job.name for job in desk.model.book} == {"a.vcf", "b.vcf"})


async def test_a_file_is_handed_over_once(desk: Desk, tmp_path: Path) -> None:
    dropped: list[list[Path]] = []
    arrivals = arrivals_of(desk)
    desk.window.files_dropped.disconnect()
    desk.window.files_dropped.connect(dropped.append)
    sign_in(desk)
    await eventually(lambda: desk.window.is_signed_in)
    arrivals.add([tmp_path / "a.vcf"])
    arrivals.hand_over()
    assert dropped == [[tmp_path / "a.vcf"]]


def test_what_macos_opens_with_the_app_comes_as_an_event(window: MainWindow) -> None:
    dropped: list[list[Path]] = []
    window.files_dropped.connect(dropped.append)
    arrivals = Arrivals(window)
    assert arrivals.eventFilter(window, QFileOpenEvent("/data/a.vcf"))
    assert not arrivals.eventFilter(window, QEvent(QEvent.Type.Show))
    window.show_pages()
    arrivals.hand_over()
    assert dropped == [[Path("/data/a.vcf")]]
