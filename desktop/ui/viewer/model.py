"""The table of variants: rows come in pages, as they are scrolled to.

The model asks for pages by a signal and takes the answers whenever they come.  Rows that are on
their way are placeholders, so nothing waits, and what no longer belongs to the query is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from typing_extensions import override

from backend.wire import VariantPage, VariantRow, VariantValue
from desktop.ui.viewer.cell_words import STYLE_ROLE, Style, Words, told
from desktop.ui.viewer.columns import ShownColumn, head_text
from desktop.ui.viewer.pages import KEPT, PageRequest, Pages, Place
from desktop.ui.viewer.query import PAGE, VariantQuery
from desktop.ui.wording import plain_tip

Index = QModelIndex | QPersistentModelIndex
AHEAD = 100
"""So many rows before the last known one the next page is asked for."""

LOADING = "loading"
_NOWHERE = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(slots=True)
class _Asked:
    """A query, and what has come of it."""

    query: VariantQuery
    columns: tuple[ShownColumn, ...]
    pages: Pages
    at: dict[str, int]
    count: int = 0
    exact: bool = False


def _nothing() -> _Asked:
    """Return what is shown of no result."""
    pages = Pages()
    pages.frontier = None
    return _Asked(VariantQuery(), (), pages, {})


class VariantsModel(QAbstractTableModel):
    """The variants that a query leaves.

    A new query leaves the rows of the one before in place until its own first page comes.

    Attributes:
        query: what was asked last.
        turn: counts the queries.

    Signals:
        wanted: a page is needed; arg: the PageRequest.
        arrived: rows or counts are other ones now.
    """

    wanted = Signal(object)
    arrived = Signal()

    def __init__(self, keep: int = KEPT, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keep = keep
        self.query, self.turn = VariantQuery(), 0
        self._shown = self._asked = _nothing()
        self._rows = 0
        self._under_way: set[tuple[int, Place]] = set()

    @property
    def columns(self) -> tuple[ShownColumn, ...]:
        """The columns on the screen."""
        return self._shown.columns

    @property
    def count(self) -> int:
        """How many rows there are, as far as they are counted."""
        return max(self._shown.count, self._shown.pages.known)

    @property
    def is_exact(self) -> bool:
        """Whether all are counted."""
        return self._shown.exact or self._shown.pages.frontier is None

    @property
    def is_waiting(self) -> bool:
        """Whether the first page of the query is still on its way."""
        return self._shown is not self._asked

    @property
    def kept(self) -> int:
        """How many rows are in memory."""
        return len(self._shown.pages)

    def ask(self, query: VariantQuery, columns: Sequence[ShownColumn]) -> None:
        """Ask for what *query* leaves, to be shown in *columns*."""
        self.query = query
        self.turn += 1
        self._under_way.clear()
        self._asked = _Asked(query, tuple(columns), Pages(self._keep), {})
        self._tell_titles()
        self._want(Place(0, 0, None))

    def ask_again(self) -> None:
        """Ask anew for what did not come."""
        if self.is_waiting:
            self._want(Place(0, 0, None))
        else:
            self.arrived.emit()

    def clear(self) -> None:
        """Show nothing, as of no result."""
        self.beginResetModel()
        self.turn += 1
        self.query = VariantQuery()
        self._under_way.clear()
        self._shown = self._asked = _nothing()
        self._rows = 0
        self.endResetModel()

    def need(self, first: int, last: int) -> None:
        """Ask for what is missing of the rows *first* to *last*, and for what follows soon."""
        if self.is_waiting:
            return
        pages = self._shown.pages
        place = pages.missing(first, last)
        if place is not None:
            self._want(place)
        if pages.frontier is not None and last + AHEAD >= pages.known:
            self._want(pages.frontier)

    def take(self, request: PageRequest, page: VariantPage) -> None:
        """Show the answer to *request*, unless it belongs to an earlier query."""
        if request.turn != self.turn:
            return
        self._under_way.discard((request.turn, request.place))
        if self.is_waiting:
            self._replace(request, page)
        else:
            self._add(request, page)

    def drop(self, request: PageRequest) -> None:
        """No answer will come to *request*."""
        self._under_way.discard((request.turn, request.place))

    def give_up(self) -> None:
        """Go on with what is shown: the service did not take the last query."""
        self.turn += 1
        self._under_way.clear()
        self._asked, self.query = self._shown, self._shown.query
        self._tell_titles()
        self.arrived.emit()

    def row_at(self, row: int) -> VariantRow | None:
        """Return a row, or None while it is on its way."""
        return self._shown.pages.row(row)

    def value(self, row: VariantRow, name: str) -> VariantValue:
        """Return what *row* has in one of the result's columns, None if that is not there."""
        at = self._shown.at.get(name)
        return None if at is None else row.values[at]

    def words(self, row: VariantRow, column: ShownColumn) -> Words:
        """Return what a cell says."""
        return column.say([self.value(row, name) for name in column.sources])

    @override
    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else self._rows

    @override
    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown.columns)

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or section >= len(self._shown.columns):
            return None
        column = self._shown.columns[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._title(column)
            case Qt.ItemDataRole.ToolTipRole if column.meaning:
                return plain_tip(column.meaning)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case _:
                return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not self.hasIndex(index.row(), index.column()):
            return None
        column = self._shown.columns[index.column()]
        if role == STYLE_ROLE:
            return column.style
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        row = self.row_at(index.row())
        if row is None:
            return LOADING if role == Qt.ItemDataRole.AccessibleTextRole else None
        return told(self.words(row, column), role)

    def _want(self, place: Place) -> None:
        if (self.turn, place) not in self._under_way:
            self._under_way.add((self.turn, place))
            self.wanted.emit(PageRequest(self.turn, place, self.query.page(place.after)))

    def _replace(self, request: PageRequest, page: VariantPage) -> None:
        """Show the first page of a query in the place of what was there."""
        self.beginResetModel()
        self._shown = self._asked
        self._put(request, page)
        self._rows = self._wanted_rows()
        self.endResetModel()
        self.arrived.emit()

    def _add(self, request: PageRequest, page: VariantPage) -> None:
        """Show one more page, or again one that was there before."""
        start = request.place.start
        brought = self._put(request, page)
        self._resize(self._wanted_rows())
        last = min(start + len(page.rows), self._rows) - 1
        if last >= start:
            end = self.index(last, len(self._shown.columns) - 1)
            self.dataChanged.emit(self.index(start, 0), end)
        if brought:
            self.arrived.emit()

    def _put(self, request: PageRequest, page: VariantPage) -> bool:
        shown, place = self._shown, request.place
        shown.count, shown.exact = page.count, page.count_is_exact
        shown.at = {name: at for at, name in enumerate(page.columns)}
        # A place that leads to itself would be asked for again and again.
        stuck = not page.rows and page.after == place.after
        return shown.pages.put(place, page.rows, None if stuck else page.after)

    def _resize(self, rows: int) -> None:
        """Have so many rows; they come and go at the end."""
        if rows > self._rows:
            self.beginInsertRows(_NOWHERE, self._rows, rows - 1)
            self._rows = rows
            self.endInsertRows()
        elif rows < self._rows:
            self.beginRemoveRows(_NOWHERE, rows, self._rows - 1)
            self._rows = rows
            self.endRemoveRows()

    def _wanted_rows(self) -> int:
        """Return how many rows to show: the known ones, and some that are on their way."""
        shown = self._shown
        if shown.pages.frontier is None:
            return shown.pages.known
        left = shown.count - shown.pages.known
        return shown.pages.known + (min(PAGE, max(1, left)) if shown.exact else PAGE)

    def _tell_titles(self) -> None:
        if self._shown.columns:
            last = len(self._shown.columns) - 1
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)

    def _title(self, column: ShownColumn) -> str:
        """Return a column's title, with an arrow where the order comes from."""
        title = head_text(column)
        if column.sort != self.query.sort:
            return title
        return f"{title} {'↓' if self.query.descending else '↑'}"


def _alignment(column: ShownColumn) -> Qt.AlignmentFlag:
    return _RIGHT if column.style is Style.NUMBER else _LEFT
