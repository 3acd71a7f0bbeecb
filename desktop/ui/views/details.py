"""The panel beside the table: one job's life, files and reasons."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from backend.wire import JobStatus, JobView
from desktop.ports import FileKind
from desktop.ui.theme.theme import Theme, mono_font
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.controls import (
    button,
    clear,
    column,
    elided,
    hairline,
    icon_button,
    label,
    row,
)
from desktop.ui.views.timeline import Timeline, stages
from desktop.ui.wording import (
    UNFINISHED,
    left_text,
    plain_tip,
    seconds_left,
    short_id,
    size_text,
    zone_of,
)

WIDTH = 300
_INNER = WIDTH - 2 * 18
_LOG_HEIGHT = 150


class Details(QFrame):
    """Everything that is known of one job, and what can be done with it.

    Signals:
        download_clicked: a file is wanted; arg: the job's ID, arg: the FileKind.
        log_clicked: the log is to be shown; arg: the job's ID.
        cancel_clicked, delete_clicked, copy_clicked: arg: the job's ID.
        upgrade_clicked: somebody wants another plan.
        closed: the panel is not wanted any more.
    """

    download_clicked = Signal(str, object)
    log_clicked = Signal(str)
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
        self.name, self.request = label(role="panel"), button("", "quiet")
        self.close_button = icon_button(theme.icon("close"), "Close the details")
        self.download = button("Download", "primary")
        self.cancel, self.delete = button("Cancel job"), button("Delete…", "danger")
        self.countdown, self.upgrade = label(role="warn", wrap=True), button("", "link")
        self.reason = label(role="bad", wrap=True)
        self.timeline = Timeline(theme, _INNER)
        self.files = column(spacing=0)
        self.origin = label(role="muted", wrap=True)
        self.log = QPlainTextEdit(readOnly=True)
        self._titles = {name: label(name, "label") for name in ("FILES", "ANNOTATED WITH", "LOG")}
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
        self.request.setAccessibleName(f"Copy request ID {short_id(job.id)}")
        self.timeline.show_stages(stages(job, now, zone_of(now)))
        self._show_actions(job)
        self._show_files(job)
        self._show_origin(job)
        self.tick(job, now, can_upgrade=can_upgrade)

    def tick(self, job: JobView, now: datetime, *, can_upgrade: bool) -> None:
        """Show the time that is left."""
        left = seconds_left(job, now)
        self.countdown.setVisible(bool(left))
        if left:
            self.countdown.setText(f"{left_text(left)} left to download on the free plan.")
        archived = job.status is JobStatus.ARCHIVED
        self.upgrade.setText("Get it back: upgrade" if archived else "Keep it: upgrade")
        self.upgrade.setVisible(can_upgrade and (archived or bool(left)))

    def show_log(self, text: str) -> None:
        """Show a log, or none."""
        self.log.setPlainText(text)
        self.log.setVisible(bool(text))
        self._titles["LOG"].setVisible(bool(text))

    def _show_actions(self, job: JobView) -> None:
        self.download.setVisible(job.result_available)
        self.cancel.setVisible(job.status in UNFINISHED)
        self.delete.setVisible(job.status not in UNFINISHED)
        self.reason.setText(job.failure or "")
        self.reason.setVisible(bool(job.failure))

    def _show_files(self, job: JobView) -> None:
        clear(self.files)
        lines = [("Annotated VCF", FileKind.RESULT, job.result_available, job.result_size)]
        lines.append(("Log", FileKind.LOG, job.log_available, None))
        lines.append(("Input", FileKind.INPUT, job.submitted_at is not None, job.size))
        offered = [line for line in lines if line[2]]
        self._titles["FILES"].setVisible(bool(offered))
        for title, kind, _, size in offered:
            self.files.addLayout(self._file(title, kind, size))
            self.files.addWidget(hairline())

    def _file(self, title: str, kind: FileKind, size: int | None) -> QVBoxLayout:
        line = row()
        line.setContentsMargins(0, 5, 0, 5)
        line.addWidget(label(title))
        line.addStretch()
        if size is not None:
            line.addWidget(label(size_text(size), "muted"))
        job_id, is_log = self.job_id, kind is FileKind.LOG
        get = button("View" if is_log else "Save", "link", name=f"{title} of {short_id(job_id)}")
        if is_log:
            get.clicked.connect(lambda: self.log_clicked.emit(job_id))
        else:
            get.clicked.connect(lambda: self.download_clicked.emit(job_id, kind))
        line.addWidget(get)
        whole = column()
        whole.addLayout(line)
        return whole

    def _show_origin(self, job: JobView) -> None:
        counts = job.counts
        self._titles["ANNOTATED WITH"].setVisible(counts is not None)
        self.origin.setVisible(counts is not None)
        if counts is not None:
            engine = "VEP consequences" if job.options.engine == "vepyr" else "bcftools csq"
            self.origin.setText(f"{counts.assembly} · bundle {counts.bundle[:8]} · {engine}")

    def _build(self) -> None:
        content = QWidget()
        layout = column(content, margin=18, spacing=3 * SPACE)
        layout.addLayout(self._heading())
        layout.addLayout(self._actions())
        for widget in (self.countdown, self.reason):
            layout.addWidget(widget)
        layout.addWidget(self.upgrade, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.timeline)
        for title, body in (("FILES", None), ("ANNOTATED WITH", self.origin), ("LOG", self.log)):
            layout.addWidget(self._titles[title])
            if body is None:
                layout.addLayout(self.files)
            else:
                layout.addWidget(body)
        layout.addStretch()
        self.log.setFont(mono_font())
        self.log.setFixedHeight(_LOG_HEIGHT)
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.log.setAccessibleName("Log")
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        scroll.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        column(self, margin=1).addWidget(scroll)

    def _heading(self) -> QVBoxLayout:
        heading = column(spacing=0)
        first = row()
        first.addWidget(self.name, 1)
        first.addWidget(self.close_button)
        heading.addLayout(first)
        self.request.setFont(mono_font())
        self.request.setToolTip("Copy the request ID")
        self.request.setStyleSheet("padding: 2px 0; text-align: left;")
        heading.addWidget(self.request, alignment=Qt.AlignmentFlag.AlignLeft)
        return heading

    def _actions(self) -> QVBoxLayout:
        actions = row()
        for action in (self.download, self.cancel, self.delete):
            actions.addWidget(action)
        actions.addStretch()
        whole = column()
        whole.addLayout(actions)
        return whole

    def _connect(self) -> None:
        self.download.clicked.connect(
            lambda: self.download_clicked.emit(self.job_id, FileKind.RESULT)
        )
        self.cancel.clicked.connect(lambda: self.cancel_clicked.emit(self.job_id))
        self.delete.clicked.connect(lambda: self.delete_clicked.emit(self.job_id))
        self.request.clicked.connect(lambda: self.copy_clicked.emit(self.job_id))
        self.upgrade.clicked.connect(self.upgrade_clicked)
        self.close_button.clicked.connect(self.closed)
