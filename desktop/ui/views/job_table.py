"""The table of jobs on the screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from PySide6.QtCore import QMimeData, QModelIndex, QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from desktop.ui.delegates.cell import (
    PADDING,
    ROW_HEIGHT,
    CellDelegate,
    NumberDelegate,
    RowHover,
    TextDelegate,
)
from desktop.ui.delegates.file import FileDelegate
from desktop.ui.delegates.result import ResultDelegate
from desktop.ui.delegates.status import StatusDelegate
from desktop.ui.language import tr
from desktop.ui.models.columns import NAMES, TITLES, Column
from desktop.ui.models.jobs import JOB_ROLE, JobsModel
from desktop.ui.theme.theme import Theme
from desktop.ui.views.carrying import carry
from desktop.ui.views.double_click import DoubleClick
from desktop.ui.views.rows import row_asked_for, show_as_rows
from desktop.ui.views.sorting import SORT_KEYS, open_over, sort_menu
from desktop.ui.wording import Action, when_text

_TICK_MILLISECONDS = 1000
_VARIANTS_WIDTH = 98
_LEAST_WIDTH = 64
_SLACK = 2
_LEAST_FILE, _COMMON_FILE, _LEAST_STATUS = 150, 200, 142
_FILE_SHARE = 0.4
_ROOMY = 900
"""From this width on there is room for a countdown of days."""

_TIGHT = 560
"""Below this width a result's column is only as wide as a download needs."""

