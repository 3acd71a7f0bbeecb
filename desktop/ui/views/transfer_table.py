"""The list of transfers on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from desktop.ui.delegates.cell import PADDING, ROW_HEIGHT, RowHover
from desktop.ui.delegates.transfer import TransferDelegate
from desktop.ui.language import tr
from desktop.ui.models.transfer_row import Deed, TransferRow
from desktop.ui.models.transfers import TransferColumn, TransfersModel
from desktop.ui.theme.theme import Theme
from desktop.ui.views.carrying import carry
from desktop.ui.views.rows import show_as_rows

_WIDTHS = {
    TransferColumn.AMOUNT: 150,
    TransferColumn.LEFT: 100,
    TransferColumn.SPEED: 88,
}
"""What numbers need; the first ones are there also where there is little room."""

_LEAST_WORDS = 190
_FILE_SHARE = 0.46
"""What a file has of the room beside the numbers; why it does not move takes more words."""

_KEYS = {
    QKeySequence("Ctrl+Up"): Deed.UP,
    QKeySequence("Ctrl+Down"): Deed.DOWN,
    QKeySequence("Del"): Deed.CANCEL,
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TransferTable(QTableView):
    """Shows transfers.

    Space pauses and resumes, Enter does what the row offers, Del takes it out, Ctrl+Up and
    Ctrl+Down move it.

    Attributes:
        carry: lets somebody carry data to where they let it go; returns when they have.

    Signals:
        deed_wanted: arg: the items' IDs, arg: the Deed.
        menu_wanted: arg: where on the screen.
        selected: other rows are selected.
    """

    deed_wanted = Signal(list, object)
    menu_wanted = Signal(QPoint)
    selected = Signal()

    def __init__(self, model: TransfersModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self._transfers = model
        self.delegate = TransferDelegate(theme, self)
        self.delegate.hover = RowHover(self)
        self.setItemDelegate(self.delegate)
        self._pressed: str | None = None
        self.carry = partial(carry, self, theme)
        self._set_up()
        self._set_up_headers()
        self.selectionModel().selectionChanged.connect(self.selected)
        theme.changed.connect(self.viewport().update)

    def chosen(self, most: int | None = None) -> list[TransferRow]:
        """Return the selected rows, from above; no more than *most*."""
        shown = map(self._transfers.row_at, islice(self._selected_rows(), most))
        return [row for row in shown if row is not None]

    def do(self, *deeds: Deed) -> None:
        """Ask for the first of *deeds* for those of the selected rows that offer any of them."""
        ids = [row.item.id for row in self.chosen() if not set(deeds).isdisjoint(row.deeds)]
        if ids:
            self.deed_wanted.emit(ids, deeds[0])

    @override
    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        mime = self._transfers.mimeData(self.selectedIndexes())
        if mime is not None:
            # Files leave the window as copies; rows without one only change their place in it.
            copy, move = Qt.DropAction.CopyAction, Qt.DropAction.MoveAction
            self.carry(mime, copy if mime.hasUrls() else move)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        pressed = QKeySequence(event.keyCombination())
        deed = _KEYS.get(pressed)
        if deed is Deed.CANCEL:
            # What is still to go and what has ended leave together, after one question.
            self.do(Deed.CANCEL, Deed.REMOVE)
        elif deed is not None:
            self.do(deed)
        elif event.key() == Qt.Key.Key_Space:
            paused = any(Deed.RESUME in row.deeds for row in self.chosen())
            self.do(Deed.RESUME if paused else Deed.PAUSE)
        elif event.key() in _ENTER and (first := self.chosen(1)):
            self.do(first[0].deeds[0])
        else:
            super().keyPressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._action_under(event.position().toPoint())
        if self._pressed is None:
            super().mousePressEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            super().mouseReleaseEvent(event)
            return
        point = event.position().toPoint()
        row = self._transfers.row_at(self.indexAt(point).row())
        if row is not None and self._action_under(point) == pressed:
            self.deed_wanted.emit([pressed], row.deeds[0])

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._action_under(event.position().toPoint())
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        if self._pressed is None:
            super().mouseMoveEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def _selected_rows(self) -> Iterator[int]:
        """Yield the selected rows from above: Qt's own list of them asks each cell of each row."""
        below = 0
        spans = [(span.top(), span.bottom()) for span in self.selectionModel().selection().toList()]
        for first, last in sorted(spans):
            yield from range(max(first, below), last + 1)
            below = max(below, last + 1)

    def _action_under(self, point: QPoint) -> str | None:
        """Return the ID of the item whose action is under *point*, if there is one."""
        index = self.indexAt(point)
        row = self._transfers.row_at(index.row())
        if row is None or index.column() != TransferColumn.ACTION:
            return None
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = self.visualRect(index)
        return row.item.id if self.delegate.is_on_action(point, option, row) else None

    def _set_up(self) -> None:
        show_as_rows(self, tr("Transfers"), height=ROW_HEIGHT)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(False)

    def _set_up_headers(self) -> None:
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give numbers what they need, as far as there is room, and the rest to file and state."""
        rest, widths = self.viewport().width(), {}
        action = self.delegate.action_width(self.font()) + 2 * PADDING
        for column, width in {TransferColumn.ACTION: action, **_WIDTHS}.items():
            if rest - width < 2 * _LEAST_WORDS:
                break
            widths[column] = width
            rest -= width
        file = round(_FILE_SHARE * rest)
        widths |= {TransferColumn.FILE: file, TransferColumn.STATUS: rest - file}
        for column in TransferColumn:
            self.setColumnHidden(column, column not in widths)
            self.setColumnWidth(column, widths.get(column, 0))
