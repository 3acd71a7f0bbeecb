"""The table of jobs: filtered and ordered by the model itself.

A `QSortFilterProxyModel` over Python data takes seconds where this takes milliseconds: with
100,000 jobs a sort is one `sorted` over plain keys and one layout change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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

from backend.wire import JobStatus, JobView
from desktop.ports import Clock
from desktop.store.book import JobBook
from desktop.store.row import JobRow
from desktop.ui.language import tr
from desktop.ui.models.columns import KEYS, TITLES, Column, alignment, cell_text, tip
from desktop.ui.wording import Group, status_words, statuses_called

Index = QModelIndex | QPersistentModelIndex
JOB_ROLE = Qt.ItemDataRole.UserRole + 1
FLUSH_MILLISECONDS = 100
REORDER_MILLISECONDS = 1000
LONG_TABLE = 5000
_NOWHERE = QModelIndex()
_STATUSES_OF = {
    group: frozenset(
        status for status in JobStatus if group in {Group.ALL, status_words(status).group}
    )
    for group in Group
}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a row is: under which chip, in which order, and whether it is seen at all."""

    group: Group
    key: Any
    shown: bool


class JobsModel(QAbstractTableModel):
    """The jobs of a book, filtered and in order.

    New versions are gathered and shown together by `flush`, ten times a second at most.

    Attributes:
        book: every known job.
        clock: the service's time.
        can_upgrade: whether archived results are offered an upgrade.
        saved: where results lie on this machine, by job, as far as anybody has looked.

    Signals:
        flushed: what was gathered is shown.
    """

    flushed = Signal()

    def __init__(self, book: JobBook, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.book = book
        self.clock = clock
        self.can_upgrade = True
        self.saved: dict[str, Path] = {}
        self._ordered: list[JobRow] = []
        self._rows: list[JobRow] = []
        # The rows that were asked for since the table was arranged; None for those not shown.
        self._places: dict[str, int | None] = {}
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
            known = self.book.row(job.id)
            before = None if known is None else self._place_of(known)
            if self.book.put(job):
                self._note(job.id, before)
        if (self._dirty or self._reorder) and not self._timer.isActive():
            self._timer.start(self._wait())

    def remove(self, job_ids: Iterable[str]) -> None:
        """Take jobs out for good."""
        for job_id in job_ids:
            self.book.remove(job_id)
        self.rebuild()

    def rebuild(self) -> None:
        """Show the book as it is now."""
        self._counts = Counter(status_words(row.status).group for row in self.book.rows())
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
        before, self._needle = self._needle, needle.strip().casefold()
        # What a longer text finds, a shorter one has found.
        self._relayout(sort=False, fewer=bool(before) and before in self._needle)

    def set_group(self, group: Group) -> None:
        """Show only jobs that count under *group*."""
        self._group = group
        self._relayout(sort=False)

    def count(self, group: Group) -> int:
        """Return how many known jobs count under *group*, whatever the filter."""
        return self._counts.total() if group is Group.ALL else self._counts[group]

    def job_at(self, row: int) -> JobRow | None:
        """Return the job in *row*, or None outside of the table."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, job_id: str) -> int | None:
        """Return the row of a job, or None if it is not shown."""
        self._look_for({job_id})
        return self._places.get(job_id)

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
                return cell_text(job, index.column(), self.clock(), can_upgrade=self.can_upgrade)
            case Qt.ItemDataRole.ToolTipRole:
                return tip(job, index.column())
            case Qt.ItemDataRole.TextAlignmentRole:
                return alignment(index.column())
            case _:
                return None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else flags

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._column, self._order = Column(column), order
        self._relayout()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)

    def _title(self, column: Column) -> str:
        """Return a column's title, with an arrow where the order comes from."""
        if column is not self._column:
            return tr(TITLES[column])
        down = self._order == Qt.SortOrder.DescendingOrder
        return f"{tr(TITLES[column])} {'↓' if down else '↑'}"

    def _wait(self) -> int:
        """Return how long to gather: a long table is put in order once a second at most."""
        long = self._reorder and len(self._rows) > LONG_TABLE
        return REORDER_MILLISECONDS if long else FLUSH_MILLISECONDS

    def _note(self, job_id: str, before: _Place | None) -> None:
        """Remember what the change of one job means for the table."""
        row = self.book.row(job_id)
        if before is not None:
            self._counts[before.group] -= 1
        if row is None:
            # It is being deleted, so the book has let go of it.
            self._reorder = True
            return
        now = self._place_of(row)
        self._counts[now.group] += 1
        self._dirty.add(job_id)
        self._reorder |= before is None or (before.shown, before.key) != (now.shown, now.key)

    def _place_of(self, row: JobRow) -> _Place:
        group = status_words(row.status).group
        return _Place(group, KEYS[self._column](row), shown=bool(self._chosen([row])))

    def _chosen(self, rows: list[JobRow]) -> list[JobRow]:
        """Return those of *rows* that the chip and the filter let through."""
        statuses, needle = _STATUSES_OF[self._group], self._needle
        if self._group is not Group.ALL:
            rows = [row for row in rows if row.status in statuses]
        if not needle:
            return rows
        called = statuses_called(needle)
        return [
            row
            for row in rows
            if needle in row.name.casefold() or needle in row.id or row.status in called
        ]

    def _sort(self) -> None:
        """Put all rows in order; rows that are alike stay in the order of their submission."""
        rows = sorted(self.book.rows(), key=KEYS[Column.SUBMITTED])
        if self._column is not Column.SUBMITTED:
            rows.sort(key=KEYS[self._column])
        if self._order == Qt.SortOrder.DescendingOrder:
            rows.reverse()
        self._ordered = rows

    def _relayout(self, *, sort: bool = True, fewer: bool = False) -> None:
        """Arrange the rows anew; what was selected stays selected.

        Args:
            sort: whether the order may have changed.
            fewer: whether none is shown that was not shown before.
        """
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        places = [(self._rows[index.row()].id, index.column()) for index in old]
        if sort or self._reorder:
            self._sort()
        among = self._rows if fewer and not self._reorder else self._ordered
        self._rows, self._places = self._chosen(among), {}
        self._look_for({job_id for job_id, _ in places})
        self.changePersistentIndexList(old, [self._index_of(*place) for place in places])
        self.layoutChanged.emit()

    def _index_of(self, job_id: str, column: int) -> QModelIndex:
        row = self.row_of(job_id)
        return QModelIndex() if row is None else self.index(row, column)

    def _look_for(self, job_ids: AbstractSet[str]) -> None:
        """Find the rows of jobs, all at once: to remember those of all takes too much memory."""
        missing = job_ids - self._places.keys()
        if missing:
            self._places |= dict.fromkeys(missing)
            found = ((row.id, place) for place, row in enumerate(self._rows) if row.id in missing)
            self._places.update(found)

    def _tell_changed_rows(self) -> None:
        """One signal a row: a range over all of them would repaint the whole table."""
        self._look_for(self._dirty)
        for job_id in self._dirty:
            row = self.row_of(job_id)
            if row is not None:
                last = self.index(row, len(Column) - 1)
                self.dataChanged.emit(self.index(row, 0), last)
