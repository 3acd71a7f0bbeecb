"""The list of transfers, in the order in which they are to go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from itertools import groupby

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
    Signal,
)
from typing_extensions import override

from desktop.transfer.items import Incoming, Item
from desktop.ui.language import later, tr
from desktop.ui.models.transfer_row import TransferRow
from desktop.ui.wording import plain_tip

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
MIME = "application/x-gas-transfers"
_NOWHERE = QModelIndex()


class TransferColumn(IntEnum):
    """The list's columns, from the left."""

    FILE = 0
    STATUS = 1
    AMOUNT = 2
    SPEED = 3
    LEFT = 4
    ACTION = 5


_TITLES = {
    TransferColumn.FILE: later("FILE"),
    TransferColumn.STATUS: later("STATUS"),
    TransferColumn.AMOUNT: later("SIZE"),
    TransferColumn.SPEED: later("SPEED"),
    TransferColumn.LEFT: later("TIME LEFT"),
    TransferColumn.ACTION: "",
}
_NUMBERS = frozenset({TransferColumn.AMOUNT, TransferColumn.SPEED, TransferColumn.LEFT})


class TransfersModel(QAbstractTableModel):
    """The transfers as a table; it tells of what changed, and of nothing else.

    Rows can be dragged: to another place in the list, and, if they are saved, out of the window.

    Attributes:
        row_of: returns what is shown of an item now; called for what is on the screen only.

    Signals:
        moved: rows were let go elsewhere; arg: their items' IDs, arg: the ID of the item that they
            are to stand before, "" for the end.
    """

    moved = Signal(list, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.row_of: Callable[[Item], TransferRow] = TransferRow
        self._items: list[Item] = []

    def set_items(self, items: Sequence[Item]) -> None:
        """Show *items*, in this order."""
        wanted = {item.id: item for item in items}
        self._remove({item.id for item in self._items} - wanted.keys())
        shown = {item.id for item in self._items}
        self._reorder([item_id for item_id in wanted if item_id in shown])
        self._insert(items, shown)
        changed = [at for at, item in enumerate(items) if item != self._items[at]]
        self._items = list(items)
        self._tell(changed)

    def refresh(self, item_ids: Iterable[str]) -> None:
        """Have these items painted anew, as something moves in them."""
        ids = set(item_ids)
        self._tell(at for at, item in enumerate(self._items) if item.id in ids)

    def item_at(self, row: int) -> Item | None:
        """Return the item in *row*, or None outside of the list."""
        return self._items[row] if 0 <= row < len(self._items) else None

    def row_at(self, row: int) -> TransferRow | None:
        """Return what is shown in *row* now, or None outside of the list."""
        item = self.item_at(row)
        return None if item is None else self.row_of(item)

    @override
    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._items)

    @override
    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(TransferColumn)

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or section >= len(TransferColumn):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            title = _TITLES[TransferColumn(section)]
            return tr(title) if title else ""
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        row = self.row_at(index.row())
        if row is None or role == ROW_ROLE:
            return row
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(row, index.column())
            case Qt.ItemDataRole.AccessibleTextRole:
                return _heard(row, index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return _tip(row, index.column())
            case _:
                return None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if not index.isValid():
            # Between the rows something can be let go, upon a row nothing.
            return flags | Qt.ItemFlag.ItemIsDropEnabled
        return flags | Qt.ItemFlag.ItemIsDragEnabled

    @override
    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    @override
    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    @override
    def mimeTypes(self) -> list[str]:
        return [MIME]

    @override
    def mimeData(self, indexes: Iterable[QModelIndex]) -> QMimeData:
        rows = sorted({index.row() for index in indexes})
        items = [self._items[row] for row in rows]
        mime = QMimeData()
        mime.setData(MIME, "\n".join(item.id for item in items).encode())
        saved = [item.work.saved for item in items if isinstance(item.work, Incoming)]
        urls = [QUrl.fromLocalFile(str(path)) for path in saved if path is not None]
        if urls:
            mime.setUrls(urls)
        return mime

    @override
    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        if not data.hasFormat(MIME):
            return False
        before = self.item_at(row) if row >= 0 else None
        ids = bytes(data.data(MIME).data()).decode().split("\n")
        self.moved.emit(ids, before.id if before else "")
        # The list is put in order by the queue: the view has nothing to take away.
        return False

    def _remove(self, ids: set[str]) -> None:
        rows = [row for row, item in enumerate(self._items) if item.id in ids]
        for first, last in reversed(_runs(rows)):
            self.beginRemoveRows(_NOWHERE, first, last)
            del self._items[first : last + 1]
            self.endRemoveRows()

    def _reorder(self, order: list[str]) -> None:
        """Put the rows in *order*; what was selected stays selected."""
        if [item.id for item in self._items] == order:
            return
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        places = [(self._items[index.row()].id, index.column()) for index in old]
        by_id = {item.id: item for item in self._items}
        self._items = [by_id[item_id] for item_id in order]
        rows = {item_id: row for row, item_id in enumerate(order)}
        self.changePersistentIndexList(old, [self.index(rows[i], column) for i, column in places])
        self.layoutChanged.emit()

    def _insert(self, items: Sequence[Item], shown: set[str]) -> None:
        rows = [row for row, item in enumerate(items) if item.id not in shown]
        for first, last in _runs(rows):
            self.beginInsertRows(_NOWHERE, first, last)
            self._items[first:first] = items[first : last + 1]
            self.endInsertRows()

    def _tell(self, rows: Iterable[int]) -> None:
        """One signal a row: a range over all of them would repaint the whole list."""
        for row in rows:
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(TransferColumn) - 1))


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and last of each run of rows without a gap."""
    runs = []
    for _, group in groupby(enumerate(rows), lambda pair: pair[1] - pair[0]):
        members = [row for _, row in group]
        runs.append((members[0], members[-1]))
    return runs


def _text(row: TransferRow, column: int) -> str:
    match column:
        case TransferColumn.FILE:
            return row.item.name
        case TransferColumn.STATUS:
            return f"{row.word} · {row.reason}" if row.reason else row.word
        case TransferColumn.AMOUNT:
            return row.amount
        case TransferColumn.SPEED:
            return row.speed
        case TransferColumn.LEFT:
            return row.left
        case _:
            return tr(row.deeds[0])


def _heard(row: TransferRow, column: int) -> str:
    """Return what is said of a cell to those who do not see its bar."""
    match column:
        case TransferColumn.FILE:
            return row.sentence
        case TransferColumn.STATUS:
            return " · ".join(filter(None, (row.word, row.percent, row.reason)))
        case _:
            return _text(row, column)


def _tip(row: TransferRow, column: int) -> str | None:
    if column == TransferColumn.FILE:
        return plain_tip(f"{row.item.name}\n{row.note}")
    return plain_tip(row.reason) if column == TransferColumn.STATUS and row.reason else None


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
