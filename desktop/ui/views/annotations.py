"""The dashboard: files go in at the top, jobs are listed below, one job's details beside."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from backend.wire import JobView
from desktop.ports import FileKind
from desktop.ui.language import tr
from desktop.ui.models.jobs import JobsModel
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.chips import Chips
from desktop.ui.views.controls import button, column, framed, label, row
from desktop.ui.views.details import Details
from desktop.ui.views.empty import EmptyState, Skeleton
from desktop.ui.views.job_table import JobTable
from desktop.ui.views.pages import Pages
from desktop.ui.views.rows import go_into
from desktop.ui.views.search_field import SearchField
from desktop.ui.views.upload_strip import UploadStrip
from desktop.ui.wording import UNFINISHED, VIEWABLE, Action, Group, can_download

_FILTER_WIDTH = 280


class AnnotationsPage(QWidget):
    """The list of jobs, and everything one does with them.

    Signals:
        choose_clicked: somebody wants to choose files.
        sample_clicked: somebody wants to see how it goes, with a file that comes with the app.
        download_wanted, save_as_wanted: arg: the job's ID, arg: the FileKind.
        view_wanted: a result is to be looked at; arg: the job's ID.
        log_wanted, report_wanted: what is told of a job is to be read; arg: the job's ID.
        cancel_wanted, delete_wanted, copy_wanted: arg: the job's ID.
        upgrade_wanted: somebody wants another plan.
        retry_wanted: somebody wants the list to be read again.
    """

    choose_clicked = Signal()
    sample_clicked = Signal()
    download_wanted = Signal(str, object)
    save_as_wanted = Signal(str, object)
    view_wanted = Signal(str)
    log_wanted = Signal(str)
    report_wanted = Signal(str)
    cancel_wanted = Signal(str)
    delete_wanted = Signal(str)
    copy_wanted = Signal(str)
    upgrade_wanted = Signal()
    retry_wanted = Signal()

    def __init__(self, model: JobsModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._theme = model, theme
        self._loading, self._offline = True, False
        self.filter = SearchField(
            tr("Filter by file, ID, status…"), tr("Filter the annotations"), _FILTER_WIDTH
        )
        self.add = button(tr("Add files…"), "primary")
        self.chips, self.strip = Chips(), UploadStrip(theme)
        self.table, self.details = JobTable(model, theme), Details(theme)
        self.states = Pages()
        self._build_states()
        self._build()
        self._connect()
        self.refresh()

    def set_loading(self, loading: bool) -> None:  # noqa: FBT001 - it is a slot
        """Say whether the first list is still on its way."""
        self._loading = loading
        self.refresh()

    def set_offline(self, offline: bool) -> None:  # noqa: FBT001 - it is a slot
        """Say whether the service can be reached."""
        self._offline = offline
        self.refresh()

    def refresh(self) -> None:
        """Show what the model has: its numbers, its rows or why there are none, the details."""
        for group in Group:
            self.chips.set_count(group, self._model.count(group))
        self.states.setCurrentWidget(self._state())
        self._refresh_details()

    def open_details(self, job_id: str) -> None:
        """Show one job's details."""
        self.table.choose(job_id)
        self._show_details(job_id)

    def _state(self) -> QWidget:
        if self._model.rowCount():
            return self.table
        if self._model.count(Group.ALL):
            return self.nothing_found
        if self._loading:
            return self.offline if self._offline else self.skeleton
        return self.nothing_yet

    def _build_states(self) -> None:
        self.skeleton = Skeleton(self._theme)
        self.nothing_yet = EmptyState(
            self._theme,
            "file",
            tr("No annotations yet"),
            tr("Drop a VCF file here. It is annotated, and the result waits for you in this list."),
            tr("Choose files…"),
            other=tr("Try the sample file"),
        )
        self.nothing_found = EmptyState(
            self._theme,
            "search",
            tr("Nothing matches"),
            tr("No file, request ID or status has these letters."),
            tr("Show all"),
        )
        self.offline = EmptyState(
            self._theme,
            "offline",
            tr("The service cannot be reached"),
            tr("Your annotations appear here as soon as it answers. The app keeps trying."),
            tr("Try now"),
        )
        for state in (self.table, self.skeleton, self.nothing_yet, self.nothing_found):
            self.states.addWidget(state)
        self.states.addWidget(self.offline)

    def _build(self) -> None:
        layout = column(self, margin=6 * SPACE, spacing=3 * SPACE)
        layout.setContentsMargins(6 * SPACE, 18, 6 * SPACE, 5 * SPACE)
        head = row(spacing=14)
        head.addWidget(label(tr("Annotations"), "page"))
        head.addStretch()
        head.addWidget(self.filter)
        head.addWidget(self.add)
        layout.addLayout(head)
        layout.addWidget(self.chips)
        layout.addWidget(self.strip)
        body = row(spacing=4 * SPACE)
        body.addWidget(framed(self.states), 1)
        body.addWidget(self.details)
        self.details.hide()
        layout.addLayout(body, 1)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._filter)
        self.filter.down_pressed.connect(partial(go_into, self.table))
        self.chips.chosen.connect(self._choose_group)
        self.add.clicked.connect(self.choose_clicked)
        self.strip.choose_clicked.connect(self.choose_clicked)
        self.nothing_yet.acted.connect(self.choose_clicked)
        self.nothing_yet.other_acted.connect(self.sample_clicked)
        self.nothing_found.acted.connect(self._show_all)
        self.offline.acted.connect(self.retry_wanted)
        self._model.flushed.connect(self.refresh)
        self.table.job_chosen.connect(self._show_details)
        self.table.triggered.connect(self._trigger)
        self.table.menu_wanted.connect(self._open_menu)
        self.table.delete_pressed.connect(self.delete_wanted)
        self.table.space_pressed.connect(self._toggle_details)
        self.table.opened.connect(self._view)
        self.table.typed.connect(self.filter.take)
        self._connect_details()
        order = [self.filter, self.add, *self.chips.chips.values(), self.strip, self.table]
        for before, after in pairwise([*order, self.details]):
            self.setTabOrder(before, after)
        QShortcut(QKeySequence.StandardKey.Find, self, self.filter.setFocus)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self.details, self._close_details)
        self.table.ticker.timeout.connect(self._tick)

    def _connect_details(self) -> None:
        details = self.details
        details.download_clicked.connect(self.download_wanted)
        details.save_as_clicked.connect(self.save_as_wanted)
        details.view_clicked.connect(self.view_wanted)
        details.log_clicked.connect(self.log_wanted)
        details.report_clicked.connect(self.report_wanted)
        details.cancel_clicked.connect(self.cancel_wanted)
        details.delete_clicked.connect(self.delete_wanted)
        details.copy_clicked.connect(self.copy_wanted)
        details.upgrade_clicked.connect(self.upgrade_wanted)
        details.closed.connect(self._close_details)

    def _filter(self, needle: str) -> None:
        self._model.set_filter(needle)
        self.refresh()

    def _choose_group(self, group: Group) -> None:
        self._model.set_group(group)
        self.refresh()

    def _show_all(self) -> None:
        self.filter.clear()
        self.chips.chips[Group.ALL].setChecked(True)
        self._choose_group(Group.ALL)

    def _view(self, job_id: str) -> None:
        job = self._model.book.row(job_id)
        if job is not None and job.status in VIEWABLE:
            self.view_wanted.emit(job_id)

    def _trigger(self, job_id: str, action: Action) -> None:
        match action:
            case Action.DOWNLOAD:
                self.download_wanted.emit(job_id, FileKind.RESULT)
            case Action.LOG:
                self.open_details(job_id)
                self.log_wanted.emit(job_id)
            case Action.UPGRADE:
                self.upgrade_wanted.emit()

    def _show_details(self, job_id: str) -> None:
        job = self._model.book.get(job_id)
        self.details.setVisible(job is not None)
        if job is not None:
            self.details.show_job(job, self._model.clock(), can_upgrade=self._model.can_upgrade)

    def _refresh_details(self) -> None:
        if self.details.isVisible():
            self._show_details(self.details.job_id)

    def _tick(self) -> None:
        job = self._model.book.get(self.details.job_id)
        if job is None or not self.details.isVisible():
            return
        now = self._model.clock()
        if self.details.is_of(job, now):
            self.details.tick(job, now, can_upgrade=self._model.can_upgrade)
        else:
            # The time to download has just run out.
            self._show_details(job.id)

    def _toggle_details(self, job_id: str) -> None:
        if self.details.isVisible():
            self.details.hide()
        else:
            self._show_details(job_id)

    def _close_details(self) -> None:
        self.details.hide()
        self.table.clearSelection()
        self.table.setFocus()

    def _open_menu(self, job_id: str, where: QPoint) -> None:
        job = self._model.book.get(job_id)
        if job is None:
            return
        menu = self.job_menu(job)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def job_menu(self, job: JobView) -> QMenu:
        """Return a menu of what can be done with *job* now."""
        menu = QMenu(self)

        def offer(text: str, signal: SignalInstance, *args: object, allowed: bool = True) -> None:
            menu.addAction(text, lambda: signal.emit(job.id, *args)).setEnabled(allowed)

        unfinished = job.status in UNFINISHED
        result, ready = FileKind.RESULT, can_download(job, self._model.clock())
        offer(tr("View"), self.view_wanted, allowed=job.status in VIEWABLE)
        offer(tr("Download"), self.download_wanted, result, allowed=ready)
        offer(tr("Save as…"), self.save_as_wanted, result, allowed=ready)
        offer(tr("Open report"), self.report_wanted, allowed=job.status in VIEWABLE)
        offer(tr("View log"), self.log_wanted, allowed=job.log_available)
        offer(tr("Copy request ID"), self.copy_wanted)
        menu.addSeparator()
        menu.addMenu(self.table.sort_menu(menu))
        menu.addSeparator()
        offer(tr("Cancel job"), self.cancel_wanted, allowed=unfinished)
        offer(tr("Delete…"), self.delete_wanted, allowed=not unfinished)
        return menu
