"""What the app did lately, to read, to copy, and to send to whoever helps."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QTableView,
    QWidget,
)
from typing_extensions import override

from desktop.ui.language import tr
from desktop.ui.models.activity import LEVELS, ActivityModel, Part
from desktop.ui.theme.theme import Theme, mono_font
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.controls import button, column, framed, label, row
from desktop.ui.views.empty import EmptyState
from desktop.ui.views.pages import Pages
from desktop.ui.views.rows import show_as_rows
from desktop.ui.views.search_field import SearchField
from desktop.ui.views.wheel import spare_wheel

_REFRESH_MILLISECONDS = 250
_ROW_HEIGHT = 26
_WIDTHS = {Part.TIME: 96, Part.LEVEL: 96, Part.SOURCE: 190}
_FILTER_WIDTH = 220


class LogTable(QTableView):
    """A table whose rows are copied whole, and not a cell of them.

    Signals:
        copy_pressed: so were the keys.
    """

    copy_pressed = Signal()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_pressed.emit()
        else:
            super().keyPressEvent(event)


class ActivityPage(QWidget):
    """The log, kept up to date while it is looked at.

    Signals:
        bundle_wanted: somebody wants the support bundle.
        copied: the entries are on the clipboard.
    """

    bundle_wanted = Signal()
    copied = Signal()

    def __init__(self, model: ActivityModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.filter = SearchField(tr("Filter the log…"), tr("Filter the log"), _FILTER_WIDTH)
        self.level = QComboBox()
        spare_wheel(self.level)
        self.copy = button(tr("Copy"))
        self.bundle = button(tr("Support bundle…"), "primary")
        self.table, self.states = LogTable(), Pages()
        self.nothing = EmptyState(
            theme,
            "activity",
            tr("Nothing to show"),
            tr("The app has logged nothing that the filter lets through."),
            tr("Show all"),
        )
        self._timer = QTimer(self, interval=_REFRESH_MILLISECONDS)
        self._timer.timeout.connect(self.refresh)
        self._set_up_table()
        self._build()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Show what is new, and stay at the end if that is what is seen."""
        bar = self.table.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - _ROW_HEIGHT
        self.model.refresh()
        rows = self.model.rowCount()
        self.states.setCurrentWidget(self.table if rows else self.nothing)
        if at_end and rows:
            self.table.scrollToBottom()

    def copy_rows(self) -> None:
        """Put the selected entries on the clipboard, or all that are shown."""
        selected = self.table.selectionModel().selectedRows()
        QGuiApplication.clipboard().setText(self.model.lines([index.row() for index in selected]))
        self.copied.emit()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self.table.scrollToBottom()
        self._timer.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        show_as_rows(table, tr("Activity"), height=_ROW_HEIGHT)
        table.setFont(mono_font())
        table.setProperty("kind", "log")
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(True)
        for part, width in _WIDTHS.items():
            header.resizeSection(part, width)

    def _build(self) -> None:
        layout = column(self, margin=6 * SPACE, spacing=3 * SPACE)
        layout.setContentsMargins(6 * SPACE, 18, 6 * SPACE, 5 * SPACE)
        head = row(spacing=3 * SPACE)
        head.addWidget(label(tr("Activity"), "page"))
        head.addStretch()
        self.level.setAccessibleName(tr("Which entries are shown"))
        for level, name in LEVELS.items():
            self.level.addItem(tr(name), level)
        self.level.setCurrentIndex(1)
        for widget in (self.filter, self.level, self.copy, self.bundle):
            head.addWidget(widget)
        layout.addLayout(head)
        sentence = tr(
            "What the app did since it was started. It names no files and holds no tokens; "
            "nothing is sent to anybody by itself."
        )
        layout.addWidget(label(sentence, "muted", wrap=True))
        self.states.addWidget(self.table)
        self.states.addWidget(self.nothing)
        layout.addWidget(framed(self.states), 1)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._filter)
        self.level.currentIndexChanged.connect(self._filter)
        self.copy.clicked.connect(self.copy_rows)
        self.bundle.clicked.connect(self.bundle_wanted)
        self.nothing.acted.connect(self._show_all)
        QShortcut(QKeySequence.StandardKey.Find, self, self.filter.setFocus)
        self.table.copy_pressed.connect(self.copy_rows)

    def _filter(self) -> None:
        self.model.set_filter(self.level.currentData(), self.filter.text())
        self.refresh()

    def _show_all(self) -> None:
        self.filter.clear()
        self.level.setCurrentIndex(0)
