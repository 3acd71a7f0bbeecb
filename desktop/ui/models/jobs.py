"""The table of jobs: filtered and ordered by the model itself.

A `QSortFilterProxyModel` over Python data takes seconds where this takes milliseconds: with
100,000 jobs a sort is one `sorted` over plain keys and one layout change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from typing_extensions import override

from backend.wire import JobView
from desktop.ports import Clock
from desktop.store.book import JobBook
from desktop.ui.models.columns import (
    KEYS,
    TITLES,
    Column,
    alignment,
    status_text,
    submitted,
    tip,
    variants,
)
from desktop.ui.wording import (
    Group,
    result_words,
    short_id,
    status_words,
    when_text,
    zone_of,
)

Index = QModelIndex | QPersistentModelIndex
JOB_ROLE = Qt.ItemDataRole.UserRole + 1
FLUSH_MILLISECONDS = 100
REORDER_MILLISECONDS = 1000
LONG_TABLE = 5000
_NOWHERE = QModelIndex()


class JobsModel(QAbstractTableModel):
    """The jobs of a book, filtered and in order.

    New versions are gathered and shown together by `flush`, ten times a second at most.

    Attributes:
        book: every known job.
        clock: the service's time.
        can_upgrade: whether archived results are offered an upgrade.

    Signals:
        flushed: what was gathered is shown.
    """

    flushed = Signal()

    def __init__(self, book: JobBook, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.book = book
        self.clock = clock
        self.can_upgrade = True
        self._rows: list[JobView] = []
        self._row_of: dict[str, int] = {}
        self._needle = ""
        self._group = Group.ALL
        self._column, self._order = Column.SUBMITTED, Qt.SortOrder.DescendingOrder
        self._counts: Counter[Group] = Counter()
        self._dirty: set[str] = set()
        self._reorder = False
        self._timer = QTimer(self, singleShot=True, interval=FLUSH_MILLISECONDS)
        self._timer.timeout.connect(self.flush)
        self.rebuild()

    def put(self, jobs: Iterable[JobView]) -> None:
        """Take in new versions of jobs; they are shown at the next flush."""
        for job in jobs:
            before = self.book.get(job.id)
            if self.book.put(job):
                self._note(before, job)
        if (self._dirty or self._reorder) and not self._timer.isActive():
            self._timer.start(self._wait())

    def remove(self, job_ids: Iterable[str]) -> None:
        """Take jobs out for good."""
        for job_id in job_ids:
            self.book.remove(job_id)
        self.rebuild()

    def rebuild(self) -> None:
        """Show the book as it is now."""
        self._counts = Counter(status_words(job.status).group for job in self.book)
        self._reorder = True
        self.flush()

    def flush(self) -> None:
        """Show what was gathered."""
        self._timer.stop()
        if self._reorder:
            self._relayout()
        else:
            self._tell_changed_rows()
        self._dirty.clear()
        self._reorder = False
        self.flushed.emit()

    def set_filter(self, needle: str) -> None:
        """Show only jobs whose name, ID or status has *needle*, in any case."""
        self._needle = needle.strip().casefold()
        self._relayout()

    def set_group(self, group: Group) -> None:
        """Show only jobs that count under *group*."""
        self._group = group
        self._relayout()

    def count(self, group: Group) -> int:
        """Return how many known jobs count under *group*, whatever the filter."""
        return self._counts.total() if group is Group.ALL else self._counts[group]

    def job_at(self, row: int) -> JobView | None:
        """Return the job in *row*, or None outside of the table."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, job_id: str) -> int | None:
        """Return the row of a job, or None if it is not shown."""
        return self._row_of.get(job_id)

    @override
    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(Column)

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or section >= len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._title(Column(section))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment(section)
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        job = self.job_at(index.row())
        if job is None:
            return None
        match role:
            case _ if role == JOB_ROLE:
                return job
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._text(job, index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return tip(job, index.column())
            case Qt.ItemDataRole.TextAlignmentRole:
                return alignment(index.column())
            case _:
                return None

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._column, self._order = Column(column), order
        self._relayout()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)

    def _title(self, column: Column) -> str:
        """Return a column's title, with an arrow where the order comes from."""
        if column is not self._column:
            return TITLES[column]
        down = self._order == Qt.SortOrder.DescendingOrder
        return f"{TITLES[column]} {'↓' if down else '↑'}"

    def _wait(self) -> int:
        """Return how long to gather: a long table is put in order once a second at most."""
        long = self._reorder and len(self._rows) > LONG_TABLE
        return REORDER_MILLISECONDS if long else FLUSH_MILLISECONDS

    def _note(self, before: JobView | None, job: JobView) -> None:
        """Remember what the change of one job means for the table."""
        group = status_words(job.status).group
        old = status_words(before.status).group if before is not None else None
        self._counts[group] += 1
        if old is not None:
            self._counts[old] -= 1
        self._dirty.add(job.id)
        self._reorder |= self._moves(before, job)

    def _moves(self, before: JobView | None, job: JobView) -> bool:
        """Whether a job appears, disappears or changes its place by the change."""
        if before is None or self._shows(before) != self._shows(job):
            return True
        key = KEYS[self._column]
        return bool(key(before) != key(job))

    def _shows(self, job: JobView) -> bool:
        words = status_words(job.status)
        if self._group not in {Group.ALL, words.group}:
            return False
        if not self._needle:
            return True
        return any(self._needle in text.casefold() for text in (job.name, job.id, words.word))

    def _arrange(self) -> None:
        descending = self._order == Qt.SortOrder.DescendingOrder
        shown = filter(self._shows, self.book)
        self._rows = sorted(shown, key=KEYS[self._column], reverse=descending)
        self._row_of = {job.id: row for row, job in enumerate(self._rows)}

    def _relayout(self) -> None:
        """Arrange the rows anew; what was selected stays selected."""
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        places = [(self._rows[index.row()].id, index.column()) for index in old]
        self._arrange()
        self.changePersistentIndexList(old, [self._index_of(*place) for place in places])
        self.layoutChanged.emit()

    def _index_of(self, job_id: str, column: int) -> QModelIndex:
        row = self._row_of.get(job_id)
        return QModelIndex() if row is None else self.index(row, column)

    def _tell_changed_rows(self) -> None:
        """One signal a row: a range over all of them would repaint the whole table."""
        for job_id in self._dirty:
            row, job = self._row_of.get(job_id), self.book.get(job_id)
            if row is not None and job is not None:
                self._rows[row] = job
                last = self.index(row, len(Column) - 1)
                self.dataChanged.emit(self.index(row, 0), last)

    def _text(self, job: JobView, column: int) -> str:
        match column:
            case Column.FILE:
                return f"{job.name}, request {short_id(job.id)}"
            case Column.SUBMITTED:
                now = self.clock()
                return when_text(submitted(job), now.astimezone(zone_of(now)))
            case Column.STATUS:
                return status_text(job)
            case Column.VARIANTS:
                number = variants(job)
                return "" if number is None else f"{number:,}"
            case _:
                return result_words(job, self.clock(), can_upgrade=self.can_upgrade).sentence