_OPENING = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class JobTable(QTableView):
    """Shows the jobs; a countdown moves by itself, once a second.

    A row whose result was saved can be dragged to the file manager.

    Attributes:
        carry: lets somebody carry data to where they let it go; returns when they have.

    Signals:
        job_chosen: another row is selected; arg: the job's ID, "" for none.
        triggered: an action in the table was clicked; arg: the job's ID, arg: the Action.
        opened: the job's result is to be looked at; arg: the job's ID.
        delete_pressed, space_pressed: so were the keys, at the selected job; arg: its ID.
        typed: so was something that is no other key; arg: what.
        menu_wanted: a menu for a job is asked for; arg: its ID, arg: where on the screen.
        job_pressed: the mouse button is down on a row, which may become a drag; arg: the job's ID.
        fetch_wanted: a result was dragged that is not on this machine; arg: the job's ID.
    """

    job_chosen = Signal(str)
    triggered = Signal(str, object)
    opened = Signal(str)
    delete_pressed = Signal(str)
    space_pressed = Signal(str)
    typed = Signal(str)
    menu_wanted = Signal(str, QPoint)
    job_pressed = Signal(str)
    fetch_wanted = Signal(str)

    def __init__(self, model: JobsModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self._jobs = model
        self.results = ResultDelegate(theme, model, self)
        self._pressed: tuple[str, Action] | None = None
        self._double_click = DoubleClick(self)
        self.carry = partial(carry, self, theme)
        self._delegates: dict[Column, CellDelegate] = {
            Column.FILE: FileDelegate(theme, self),
            Column.SUBMITTED: TextDelegate(theme, self),
            Column.STATUS: StatusDelegate(theme, self),
            Column.VARIANTS: NumberDelegate(theme, self),
            Column.RESULT: self.results,
        }
        hover = RowHover(self)
        for column, delegate in self._delegates.items():
            delegate.hover = hover
            self.setItemDelegateForColumn(column, delegate)
        self._set_up()
        self._set_up_headers()
        self.selectionModel().currentRowChanged.connect(self._tell_chosen)
        # A row that is the current one already may be clicked after its details were closed.
        self.clicked.connect(self._tell_chosen)
        self._double_click.done.connect(self.opened)
        theme.changed.connect(self.viewport().update)
        self.ticker = QTimer(self, interval=_TICK_MILLISECONDS)
        self.ticker.timeout.connect(self.update_countdowns)
        self.ticker.start()

    def current_job_id(self) -> str:
        """Return the ID of the selected job, "" for none."""
        job = self._jobs.job_at(self.currentIndex().row())
        return job.id if job else ""

    def selected_file(self) -> QMimeData:
        """Return the selected job's result as a file, if it is known to be on this machine."""
        mime, place = QMimeData(), self._jobs.saved.get(self.current_job_id())
        if place is not None:
            mime.setUrls([QUrl.fromLocalFile(str(place))])
        return mime

    def choose(self, job_id: str) -> None:
        """Select a job and bring it into sight."""
        row = self._jobs.row_of(job_id)
        if row is not None:
            self.selectRow(row)

    def update_countdowns(self) -> None:
        """Paint the results' column again: cheaper than telling of changed data."""
        left = self.columnViewportPosition(Column.RESULT)
        width = self.columnWidth(Column.RESULT)
        self.viewport().update(left, 0, width, self.viewport().height())

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        # An action selects no row: that would open the details and move the action away.
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._action_under(event.position().toPoint())
            job = self.indexAt(event.position().toPoint()).data(JOB_ROLE)
            if job is not None:
                # Two quick clicks on an action are one, and open nothing.
                self._double_click.begin(self, "" if self._pressed else job.id)
                self.job_pressed.emit(job.id)
        if self._pressed is None:
            super().mousePressEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            super().mouseReleaseEvent(event)
        elif self._action_under(event.position().toPoint()) == pressed:
            self.triggered.emit(*pressed)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._action_under(event.position().toPoint())
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        # Qt has not seen the press of an action, and would drag by the one before it.
        if self._pressed is None:
            super().mouseMoveEvent(event)

    @override
    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        mime = self.selected_file()
        if mime.hasUrls():
            self.carry(mime, Qt.DropAction.CopyAction)
        elif self.current_job_id():
            self.fetch_wanted.emit(self.current_job_id())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.current_job_id():
            self.delete_pressed.emit(self.current_job_id())
            return
        if event.key() in _OPENING and self.current_job_id():
            self.opened.emit(self.current_job_id())
            return
        if event.key() == Qt.Key.Key_Space and self.current_job_id():
            self.space_pressed.emit(self.current_job_id())
            return
        if QKeySequence(event.keyCombination()) == SORT_KEYS:
            open_over(self, self.sort_menu(self))
            return
        super().keyPressEvent(event)

    @override
    def keyboardSearch(self, search: str) -> None:
        # Qt would ask every row, which takes a third of a second where there are 100,000.
        self.typed.emit(search)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        job = row_asked_for(self, event).data(JOB_ROLE)
        if job is not None:
            self.menu_wanted.emit(job.id, event.globalPos())

    def sort_menu(self, parent: QWidget) -> QMenu:
        """Return a menu of what the jobs can be sorted by; *parent* owns it."""
        header = self.horizontalHeader()
        falling = header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        names = (tr(NAMES[column]) for column in Column)
        current = header.sortIndicatorSection()
        return sort_menu(parent, names, current, falling=falling, choose=self._sort_by)

    def _sort_by(self, column: int) -> None:
        """Do what a click on the head of *column* does."""
        header = self.horizontalHeader()
        again = header.sortIndicatorSection() == column
        falls = again and header.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        order = Qt.SortOrder.DescendingOrder if falls else Qt.SortOrder.AscendingOrder
        header.setSortIndicator(column, order)

    def _set_up(self) -> None:
        show_as_rows(self, tr("Annotations"), height=ROW_HEIGHT)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)

    def _set_up_headers(self) -> None:
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(_LEAST_WIDTH)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(Column.SUBMITTED, Qt.SortOrder.DescendingOrder)
        header.sortIndicatorChanged.connect(self._jobs.sort)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give numbers what they need, and the rest to the file and what became of it."""
        width = self.viewport().width()
        roomy, tight = width >= _ROOMY, width < _TIGHT
        result = self.results.needed_width(self.font(), roomy=roomy, tight=tight) + 2 * PADDING
        rest, widths = width - result, {Column.RESULT: result}
        wanted = {
            Column.SUBMITTED: self._date_width() + 2 * PADDING + _SLACK,
            Column.VARIANTS: _VARIANTS_WIDTH,
        }
        # Beside the details of a job there may not be room for everything; what is left to do,
        # and for how long, is told nowhere else of all jobs at once.
        for column, needed in wanted.items():
            if rest - needed < _LEAST_FILE + _LEAST_STATUS:
                break
            widths[column] = needed
            rest -= needed
        file = max(min(_COMMON_FILE, rest - _LEAST_STATUS), round(_FILE_SHARE * rest))
        if rest < _LEAST_FILE + _LEAST_STATUS:
            file = rest
        else:
            widths[Column.STATUS] = rest - file
        widths[Column.FILE] = file
        for column in Column:
            self.setColumnHidden(column, column not in widths)
            self.setColumnWidth(column, widths.get(column, 0))

    def _date_width(self) -> int:
        """Return how wide the longest of the dates is that are shown, and their title."""
        now = datetime(2001, 12, 31, tzinfo=UTC)
        days = [now.replace(month=month, day=28) for month in range(1, 13)]
        shown = [when_text(day, now, UTC) for day in (*days, now - timedelta(days=1))]
        shown += [f"{tr(TITLES[Column.SUBMITTED])} ↓"]
        return max(map(self.fontMetrics().horizontalAdvance, shown))

    def _action_under(self, point: QPoint) -> tuple[str, Action] | None:
        """Return the job and the action under *point*, if there is one."""
        index = self.indexAt(point)
        if index.column() != Column.RESULT:
            return None
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = self.visualRect(index)
        action = self.results.action_at(point, option, index)
        return None if action is None else (index.data(JOB_ROLE).id, action)

    def _tell_chosen(self, current: QModelIndex) -> None:
        job = current.data(JOB_ROLE) if current.isValid() else None
        self.job_chosen.emit(job.id if job else "")
