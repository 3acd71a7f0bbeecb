"""The window: signed out it is one page, signed in a sidebar and its pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QApplication, QDialog, QStackedWidget, QWidget
from typing_extensions import override

from backend.wire import Me
from desktop.support.activity import Activity
from desktop.ui.language import tr
from desktop.ui.models.activity import ActivityModel
from desktop.ui.models.jobs import JobsModel
from desktop.ui.models.transfers import TransfersModel
from desktop.ui.theme.icons import icon
from desktop.ui.theme.theme import Theme
from desktop.ui.views.account import AccountPage
from desktop.ui.views.activity import ActivityPage
from desktop.ui.views.annotations import AnnotationsPage
from desktop.ui.views.banner import Banners
from desktop.ui.views.controls import column, row, surface
from desktop.ui.views.drop import DropOverlay, dropped_files
from desktop.ui.views.pages import Pages, page_area
from desktop.ui.views.release_bar import ReleaseBar
from desktop.ui.views.settings import SettingsPage
from desktop.ui.views.sidebar import Page, Sidebar
from desktop.ui.views.sign_in import SignInPage
from desktop.ui.views.toast import Toasts
from desktop.ui.views.transfers import TransfersPage
from desktop.ui.wording import Group, limits_sentence

if TYPE_CHECKING:
    # Its imports take longer than the first paint may.
    from desktop.ui.viewer.page import ResultsPage

TITLE = "Genomics Annotation Service"
_SIZE = (1360, 860)
_LEAST = (956, 456)
"""Fits a screen of 1920 x 1080 at 200 %, with a bar of the system and the window's frame."""


