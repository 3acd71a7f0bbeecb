"""The table of variants on the screen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFont, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTableView, QWidget
from typing_extensions import override

from backend.wire import VariantRow
from desktop.ui.delegates.cell import RowHover
from desktop.ui.language import tr
from desktop.ui.theme.theme import Theme
from desktop.ui.viewer.cell_words import WORDS_ROLE
from desktop.ui.viewer.cells import ROW_HEIGHT, VariantDelegate, fitting_width
from desktop.ui.viewer.columns import head_text
from desktop.ui.viewer.model import VariantsModel
from desktop.ui.viewer.pages import KEPT
from desktop.ui.viewer.query import PAGE
from desktop.ui.viewer.widths import Wanted, fitted
from desktop.ui.views.rows import row_asked_for, show_as_rows
from desktop.ui.views.sorting import SORT_KEYS, open_over, sort_menu

_LEAST_WIDTH = 48
_WIDEST = 340
_LOOKED_AT = 50
_LOOKED_FOR = KEPT * PAGE
_ARROW = " ↓"
_TITLE_PIXELS = 11
_OPENING = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})


class VariantTable(QTableView):
    """Shows the variants, and says which rows are in sight.

    Signals:
        chosen: another row is the current one.
        opened: the current row's details are wanted.
        left: Escape was pressed.
        typed: something was that is no other key; arg: what.
        copy_pressed: the current row's name is to be copied.
        sort_wanted: a head was clicked; arg: its ShownColumn.
        menu_wanted: a menu for the current row is asked for; arg: where on the screen.
    """

    chosen = Signal()
    opened = Signal()
    left = Signal()
    typed = Signal(str)
    copy_pressed = Signal()
    sort_wanted = Signal(object)
    menu_wanted = Signal(QPoint)

    def __init__(self, model: VariantsModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self._variants, self._fits = model, True
        self._kept: tuple[int, VariantRow] | None = None
        self._fitting = False
        self._delegate = VariantDelegate(theme, self)
        self._delegate.hover = RowHover(self)
        self.setItemDelegate(self._delegate)
        self._set_up()
        self._set_up_headers()
        self.selectionModel().currentRowChanged.connect(lambda *_: self.chosen.emit())
        self.verticalScrollBar().valueChanged.connect(self.ask_for_visible)
        model.arrived.connect(self.ask_for_visible)
        model.arrived.connect(self._choose_kept)
        model.modelReset.connect(self._begin)
        self.doubleClicked.connect(lambda _index: self.opened.emit())
        theme.changed.connect(self.viewport().update)

    def current(self) -> VariantRow | None:
        """Return the current row, None where there is none or it is still on its way."""
        return self._variants.row_at(self.currentIndex().row())

    def keep_current(self) -> None:
        """Have the current row become the current one again when the same rows have come anew."""
        row = self.current()
        if row is not None:
            self._kept = (self.currentIndex().row(), row)

    def forget(self) -> None:
        """Have no row become the current one."""
        self._kept = None

    def ask_for_visible(self) -> None:
        """Have the model ask for what is in sight and not there."""
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        self._variants.need(first, last if last >= 0 else self._variants.rowCount() - 1)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_pressed.emit()
        elif event.key() in _OPENING and self.currentIndex().isValid():
            self.opened.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif QKeySequence(event.keyCombination()) == SORT_KEYS:
            open_over(self, self.sort_menu(self))
        else:
            super().keyPressEvent(event)

    @override
    def keyboardSearch(self, search: str) -> None:
        # Qt would ask every row, which takes seconds where there are a million.
        self.typed.emit(search)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = row_asked_for(self, event)
        if index.isValid():
            self.setCurrentIndex(index)
            self.menu_wanted.emit(event.globalPos())

    def sort_menu(self, parent: QWidget) -> QMenu:
        """Return a menu of what the variants can be sorted by; *parent* owns it."""
        columns, query = self._variants.columns, self._variants.query
        sorts = [column.sort for column in columns]
        current = sorts.index(query.sort) if query.sort in sorts else None
        names = (column.title for column in columns)
        return sort_menu(parent, names, current, falling=query.descending, choose=self._sort)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()
        self.ask_for_visible()

    def fit(self) -> None:
        """Give each column its width, and share what is left over; not after somebody did."""
        if not self._fits or not self._variants.columns:
            return
        self._fitting = True
        for at, width in enumerate(fitted(self._wanted_widths(), self.viewport().width())):
            self.setColumnWidth(at, width)
        self._fitting = False

    def _wanted_widths(self) -> list[Wanted]:
        """Return how wide the columns want to be, by their titles and by the first rows."""
        font = QFont(self.font())
        font.setPixelSize(_TITLE_PIXELS)
        font.setWeight(QFont.Weight.DemiBold)
        model, sorted_by = self._variants, self._variants.query.sort
        rows = [row for row in range(min(model.rowCount(), _LOOKED_AT)) if model.row_at(row)]
        wanted = []
        for at, column in enumerate(model.columns):
            title = head_text(column) + (_ARROW if column.sort == sorted_by else "")
            least = max(_LEAST_WIDTH, fitting_width(title, font))
            texts = (model.index(row, at).data(WORDS_ROLE).text for row in rows)
            widths = [self._delegate.width(text, column.style, self.font()) for text in texts]
            # Rows that were scrolled away may not be in memory any more.
            whole = min(_WIDEST, max(least, *(widths or [column.width])))
            wanted.append(Wanted(min(whole, max(least, column.width)), whole))
        return wanted

    def _choose_kept(self) -> None:
        if self._kept is None or self._variants.is_waiting:
            return
        if self.selectionModel().hasSelection():
            # Somebody has chosen a row meanwhile.
            self._kept = None
            return
        number, kept = self._kept
        row = self._variants.row_at(number)
        if row is None and number < _LOOKED_FOR:
            # It lies beyond the pages that have come.
            self._variants.need(number, number)
            return
        self._kept = None
        if row is not None and (row.record, row.allele) == (kept.record, kept.allele):
            self.selectRow(number)
            self.scrollTo(self.currentIndex(), QTableView.ScrollHint.PositionAtCenter)

    def _begin(self) -> None:
        """Other rows and columns are there: begin at the top."""
        self.fit()
        self.scrollToTop()

    def _set_up(self) -> None:
        show_as_rows(self, tr("Variants"), height=ROW_HEIGHT)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def _set_up_headers(self) -> None:
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(_LEAST_WIDTH)
        header.sectionClicked.connect(self._sort)
        header.sectionResized.connect(self._note_resized)

    def _sort(self, section: int) -> None:
        columns = self._variants.columns
        if section < len(columns):
            self.sort_wanted.emit(columns[section])

    def _note_resized(self, _section: int, old: int, new: int) -> None:
        # Sections also change when columns come and go; only a person's drag ends the fitting.
        if not self._fitting and old and new and self.horizontalHeader().underMouse():
            self._fits = False
