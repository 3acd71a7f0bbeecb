"""What is on the screen, and how it answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel, QStyleOptionViewItem

from backend.wire import JobView
from desktop.ui.models.columns import Column
from desktop.ui.sample import ME, NOW, sample_jobs
from desktop.ui.screens import SCREENS
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import DARK, LIGHT, Tokens, Tone
from desktop.ui.views.banner import Notice
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.sidebar import Page
from desktop.ui.views.timeline import stages
from desktop.ui.views.upload_strip import TransferView
from desktop.ui.wording import Group

EVIL = "<img src=http://127.0.0.1:9/x>.vcf"


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def drag_over(window: MainWindow, mime: QMimeData) -> bool:
    """Hold *mime* over the window; return whether it would be taken."""
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    event = QDragEnterEvent(QPoint(9, 9), copy, mime, left, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def test_the_whole_window_takes_files(filled: MainWindow, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.vcf", "b.vcf.gz", "ünïcode.vcf")]
    for path in paths:
        path.touch()
    assert drag_over(filled, files(*paths))
    assert filled.overlay.isVisible()
    assert filled.overlay.text == "Upload 3 files"
    assert filled.overlay.geometry() == filled.rect()
    QApplication.sendEvent(filled, QDragLeaveEvent())
    assert not filled.overlay.isVisible()


def test_folders_are_taken_links_and_nobody_are_not(filled: MainWindow, tmp_path: Path) -> None:
    assert drag_over(filled, files(tmp_path))
    assert filled.overlay.text == "Upload the VCF files in it"
    assert drag_over(filled, files(tmp_path, tmp_path / "a.vcf"))
    assert filled.overlay.text == "Upload the VCF files among them"
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/a.vcf")])
    assert not drag_over(filled, mime)
    filled.show_sign_in()
    assert not drag_over(filled, files(tmp_path / "a.vcf"))


def test_a_chip_and_the_filter_choose_rows_together(filled: MainWindow) -> None:
    page = filled.annotations
    page.chips.chips[Group.COMPLETED].click()
    assert filled.model.rowCount() == 4
    QTest.keyClicks(page.filter, "mi")
    assert filled.model.rowCount() == 2
    QTest.keyClicks(page.filter, "xx")
    assert page.states.currentWidget() is page.nothing_found
    page.nothing_found.action.click()
    assert filled.model.rowCount() == len(sample_jobs())
    assert page.chips.chips[Group.ALL].isChecked()


def test_a_click_on_download_downloads_and_beside_it_does_not(filled: MainWindow) -> None:
    table = filled.annotations.table
    wanted = QSignalSpy(filled.annotations.download_wanted)
    job = sample_jobs()[2]
    row = filled.model.row_of(job.id)
    assert row is not None
    index = filled.model.index(row, Column.RESULT)
    rect, option = table.visualRect(index), QStyleOptionViewItem()
    table.initViewItemOption(option)
    option.rect = rect
    places = [QPoint(x, rect.center().y()) for x in range(rect.left(), rect.right())]
    hits = [place for place in places if table.results.action_at(place, option, index)]
    assert table.current_job_id() == ""
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=hits[len(hits) // 2])
    assert (wanted.count(), wanted.at(0)[0]) == (1, job.id)
    assert table.current_job_id() == ""
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=places[20])
    assert wanted.count() == 1
    assert table.current_job_id() == job.id


def test_the_details_tell_a_job_s_life(filled: MainWindow) -> None:
    job = sample_jobs()[2]
    filled.annotations.open_details(job.id)
    details = filled.annotations.details
    assert details.isVisible()
    assert details.request.text() == job.id
    assert details.countdown.text() == "2:31 left to download on the free plan."
    words = [stage.word for stage in stages(job, NOW)]
    assert words == [
        "Submitted",
        "Started",
        "Completed",
        "Downloadable until",
        "Archived after that",
    ]
    details.close_button.click()
    assert not details.isVisible()


@pytest.mark.parametrize("job", sample_jobs(), ids=lambda job: job.name)
def test_every_kind_of_job_has_details(filled: MainWindow, job: JobView) -> None:
    filled.annotations.open_details(job.id)
    filled.grab()
    details = filled.annotations.details
    assert details.job_id == job.id
    assert details.download.isVisible() is job.result_available
    assert details.reason.isVisible() is (job.failure is not None)


def test_what_cannot_be_done_is_not_offered(filled: MainWindow) -> None:
    offered, told = {}, ["Open report", "View log"]
    for job in (sample_jobs()[0], sample_jobs()[2], sample_jobs()[4]):
        menu = filled.annotations.job_menu(job)
        offered[job.status] = [
            act.text()
            for act in menu.actions()
            if act.isEnabled() and act.text() and act.menu() is None
        ]
    assert offered == {
        "running": ["Copy request ID", "Cancel job"],
        "completed": ["View", "Download", "Save as…", *told, "Copy request ID", "Delete…"],
        "archived": ["View", *told, "Copy request ID", "Delete…"],
    }


def test_names_from_elsewhere_are_never_rendered(filled: MainWindow) -> None:
    job = sample_jobs()[0].model_copy(update={"id": "e" * 32, "name": EVIL, "failure": EVIL})
    filled.model.put([job])
    filled.model.flush()
    filled.annotations.open_details(job.id)
    filled.toasts.say(EVIL, EVIL, Tone.BAD)
    labels = filled.findChildren(QLabel)
    assert {label.textFormat() for label in labels if label.text()} == {Qt.TextFormat.PlainText}
    row = filled.model.row_of(job.id)
    assert row is not None
    tips = [filled.model.index(row, column).data(Qt.ItemDataRole.ToolTipRole) for column in Column]
    assert not any(
        "<img" in (tip or "") for tip in [*tips, filled.annotations.details.name.toolTip()]
    )


def test_the_sidebar_leads_to_its_pages(filled: MainWindow) -> None:
    filled.open_page(Page.ACCOUNT)
    assert filled.pages.currentWidget() is filled.account
    assert filled.account.values["E-mail"].text() == ME.email
    filled.open_page(Page.ANNOTATIONS)
    assert filled.sidebar.entries[Page.ANNOTATIONS].isChecked()


def test_the_strip_says_how_far_and_how_long() -> None:
    view = TransferView("a", "uploading", 412_000_000, 1_100_000_000, rate=38_000_000.0)
    assert view.words == "uploading · 412 MB of 1.1 GB · 38 MB/s · 18 s left"
    stalled = TransferView("a", "uploading", 412_000_000, 1_100_000_000)
    assert stalled.words == "uploading · 412 MB of 1.1 GB"


def test_a_new_notice_takes_the_place_of_the_old_of_its_kind(filled: MainWindow) -> None:
    for seconds in (8, 16):
        filled.banners.put(Notice("offline", f"Next try in {seconds} s.", action="Try now"))
    assert [banner.sentence.text() for banner in filled.banners.shown.values()] == [
        "Next try in 16 s."
    ]
    acted = QSignalSpy(filled.banners.acted)
    filled.banners.shown["offline"].action.click()
    assert acted.at(0) == ["offline"]
    filled.banners.take("offline")
    assert filled.banners.shown == {}


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.name)
@pytest.mark.parametrize("screen", SCREENS)
def test_every_screen_is_painted_in_both_schemes(theme: Theme, tokens: Tokens, screen: str) -> None:
    theme.use(tokens)
    shown = SCREENS[screen](theme)
    shown.show()
    # Until then a page that scrolls does not know its size.
    QApplication.processEvents()
    picture = shown.grab().toImage()
    corner = picture.pixelColor(picture.width() - 3, picture.height() - 3).name()
    shown.close()
    shown.deleteLater()
    # Every window that is still there is dressed anew, which takes a while.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    theme.use(LIGHT)
    assert corner in {tokens.bg, tokens.panel} or screen == "dropping"
