"""The panel beside the table: one job's life, files and reasons."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from backend.wire import JobStatus, JobView
from desktop.ports import FileKind
from desktop.transfer.names import short_id
from desktop.ui.error_words import in_words
from desktop.ui.language import later, tr
from desktop.ui.theme.theme import Theme, mono_font
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.controls import (
    breakable,
    button,
    clear,
    column,
    elided,
    hairline,
    icon_button,
    label,
    row,
    scrolling,
    show_opening,
)
from desktop.ui.views.timeline import Timeline, stages
from desktop.ui.wording import (
    UNFINISHED,
    VIEWABLE,
    can_download,
    left_text,
    number_text,
    plain_tip,
    seconds_left,
    size_text,
)

WIDTH = 324
_MARGIN = 18
_INNER = WIDTH - 2 * _MARGIN - 2
_LOG_HEIGHT = 150
_FILES, _PARAMETERS, _LOG = later("FILES"), later("PARAMETERS"), later("LOG")
_ENGINES = {"vepyr": later("VEP consequences"), "csq": later("bcftools csq")}


class Details(QFrame):
    """Everything that is known of one job, and what can be done with it.

    Signals:
        download_clicked: a file is wanted; arg: the job's ID, arg: the FileKind.
        save_as_clicked: it is wanted where somebody chooses; the same args.
        view_clicked: the result is to be looked at; arg: the job's ID.
        log_clicked: the log is to be shown; arg: the job's ID.
        report_clicked: the report is to be shown; arg: the job's ID.
        cancel_clicked, delete_clicked, copy_clicked: arg: the job's ID.
        upgrade_clicked: somebody wants another plan.
        closed: the panel is not wanted any more.
    """

    download_clicked = Signal(str, object)
    save_as_clicked = Signal(str, object)
    view_clicked = Signal(str)
    log_clicked = Signal(str)
    report_clicked = Signal(str)
    cancel_clicked = Signal(str)
    delete_clicked = Signal(str)
    copy_clicked = Signal(str)
    upgrade_clicked = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.job_id = theme, ""
        self.setProperty("surface", "card")
        self.setFixedWidth(WIDTH)
        self.name, self.request = label(role="panel"), button("", "text")
        self.close_button = icon_button(theme.icon("close"), tr("Close the details"))
        self.download, self.view = (
            button(tr("Download"), "primary"),
            button(tr("View"), name=tr("View the result")),
        )
        self.cancel, self.delete = button(tr("Cancel job")), button(tr("Delete…"), "danger")
        self.countdown, self.upgrade = label(role="warn", wrap=True), button("", "link")
        self.reason = label(role="bad", wrap=True)
        self.timeline = Timeline(theme, _INNER)
        self.files = column(spacing=0)
        self.parameters = label(role="muted", wrap=True)
        self.log = QPlainTextEdit(readOnly=True)
        self._titles = {name: label(tr(name), "label") for name in (_FILES, _PARAMETERS, _LOG)}
        self._shown: tuple[object, ...] = ()
        self._offer, self._busy = "", False
        self._build()
        self._connect()

    def show_job(self, job: JobView, now: datetime, *, can_upgrade: bool) -> None:
        """Show *job* as it is at *now*."""
        if job.id != self.job_id:
            self.show_log("")
        self.job_id = job.id
        self.name.setText(elided(self.name, job.name, _INNER - 28))
        self.name.setToolTip(plain_tip(job.name))
        self.request.setText(job.id)
        copy = tr("Copy request ID {id}").format(id=short_id(job.id))
        self.request.setAccessibleName(copy)
        self.timeline.show_stages(stages(job, now))
        self._show_actions(job, now)
        self._show_files(job, now)
        self._show_parameters(job)
        self.tick(job, now, can_upgrade=can_upgrade)

    def tick(self, job: JobView, now: datetime, *, can_upgrade: bool) -> None:
        """Show the time that is left."""
        left = seconds_left(job, now)
        self.countdown.setVisible(bool(left))
        if left:
            words = tr("{time} left to download on the free plan.")
            self.countdown.setText(words.format(time=left_text(left)))
        gone = left == 0 or job.status in {JobStatus.ARCHIVED, JobStatus.ARCHIVING}
        self._offer = tr("Get it back: upgrade") if gone else tr("Keep it: upgrade")
        self.set_busy(self._busy)
        self.upgrade.setVisible(can_upgrade and (gone or bool(left)))

    def set_busy(self, busy: bool) -> None:  # noqa: FBT001 - it is a slot
        """Say whether the page where a plan is paid is on its way."""
        self._busy = busy
        show_opening(self.upgrade, self._offer, busy=busy)

    def show_log(self, text: str) -> None:
        """Show a log, or none."""
        self.log.setPlainText(text)
        self.log.setVisible(bool(text))
        self._titles[_LOG].setVisible(bool(text))

    def is_of(self, job: JobView, now: datetime) -> bool:
        """Whether what is offered is still what can be done with *job* at *now*."""
        return self.download.isVisible() is can_download(job, now)

    def _show_actions(self, job: JobView, now: datetime) -> None:
        ready = can_download(job, now)
        self.download.setVisible(ready)
        self.view.setVisible(job.status in VIEWABLE)
        self.cancel.setVisible(job.status in UNFINISHED)
        self.delete.setVisible(job.status not in UNFINISHED)
        self.reason.setText(breakable(in_words(job.failure or "")))
        self.reason.setVisible(bool(job.failure))

    def _show_files(self, job: JobView, now: datetime) -> None:
        ready = can_download(job, now)
        sent = job.submitted_at is not None
        lines = [
            (tr("Annotated VCF"), FileKind.RESULT, ready, job.result_size),
            (tr("Table (Parquet)"), FileKind.TABLE, ready, None),
            # It outlives the result in the archive, as the log does.
            (tr("Report"), FileKind.REPORT, job.status in VIEWABLE, None),
            (tr("Log"), FileKind.LOG, job.log_available, None),
            (tr("Input"), FileKind.INPUT, sent, job.size),
        ]
        shown = (job.id, *((kind, size) for _, kind, offered, size in lines if offered))
        if shown == self._shown:
            # Whoever is just about to click keeps the button.
            return
        self._shown = shown
        clear(self.files)
        self._titles[_FILES].setVisible(any(line[2] for line in lines))
        for title, kind, offered, size in lines:
            if offered:
                self.files.addLayout(self._file(title, kind, size))
                self.files.addWidget(hairline())

    def _file(self, title: str, kind: FileKind, size: int | None) -> QVBoxLayout:
        line = row()
        line.setContentsMargins(0, 5, 0, 5)
        line.addWidget(label(title))
        line.addStretch()
        if size is not None:
            line.addWidget(label(size_text(size), "muted"))
        job_id = self.job_id
        shown = {
            FileKind.LOG: (tr("View"), self.log_clicked),
            FileKind.REPORT: (tr("Open"), self.report_clicked),
        }
        if kind in shown:
            word, clicked = shown[kind]
            show = button(word, "link", name=f"{title}: {word}")
            show.clicked.connect(lambda: clicked.emit(job_id))
            line.addWidget(show)
        save = button(tr("Save"), "link", name=f"{title}: {tr('Save')}")
        save.clicked.connect(lambda: self.download_clicked.emit(job_id, kind))
        line.addWidget(save)
        elsewhere = button("…", "link", name=f"{title}: {tr('Save as…')}")
        elsewhere.setToolTip(tr("Save as…"))
        elsewhere.clicked.connect(lambda: self.save_as_clicked.emit(job_id, kind))
        line.addWidget(elsewhere)
        whole = column()
        whole.addLayout(line)
        return whole

    def _show_parameters(self, job: JobView) -> None:
        counts, options = job.counts, job.options
        found = tr("Assembly as found in the file")
        asked = found if options.assembly == "detect" else options.assembly
        said = [f"{counts.assembly if counts else asked} · {tr(_ENGINES[options.engine])}"]
        if counts is not None:
            said.append(tr("Bundle {name}").format(name=counts.bundle[:8]))
            words = tr("{annotated} of {all} records annotated, {passed} passed through")
            said.append(
                words.format(
                    annotated=number_text(counts.annotated),
                    all=number_text(counts.variants_in),
                    passed=number_text(counts.passed_through),
                )
            )
        self.parameters.setText("\n".join(said))

    def _build(self) -> None:
        content = QWidget()
        layout = column(content, margin=_MARGIN, spacing=3 * SPACE)
        layout.addLayout(self._heading())
        layout.addLayout(self._actions())
        layout.addWidget(self.reason)
        offer = column(spacing=0)
        offer.addWidget(self.countdown)
        offer.addWidget(self.upgrade, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(offer)
        layout.addWidget(self.timeline)
        layout.addWidget(self._titles[_FILES])
        layout.addLayout(self.files)
        for title, body in ((_PARAMETERS, self.parameters), (_LOG, self.log)):
            # As much room above as the timeline leaves above the files.
            self._titles[title].setContentsMargins(0, 2 * SPACE, 0, 0)
            layout.addWidget(self._titles[title])
            layout.addWidget(body)
        layout.addStretch()
        self.log.setFont(mono_font())
        self.log.setFixedHeight(_LOG_HEIGHT)
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.log.setAccessibleName(tr("Log"))
        self.log.setTabChangesFocus(True)
        column(self).addWidget(scrolling(content, layout))

    def _heading(self) -> QVBoxLayout:
        heading = column(spacing=0)
        first = row()
        first.addWidget(self.name, 1)
        first.addWidget(self.close_button)
        heading.addLayout(first)
        self.request.setFont(mono_font())
        self.request.setToolTip(tr("Copy the request ID"))
        heading.addWidget(self.request, alignment=Qt.AlignmentFlag.AlignLeft)
        return heading

    def _actions(self) -> QVBoxLayout:
        actions = row()
        for action in (self.download, self.view, self.cancel, self.delete):
            actions.addWidget(action)
        actions.addStretch()
        whole = column()
        whole.addLayout(actions)
        return whole

    def _tint(self) -> None:
        self.close_button.setIcon(self._theme.icon("close"))

    def _connect(self) -> None:
        self._theme.changed.connect(self._tint)
        self.view.clicked.connect(lambda: self.view_clicked.emit(self.job_id))
        self.download.clicked.connect(
            lambda: self.download_clicked.emit(self.job_id, FileKind.RESULT)
        )
        self.cancel.clicked.connect(lambda: self.cancel_clicked.emit(self.job_id))
        self.delete.clicked.connect(lambda: self.delete_clicked.emit(self.job_id))
        self.request.clicked.connect(lambda: self.copy_clicked.emit(self.job_id))
        self.upgrade.clicked.connect(self.upgrade_clicked)
        self.close_button.clicked.connect(self.closed)