class MainWindow(QWidget):
    """Shows where the app is; it decides nothing.

    Args:
        activity: what the page of the activity shows; without one it is empty.

    Attributes:
        is_offline: whether the service cannot be reached.
        trouble: why, in a sentence.

    Signals:
        files_dropped: files were let go over the window; arg: their paths.
        me_set: it is known who is signed in, or the account changed; arg: the Me.
        offline_changed: the service cannot be reached, or can be again; arg: whether it cannot.
        closing: the window is about to close; arg: the QCloseEvent: whoever would lose something
            by it ignores it.
    """

    files_dropped = Signal(list)
    me_set = Signal(object)
    offline_changed = Signal(bool)
    closing = Signal(object)

    def __init__(
        self,
        model: JobsModel,
        theme: Theme,
        activity: Activity | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("window")
        self.setWindowTitle(TITLE)
        self.setWindowIcon(icon("app", "", 64))
        self.resize(*_SIZE)
        self.setMinimumSize(*_LEAST)
        self.setAcceptDrops(True)
        self.theme = theme
        self.sign_in = SignInPage()
        self.sidebar, self.banners = Sidebar(theme), Banners(theme)
        self.annotations, self.account = AnnotationsPage(model, theme), AccountPage()
        self._results: ResultsPage | None = None
        self.transfers = TransfersPage(TransfersModel(self), theme)
        self.settings = SettingsPage()
        log = ActivityModel(activity or Activity(Path()), self)
        self.activity = ActivityPage(log, theme)
        self.pages, self.whole = Pages(), QStackedWidget()
        self.release_bar = ReleaseBar(theme)
        self.model, self.is_offline, self.trouble = model, False, ""
        self._build()
        self.toasts, self.overlay = Toasts(theme, self.whole), DropOverlay(theme, self)
        self.sidebar.chosen.connect(self.open_page)
        model.flushed.connect(self._count_jobs)
        self.transfers.counted.connect(self._count_transfers)
        self.show_sign_in()

    @property
    def is_signed_in(self) -> bool:
        """Whether the pages are shown, and not the sign-in."""
        return self.whole.currentIndex() == 1

    @property
    def results(self) -> ResultsPage:
        """The viewer of results; made when it is first asked for, after the first paint."""
        if self._results is None:
            from desktop.ui.viewer.page import ResultsPage

            self._results = ResultsPage(self.theme)
            self.pages.addWidget(self._results)
        return self._results

    def show_sign_in(self) -> None:
        """Show the page before anybody is signed in; the account is forgotten.

        What is open over the pages is closed, too: the next person is not to answer it.
        """
        if self.is_signed_in:
            close_popups()
            for dialog in self.findChildren(QDialog):
                dialog.close()
        self.account.forget()
        self.set_offline(False)
        self.whole.setCurrentIndex(0)

    def show_pages(self) -> None:
        """Show the pages of somebody who is signed in."""
        self.whole.setCurrentIndex(1)
        self.open_page(Page.ANNOTATIONS)
        self.annotations.table.setFocus()

    def open_page(self, page: Page) -> None:
        """Show *page*."""
        pages = {
            Page.ANNOTATIONS: self.annotations,
            Page.TRANSFERS: self.transfers,
            Page.ACCOUNT: self.account,
            Page.SETTINGS: self.settings,
            Page.ACTIVITY: self.activity,
        }
        self.pages.setCurrentWidget(self.results if page is Page.RESULTS else pages[page])
        self.sidebar.choose(page)

    def set_me(self, me: Me) -> None:
        """Show who is signed in, everywhere."""
        self.sidebar.set_me(me)
        self.account.set_me(me)
        self.model.can_upgrade = me.plan == "free" and me.upgrade_url is not None
        limited = me.limits.max_input_bytes is not None
        self.annotations.strip.set_limits(limits_sentence(me.limits) if limited else "")
        self.annotations.refresh()
        self.me_set.emit(me)

    def set_offline(self, offline: bool, *, why: str = "") -> None:  # noqa: FBT001 - it is a slot
        """Say whether the service can be reached, everywhere; *why* not, if it is known."""
        self.is_offline = offline
        self.trouble = why or tr("Offline: the service cannot be reached.")
        self.annotations.set_offline(offline)
        self.account.set_offline(offline, why=self.trouble)
        self.offline_changed.emit(offline)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        files = dropped_files(event.mimeData())
        # What is dragged out of the window itself is not for it.
        if self.is_signed_in and files and event.source() is None:
            self.overlay.offer(files)
            event.acceptProposedAction()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.overlay.hide()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self.overlay.hide()
        event.acceptProposedAction()
        self.files_dropped.emit(dropped_files(event.mimeData()))

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closing.emit(event)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            # What was drawn for another screen would be blurred on this one.
            self.theme.changed.emit()
        return super().event(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self.overlay.setGeometry(self.rect())
        super().resizeEvent(event)

    def _count_jobs(self) -> None:
        running = self.model.count(Group.RUNNING) + self.model.count(Group.PENDING)
        said = tr("%Ln job(s) under way", "", running)
        self.sidebar.show_count(Page.ANNOTATIONS, running, said)

    def _count_transfers(self, number: int) -> None:
        said = tr("%Ln transfer(s) to go", "", number)
        self.sidebar.show_count(Page.TRANSFERS, number, said)

    def _build(self) -> None:
        self.pages.addWidget(self.annotations)
        self.pages.addWidget(self.transfers)
        self.pages.addWidget(self.account)
        self.pages.addWidget(self.settings)
        self.pages.addWidget(self.activity)
        content = column(spacing=0)
        content.addWidget(self.banners)
        content.addWidget(page_area(self.pages), 1)
        inside = surface("bg")
        line = row(inside, spacing=0)
        line.addWidget(self.sidebar)
        line.addLayout(content, 1)
        self.whole.addWidget(self.sign_in)
        self.whole.addWidget(inside)
        both = column(self, spacing=0)
        both.addWidget(self.whole, 1)
        both.addWidget(self.release_bar)
        for place, page in enumerate(Page, start=1):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{place}"), self)
            shortcut.activated.connect(lambda page=page: self.open_page(page))
        QShortcut(QKeySequence.StandardKey.Open, self, self._choose_files)
        QShortcut(QKeySequence.StandardKey.Refresh, self, self._refresh)

    def _choose_files(self) -> None:
        if self.is_signed_in:
            self.annotations.choose_clicked.emit()

    def _refresh(self) -> None:
        """Have what is looked at read again: the open result, elsewhere the list."""
        if self._results is not None and self.pages.currentWidget() is self._results:
            self._results.reload_wanted.emit()
        elif self.is_signed_in:
            self.annotations.retry_wanted.emit()


def close_popups() -> None:
    """Close what is open over everything: menus with theirs, and the lists of combo boxes."""
    last = None
    # One that does not close is not asked again.
    while (popup := QApplication.activePopupWidget()) is not None and popup is not last:
        popup.close()
        last = popup
